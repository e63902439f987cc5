"""constraints.txt: every package pinned, and nothing said of where a package comes from."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DECLARED = [
    *PROJECT["build-system"]["requires"],
    *PROJECT["project"]["dependencies"],
    *PROJECT["project"]["optional-dependencies"]["dev"],
]
LINES = [
    line
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.lstrip().startswith("#")
]
PINS = {canonicalize_name(line.partition("==")[0]): Requirement(line) for line in LINES}


@pytest.mark.parametrize("line", LINES)
def test_every_line_pins_one_release(line: str) -> None:
    assert re.fullmatch(r"[a-z0-9.-]+==[0-9][a-z0-9.+]*( ; .+)?", line)


@pytest.mark.parametrize("declared", DECLARED)
def test_every_declared_package_is_pinned_within_its_range(declared: str) -> None:
    requirement = Requirement(declared)
    (pin,) = PINS[canonicalize_name(requirement.name)].specifier
    assert requirement.specifier.contains(pin.version)


def test_no_origin_is_named() -> None:
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    assert not re.search(r"https?:|file:|--|@", text)
