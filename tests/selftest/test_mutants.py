"""The check finds every mutant of the contract that a client can know of."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from creditkit.contract import load_facts
from faults.mutants import UNKNOWABLE, Mutant, load_mutants

from .bench import Bench
from .judging import found, is_caught

KNOWABLE = [mutant for mutant in load_mutants() if mutant.id not in UNKNOWABLE]
SAMPLE = Random(1).sample(KNOWABLE, 60)
"""The mutants of `make test`; `make selftest` tries all."""


@pytest.mark.parametrize(
    "mutant",
    [pytest.param(m, id=m.id, marks=() if m in SAMPLE else pytest.mark.soak) for m in KNOWABLE],
)
def test_a_mutant_is_caught(bench: Bench, mutant: Mutant) -> None:
    assert is_caught(bench, mutant)


@pytest.mark.soak
@pytest.mark.parametrize("name", sorted(UNKNOWABLE))
def test_a_mutant_that_no_client_can_know_survives(bench: Bench, name: str) -> None:
    (mutant,) = (mutant for mutant in load_mutants() if mutant.id == name)
    assert found(bench, mutant.shown) == ()


def test_every_documented_field_of_an_answer_is_wrong_in_five_ways_where_it_can_be() -> None:
    made = {(m.operation, m.name, m.kind) for m in load_mutants() if m.place == "body"}
    documented = [fact for fact in load_facts() if fact.place == "response"]
    missing = {
        (fact.name, kind)
        for fact in documented
        for kind in ("dropped", "null", "type", "format", "value")
        if (fact.operation, fact.name, kind) not in made
    }
    without_format = ("customer_name", "customer_slug", "apply_as_minimal_consumption", "offerings")
    nullable = ("end_date", "consumption_last_month")
    assert len(documented) == 130
    assert missing == {*((name, "format") for name in without_format), *((name, "null") for name in nullable)}


def test_the_mutants_have_ids_of_their_own_and_change_every_documented_status() -> None:
    assert len({mutant.id for mutant in load_mutants()}) == len(load_mutants())
    changed = {f"{m.operation}.status.{m.status}" for m in load_mutants() if m.kind == "status"}
    assert {fact.id for fact in load_facts() if fact.place == "status"} <= changed
    named = Mutant("customer_credits_list", 200, "body", "offerings.name", "short", "null")
    assert named in load_mutants()
    assert named.id == "customer_credits_list.200.offerings.name.null"


def test_there_are_so_many_of_a_kind() -> None:
    assert Counter(mutant.kind for mutant in load_mutants()) == {
        "dropped": 196,
        "null": 119,
        "type": 133,
        "format": 105,
        "value": 190,
        "extra": 12,
        "status": 56,
        "media-type": 50,
        "empty": 50,
        "shape": 42,
        "body": 1,
    }
