"""What `creditkit selftest` prints and how it ends."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from creditkit import cli
from creditkit.conformance import Mode, Run, Target, check
from creditkit.deviations import Deviation, Mutant, chosen, load_catalogue, load_mutants
from creditkit.errors import DeploymentError
from creditkit.selftest import (
    Ablation,
    Bench,
    Options,
    Proof,
    Result,
    command,
    judge_mutant,
    judged,
    judging,
    rival,
    selected,
)
from creditkit.selftest.rival import Trial


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of this machine counts; the honest mock is tested elsewhere."""
    for name in [name for name in os.environ if name.startswith("CREDITKIT")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(command, "judge_honest", lambda _: ())


@pytest.fixture
def creditkit(capsys: pytest.CaptureFixture[str]) -> Any:
    """`creditkit selftest` with these arguments, in this process: exit code, stdout, stderr."""

    def run(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            cli.main(["selftest", "--workers", "1", *map(str, arguments)])
        written = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, written.out, written.err

    return run


@pytest.fixture
def misnamed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue with one entry, which names a requirement that does not find it."""
    (real,) = chosen(["delete-is-200"])
    wrong = Deviation(
        "misnamed", real.group, *(real.title, real.documented, real.seen), real.releases, real.evidence,
        real.severity, ("CREATE-LOCATION",), real.shown,
    )  # fmt: skip
    monkeypatch.setattr(command, "load_catalogue", lambda: (wrong,))


def test_what_is_caught_is_told_with_what_caught_it(creditkit: Any, tmp_path: Path) -> None:
    code, out, told = creditkit("delete-is-200", "head-not-allowed", "--json", tmp_path / "out.json")
    assert code == 0
    first, second, last = out.splitlines()
    assert first.split() == ["delete-is-200", first.split()[1], "s", "DELETE-STATUS,", "STATUS-DOCUMENTED"]
    assert second.endswith(" s  READ-STATUS, READ-HEAD, STATUS-DOCUMENTED")
    assert last == "2 of 2 deviations caught: 100 %"
    assert told == "The honest mock passes.\n"
    (one, other) = json.loads((tmp_path / "out.json").read_text())["deviations"]
    assert (one["id"], one["caught_by"]) == ("delete-is-200", ["DELETE-STATUS", "STATUS-DOCUMENTED"])
    assert other["group"] == "faults-read"


def test_a_group_is_tested_by_its_name(creditkit: Any) -> None:
    code, out, _ = creditkit("faults-methods")
    group = [deviation.id for deviation in load_catalogue() if deviation.group == "faults-methods"]
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()[:-1]] == group


@pytest.mark.usefixtures("misnamed")
def test_what_its_entry_does_not_explain_is_not_caught(
    creditkit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def smaller(target: Target, mode: Mode, *, only: Sequence[str]) -> Run:
        return check(target, mode, only=only or ("DELETE-STATUS", "STATUS-DOCUMENTED"))

    monkeypatch.setattr(judging, "check", smaller)
    code, out, _ = creditkit()
    assert code == 1
    assert "NOT CAUGHT of CREATE-LOCATION; only by STATUS-DOCUMENTED, DELETE-STATUS" in out
    assert out.splitlines()[-1] == "0 of 1 deviations caught: 0 %"


def test_a_suite_that_complains_of_the_honest_mock_proves_nothing(
    creditkit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "judge_honest", lambda _: ("LATENCY customer_credits_list",))
    assert creditkit("delete-is-200") == (
        2,
        "",
        "creditkit: the honest mock does not pass: LATENCY customer_credits_list (a suite with false alarms"
        " catches everything; creditkit check shows them)\n",
    )


def test_mutants_are_chosen_by_a_part_of_their_ids(creditkit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def judge(bench: Bench, mutant: Mutant) -> Result:
        return Result(mutant.id, mutant.operation, ()) if mutant.unknowable else judge_mutant(bench, mutant)

    monkeypatch.setattr(command, "judge_mutant", judge)
    code, out, _ = creditkit("--mutants", "consumptions_list.200.date")
    assert code == 0
    unknown, rate, known, seconds = out.splitlines()
    assert unknown.startswith("  customer_credits_consumptions_list.200.date.value: no client could know: ")
    assert rate == "4 of 5 mutants caught: 80 %"
    assert known == "4 of 4 mutants that a client could know caught: 100 %"
    assert seconds.endswith("with 1 workers")


def test_a_sample_of_mutants_is_always_the_same(creditkit: Any, tmp_path: Path) -> None:
    samples = []
    for name in ("one.json", "other.json"):
        assert creditkit("--mutants", "--sample", 3, "--json", tmp_path / name)[0] == 0
        samples.append([row["id"] for row in json.loads((tmp_path / name).read_text())["mutants"]])
    assert samples[0] == samples[1]
    assert len(samples[0]) == 3


def test_a_share_of_mutants_that_is_too_small_fails(creditkit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "judge_mutant", lambda _, m: Result(m.id, m.operation, ()))
    code, out, _ = creditkit("--mutants", "destroy.204")
    assert code == 1
    assert "  customer_credits_destroy.204.body: NOT CAUGHT" in out


def test_ablation_tells_what_survives(creditkit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    others = iter([(), ("HEADER-ALLOW",)])

    def prove(_: Bench, ablation: Ablation) -> Proof:
        return Proof(ablation.requirement, ablation.deviation.id, True, next(others), 1.5)

    monkeypatch.setattr(command, "prove", prove)
    assert creditkit("--ablate", "METHOD-OPTIONS")[:2] == (
        0,
        "  METHOD-OPTIONS    1.50 s  without it options-refused survives\n"
        "1 of 1 requirements are needed, each by a deviation of its own\n",
    )
    code, out, _ = creditkit("--ablate", "METHOD-ALLOW")
    assert code == 1
    assert "NOT PROVEN: refused-method-tells-too-much is found by HEADER-ALLOW as well" in out


def test_two_kill_rates_stand_side_by_side(
    creditkit: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    noise = "POST /api/customer-credits/ ST202"
    found = {"": {noise}, "delete-is-200": {noise, "DELETE /x/ ST103"}, "head-not-allowed": {"GET /x/ ST202"}}

    def tried(_: Bench, deviation: Deviation | None) -> Trial:
        name = deviation.id if deviation else ""
        return Trial(name, frozenset(found.pop(name) if name else found[name]), 1.0)

    monkeypatch.setattr(rival, "try_out", tried)
    kept = ("--keep", tmp_path / "kept.csv")
    code, out, told = creditkit("--compare", "schemathesis", "delete-is-200", *kept)
    assert code == 0
    assert f"found on the honest mock: {noise}" in told
    assert "1/1 delete-is-200: DELETE /x/ ST103 (1 s)" in out
    code, out, told = creditkit("--compare", "schemathesis", "delete-is-200", "head-not-allowed", *kept)
    assert code == 0
    assert "schemathesis: 0 honest runs, then 1 of 2 deviations" in told
    assert "1/1 head-not-allowed: perhaps GET /x/ ST202 (1 s)" in out
    rows = {line.split()[0]: line.split()[1:] for line in out.splitlines() if "/" in line.split()[-1]}
    assert rows["faults-read"] == ["1/1", "0/1", "1/1"]
    assert rows["all"] == ["2/2", "1/2", "2/2"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("delete-is-20",), "there is no deviation 'delete-is-20'"),
        (("--mutants", "nothing.like.it"), "no mutant has nothing.like.it in its id"),
        (("--ablate", "NOTHING"), "the table of ablations has nothing for 'NOTHING'"),
        (("--ablate", "all", "--mutants"), "--mutants and --ablate are two things to do"),
        (("--compare", "dredd"), "dredd"),
        (("--workers", "-1"), "Invalid value for '--workers'"),
        (("--mutants", "--sample", "-1"), "Invalid value for '--sample'"),
    ],
)
def test_wrong_usage_is_told(creditkit: Any, arguments: tuple[str, ...], says: str) -> None:
    code, out, told = creditkit(*arguments)
    assert (code, out) == (2, "")
    assert says in told


def test_a_file_that_cannot_be_written_is_told_before_anything_is_done(
    creditkit: Any, tmp_path: Path
) -> None:
    code, out, told = creditkit("delete-is-200", "--json", tmp_path / "none" / "x.json")
    assert (code, out) == (5, "")
    assert told.endswith("x.json: No such file or directory (name a file that can be written)\n")


def _dies(bench: Bench, item: int) -> int:
    os._exit(3)


def _where(bench: Bench, item: int) -> tuple[int, int, str]:
    return item, os.getpid(), bench.target.url


def test_workers_are_other_processes_each_with_a_mock_of_its_own() -> None:
    found = list(judged(_where, range(6), 2))
    assert sorted(item for item, _, _ in found) == list(range(6))
    assert os.getpid() not in {process for _, process, _ in found}
    assert len({(process, url) for _, process, url in found}) == len({process for _, process, _ in found})


def test_one_worker_is_this_process() -> None:
    assert [(item, process) for item, process, _ in judged(_where, [7], 1)] == [(7, os.getpid())]


def test_a_worker_that_dies_ends_the_selftest() -> None:
    with pytest.raises(DeploymentError, match="a worker of the selftest died"):
        list(judged(_dies, [1], 2))


def long_run(*arguments: str) -> tuple[int, list[str]]:
    """A whole selftest as a command: exit code and stdout."""
    command_ = [sys.executable, "-m", "creditkit.cli", "selftest", *arguments]
    done = subprocess.run(command_, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.splitlines()


@pytest.mark.soak
def test_all_mutants_are_caught_within_two_minutes_of_two_cores() -> None:
    """By the processor time of one worker, which is that of two; a clock would tell of other processes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    code, out = long_run("--mutants", "--workers", "1")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert (code, len(load_mutants())) == (0, 954)
    assert out[-3] == "953 of 954 mutants caught: 99.89 %"
    assert out[-2] == "953 of 953 mutants that a client could know caught: 100 %"
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 2 * 120


@pytest.mark.soak
def test_the_whole_catalogue_is_caught() -> None:
    code, out = long_run()
    number = len(selected(Options()))
    assert (code, out[-1]) == (0, f"{number} of {number} deviations caught: 100 %")
    assert number >= 345
