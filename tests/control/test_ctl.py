"""`creditkit mock ctl`: every command, what it prints, its twins in the environment, its complaints."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from creditkit import cli
from creditkit.cli.ctl import ctl
from creditkit.control import Control, command

ROOT = Path(__file__).parent.parent.parent
CREDITS = "/api/customer-credits/"

Run = Callable[..., str]


@pytest.fixture
def run(running: Any, control: Control, capsys: pytest.CaptureFixture[str]) -> Run:
    """`creditkit mock ctl …` in the test's world: what it prints."""

    def call(*arguments: str, code: int = 0) -> str:
        capsys.readouterr()
        words = ["mock", "ctl", *arguments, "--url", running.url, "--world", control.world]
        with pytest.raises(SystemExit) as ended:
            cli.main(words)
        printed = capsys.readouterr()
        assert (ended.value.code or 0) == code, printed.err
        assert "Traceback" not in printed.err
        return printed.err if code else printed.out

    return call


def test_the_world_is_shown_with_tokens_to_copy_and_credits(run: Run, running: Any) -> None:
    shown = run("state", "--most", "2")
    lines = shown.splitlines()
    assert re.match(r"test-\d+: \d{4}-\d\d-\d\d, 14 credits, 22 customers, 7 users, entry 0$", lines[0])
    (staff,) = (line for line in lines if line.startswith("  staff "))
    assert staff.split(maxsplit=3)[1:] == ["Token", running.token, "staff: reads and writes everything"]
    assert lines[-1] == "  and 12 more"
    assert sum("c4ed1700" in line for line in lines) == 2


def test_snapshots_are_taken_restored_and_dropped(run: Run) -> None:
    assert run("snapshot", "full").splitlines()[1] == "  snapshots: full"
    assert run("snapshots") == "full\n"
    assert "14 credits" in run("restore", "full")
    assert run("drop-snapshot", "full") == ""
    assert run("snapshots") == ""
    assert run("restore", "full", code=8) == ("creditkit: There is no snapshot 'full': none has been taken\n")


def test_worlds_are_forked_listed_and_dropped(run: Run, control: Control) -> None:
    other = f"{control.world}-other"
    assert run("fork", other).startswith(f"{other}: ")
    listed = run("worlds").splitlines()
    assert listed[0].startswith("default: ")
    assert any(line.startswith(f"{other}: ") for line in listed)
    assert run("drop-world", other) == ""
    assert f"There is no world '{other}'" in run("drop-world", other, code=8)


def test_the_clock_is_shown_and_moved(run: Run) -> None:
    assert run("clock", "freeze").endswith(", stopped\n")
    assert run("clock", "set", "2027-01-31") == "2027-01-31T00:00:00.000000+00:00, stopped\n"
    assert run("clock") == "2027-01-31T00:00:00.000000+00:00, stopped\n"
    passed = run("clock", "advance", "--months", "1").splitlines()
    assert passed[0] == "2027-02-28T00:00:00.000000+00:00, stopped"
    assert any(re.match(r"  2027-02-01  [-0-9a-f]{36}  \w+ +-?\d+\.\d+$", line) for line in passed[1:])
    assert "stopped" not in run("clock", "run")
    assert "give one of --days, --months and --to" in run("clock", "advance", code=2)
    assert "no date" in run("clock", "set", "soon", code=8)


def test_deviations_are_chosen(run: Run) -> None:
    assert re.search(r"^ +hex-uuids +\S", run("deviations"), re.MULTILINE)
    assert "  deviations: hex-uuids actions-crash" in run("deviations", "show", "hex-uuids", "actions-crash")
    assert re.search(r"^  \*  hex-uuids", run("deviations"), re.MULTILINE)
    assert "  deviations: actions-crash" in run("deviations", "hide", "hex-uuids")
    assert "hex-uuids" in run("deviations", "choose", "--release", "waldur-8.0.9")
    assert "deviations" not in run("deviations", "choose")
    assert "did you mean" in run("deviations", "show", "hex-uuid", code=8)


def test_faults_are_chosen(run: Run) -> None:
    assert run("faults") == "no faults\n"
    fault = "customer_credits_list:latency=200..800,rate=0.5"
    assert run("faults", "add", fault, "disconnect") == f"{fault}\n*:disconnect\nseed 0\n"
    assert run("faults", "choose", "status=503", "--seed", "7") == "*:status=503\nseed 7\n"
    assert run("faults", "clear", "--operation", "customer_credits_list").startswith("*:status=503")
    assert run("faults", "clear") == "no faults\n"
    assert "there is no operation" in run("faults", "add", "nothing:disconnect", code=8)


def test_seeds_are_planted(run: Run, tmp_path: Path) -> None:
    seed = tmp_path / "seed.yaml"
    seed.write_text("users:\n  - {username: ann, token: " + "a" * 40 + "}\n", encoding="utf-8")
    assert "0 credits, 0 customers, 1 users" in run("seed", str(seed))
    assert "14 credits" in run("seed", "--gallery", "default")
    assert run("gallery").splitlines()[0].startswith("  default")
    assert "name a seed file, or a world with --gallery" in run("seed", code=2)
    assert "cannot be read" in run("seed", str(tmp_path / "nothing.yaml"), code=2)
    seed.write_text("users: 5\n", encoding="utf-8")
    assert "the seed:1: users: must be a list" in run("seed", str(seed), code=8)


def test_the_journal_is_shown_gone_back_in_and_cleared(run: Run, running: Any, control: Control) -> None:
    with running.client() as http:
        http.headers["X-Mock-World"] = control.world
        uuid = http.get(CREDITS).json()[0]["uuid"]
        http.patch(f"{CREDITS}{uuid}/", json={"grace_coefficient": "5"})
        http.post(f"{CREDITS}?a=b", json={"value": "x"})
    listed = run("journal").splitlines()
    assert re.match(rf" +1  200  granted +\d+\.\d ms  staff +GET {CREDITS}$", listed[0])
    assert re.match(rf" +3  400  violation +\d+\.\d ms  staff +POST {CREDITS}\?a=b$", listed[2])
    assert listed[3] == (
        "       value: A valid number is required. (decimal.number, #/components/schemas/ValueInput)"
    )
    assert len(run("journal", "--method", "PATCH", "--username", "staff", "--after", "1").splitlines()) == 1
    assert run("journal", "--verdict", "fault") == ""
    full = run("journal", "show", "2")
    assert "curl -i -X PATCH" in full
    assert f"  changed credits {uuid}" in full
    assert re.search(r'^    grace_coefficient: "\d+" -> "5"$', full, re.MULTILINE)
    assert running.token not in full
    assert "entry 1" in run("rewind", "1")
    assert len(run("journal").splitlines()) == 1
    assert run("journal", "clear") == ""
    assert run("journal") == ""
    assert "Cannot go back to entry 7" in run("rewind", "7", code=8)


def test_reset_goes_back_to_the_beginning(run: Run) -> None:
    run("deviations", "show", "hex-uuids")
    assert "deviations" not in run("reset")


def test_events_are_shown_as_they_come(monkeypatch: pytest.MonkeyPatch, run: Run, control: Control) -> None:
    happened = [
        ("world", control.state()["world"]),
        ("entry", {**ENTRY, "number": 3}),
    ]
    monkeypatch.setattr(Control, "events", lambda _self: iter(happened))
    shown = run("events").splitlines()
    assert shown[0].startswith(f"world: {control.world}: ")
    assert shown[1].startswith("    3  200  granted")
    assert json.loads(run("events", "--json").splitlines()[1]) == ["entry", {**ENTRY, "number": 3}]


ENTRY: dict[str, Any] = {
    "number": 1,
    "time": "2026-11-27T10:00:00.000000+00:00",
    "milliseconds": 0.4,
    "method": "GET",
    "path": CREDITS,
    "query": "",
    "operation": "customer_credits_list",
    "user": "staff",
    "status": 200,
    "verdict": "granted",
    "violations": [],
    "told": "",
}


def test_everything_is_there_as_json(run: Run, control: Control) -> None:
    assert json.loads(run("state", "--json"))["world"]["name"] == control.world
    assert json.loads(run("snapshots", "--json")) == []
    assert json.loads(run("faults", "--json")) == {"seed": 0, "faults": []}
    assert json.loads(run("clock", "freeze", "--json"))["is_frozen"] is True


def test_address_and_world_may_stand_in_the_environment(
    running: Any, control: Control, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CREDITKIT_CTL_URL", running.url)
    monkeypatch.setenv("CREDITKIT_CTL_WORLD", control.world)
    with pytest.raises(SystemExit):
        cli.main(["mock", "ctl", "reset"])
    assert capsys.readouterr().out.startswith(f"{control.world}: ")


def test_a_mock_that_is_not_there_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(SystemExit) as ended:
            cli.main(["mock", "ctl", "reset", "--url", url])
    assert ended.value.code == 8
    complaint = capsys.readouterr().err
    assert complaint.startswith(f"creditkit: {url}: no mock answers")
    assert complaint.endswith("name its address with --url)\n")
    assert complaint.count("\n") == 1


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    for name, one in group.commands.items():
        yield " ".join((*path, name)), one
        if isinstance(one, click.Group):
            yield from commands(one, (*path, name))


@pytest.mark.parametrize(("name", "one"), [pytest.param(*pair, id=pair[0]) for pair in commands(ctl)])
def test_a_command_is_documented_and_its_options_have_twins(name: str, one: click.Command) -> None:
    text = (ROOT / "docs" / "mock.md").read_text(encoding="utf-8")
    assert re.search(rf"`ctl {re.escape(name)}[ `]", text), f"docs/mock.md does not tell of ctl {name}"
    assert one.help
    for parameter in one.params:
        if isinstance(parameter, click.Option):
            assert parameter.envvar, f"{parameter.name} has no twin"
            assert parameter.help


def test_every_function_of_the_module_is_a_command() -> None:
    public = {
        name for name, value in vars(command).items() if getattr(value, "__module__", "") == command.__name__
    }
    assert len(public) == len(list(commands(ctl)))
