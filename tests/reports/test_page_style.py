"""All pages share one style and script, and repeat none of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from creditkit import reports

ROOT = Path(__file__).parents[2]
PAGES = sorted(path.parent for path in ROOT.glob("src/creditkit/*/report/page.css"))


def test_the_pages_that_are_held_to_it_are_these() -> None:
    assert [path.parent.name for path in PAGES] == ["conformance", "review"]


@pytest.mark.parametrize("folder", PAGES, ids=lambda folder: folder.parent.name)
def test_a_page_does_not_repeat_the_shared_style(folder: Path) -> None:
    for name, shared in (("page.css", reports.stylesheet()), ("page.js", reports.script())):
        said = {line.strip() for line in shared.splitlines() if len(line.strip()) > 20}
        again = [line for line in (folder / name).read_text("utf-8").splitlines() if line.strip() in said]
        assert again == []


def test_each_colour_has_a_dark_twin() -> None:
    light, chosen, preferred = (
        set(re.findall(r"(--[a-z-]+):", block))
        for block in re.findall(r":root[^{]*\{([^}]*)\}", reports.stylesheet())[:3]
    )
    assert light == chosen == preferred
    assert {"--paper", "--ink", "--good", "--bad"} <= light


def test_the_shared_style_fetches_nothing() -> None:
    for text in (reports.stylesheet(), reports.script()):
        assert not re.search(r"url\(|@import|https?://|fetch\(", text)
