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


def copy_of_the_tree(to: Path, *, links: bool) -> Path:
    """The files that git knows, or would take; without links, each link is a text file with its target."""
    listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", cwd=ROOT).split("\0")
    for name in filter(None, listed):
        original, copy = ROOT / name, to / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if original.is_symlink():
            if links:
                copy.symlink_to(original.readlink())
            else:
                copy.write_text(str(original.readlink()), encoding="utf-8")
        elif original.exists():
            copy.write_bytes(original.read_bytes())
    return to


@pytest.fixture(scope="module", params=[True, False], ids=["with links", "without links"])
def source(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree, with symbolic links and as a file system without them has it."""
    return copy_of_the_tree(tmp_path_factory.mktemp("source"), links=request.param)


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of that copy: nothing left over from another build gets in."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--outdir", folder, source, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_the_whole_package_and_nothing_else(wheel: Path) -> None:
    package = ROOT / "src" / "creditkit"
    there = {
        str(file.relative_to(package.parent))
        for file in package.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    } | {"creditkit/openapi.yaml"}
    with zipfile.ZipFile(wheel) as archive:
        shipped = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert shipped == there


def test_no_module_has_a_second_path_and_no_link_is_needed() -> None:
    links = {path.name: str(path.readlink()) for path in ROOT.iterdir() if path.is_symlink()}
    assert links == {name: f"src/creditkit/{name}" for name in ("handlers", "store", "conformance")}
    assert [path for path in (ROOT / "src").rglob("*") if path.is_symlink()] == []


def test_an_editable_install_of_a_checkout_serves(
    source: Path, serve: Callable[..., AbstractContextManager[Any]], tmp_path: Path
) -> None:
    venv.create(tmp_path / "venv", with_pip=True, symlinks=True)
    programs = tmp_path / "venv" / "bin"
    run(programs / "python", "-m", "pip", "install", "--quiet", "--editable", source, cwd=tmp_path)
    with serve(program=[programs / "creditkit"]) as mock, mock.client() as http:
        assert len(http.get("/api/customer-credits/").json()) == 10


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
