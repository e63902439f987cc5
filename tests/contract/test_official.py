"""What the official schema of 7.9.1 says is kept, or differs for a reason that is written down.

The reasons are in `differences.csv`: a pattern over the names below; whether ours adds, changes or drops
what they say; and why. Names are

    <schema>.<field>.<keyword>      of a named schema and its fields; the items of a list are `<field>.item`
    <operation> <what>              of an operation: parameters, bodies, answers, headers, security
    <scheme> <keyword>              of a security scheme
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

import pytest

from contract.conftest import HERE
from contract.walk import operations
from creditkit.contract import Contract, resolve

Statements = dict[str, Any]
Difference = tuple[str, str]

_WORDS = frozenset({"description", "example", "properties", "items", "$ref", "required", "x-source"})

with (HERE / "differences.csv").open(encoding="utf-8", newline="") as _table:
    REASONS = {(row["what"], row["kind"]): row["reason"] for row in csv.DictReader(_table)}


def of_schemas(document: Mapping[str, Any], names: list[str]) -> Statements:
    """Each keyword of the named schemas and their fields."""
    return {
        what: value
        for name in names
        for what, value in _schema(document, name, document["components"]["schemas"][name])
    }


def _schema(document: Mapping[str, Any], where: str, node: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    node = resolve(document, node)
    for keyword, value in node.items():
        if keyword not in _WORDS and not keyword.startswith("x-"):
            yield f"{where}.{keyword}", value
    for field in node.get("required", []):
        yield f"{where}.required {field}", True
    if "items" in node:
        yield from _schema(document, f"{where}.item", node["items"])
    for field, inner in node.get("properties", {}).items():
        yield from _schema(document, f"{where}.{field}", inner)


def of_operations(document: Mapping[str, Any]) -> Statements:
    """What each operation says of parameters, bodies, answers, headers and security."""
    return {
        f"{operation['operationId']} {what}": value
        for path, method, operation in operations(document)
        for what, value in _operation(document, path, method, operation)
    }


def _operation(
    document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    yield "is", f"{method} {path}"
    yield "tags", operation["tags"]
    yield "security", operation["security"]
    for node in [*document["paths"][path].get("parameters", []), *operation.get("parameters", [])]:
        parameter = resolve(document, node)
        where = f"{parameter['in']} {parameter['name']}"
        yield f"{where} required", parameter.get("required", False)
        for keyword in ("style", "explode"):
            if keyword in parameter:
                yield f"{where} {keyword}", parameter[keyword]
        yield from _schema(document, where, parameter["schema"])
    if "requestBody" in operation:
        yield "request required", operation["requestBody"].get("required", False)
        yield from _content("request", operation["requestBody"])
    for status, node in operation["responses"].items():
        response = resolve(document, node)
        yield f"{status}", True
        yield from _content(status, response)
        for name in response.get("headers", {}):
            yield f"{status} header {name.lower()}", True


def _content(where: str, body: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for media_type, content in body.get("content", {}).items():
        schema = content["schema"]
        listed = "items" in schema
        yield f"{where} {media_type}", (listed, (schema["items"] if listed else schema).get("$ref"))


def of_security(document: Mapping[str, Any]) -> Statements:
    """Each keyword of the security schemes."""
    schemes = document["components"]["securitySchemes"].items()
    return {
        f"{name} {key}": value for name, node in schemes for key, value in node.items() if key not in _WORDS
    }


def differences(theirs: Statements, ours: Statements) -> Iterator[Difference]:
    """The name and kind of each: added, changed or dropped."""
    for what in theirs.keys() | ours.keys():
        if theirs.get(what) != ours.get(what):
            yield what, "added" if what not in theirs else "changed" if what in ours else "dropped"


def explains(known: Difference, difference: Difference) -> bool:
    return known[1] == difference[1] and fnmatchcase(difference[0], known[0])


@pytest.fixture(scope="module")
def found(api: Contract, official: dict[str, Any]) -> set[Difference]:
    """Every difference, in the schemas that have an official name, the operations and the security."""
    names = list(official["components"]["schemas"])
    theirs, ours = (
        of_schemas(document, names) | of_operations(document) | of_security(document)
        for document in (official, api.document)
    )
    return set(differences(theirs, ours))


def test_every_difference_has_a_reason(found: set[Difference]) -> None:
    assert sorted(d for d in found if not any(explains(known, d) for known in REASONS)) == []


@pytest.mark.parametrize("known", REASONS)
def test_every_reason_is_for_a_difference_that_is_there(found: set[Difference], known: Difference) -> None:
    assert any(explains(known, difference) for difference in found)
    assert len(REASONS[known]) > 10


def test_operations_are_the_official_ones(api: Contract, official: dict[str, Any]) -> None:
    ours = {(o.id, o.method, o.path) for o in api.operations.values()}
    assert ours == {
        (node["operationId"], method.upper(), path) for path, method, node in operations(official)
    }
    assert len(ours) == 10


def test_schemas_keep_their_official_names_and_fields_their_order(
    api: Contract, official: dict[str, Any]
) -> None:
    ours = api.document["components"]["schemas"]
    for name, schema in official["components"]["schemas"].items():
        assert list(ours[name].get("properties", {})) == list(schema.get("properties", {}))


def test_the_comparison_sees_every_keyword(official: dict[str, Any]) -> None:
    """A comparison that looks at nothing finds no difference: so count what it looks at."""
    said = of_schemas(official, list(official["components"]["schemas"]))
    counts = {
        "type": 77,
        "format": 46,
        "readOnly": 23,
        "pattern": 16,
        "nullable": 8,
        "enum": 6,
        "maxLength": 4,
    }
    seen = Counter(what.rpartition(".")[2] for what in said)
    assert {keyword: seen[keyword] for keyword in counts} == counts
