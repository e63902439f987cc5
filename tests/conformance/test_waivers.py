"""Waivers cover what they name, no more, no longer, and never in silence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from creditkit.conformance import Outcome, Requirement, Run, Verdict, Waiver, apply_waivers, load_waivers
from creditkit.errors import UsageError

TODAY = date(2026, 11, 22)
ROOT = Requirement("ROOT", "create", "MUST", "x", "y", ("create", "list"), "write")
LEAF = Requirement("LEAF", "create", "MUST", "x", "y", ("create",), "read", after=("ROOT",))
KNOWN = {"ROOT": ROOT, "LEAF": LEAF}
FILE = """
[[waiver]]
requirement = "ROOT"
operation = "create"
reason = "It is known."
owner = "Kim"
link = "https://tracker.example.com/1"
until = 2026-11-22

[[waiver]]
requirement = "LEAF"
"""


def waiver(requirement: str = "ROOT", **more: object) -> Waiver:
    values = {"reason": "It is known.", "owner": "Kim", "until": TODAY, **more}
    return Waiver("waivers.toml: waiver 1", requirement, **values)  # type: ignore[arg-type]


def run(*verdicts: Verdict, mode: str = "write") -> Run:
    return Run("http://x", mode, datetime.now(UTC), 1, verdicts, ())


def failed(requirement: Requirement, operation: str, cause: str = "") -> Verdict:
    return Verdict(requirement, operation, Outcome.FAIL, cause=cause)


def outcomes(found: Run) -> Sequence[tuple[str, Outcome]]:
    return [(verdict.key, verdict.outcome) for verdict in found.verdicts]


def errors(found: Run) -> Iterator[str]:
    return (verdict.reason for verdict in found.verdicts if verdict.requirement.id == "WAIVER")


def test_a_file_is_read_as_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "waivers.toml"
    path.write_text(FILE)
    first, second = load_waivers(path, KNOWN)
    assert first == Waiver(
        f"{path}: waiver 1",
        "ROOT",
        "create",
        reason="It is known.",
        owner="Kim",
        link="https://tracker.example.com/1",
        until=TODAY,
    )
    assert (second.key, second.flaw(TODAY)) == ("LEAF", "has no reason and no owner and no until")


def test_what_is_waived_keeps_a_run_green_and_says_who_answers_for_it() -> None:
    found = apply_waivers(run(failed(ROOT, "create")), [waiver(link="https://t/1")], TODAY)
    assert outcomes(found) == [("ROOT create", Outcome.WAIVED)]
    assert found.verdicts[0].reason == "It is known. (Kim, until 2026-11-22, https://t/1)"
    assert found.is_green


@pytest.mark.parametrize("outcome", [Outcome.FAIL, Outcome.WARN, Outcome.ERROR, Outcome.NOT_EVALUATED])
def test_everything_but_a_pass_can_be_waived(outcome: Outcome) -> None:
    found = apply_waivers(run(Verdict(ROOT, "create", outcome)), [waiver()], TODAY)
    assert outcomes(found) == [("ROOT create", Outcome.WAIVED)]


def test_a_waiver_for_one_operation_leaves_the_others() -> None:
    both = run(failed(ROOT, "create"), failed(ROOT, "list"))
    found = apply_waivers(both, [waiver(at="list")], TODAY)
    assert outcomes(found) == [("ROOT create", Outcome.FAIL), ("ROOT list", Outcome.WAIVED)]
    assert not found.is_green


def test_what_a_waived_failure_explained_is_a_finding_of_its_own() -> None:
    before = run(failed(ROOT, "create"), failed(LEAF, "create", cause="ROOT"))
    found = apply_waivers(before, [waiver()], TODAY)
    assert [verdict.key for verdict in before.findings] == ["ROOT create"]
    assert [verdict.key for verdict in found.findings] == ["LEAF create"]


@pytest.mark.parametrize(
    ("flawed", "says"),
    [
        (waiver(until=date(2026, 11, 21)), "waivers.toml: waiver 1 expired on 2026-11-21"),
        (waiver(reason=""), "waivers.toml: waiver 1 has no reason"),
        (waiver(owner="", until=None), "waivers.toml: waiver 1 has no owner and no until"),
    ],
)
def test_a_waiver_that_is_no_good_waives_nothing_and_fails_the_run(flawed: Waiver, says: str) -> None:
    found = apply_waivers(run(failed(ROOT, "create")), [flawed], TODAY)
    assert outcomes(found) == [("ROOT create", Outcome.FAIL), ("WAIVER ROOT", Outcome.ERROR)]
    assert list(errors(found)) == [says]
    assert len(found.findings) == 2


def test_a_waiver_that_is_not_needed_fails_a_run_in_which_all_holds() -> None:
    good = run(Verdict(ROOT, "create", Outcome.PASS), Verdict(ROOT, "list", Outcome.PASS))
    found = apply_waivers(good, [waiver(at="list")], TODAY)
    assert list(errors(found)) == ["waivers.toml: waiver 1 is not needed any more: the requirement holds"]
    assert not found.is_green


def test_a_waiver_that_is_needed_at_one_operation_is_needed() -> None:
    half = run(Verdict(ROOT, "create", Outcome.PASS), failed(ROOT, "list"))
    assert apply_waivers(half, [waiver()], TODAY).is_green


def test_a_run_that_did_not_look_says_nothing_of_a_waiver() -> None:
    unseen = Verdict(ROOT, "create", Outcome.NOT_EVALUATED)
    assert outcomes(apply_waivers(run(unseen, mode="read"), [waiver()], TODAY)) == [
        ("ROOT create", Outcome.NOT_EVALUATED)
    ]
    assert outcomes(apply_waivers(run(), [waiver()], TODAY)) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[[waiver]]\nrequirement = "NONE"', "waiver 1: requirement: there is no requirement 'NONE'"),
        ('[[waiver]]\nreason = "x"', "waiver 1: requirement: there is no requirement ''"),
        ('[[waiver]]\nrequirement = "LEAF"\noperation = "list"', "LEAF does not speak of 'list'"),
        ('[[waiver]]\nrequirement = "LEAF"\nuntil = "2027-01-01"', "waiver 1: until: must be a date"),
        ('[[waiver]]\nrequirement = "LEAF"\nuntil = 2027-01-01T00:00:00', "waiver 1: until: must be a date"),
        ('[[waiver]]\nrequirement = "LEAF"\nreasno = "x"', "waiver 1: reasno: there is no such key"),
        ('[[waiver]]\nrequirement = "LEAF"\nowner = 5', "waiver 1: owner: must be a text"),
        ("[waiver]\nrequirement = 1", "waivers stand under [[waiver]]"),
        ("[[waivers]]", "waivers stand under [[waiver]]"),
        ("[[waiver", "is no TOML"),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_place(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "waivers.toml"
    path.write_text(text)
    with pytest.raises(UsageError) as caught:
        load_waivers(path, KNOWN)
    assert caught.value.message.startswith(f"{path}: ")
    assert says in caught.value.message


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load_waivers(tmp_path / "none.toml", KNOWN)
