"""docs/testing.md tells of everything there is, and its example is a suite that passes."""

from __future__ import annotations

import re
from pathlib import Path

from creditkit.control import Control
from creditkit.testing import CreditsMock, CreditsWorld

from .suites import run

PAGE = (Path(__file__).parents[2] / "docs" / "testing.md").read_text("utf-8")

SHOP = """
import httpx

class Shop:
    def __init__(self, url, token):
        self.list, self.headers = f"{url}/api/customer-credits/", {"Authorization": f"Token {token}"}

    def value(self):
        return httpx.get(self.list, headers=self.headers).json()[0]["value"]

"""


def test_the_examples_pass(running: Control, tmp_path: Path) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    (tmp_path / "conftest.py").write_text(blocks[0], encoding="utf-8")
    done = run(
        tmp_path, SHOP + blocks[1] + "import pytest\n" + blocks[2], f"--creditkit-mock-url={running.url}"
    )
    assert done.outcomes == {"passed": 2}, done.said


def test_everything_of_a_world_is_told(running: Control) -> None:
    with CreditsMock(running.url).world(
        "Its label: ünïcode & more, and longer than any world's name may be"
    ) as world:
        assert re.fullmatch(r"[A-Za-z0-9][-A-Za-z0-9]{0,63}", world.name)
        there = {name for name in (*vars(world), *vars(CreditsWorld)) if not name.startswith("_")}
        missing = [name for name in there - {"close"} if not re.search(rf"^\| `{name}\b", PAGE, re.MULTILINE)]
        assert missing == []


def test_every_option_is_told(tmp_path: Path) -> None:
    said = run(tmp_path, "", "--help").said
    options = set(re.findall(r"--creditkit-mock-[a-z]+", said))
    assert options == set(
        re.findall(r"^\| `(--creditkit-mock-[a-z]+)` \| `CREDITKIT_MOCK_[A-Z]+` \|", PAGE, re.M)
    )
