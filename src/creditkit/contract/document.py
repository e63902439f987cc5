"""The document: a contract file as read, and the ways to walk it.

    >>> document = read(API)
    >>> resolve(document, {"$ref": "#/components/schemas/CustomerCredit"})["type"]
    'object'

Contracts are OpenAPI 3.0.x, since Connexion 3.3 refuses 3.1. References within the document are
followed; a reference to another file or host is refused, never fetched.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import yaml

from creditkit.errors import ContractError

_PACKAGE = files("creditkit")

API: Traversable = _PACKAGE / "openapi.yaml"
if not API.is_file():  # a checkout: the contract stands at the top of the repository
    API = Path(__file__).parents[3] / "openapi.yaml"
"""The contract of the Customer Credits API."""

SUPPORTING: Traversable = _PACKAGE / "contract" / "supporting.yaml"
"""The contract of what the mock adds: collections to pick hyperlinks from, problem bodies, metadata."""

CONTROL: Traversable = _PACKAGE / "contract" / "control.yaml"
"""The contract of the mock's control API."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _ContractLoader(_Loader):  # type: ignore[misc]
    """Safe YAML in which dates stay text, as they are in JSON."""


_ContractLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in _Loader.yaml_implicit_resolvers.items()
}


def read(source: Traversable) -> dict[str, Any]:
    """The contract in `source` as plain dicts and lists; raises ContractError."""
    try:
        text = source.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ContractError(f"{source.name}: cannot be read: {error}") from error
    try:
        document = yaml.load(text, Loader=_ContractLoader)  # noqa: S506 - derived from the safe loader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ContractError(f"{source.name}:{line}: not YAML: {error.problem}") from error
    version = document.get("openapi") if isinstance(document, dict) else None
    if not isinstance(version, str) or not version.startswith("3.0."):
        raise ContractError(
            f"{source.name}: not an OpenAPI 3.0 document",
            hint="the first key must be `openapi: 3.0.x`",
        )
    return _with_text_keys(document)  # type: ignore[no-any-return]


def _with_text_keys(node: Any) -> Any:
    """The same tree with every key as text: YAML reads a bare status such as 200 as a number."""
    if isinstance(node, dict):
        return {str(key): _with_text_keys(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_with_text_keys(value) for value in node]
    return node


def lookup(document: Mapping[str, Any], pointer: str) -> Any:
    """What stands at a JSON Pointer in URI fragment form (`#/components/…`); raises ContractError."""
    node: Any = document
    for token in pointer.removeprefix("#/").split("/"):
        key = token.replace("~1", "/").replace("~0", "~")
        if not isinstance(node, Mapping) or key not in node:
            raise ContractError(f"{pointer} leads nowhere: there is no {key!r}")
        node = node[key]
    return node


def resolve(document: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    """The node itself, or what its `$ref` leads to. In OpenAPI 3.0 siblings of `$ref` do not count."""
    while "$ref" in node:
        reference = node["$ref"]
        if not reference.startswith("#/"):
            raise ContractError(f"{reference}: only references within the contract are followed")
        node = lookup(document, reference)
    return node


def inline(document: Mapping[str, Any], node: Any, _open: tuple[str, ...] = ()) -> Any:
    """A copy of the node with every reference below it replaced by what it leads to.

    Raises ContractError for a schema that contains itself: neither the API nor the mock has one.
    """
    if isinstance(node, Mapping):
        reference = node.get("$ref")
        if isinstance(reference, str):
            if reference in _open:
                raise ContractError(f"{reference} contains itself")
            return inline(document, resolve(document, {"$ref": reference}), (*_open, reference))
        return {key: inline(document, value, _open) for key, value in node.items()}
    if isinstance(node, list):
        return [inline(document, value, _open) for value in node]
    return node


def escape(token: str) -> str:
    """One token of a JSON Pointer (RFC 6901)."""
    return token.replace("~", "~0").replace("/", "~1")
