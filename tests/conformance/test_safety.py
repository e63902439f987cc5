"""Safety: however a run ends, what was there before is as it was, nothing is left, and no token is told."""

from __future__ import annotations

import base64
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from creditkit.store import default_seed_path

Serve = Callable[..., AbstractContextManager[Any]]

CANARY = "0badca4a41" * 4
COLLECTIONS = ("/api/customer-credits/", "/api/customers/", "/api/marketplace-provider-offerings/")
_TIMEOUT = 120


def state(mock: Any) -> list[bytes]:
    """Everything that is stored, byte by byte: the lists, and what each credit paid."""
    with mock.client() as http:
        found = [http.get(path, params={"page_size": 300}).content for path in COLLECTIONS]
        credits_ = http.get(COLLECTIONS[0], params={"page_size": 300}).json()
        return [*found, *(http.get(f"{credit['url']}consumptions/").content for credit in credits_)]


def check(
    folder: Path, mock: Any, *options: str, stop: tuple[int, float] | None = None, token: str = ""
) -> str:
    """What a check printed. `stop` is a signal and after how many seconds it is sent."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CREDITKIT_")}
    environment |= {"CREDITKIT_TOKEN": token or mock.token, "XDG_STATE_HOME": str(folder / "state")}
    log = folder / "check.log"
    with log.open("w") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "creditkit.cli", "check", mock.url, *options],
            env=environment,
            stdout=stream,
            stderr=subprocess.STDOUT,
            cwd=folder,
        )
    if stop is not None:
        number, seconds = stop
        time.sleep(seconds)
        process.send_signal(number)
    process.wait(timeout=_TIMEOUT)
    time.sleep(0 if stop is None else 0.2)  # what it had sent is answered
    return log.read_text()


def credits_of(mock: Any) -> dict[str, Any]:
    with mock.client() as http:
        return {c["uuid"]: c for c in http.get(COLLECTIONS[0], params={"page_size": 300}).json()}


def kill_and_clean_up(folder: Path, mock: Any, mode: str, seconds: float) -> None:
    before, strangers = state(mock), credits_of(mock)
    check(folder, mock, f"--mode={mode}", stop=(signal.SIGKILL, seconds))
    assert credits_of(mock).items() >= strangers.items()
    printed = check(folder, mock, "--cleanup")
    assert "could not" not in printed.lower(), printed
    assert state(mock) == before, printed
    assert check(folder, mock, "--cleanup") == "Nothing was left over.\n"


@pytest.mark.parametrize("mode", ["read", "write", pytest.param("full", marks=pytest.mark.soak)])
def test_a_run_leaves_everything_as_it_was_and_tells_no_token(
    mode: str, serve: Serve, tmp_path: Path
) -> None:
    with serve("--seed", str(world_with(CANARY, tmp_path / "world"))) as mock:
        before = state(mock)
        folder = tmp_path / "check"
        folder.mkdir()
        printed = check(folder, mock, f"--mode={mode}", "--report=report", token=CANARY)
        assert state(mock) == before, printed
        assert check(folder, mock, "--cleanup", token=CANARY) == "Nothing was left over.\n"
    artefacts = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert {"run.json", "report.html", "junit.xml", "evidence.har"} <= artefacts.keys()
    told = [name for name, content in {**artefacts, "printed": printed.encode()}.items() if says(content)]
    assert told == []


def says(content: bytes) -> bool:
    """Whether the canary is in it, as it is or as base64."""
    return CANARY.encode() in content or any(
        base64.b64encode(b" " * shift + CANARY.encode())[4:-4] in content for shift in range(3)
    )


def world_with(token: str, folder: Path) -> Path:
    """The default world with one more member of staff, who has this token."""
    folder.mkdir()
    seed = folder / "world.yaml"
    user = f"users:\n  - {{username: canary, full_name: Cora Canary, staff: true, token: {token}}}\n"
    text = default_seed_path().read_text(encoding="utf-8").replace("users:\n", user, 1)
    seed.write_text(text, encoding="utf-8")
    return seed


@pytest.mark.parametrize(("mode", "seconds"), [("write", 2.0), ("full", 9.0)])
def test_what_a_killed_run_left_is_cleaned_up(
    mode: str, seconds: float, serve: Serve, tmp_path: Path
) -> None:
    with serve() as mock:
        kill_and_clean_up(tmp_path, mock, mode, seconds)


def test_an_interrupted_run_cleans_up_by_itself(serve: Serve, tmp_path: Path) -> None:
    with serve() as mock:
        before = state(mock)
        printed = check(tmp_path, mock, "--mode=full", stop=(signal.SIGINT, 9.0))
        assert state(mock) == before, printed
    assert "Traceback" not in printed


@pytest.mark.soak
@pytest.mark.parametrize("number", range(100))
def test_no_run_of_many_harms_or_leaves_anything(number: int, serve: Serve, tmp_path: Path) -> None:
    """Every third run is killed at a random moment; the number is the seed of that."""
    chance = random.Random(number)
    mode = "full" if number % 5 == 0 else "write"
    with serve() as mock:
        if number % 3 == 0:
            kill_and_clean_up(tmp_path, mock, mode, chance.uniform(0.5, 25 if mode == "full" else 6))
        else:
            before = state(mock)
            printed = check(tmp_path, mock, f"--mode={mode}")
            assert state(mock) == before, printed
