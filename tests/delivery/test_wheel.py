"""The wheel: built from what is checked in, installed where nothing else is, and serving from there."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
CONSTRAINTS = ROOT / "constraints.txt"


def run(*command: str | Path, cwd: Path) -> str:
    """What a command prints. Old pips and new ones alike build and install the pinned versions."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "CREDITKIT_"))
    }
    environment |= {"PIP_CONSTRAINT": str(CONSTRAINTS), "PIP_BUILD_CONSTRAINT": str(CONSTRAINTS)}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of the files that git knows, or would take: nothing left over from another build gets in."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", cwd=ROOT).split("\0")
    for name in filter(None, listed):
        original, copy = ROOT / name, source / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if original.is_symlink():
            copy.symlink_to(original.readlink())
        elif original.exists():
            copy.write_bytes(original.read_bytes())
    run(sys.executable, "-m", "build", "--wheel", "--outdir", folder, source, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_the_whole_package_and_nothing_else(wheel: Path) -> None:
    package = ROOT / "src" / "creditkit"
    there = {
        str(Path(folder, name).relative_to(package.parent))
        for folder, _, names in os.walk(package, followlinks=True)
        for name in names
        if "__pycache__" not in folder
    }
    with zipfile.ZipFile(wheel) as archive:
        shipped = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert shipped == there


def test_the_mock_serves_from_the_wheel_alone(
    wheel: Path, serve: Callable[..., AbstractContextManager[Any]], tmp_path: Path
) -> None:
    venv.create(tmp_path / "venv", with_pip=True, symlinks=True)
    programs = tmp_path / "venv" / "bin"
    run(programs / "python", "-m", "pip", "install", "--quiet", wheel, cwd=tmp_path)
    with serve(program=[programs / "creditkit"]) as mock, mock.client() as http:
        credits_ = http.get("/api/customer-credits/").json()
        docs = http.get("/openapi.json").json()
    assert len(credits_) == 10
    assert docs["info"]["version"] == "7.9.1"
