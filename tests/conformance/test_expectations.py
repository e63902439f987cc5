"""What is expected of a release explains what looks like it, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from creditkit.conformance import (
    Expectations,
    Expected,
    Failure,
    Options,
    Outcome,
    Requirement,
    Run,
    Verdict,
    apply_expectations,
    load_expectations,
    settle,
)
from creditkit.conformance.asking import Exchange
from creditkit.conformance.judging import compare
from creditkit.conformance.report import document
from creditkit.deviations import Sign, chosen, of_release
from creditkit.errors import UsageError

ROOT = Requirement("ROOT", "create", "MUST", "x", "y", ("create", "list"), "write")
LEAF = Requirement("LEAF", "create", "MUST", "x", "y", ("create",), "write", after=("ROOT",))
TEXT = Failure("`value` has the wrong type", "number", "5.0")
OTHER = Failure("`slug` has the wrong type", "string", "7")
(REAL,) = chosen(["hex-uuids"])
DEVIATION = replace(REAL, id="texts", title="Texts", signs=(Sign(("ROOT",), "^`value` .* got [0-9.]+$"),))
EXPECT = Expectations("waldur-x", (DEVIATION,))


def run(*verdicts: Verdict, mode: str = "write") -> Run:
    return Run("http://x", mode, datetime.now(UTC), 1, verdicts, ())


def failed(*failures: Failure, operation: str = "create", requirement: Requirement = ROOT) -> Verdict:
    return Verdict(requirement, operation, Outcome.FAIL, failures)


def fates(found: Run) -> Iterator[tuple[str, bool | None]]:
    return ((expected.id, expected.seen) for expected in found.expected)


def test_what_is_expected_keeps_a_run_green_and_says_of_which_deviation_it_is() -> None:
    found = apply_expectations(run(failed(TEXT)), EXPECT)
    (verdict,) = found.verdicts
    assert (verdict.outcome, verdict.reason, verdict.failures) == (Outcome.EXPECTED, "texts", (TEXT,))
    assert found.is_green
    assert found.findings == ()
    assert found.expects == "waldur-x"
    assert found.expected == (Expected("texts", "Texts", True, ("ROOT create",)),)


def test_another_fault_of_the_same_requirement_and_operation_is_still_found() -> None:
    found = apply_expectations(run(failed(TEXT, OTHER)), EXPECT)
    (verdict,) = found.verdicts
    assert (verdict.outcome, verdict.failures) == (Outcome.FAIL, (OTHER,))
    assert verdict.reason == "besides what is expected of texts"
    assert found.findings == (verdict,)
    assert list(fates(found)) == [("texts", True)]


@pytest.mark.parametrize(
    ("verdict", "signs"),
    [
        (failed(OTHER), DEVIATION.signs),
        (failed(replace(TEXT, got="much")), DEVIATION.signs),
        (failed(TEXT, requirement=LEAF), DEVIATION.signs),
        (failed(TEXT), (Sign(("ROOT",), "^`value`", operations=("list",)),)),
        (failed(TEXT), (Sign(("ROOT",), "^`value`", request="^staff POST"),)),
        (Verdict(ROOT, "create", Outcome.ERROR, reason="`value` was odd, got 5"), DEVIATION.signs),
        (Verdict(ROOT, "create", Outcome.NOT_EVALUATED, reason="`value`, got 5"), DEVIATION.signs),
    ],
)
def test_what_does_not_look_like_it_is_found(verdict: Verdict, signs: tuple[Sign, ...]) -> None:
    expect = Expectations("waldur-x", (replace(DEVIATION, signs=signs),))
    found = apply_expectations(run(verdict), expect)
    assert found.verdicts == (verdict,)
    assert not found.is_green


def test_a_sign_can_name_the_request() -> None:
    signs = (Sign(("ROOT",), "^`value`", request='^staff POST /a/\\?b=1 .*"c"'),)
    expect = Expectations("waldur-x", (replace(DEVIATION, signs=signs),))
    exchange = Exchange(
        1,
        "create",
        "staff",
        "POST",
        "http://x/a/?b=1",
        (),
        b'{\n"c": 1}',
        500,
        {},
        b"",
        datetime.now(UTC),
        0.1,
    )
    by_staff = replace(TEXT, exchange=exchange)
    by_nobody = replace(TEXT, exchange=replace(exchange, role=""))
    found = apply_expectations(run(failed(by_staff, by_nobody)), expect)
    assert found.verdicts[0].failures == (by_nobody,)


def test_what_only_follows_from_the_expected_is_a_finding_unless_a_sign_explains_it() -> None:
    follower = replace(failed(OTHER, requirement=LEAF), cause="ROOT")
    found = apply_expectations(run(failed(TEXT), follower), EXPECT)
    assert [verdict.key for verdict in found.findings] == ["LEAF create"]


def test_what_could_not_be_judged_is_put_down_only_to_a_deviation_that_was_seen() -> None:
    signs = (*DEVIATION.signs, Sign(("LEAF",), "^no answer$"))
    expect = Expectations("waldur-x", (replace(DEVIATION, signs=signs),))
    open_ = Verdict(LEAF, "create", Outcome.NOT_EVALUATED, reason="no answer")
    seen = apply_expectations(run(failed(TEXT), open_), expect)
    assert [v.outcome for v in seen.verdicts] == [Outcome.EXPECTED, Outcome.EXPECTED]
    assert seen.verdicts[1].reason == "texts: no answer"
    unseen = apply_expectations(run(open_), expect)
    assert unseen.verdicts == (open_,)


def test_a_should_that_is_expected_is_no_warning() -> None:
    found = apply_expectations(run(replace(failed(TEXT), outcome=Outcome.WARN)), EXPECT)
    assert found.count(Outcome.WARN) == 0
    assert found.count(Outcome.EXPECTED) == 1


@pytest.mark.parametrize(
    ("verdicts", "seen"),
    [
        ([failed(TEXT)], True),
        ([Verdict(ROOT, "create", Outcome.PASS)], False),
        ([failed(OTHER)], False),
        ([Verdict(ROOT, "create", Outcome.NOT_EVALUATED, reason="needs a token")], None),
        ([Verdict(LEAF, "create", Outcome.PASS)], None),
        ([], None),
    ],
)
def test_whether_it_was_seen_is_told(verdicts: list[Verdict], seen: bool | None) -> None:
    assert list(fates(apply_expectations(run(*verdicts), EXPECT))) == [("texts", seen)]


def test_what_the_contract_allows_is_not_looked_for() -> None:
    names = [name for name, _ in fates(apply_expectations(run(), load_expectations("waldur-8.0.9")))]
    assert "query-filter" in names
    assert "put-keeps" not in names


def test_a_release_is_expected_by_its_name() -> None:
    expect = load_expectations("waldur-8.0.9")
    assert (expect.name, expect.deviations) == ("waldur-8.0.9", of_release("waldur-8.0.9"))


def test_a_file_names_releases_and_deviations(tmp_path: Path) -> None:
    path = tmp_path / "ours.yaml"
    path.write_text("- waldur-8.0.9\n- actions-crash\n- hex-uuids\n")
    expect = load_expectations(str(path))
    assert expect.name == "ours.yaml"
    assert expect.deviations == (*of_release("waldur-8.0.9"), *chosen(["actions-crash"]))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- hex-uuid\n", "there is no deviation 'hex-uuid'"),
        ("hex-uuids\n", "must be a list of releases and deviations"),
        ("- 5\n", "must be a list of releases and deviations"),
        ("- [\n", "is no YAML"),
        ("- a\x00\n", "is no YAML"),
    ],
)
def test_a_file_that_is_no_good_is_told(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "ours.yaml"
    path.write_text(text)
    with pytest.raises(UsageError, match=told):
        load_expectations(str(path))


def test_neither_a_release_nor_a_file_is_told() -> None:
    with pytest.raises(UsageError) as raised:
        load_expectations("waldur-8.0.99")
    assert raised.value.message == "there is no release 'waldur-8.0.99'"
    with pytest.raises(UsageError, match=r"^ours\.yaml: cannot be read: No such file or directory$"):
        load_expectations("ours.yaml")


def test_a_folder_is_no_file_of_expectations(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load_expectations(str(tmp_path))


def test_what_is_expected_is_said_by_a_flag_or_in_the_table_of_a_target(tmp_path: Path) -> None:
    config = tmp_path / "creditkit.toml"
    (tmp_path / "ours.yaml").write_text("- hex-uuids\n")

    def expected(line: str, flag: str | None = None) -> tuple[str, int]:
        config.write_text(f'[targets.staging]\nurl = "http://x"\n{line}\n')
        expect = settle(Options("staging", config=config, expect=flag)).expect
        return (expect.name, len(expect.deviations)) if expect else ("", 0)

    assert expected("") == ("", 0)
    assert expected('expect = "waldur-8.0.9"')[0] == "waldur-8.0.9"
    assert expected('expect = "ours.yaml"') == ("ours.yaml", 1)
    assert expected('expect = "ours.yaml"', "waldur-8.1.2")[0] == "waldur-8.1.2"
    with pytest.raises(UsageError, match=r"none\.yaml: cannot be read: No such file"):
        expected('expect = "none.yaml"')


def test_a_newer_run_that_expects_a_fault_has_not_mended_it() -> None:
    before = run(failed(TEXT))
    after = apply_expectations(before, EXPECT)
    found = compare(document(before), document(after))
    assert [change.key for change in found.still_failing] == ["ROOT create"]
    assert found.fixed == ()
