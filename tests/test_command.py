"""`creditkit mock` as a process: its screen, its exit codes, and the data that survives it."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import click
import httpx
import pytest

from creditkit import cli, errors
from creditkit.store import default_seed_path, gallery_list

ROOT = Path(__file__).parent.parent
MOCK = (sys.executable, "-m", "creditkit.cli", "mock")
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("CREDITKIT_")}


@contextmanager
def started(
    *options: str, env: dict[str, str] | None = None
) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """A mock that listens, and the lines that it printed until then."""
    process = subprocess.Popen(
        [*MOCK, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**ENVIRONMENT, **(env or {})},
    )
    assert process.stdout is not None
    lines = []
    with process:
        try:
            for line in process.stdout:
                lines.append(line.rstrip("\n"))
                if "Ctrl-C" in line or line.startswith("http"):
                    break
            yield process, lines
        finally:
            process.kill()


def fails(*options: str, env: dict[str, str] | None = None) -> tuple[int, str]:
    """The exit code and the error message of a mock that must not start."""
    done = subprocess.run(
        [*MOCK, *options], capture_output=True, text=True, env={**ENVIRONMENT, **(env or {})}, timeout=20
    )
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


def test_every_printed_line_works_as_pasted() -> None:
    with started("--port", "0") as (_, lines):
        commands = [line.strip() for line in lines if re.match(r"  (http|curl) ", line)]
        assert len(commands) == 10
        for command in commands:
            program, *arguments = shlex.split(command)
            if program == "http":
                arguments = ["--ignore-stdin", "--check-status", *arguments]
                program = str(Path(sys.executable).with_name("http"))
            elif shutil.which("curl") is None:
                continue
            else:
                arguments = ["--fail", *arguments]
            done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=30)
            assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        urls = re.findall(r"http://\S+", "\n".join(lines[:5]))
        assert len(urls) == 5
        for url in urls:
            assert httpx.get(url, follow_redirects=True).status_code == 200, url
        tokens = re.findall(r"Token ([0-9a-f]{40})  (.*)", "\n".join(lines))
        assert len(tokens) >= 5
        for token, role in tokens:
            answer = httpx.get(
                f"{urls[0]}/api/customer-credits/", headers={"Authorization": f"Token {token}"}
            )
            assert answer.status_code == (401 if "expired" in role else 200), role


def test_faults_are_told_as_they_will_be_met() -> None:
    twins = {"CREDITKIT_FAULT": "cut customers_list:latency=5..9,rate=0.25", "CREDITKIT_FAULT_SEED": "7"}
    with started("--port", "0", env=twins) as (process, lines):
        assert process.stdout is not None
        told = [next(process.stdout) for _ in range(5)]
        assert "".join(told) == (
            "\nRequests meet faults, as asked for (seed 7):\n\n"
            "  *:cut=0.5\n  customers_list:latency=5..9,rate=0.25\n"
        )
        url = lines[0].split()[-1]
        with httpx.Client(base_url=url, headers=token()) as http, pytest.raises(httpx.RemoteProtocolError):
            http.get("/api/customer-credits/")


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly(stop: signal.Signals) -> None:
    with started("--port", "0", "--quiet") as (process, lines):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", lines[0])
        process.send_signal(stop)
        assert process.wait(timeout=10) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_it_stops_at_once_though_requests_wait() -> None:
    faults = ("--fault", "customers_list:trickle=600000", "--fault", "customer_credits_list:latency=600000")
    with (
        started("--port", "0", "--quiet", *faults) as (process, lines),
        httpx.Client(base_url=lines[0], headers=token(), timeout=30) as http,
        ThreadPoolExecutor(2) as pool,
    ):
        late = pool.submit(http.get, "/api/customer-credits/")
        wish = pool.submit(http.head, "/api/customer-credits/?__wait=60")
        with http.stream("GET", "/api/customers/") as answer:
            assert answer.status_code == 200
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=10) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""
        for waiting in (late, wish):
            with pytest.raises(httpx.HTTPError):
                waiting.result(timeout=30)


def test_a_taken_port_is_told_in_one_line() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = str(holder.getsockname()[1])
        code, complaint = fails("--port", port)
    assert code == errors.PortError.exit_code
    assert complaint == (
        f"creditkit: cannot listen on 127.0.0.1:{port}: Address already in use"
        " (choose another port with --port, or --port 0 to let the system choose)\n"
    )


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (["--port", "99999"], 2, "99999 is not in the range"),
        (["--now", "2027-13-01"], 2, "2027-13-01"),
        (["--prot", "1"], 2, "No such option '--prot'"),
        (["--faults", "missing.yaml"], 2, "missing.yaml: cannot be read"),
        (["--seed", "missing.yaml"], 4, "missing.yaml"),
        (["--data", "missing/world.json"], 5, "there is no folder"),
        (["--host", "192.0.2.1"], 6, "name an address of this machine"),
    ],
)
def test_wrong_input_is_one_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], code: int, says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    got, complaint = fails("--port", "0", *options)
    assert (got, says in complaint) == (code, True), complaint
    if code > 2:
        assert complaint.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_bad_seed_is_told_with_its_line(tmp_path: Path) -> None:
    seed = tmp_path / "world.yaml"
    good = default_seed_path().read_text(encoding="utf-8").splitlines()
    line = next(n for n, text in enumerate(good) if "name: Nimbus Analytics" in text)
    good[line] = good[line].replace("name:", "nmae:")
    seed.write_text("\n".join(good))
    code, complaint = fails("--seed", str(seed))
    assert code == errors.SeedError.exit_code
    assert f"{seed}:{line + 1}: " in complaint
    assert "nmae" in complaint or "name" in complaint


def test_every_flag_has_a_twin_in_the_environment(tmp_path: Path) -> None:
    data = tmp_path / "world.json"
    twins = {
        "CREDITKIT_PORT": "0",
        "CREDITKIT_QUIET": "1",
        "CREDITKIT_HOST": "127.0.0.2",
        "CREDITKIT_DATA": str(data),
        "CREDITKIT_NOW": "2030-05-01",
    }
    with started(env=twins) as (_, lines):
        assert lines[0].startswith("http://127.0.0.2:")
        assert data.exists()
        asked = httpx.get(f"{lines[0]}/api/customer-credits/", headers=token())
        last = asked.json()[0]["consumption_last_month"]
        assert last is not None
    assert fails(env={"CREDITKIT_SEED": "missing.yaml"})[0] == errors.SeedError.exit_code


def test_a_world_of_the_gallery_is_served_by_name() -> None:
    with started("--port", "0", "--quiet", "--world", "one-page-and-one") as (_, lines):
        answer = httpx.get(f"{lines[0]}/api/customer-credits/?page=2", headers=token())
        assert (len(answer.json()), answer.headers["X-Result-Count"]) == (1, "11")


def test_the_worlds_of_the_gallery_are_listed() -> None:
    done = subprocess.run([*MOCK, "--world", "list"], env=ENVIRONMENT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == gallery_list() + "\n"


def test_a_world_that_is_not_in_the_gallery_is_refused() -> None:
    code, complaint = fails("--world", "thousand-credit")
    assert code == errors.UsageError.exit_code
    assert "there is no world 'thousand-credit' (did you mean thousand-credits or one-credit?)" in complaint
    code, complaint = fails("--world", "empty", "--seed", "seed.yaml")
    assert code == errors.UsageError.exit_code
    assert "both a world and a seed file are named" in complaint


def token() -> dict[str, str]:
    return {"Authorization": "Token c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"}


def test_what_was_answered_survives_a_kill(tmp_path: Path) -> None:
    options = ("--port", "0", "--quiet", "--data", str(tmp_path / "world.json"))
    with started(*options) as (process, lines):
        with httpx.Client(base_url=lines[0], headers=token()) as http:
            free = http.get("/api/customers/?name=nimbus").json()[0]["url"]
            made = http.post("/api/customer-credits/", json={"customer": free, "value": "41"})
            path = made.headers["location"].removeprefix(lines[0])
            assert http.patch(path, json={"value": "42"}).status_code == 200
        code, complaint = fails(*options)
        assert (code, str(process.pid) in complaint) == (errors.DataFileError.exit_code, True), complaint
        process.kill()
        process.wait()
    with started(*options) as (_, lines), httpx.Client(base_url=lines[0], headers=token()) as http:
        assert http.get(path).json()["value"] == "42.00000"


def test_every_option_and_exit_code_is_documented() -> None:
    told = (ROOT / "docs" / "mock.md").read_text(encoding="utf-8")
    mock = cli.cli.commands["mock"]
    for option in mock.params:
        assert isinstance(option, click.Option)
        (row,) = re.findall(rf"^\| `{option.opts[0]}` \| `{option.envvar}` \| (.*) \|$", told, re.MULTILINE)
        if option.show_default:
            default = f"{option.default:,}" if isinstance(option.default, int) else str(option.default)
            assert row.rpartition("| ")[2].strip("`").replace("8000", "8,000") == default
    # These two end a check and a review, whose exit codes are told in pages of their own.
    others = (errors.DeploymentError, errors.ReviewInputError)
    kinds = [kind for kind in errors.CreditkitError.__subclasses__() if kind not in others]
    documented = {int(code) for code in re.findall(r"^\| (\d+) \|", told, re.MULTILINE)}
    assert documented == {0, 70, *(kind.exit_code for kind in kinds)}
    assert len({kind.exit_code for kind in kinds}) == len(kinds)
