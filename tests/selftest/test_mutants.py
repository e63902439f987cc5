"""The generated mutants are the frozen ones, and the suite catches what a client could know."""

from __future__ import annotations

import hashlib
from collections import Counter
from importlib.resources import files
from pathlib import Path
from random import Random

import pytest

from creditkit.contract import load_facts
from creditkit.deviations import Mutant, load_mutants, mutants, mutants_of_contract
from creditkit.deviations.freezing import freeze
from creditkit.deviations.mutants import as_csv, checksum
from creditkit.errors import ContractError
from creditkit.selftest import Bench, judge_mutant

FOLDER = Path(str(files("creditkit.deviations")))
KNOWABLE = [mutant for mutant in load_mutants() if not mutant.unknowable]


SAMPLE = Random(1).sample(KNOWABLE, 120)


def test_the_suite_catches_a_sample_of_the_mutants(bench: Bench) -> None:
    assert [mutant.id for mutant in SAMPLE if not judge_mutant(bench, mutant).is_caught] == []


@pytest.mark.soak
@pytest.mark.parametrize("operation", sorted({mutant.operation for mutant in KNOWABLE}))
def test_the_suite_catches_all_mutants(bench: Bench, operation: str) -> None:
    mutants_ = [mutant for mutant in KNOWABLE if mutant.operation == operation]
    assert [mutant.id for mutant in mutants_ if not judge_mutant(bench, mutant).is_caught] == []


def test_what_no_client_could_know_is_named_with_its_reason() -> None:
    unknowable = [mutant for mutant in load_mutants() if mutant.unknowable]
    assert [mutant.id for mutant in unknowable] == ["customer_credits_consumptions_list.200.date.value"]


@pytest.mark.soak
def test_what_no_client_could_know_really_survives(bench: Bench) -> None:
    unknowable = [mutant for mutant in load_mutants() if mutant.unknowable]
    assert [judge_mutant(bench, mutant).caught_by for mutant in unknowable] == [()] * len(unknowable)


def test_the_contract_gives_the_mutants_that_are_frozen() -> None:
    """Where the contract has changed on purpose: python -m creditkit.deviations.freezing."""
    text = as_csv(mutants_of_contract())
    assert text == (FOLDER / "mutants.csv").read_text(encoding="utf-8")
    assert (FOLDER / "mutants.sha256").read_text(encoding="utf-8") == f"{checksum(text)}  mutants.csv\n"


def test_the_checksum_is_that_of_the_file() -> None:
    """As sha256sum --check sees it."""
    frozen = (FOLDER / "mutants.sha256").read_text(encoding="utf-8").split()[0]
    assert hashlib.sha256((FOLDER / "mutants.csv").read_bytes()).hexdigest() == frozen


def test_a_file_that_is_not_as_frozen_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    read = mutants._read

    def altered(name: str) -> str:
        return read(name) + ("x,200,body,a,text,null\n" if name == "mutants.csv" else "")

    monkeypatch.setattr(mutants, "_read", altered)
    with pytest.raises(ContractError, match="is not what its checksum says"):
        load_mutants.__wrapped__()


def test_a_reason_for_a_mutant_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    read = mutants._read

    def altered(name: str) -> str:
        return read(name) + ("nothing.200.dropped,why\n" if name == "mutants-unknowable.csv" else "")

    monkeypatch.setattr(mutants, "_read", altered)
    with pytest.raises(ContractError, match=r"there is no mutant nothing\.200\.dropped"):
        load_mutants.__wrapped__()


def test_freezing_writes_both_files(tmp_path: Path) -> None:
    assert freeze(tmp_path) == len(load_mutants())
    assert {path.name for path in tmp_path.iterdir()} == {"mutants.csv", "mutants.sha256"}
    assert (tmp_path / "mutants.csv").read_bytes() == (FOLDER / "mutants.csv").read_bytes()


def test_ids_are_there_once() -> None:
    assert max(Counter(mutant.id for mutant in load_mutants()).values()) == 1


def test_every_documented_field_of_an_answer_is_wrong_in_five_ways_where_it_can_be() -> None:
    found = {(m.operation, m.name, m.kind) for m in load_mutants() if m.place == "body"}
    documented = [fact for fact in load_facts() if fact.place == "response"]
    assert len(documented) == 130
    missing = {
        (fact.name, kind)
        for fact in documented
        for kind in ("dropped", "null", "type", "format", "value")
        if (fact.operation, fact.name, kind) not in found
    }
    without_format = {"customer_name", "customer_slug", "apply_as_minimal_consumption", "offerings"}
    nullable = {"end_date", "consumption_last_month"}
    assert missing == {
        *((name, "format") for name in without_format),
        *((name, "null") for name in nullable),
    }


def test_every_documented_status_is_changed() -> None:
    changed = {f"{m.operation}.status.{m.status}" for m in load_mutants() if m.kind == "status"}
    assert {fact.id for fact in load_facts() if fact.place == "status"} <= changed


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("dropped", 196),
        ("null", 119),
        ("type", 133),
        ("format", 105),
        ("value", 190),
        ("extra", 12),
        ("status", 56),
        ("media-type", 50),
        ("empty", 50),
        ("shape", 42),
        ("body", 1),
    ],
)
def test_there_are_so_many_of_a_kind(kind: str, number: int) -> None:
    assert sum(mutant.kind == kind for mutant in load_mutants()) == number


def test_a_mutant_is_named_after_what_is_wrong() -> None:
    mutant = Mutant("customer_credits_list", 200, "body", "offerings.name", "short", "null")
    assert mutant.id == "customer_credits_list.200.offerings.name.null"
    assert Mutant("customer_credits_destroy", 204, "answer", "", "", "body").id == (
        "customer_credits_destroy.204.body"
    )
