"""Whatever stands in a contract, it is linted or refused: changes made at random never stop a rule."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

import pytest

from creditkit.errors import ReviewInputError
from creditkit.review import lint
from creditkit.review.source import MEMBERS

from .planted_mistakes import BASES, source_of

ODD: list[Any] = [
    *(
        None,
        True,
        0,
        -1,
        1.5,
        10**30,
        "",
        "x",
        "(",
        "#/a",
        "2027-01-01",
        [],
        [None],
        [{}],
        [[]],
        ["a", 1, None],
        {},
    ),
    *({"$ref": "#"}, {"$ref": "#/paths"}, {"$ref": ""}, {"$ref": 5}, {"$ref": "#/components/schemas/Credit"}),
    *({"a": {}}, {"type": []}, {"type": "object", "required": ["a"]}, {"enum": []}, {"not": {}}),
    {"allOf": [{"$ref": "#/components/schemas/Folder"}]},
]
WORDS = ("$ref", "$anchor", "type", "enum", "const", "required", "nullable", "readOnly", "minimum", "maximum")
MORE = ("format", "pattern", "default", "example", "discriminator", "security", "in", "name", "200", "x-a")
KEYS = sorted({*WORDS, *MORE, *(name for members in MEMBERS.values() for name in members)})


def containers(value: Any) -> list[Any]:
    """Every object and every list in a value, itself first."""
    found = [value]
    for one in found:
        below = one.values() if isinstance(one, dict) else one
        found.extend(member for member in below if isinstance(member, (dict, list)))
    return found


def changed(document: Any, chance: random.Random) -> Any:
    """A copy with one to four members replaced, removed or added."""
    made = copy.deepcopy(document)
    for _ in range(chance.choice((1, 1, 2, 4))):
        holder = chance.choice(containers(made))
        odd = copy.deepcopy(chance.choice(ODD))
        if isinstance(holder, list):
            holder.insert(chance.randrange(len(holder) + 1), odd)
        elif holder and chance.random() < 0.5:
            holder[chance.choice(list(holder))] = odd
        elif holder and chance.random() < 0.3:
            holder.pop(chance.choice(list(holder)))
        else:
            holder[chance.choice(KEYS)] = odd
    return made


def try_out(seed: int, times: int) -> int:
    """Lint so many changed contracts; gives how many had findings."""
    chance = random.Random(seed)
    documents = [source_of(text).document for text in BASES.values()]
    told = 0
    for _ in range(times):
        text = json.dumps(changed(chance.choice(documents), chance))
        try:
            findings = lint(source_of(text))
        except ReviewInputError:
            continue
        assert all(finding.place.line == 1 for finding in findings)
        told += bool(findings)
    return told


def test_changed_contracts_are_linted() -> None:
    assert try_out(seed=1, times=60) > 30


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2, 6))
def test_many_changed_contracts_are_linted(seed: int) -> None:
    assert try_out(seed, times=1000) > 500
