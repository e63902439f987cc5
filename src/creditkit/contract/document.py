"""Contract documents: reading a contract file, and following references in it.

    >>> document = read(API)
    >>> resolve(document, {"$ref": "#/components/schemas/CustomerCredit"})["type"]
    'object'

Contracts are OpenAPI 3.0.x, since Connexion 3.3 refuses 3.1. References within the document are
followed; a reference to another file or host raises ContractError and is never fetched.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from creditkit.documents import DocumentError, Missing, find, read_document
from creditkit.errors import ContractError

_PACKAGE = files("creditkit")

API: Traversable = _PACKAGE / "openapi.yaml"
if not API.is_file():  # a checkout: the contract is at the top of the repository
    API = Path(__file__).parents[3] / "openapi.yaml"
"""The contract of the Customer Credits API."""

SUPPORTING: Traversable = _PACKAGE / "contract" / "supporting.yaml"
"""The contract of the mock's additions: collections with hyperlinks, problem bodies, metadata."""

CONTROL: Traversable = _PACKAGE / "contract" / "control.yaml"
"""The contract of the mock's control API."""


def read(source: Traversable) -> dict[str, Any]:
    """The contract in `source` as plain dicts and lists, every key as text; raises ContractError."""
    try:
        document = read_document(source.read_text(encoding="utf-8"), source.name).value
    except (OSError, UnicodeDecodeError) as error:
        raise ContractError(f"{source.name}: cannot be read: {error}") from error
    except DocumentError as error:
        raise ContractError(f"{source.name}:{error.line}: {error.problem}", error.hint) from error
    version = document.get("openapi") if isinstance(document, dict) else None
    if not isinstance(version, str) or not version.startswith("3.0."):
        raise ContractError(
            f"{source.name}: not an OpenAPI 3.0 document",
            hint="the first key must be `openapi: 3.0.x`",
        )
    return document  # type: ignore[no-any-return]


def lookup(document: Mapping[str, Any], pointer: str) -> Any:
    """The value at a JSON Pointer in URI fragment form (`#/components/…`); raises ContractError."""
    try:
        return find(document, pointer.removeprefix("#"))
    except Missing as missing:
        raise ContractError(f"{pointer} leads nowhere: {missing}") from missing


def resolve(document: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    """The node itself, or the one its `$ref` leads to. In OpenAPI 3.0 siblings of `$ref` have no effect."""
    while "$ref" in node:
        reference = node["$ref"]
        if not reference.startswith("#/"):
            raise ContractError(f"{reference}: only references within the contract are followed")
        node = lookup(document, reference)
    return node


def inline(document: Mapping[str, Any], node: Any, _open: tuple[str, ...] = ()) -> Any:
    """A copy of the node with every reference in it replaced by its target.

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
