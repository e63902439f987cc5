"""The documentation pages, as somebody sees them who opens them in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from browsing import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.mark.parametrize(
    ("path", "title", "operations"),
    [("/docs/", "Customer Credits", 10), ("/docs-supporting/", "around the Customer Credits API", 4)],
)
def test_a_page_of_documentation_shows_every_operation(
    mock: Any, page: Page, path: str, title: str, operations: int
) -> None:
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{mock.url}{path}")
    expect(page.locator(".title").first).to_contain_text(title)
    expect(page.locator(".opblock")).to_have_count(operations)
    assert [url for url in asked if not url.startswith((mock.url, "data:"))] == []
