"""The recipe for Playwright in docs/playwright/: its files are typed well, and its tests pass."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from browsing import NAMES

ROOT = Path(__file__).parents[2]
RECIPE = ROOT / "docs" / "playwright"
MODULES = ROOT / "tests" / "clients" / "typescript" / "node_modules"

FLAGS = (
    "--noEmit --strict --skipLibCheck --target es2022 --module esnext --moduleResolution bundler --types node"
)


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    """The recipe in a folder of its own, with Playwright installed."""
    if not (MODULES / "@playwright" / "test").is_dir() or shutil.which("node") is None:
        told = "the recipe for Playwright needs Node.js and its modules (make test)"
        if os.environ.get("CI") == "true":
            pytest.fail(told)
        pytest.skip(told)
    folder = Path(shutil.copytree(RECIPE, tmp_path / "recipe"))
    (folder / "node_modules").symlink_to(MODULES)
    (folder / "package.json").write_text('{"private": true}', encoding="utf-8")
    return folder


def free() -> str:
    """An address at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def test_its_files_are_typed_well(recipe: Path) -> None:
    files = sorted(path.name for path in recipe.glob("*.ts"))
    assert files == ["credits.spec.ts", "credits.ts", "playwright.config.ts"]
    done = ran(recipe, "typescript/bin/tsc", *FLAGS.split(), *files)
    assert (done.returncode, done.stdout) == (0, "")


def test_its_tests_pass_in_a_real_browser(recipe: Path) -> None:
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip("the recipe's tests need Chromium (apt-get install chromium)")
    done = ran(
        recipe,
        "@playwright/test/cli.js",
        *("test", "--workers=2", "--reporter=list", "--timeout=60000"),
        MOCK=free(),
        APP=free(),
        CHROMIUM=program,
        CI="1",
        PATH=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    )
    assert done.returncode == 0, done.stdout
    assert "5 passed" in done.stdout


def ran(recipe: Path, program: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CREDITKIT_")}
    return subprocess.run(
        ["node", str(recipe / "node_modules" / program), *arguments],
        cwd=recipe,
        env=environment | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
