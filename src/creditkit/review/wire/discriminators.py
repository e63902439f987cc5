"""Discriminators: the property of a value that says which of several schemas it has.

    >>> pets = {"oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
    ...         "discriminator": {"propertyName": "kind", "mapping": {"dog": "Dog"}}}
    >>> read_discriminator({}, "/components/schemas/Pet", pets).targets
    {'dog': '/components/schemas/Dog', 'Cat': '/components/schemas/Cat'}

A schema that no `mapping` names is chosen by its own name (OpenAPI 3.0.3, Discriminator Object).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from creditkit.documents import from_fragment, join

from .views import Discriminator

_SCHEMAS = "/components/schemas"


def read_discriminator(
    document: Mapping[str, Any], at: str, schema: Mapping[str, Any]
) -> Discriminator | None:
    """The discriminator of a schema, if it has one; what is malformed is passed over."""
    value = schema.get("discriminator")
    name = value.get("propertyName") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(name, str):
        return None
    mapping = value.get("mapping")
    targets = {
        key: _target(one)
        for key, one in (mapping.items() if isinstance(mapping, dict) else ())
        if isinstance(one, str)
    }
    branches = [one for keyword in ("oneOf", "anyOf") for one in _list(schema.get(keyword))]
    chosen = _references(branches) if branches else _heirs(document, at)
    for pointer in chosen:
        if pointer not in targets.values():
            targets.setdefault(pointer.rpartition("/")[2], pointer)
    return Discriminator(name, targets, join(at, "discriminator"), is_base=not branches)


def _target(text: str) -> str:
    """The pointer that a value of a mapping means: a reference, or the name of a component."""
    return from_fragment(text[1:]) if text.startswith("#") else text if "/" in text else join(_SCHEMAS, text)


def _references(schemas: list[Any]) -> Iterator[str]:
    for one in schemas:
        reference = one.get("$ref") if isinstance(one, dict) else None
        if isinstance(reference, str) and reference.startswith("#"):
            yield from_fragment(reference[1:])


def _heirs(document: Mapping[str, Any], at: str) -> Iterator[str]:
    """The components that have a schema in their `allOf`."""
    components = document.get("components")
    schemas = components.get("schemas") if isinstance(components, dict) else None
    for name, one in schemas.items() if isinstance(schemas, dict) else ():
        if isinstance(one, dict) and at in _references(_list(one.get("allOf"))):
            yield join(_SCHEMAS, name)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
