"""The container files: linted, and held to what the kit is, where no engine builds them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import yaml

from conftest import Mock
from creditkit.cli import cli

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))


def tool(name: str, *arguments: str) -> None:
    """Run a tool that is installed beside this Python; it fails the test with what it found."""
    program = shutil.which(name, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert program, f"{name} is not installed: it is in the dev extra"
    done = subprocess.run([program, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_dockerfile_passes_hadolint() -> None:
    tool("hadolint", "--failure-threshold", "style", "Dockerfile")


def test_the_compose_file_is_what_its_schema_says() -> None:
    tool("check-jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml")


def test_the_last_stage_is_small_pinned_and_not_root() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert len(bases) == 2
    assert len(set(bases)) == 1
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-[a-z]+", bases[0])
    last = DOCKERFILE[DOCKERFILE.rindex("\nFROM ") :]
    assert re.search(r"^USER 10001$", last, re.MULTILINE)
    assert "pip" not in last
    assert "COPY . " not in last
    # The exec form: the mock is process 1, and meets the signal that stops it.
    assert 'ENTRYPOINT ["creditkit"]' in last
    assert "STOPSIGNAL SIGINT" in last


def test_every_variable_is_that_of_an_option() -> None:
    twins = {o.envvar for o in cli.commands["mock"].params if isinstance(o, click.Option)}
    used = {*re.findall(r"\bCREDITKIT_[A-Z_]+", DOCKERFILE)}
    assert used == {"CREDITKIT_HOST", "CREDITKIT_PORT", "CREDITKIT_DATA"}
    assert used | COMPOSE["services"]["creditkit"]["environment"].keys() <= twins
    assert "CREDITKIT_HOST=0.0.0.0" in DOCKERFILE


def test_what_the_wheel_is_built_from_goes_into_the_image_and_nothing_else() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in lines
    let_in = {line[1:] for line in lines if line.startswith("!")}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {
        "pyproject.toml",
        "constraints.txt",
        "src",
        project["readme"],
        *project["license-files"],
        "openapi.yaml",
    }
    assert let_in == needed
    assert all((ROOT / name).exists() for name in let_in)


def test_the_health_check_tells_a_mock_that_answers_from_one_that_does_not(mock: Mock) -> None:
    words = re.search(r"HEALTHCHECK .*?CMD (\[.*?\])\n", DOCKERFILE, re.DOTALL)
    assert words
    _, *arguments = json.loads(words[1])
    port = mock.url.rpartition(":")[2]

    def health(port: str) -> int:
        done = subprocess.run(
            [sys.executable, *arguments], env={**os.environ, "CREDITKIT_PORT": port}, capture_output=True
        )
        return done.returncode

    assert health(port) == 0
    assert health("1") != 0


def test_compose_publishes_to_this_machine_alone_and_keeps_the_world() -> None:
    service = COMPOSE["services"]["creditkit"]
    assert service["ports"] == ["127.0.0.1:8000:8000"]
    volume, _, folder = service["volumes"][0].partition(":")
    assert volume in COMPOSE["volumes"]
    assert service["environment"]["CREDITKIT_DATA"].startswith(f"{folder}/")
    assert f"VOLUME {folder}" in DOCKERFILE
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
