"""Contracts with faults in them: the comparison tells what it can, and never fails."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

import pytest

from creditkit.errors import ReviewInputError
from creditkit.review.diff import compare
from mutants import table

BASES = [table.load("base.yaml"), *(one.new for one in table.mutants("more.yaml"))]
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
