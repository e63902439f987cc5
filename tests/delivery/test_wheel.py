"""The wheel and a checkout, also without symbolic links: each installs in a new environment and serves."""

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
    """What a command prints; old and new pips alike build and install the pinned versions."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "CREDITKIT_"))
    }
    environment |= {"PIP_CONSTRAINT": str(CONSTRAINTS), "PIP_BUILD_CONSTRAINT": str(CONSTRAINTS)}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def copy_of_the_tree(to: Path, *, links: bool) -> Path:
    """The files that git tracks or would add; without links, each link is a text file with its target."""
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


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Path]:
    """Copies of the tree: with symbolic links, and as a file system without them has it."""
    return {
        links: copy_of_the_tree(tmp_path_factory.mktemp("source"), links=links) for links in (True, False)
    }


@pytest.fixture(scope="module")
def wheels(copies: dict[bool, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Path]:
    """The wheel of each copy; hatchling comes from this environment, where constraints.txt pins it."""
    built = {}
    for links, source in copies.items():
        folder = tmp_path_factory.mktemp("wheel")
        run(
            sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, source, cwd=folder
        )
        (built[links],) = folder.glob("*.whl")
    return built


def installed(folder: Path, *arguments: str | Path) -> Path:
    """The program `creditkit` of a new environment into which pip installed this."""
    venv.create(folder / "venv", with_pip=False, symlinks=True)
    python = folder / "venv" / "bin" / "python"
    run(
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--quiet",
        "--no-compile",
        *arguments,
        cwd=folder,
    )
    return python.with_name("creditkit")


def test_the_wheel_holds_the_whole_package_and_nothing_else(wheels: dict[bool, Path]) -> None:
    package = ROOT / "src" / "creditkit"
    there = {
        str(file.relative_to(package.parent)): file.read_bytes()
        for file in package.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    } | {"creditkit/openapi.yaml": (ROOT / "openapi.yaml").read_bytes()}
    for wheel in wheels.values():
        with zipfile.ZipFile(wheel) as archive:
            names = [name for name in archive.namelist() if ".dist-info/" not in name]
            assert {name: archive.read(name) for name in names} == there


def test_no_module_has_a_second_path_and_no_link_is_needed() -> None:
    links = {path.name: str(path.readlink()) for path in ROOT.iterdir() if path.is_symlink()}
    assert links == {name: f"src/creditkit/{name}" for name in ("handlers", "store", "conformance")}
    assert [path for path in (ROOT / "src").rglob("*") if path.is_symlink()] == []


def test_the_mock_serves_from_a_checkout_without_links(
    copies: dict[bool, Path], serve: Callable[..., AbstractContextManager[Any]], tmp_path: Path
) -> None:
    program = installed(tmp_path, "--no-deps", "--editable", copies[False])
    (site,) = (tmp_path / "venv").glob("lib/python*/site-packages")
    # The dependencies are those of this environment; the next test installs them.
    ours = "\n".join(path for path in sys.path if path.endswith("site-packages"))
    (site / "dependencies.pth").write_text(ours, encoding="utf-8")
    where = run(
        program.with_name("python"), "-c", "import creditkit; print(creditkit.__file__)", cwd=tmp_path
    )
    assert Path(where.strip()).is_relative_to(copies[False])
    with serve(program=[program]) as mock, mock.client() as http:
        assert len(http.get("/api/customer-credits/").json()) == 10


def test_the_mock_serves_from_the_wheel_alone(
    wheels: dict[bool, Path], serve: Callable[..., AbstractContextManager[Any]], tmp_path: Path
) -> None:
    with serve(program=[installed(tmp_path, wheels[True])]) as mock, mock.client() as http:
        assert len(http.get("/api/customer-credits/").json()) == 10
        assert http.get("/openapi.json").json()["info"]["version"] == "7.9.1"
