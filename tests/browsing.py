"""A real browser for the tests of pages: the system's Chromium, driven by Playwright.

Playwright would fetch a browser of its own; the system's is as good and comes with its package manager.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
ALONE = (
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""Flags with which the browser speaks to nobody on its own account."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium. Where there is none its tests are skipped; in CI they fail.

    It ends with its module: while it runs, Playwright's event loop is this thread's, and tests elsewhere
    start loops of their own.
    """
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        told = "the tests of pages need Chromium (apt-get install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(told)
        pytest.skip(told)
    # Its sandbox does not work for root, and nothing but our own pages is looked at.
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=ALONE, chromium_sandbox=False)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in a window of its own; a test fails whose page logged an error or threw one.

    That an answer is a refusal the browser logs by itself: pages are refused things, and tell of it.
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
