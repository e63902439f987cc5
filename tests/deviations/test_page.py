"""docs/deviations.md is what the catalogue says."""

from __future__ import annotations

from pathlib import Path

from creditkit.deviations import load_catalogue
from creditkit.deviations.page import to_markdown, write

PAGE = Path(__file__).parents[2] / "docs" / "deviations.md"


def test_the_page_is_current() -> None:
    advice = "make it anew: python -m creditkit.deviations.page docs/deviations.md"
    assert PAGE.read_text(encoding="utf-8") == to_markdown(), advice


def test_the_page_names_every_deviation() -> None:
    text = to_markdown()
    for deviation in load_catalogue():
        assert f"`{deviation.id}`" in text or f"### {deviation.id}\n" in text


def test_texts_are_shown_as_they_are() -> None:
    assert "facts \\*.response.uuid and \\*\\_uuid, a string" in to_markdown()


def test_the_page_is_written_to_a_file(tmp_path: Path) -> None:
    write(tmp_path / "page.md")
    assert (tmp_path / "page.md").read_text(encoding="utf-8") == to_markdown()
