"""A real browser for the tests of pages: the system's Chromium, driven by Playwright.

Where one of the two is missing, the tests that use it are skipped; in CI they fail. Nothing here needs
Playwright before such a test runs.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

NAMES = ("chromium", "chromium-browser", "google-chrome")
ALONE = (
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""Flags that keep the browser from sending requests of its own."""


def lacking(need: str) -> None:
    """Skip a test that needs a program which is not here; in CI it fails."""
    (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(need)


def expect(seen: Page | Locator) -> Any:
    """Playwright's `expect`."""
    from playwright.sync_api import expect

    return expect(seen)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium for one module: Playwright's event loop is this thread's for as long as it runs."""
    if find_spec("playwright") is None:
        lacking("the tests of pages need Playwright (make test installs it)")
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        lacking("the tests of pages need Chromium (apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    # The sandbox does not work for root, and the tests open only our own pages.
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=ALONE, chromium_sandbox=False)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in a window of its own; the test fails if the page logs or throws an error.

    The browser logs every refused request by itself; that is no error of the page.
    """
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(20_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    refusal = "Failed to load resource: the server responded with a status of 4"
    yield page
    context.close()
    assert [error for error in errors if not error.startswith(refusal)] == []
