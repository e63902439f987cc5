"""No requirement is dead weight: each finds a deviation that nothing else finds."""

from __future__ import annotations

import pytest

from creditkit.conformance import load_requirements
from creditkit.deviations import chosen
from creditkit.errors import UsageError
from creditkit.selftest import (
    Ablation,
    Bench,
    Proof,
    ablations_of,
    judging,
    load_ablations,
    prove,
    unproven,
)


def test_every_requirement_has_a_deviation_of_its_own() -> None:
    assert unproven() == ()
    named = [ablation.requirement for ablation in load_ablations()]
    assert named == list(load_requirements())
    assert len({ablation.deviation.id for ablation in load_ablations()}) == len(named)


def test_a_deviation_of_its_own_names_the_requirement_alone() -> None:
    for ablation in load_ablations():
        assert ablation.deviation.breaks == (ablation.requirement,)


def test_without_a_requirement_its_deviation_survives(bench: Bench) -> None:
    (ablation,) = ablations_of("FIELD-TYPES")
    proof = prove(bench, ablation)
    assert (proof.is_caught, proof.others, proof.is_needed) == (True, (), True)


def test_a_requirement_is_proven_where_it_finds_what_nothing_else_does() -> None:
    def proof(*, is_caught: bool, others: tuple[str, ...]) -> Proof:
        return Proof("DELETE-STATUS", "delete-is-200", is_caught, others, 0.1)

    assert proof(is_caught=True, others=()).is_needed
    assert not proof(is_caught=True, others=("STATUS-DOCUMENTED",)).is_needed
    assert not proof(is_caught=False, others=()).is_needed


def test_what_others_find_is_seen(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    suite = {name: load_requirements()[name] for name in ("DELETE-STATUS", "STATUS-DOCUMENTED")}
    monkeypatch.setattr(judging, "load_requirements", lambda: suite)
    (deviation,) = chosen(["delete-is-200"])
    assert deviation.shown is not None
    assert judging.found_without(bench, deviation.shown, "STATUS-DOCUMENTED") == ("DELETE-STATUS",)


def test_a_requirement_that_the_table_lacks_is_told() -> None:
    with pytest.raises(UsageError, match="has nothing for 'FUZZ-SCHEMATA'"):
        ablations_of("FUZZ-SCHEMATA")


@pytest.mark.soak
@pytest.mark.parametrize("ablation", load_ablations(), ids=lambda ablation: ablation.requirement)
def test_every_requirement_is_needed(bench: Bench, ablation: Ablation) -> None:
    proof = prove(bench, ablation)
    assert (proof.is_caught, proof.others) == (True, ())
