"""Names: their order and their search; and uuids of new credits."""

from __future__ import annotations

from uuid import RFC_4122, UUID

import pytest

from creditkit.store.domain.names import Folded, collated, contains, new_uuid


def test_names_are_in_order_whatever_their_accents_and_case() -> None:
    names = ["京都", "cafe", "Zürich", "aurora", "Café", "black", "Ångström"]
    names.sort(key=collated)
    assert names == ["Ångström", "aurora", "black", "Café", "cafe", "Zürich", "京都"]


def test_the_order_of_names_equal_but_for_case_is_always_the_same() -> None:
    assert sorted(["b", "B"], key=collated) == sorted(["B", "b"], key=collated)


@pytest.mark.parametrize(
    ("name", "part", "found"),
    [
        ("Tõravere", "TÕRA", True),
        ("Tõravere", "tora", False),
        ("Straße", "STRASSE", True),
        ("x", "", True),
        ("%_", "%", True),
        ("ab", "a%", False),
    ],
)
def test_a_part_is_found_in_any_case_and_nothing_is_a_wildcard(name: str, part: str, found: bool) -> None:
    assert contains(name, part) is found


@pytest.mark.parametrize("part", ["", "a", "AN", "ß", "SS", "é", "e", " ", "x", "a\0", "\0", "bus ag", "g"])
def test_many_names_are_searched_as_one_by_one(part: str) -> None:
    names = ["Nimbus AG", "", "Straße", "Café", "Anna\0Ann", "STRASSE", "", "g"]
    expected = [place for place, name in enumerate(names) if contains(name, part)]
    found = Folded(names).containing(part)
    assert found == ([] if "\0" in part else expected)
    assert Folded([]).containing(part) == []


VERSION_AND_VARIANT = {62, 63, 76, 77, 78, 79}


def test_each_is_a_random_uuid() -> None:
    texts = [new_uuid() for _ in range(1000)]
    uuids = [UUID(text) for text in texts]
    assert list(map(str, uuids)) == texts, "with dashes, in lower case"
    assert {(uuid.version, uuid.variant) for uuid in uuids} == {(4, RFC_4122)}
    for bit in {*range(128)} - VERSION_AND_VARIANT:
        assert 300 < sum(uuid.int >> bit & 1 for uuid in uuids) < 700, f"bit {bit} is random"
