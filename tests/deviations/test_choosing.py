"""From names to deviations."""

from __future__ import annotations

import pytest

from creditkit.deviations import chosen, of_release
from creditkit.errors import UsageError


def test_deviations_come_in_the_order_in_which_they_are_named_and_once() -> None:
    found = chosen(["query-filter", "hex-uuids", "query-filter"])
    assert [deviation.id for deviation in found] == ["query-filter", "hex-uuids"]


def test_a_release_has_what_its_entries_say() -> None:
    before, after = ({d.id for d in of_release(name)} for name in ("waldur-8.0.9", "waldur-8.1.2"))
    assert after - before == {"withdrawable-balance"}
    assert before <= after
    assert {"actions-empty", "query-filter"} <= before
    assert "query-filter" not in {d.id for d in of_release("waldur-7.9.1")}


def test_a_wrong_name_is_answered_with_the_nearest_one() -> None:
    with pytest.raises(UsageError) as raised:
        chosen(["hex-uuid"])
    assert (raised.value.message, raised.value.hint) == (
        "there is no deviation 'hex-uuid'",
        "did you mean hex-uuids?",
    )


def test_a_name_like_none_is_answered_with_where_all_are() -> None:
    with pytest.raises(UsageError) as raised:
        chosen(["?"])
    assert raised.value.hint == "docs/deviations.md tells them all"


def test_a_wrong_release_is_answered_with_those_there_are() -> None:
    with pytest.raises(UsageError) as raised:
        of_release("9")
    assert raised.value.hint.startswith("releases: waldur-7.9.1, waldur-7.9.2, ")
