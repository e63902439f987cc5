"""Contracts with faults in them: the comparison tells what it can, and never fails."""

from __future__ import annotations

import copy
import random
import time
from collections.abc import Iterator
from typing import Any

import pytest

from creditkit.errors import ReviewInputError
from creditkit.review import Source
from creditkit.review.diff import compare
from mutants import table

BASES = [
    table.load("base.yaml"),
    *(one.new for name in ("more.yaml", "teams.yaml") for one in table.mutants(name)),
]
JUNK: list[Any] = [
    *(None, True, False, 5, -1, 1.5, "", "x", "(", [], {}, [None], ["x"], {"x": None}, {"type": "object"}),
    *(
        {"$ref": 5},
        {"$ref": "#/nowhere"},
        {"$ref": "#/components"},
        {"$ref": "#"},
        {"allOf": [{"$ref": "#"}]},
    ),
]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to every value below a value."""
    for key, inner in [*value.items()] if isinstance(value, dict) else enumerate(value):
        yield (*path, key)
        if isinstance(inner, dict | list):
            yield from places(inner, (*path, key))


def spoilt(document: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """The document with something in it replaced, or taken away."""
    found = copy.deepcopy(document)
    *parents, last = chance.choice([path for path in places(document) if path != ("openapi",)])
    holder: Any = found
    for part in parents:
        holder = holder[part]
    if chance.random() < 0.2:
        del holder[last]
    else:
        holder[last] = copy.deepcopy(chance.choice(JUNK))
    return found


@pytest.mark.parametrize("seed", range(2))
def test_a_fault_in_a_contract_is_survived_on_either_side(seed: int) -> None:
    chance = random.Random(seed)
    for document in [*BASES, *BASES[:1] * 15]:
        try:
            other = table.source(spoilt(document, chance))
        except ReviewInputError:
            continue
        compare(table.source(document), other)
        compare(other, table.source(document))


HOSTILE: list[dict[str, Any]] = [
    {"type": "array", "minItems": 10**9, "items": {}},
    {"type": "array", "contains": {"type": "string"}, "minContains": 10**9},
    {"type": "string", "minLength": 10**12},
    {"type": "object", "minProperties": 10**9},
    {"type": "number", "minimum": 10**400, "multipleOf": 1e-300},
    {"type": "number", "maximum": 1e308, "multipleOf": 1e-308},
    {"type": "string", "pattern": "^((((a{300}){300}){300}){300}){300}$"},
    {"type": "string", "pattern": "^(){1000000000}$"},
    {"type": "string", "pattern": "^" + "(" * 2_000 + "a" + ")" * 2_000 + "$"},
    {"type": "string", "pattern": "^(a|b|c)*(a|b)(a|b|c){40}$"},
    {"type": "string", "pattern": "^(([a-z])+.)+[A-Z]([a-z])+$"},
]


@pytest.mark.parametrize("schema", HOSTILE, ids=lambda schema: str(schema)[:50])
def test_a_schema_that_asks_for_too_much_takes_little_time(schema: dict[str, Any]) -> None:
    free = source({"type": schema["type"]})
    start = time.process_time()
    compare(free, source(schema))
    compare(source(schema), free)
    assert time.process_time() - start < 2.0


def source(schema: dict[str, Any]) -> Source:
    return table.source(table.whole({"openapi": "3.1.0", "request": schema, "response": schema}))


def chain(length: int, last: str) -> Source:
    schemas: dict[str, Any] = {
        f"S{n}": {"type": "object", "properties": {"p": {"$ref": f"#/components/schemas/S{n + 1}"}}}
        for n in range(length)
    }
    schemas[f"S{length}"] = {"type": last}
    first = {"$ref": "#/components/schemas/S0"}
    return table.source(table.whole({"request": first, "components": {"schemas": schemas}}))


def test_a_chain_of_schemas_is_followed_or_told_to_be_too_long() -> None:
    kinds = [one.kind for one in compare(chain(40, "string"), chain(40, "integer"))]
    assert kinds == ["request-property-type-changed"]
    with pytest.raises(ReviewInputError, match="lead into one another too often"):
        compare(chain(3_000, "string"), chain(3_000, "integer"))
