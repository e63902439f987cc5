"""Facts: what the documented page says, one row each, and which of it a contract does not say.

    >>> from creditkit.contract import API, load_facts, missing_facts, read
    >>> facts = load_facts()
    >>> len(facts), facts[0].id, facts[0].type
    (196, 'customer_credits_list.query.customer_name', 'string')
    >>> missing_facts(facts, read(API))
    ()

The page is the source of every row of `facts.csv`, in its order and its words. A contract says a fact if
it has the same operation, place, name and type: nearly the same is not the same.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from .document import inline

_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Fact:
    """One documented thing.

    `place` is query, path, request, response or status. `name` is dotted for a field inside another
    (`offerings.uuid`), and the number for a status. `type` is in the page's words: `string (uuid)`,
    `array of objects`, `array of string (uri)s`; plainly `array` for a parameter, whose items the page
    does not tell; for a status what the page says of the body as a whole: `array of objects`, `no body`,
    or nothing where it lists the fields of one object.
    """

    operation: str
    place: str
    name: str
    type: str

    @property
    def id(self) -> str:
        """The fact's name in reports: operation, place and name."""
        return f"{self.operation}.{self.place}.{self.name}"


def load_facts() -> tuple[Fact, ...]:
    """The facts of the documented page, in its order."""
    text = (files("creditkit.contract") / "facts.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple(Fact(row["operation"], row["place"], row["name"], row["type"]) for row in rows)


def missing_facts(facts: Iterable[Fact], document: Mapping[str, Any]) -> tuple[Fact, ...]:
    """Those of the facts that the contract does not say, in the order given.

    Raises ContractError if a reference leads nowhere or a schema contains itself.
    """
    said = frozenset(stated(document))
    return tuple(fact for fact in facts if fact not in said)


def stated(document: Mapping[str, Any]) -> Iterator[Fact]:
    """Every fact that the contract says: parameters, JSON bodies and success statuses of its operations."""
    for item in document["paths"].values():
        shared = item.get("parameters", [])
        for node in item.values():
            if isinstance(node, Mapping) and "operationId" in node:
                yield from _of_operation(inline(document, shared), inline(document, node))


def _of_operation(shared: list[Any], operation: Mapping[str, Any]) -> Iterator[Fact]:
    name = operation["operationId"]
    # An operation's own parameter takes the place of its path item's.
    parameters = {(p["in"], p["name"]): p for p in [*shared, *operation.get("parameters", [])]}
    for (place, parameter), node in parameters.items():
        if place in ("path", "query"):
            yield Fact(name, place, parameter, _words(node["schema"]).partition(" of ")[0])
    yield from _fields(name, "request", _json_schema(operation.get("requestBody", {})))
    for status, response in operation["responses"].items():
        if status.startswith("2"):
            schema = _json_schema(response)
            yield Fact(name, "status", status, _body_words(schema))
            yield from _fields(name, "response", schema)


def _json_schema(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of a JSON body, of a request or a response; empty where there is none."""
    return body.get("content", {}).get(_JSON, {}).get("schema", {})  # type: ignore[no-any-return]


def _fields(operation: str, place: str, schema: Mapping[str, Any], prefix: str = "") -> Iterator[Fact]:
    """The fields of an object or of the objects in a list, each followed by the fields inside it."""
    if "items" in schema:
        schema = schema["items"]
    for name, node in schema.get("properties", {}).items():
        yield Fact(operation, place, prefix + name, _words(node))
        yield from _fields(operation, place, node, f"{prefix}{name}.")


def _words(schema: Mapping[str, Any]) -> str:
    """A schema's type as the page puts it; an enum of strings is just a string there."""
    kind = schema.get("type", "any")
    if kind == "array":
        return f"array of {_words(schema.get('items', {}))}s"
    return f"{kind} ({schema['format']})" if "format" in schema else str(kind)


def _body_words(schema: Mapping[str, Any]) -> str:
    """What the page says of a response body as a whole. Of one object it says nothing but the fields."""
    if not schema:
        return "no body"
    words = _words(schema)
    return "" if words == "object" else words
