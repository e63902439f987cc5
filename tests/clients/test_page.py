"""A page on another origin, in a real browser, with the client that is generated from the contract."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from .typescript_client import compiled

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CREDITS = "/api/customer-credits/"
HTML = '<!doctype html><title>a frontend</title><script type="module" src="page.js"></script>'
CONTROL = "a-token-for-control"
OWNER = "facade01facade01facade01facade01facade01"


class Files(SimpleHTTPRequestHandler):
    """A folder of modules whose imports name no extension, as bundlers take them."""

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if path.is_dir() and not self.path.endswith("/"):
            self.send_response(302)
            self.send_header("Location", f"{self.path}/index.js")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if not path.exists() and path.with_name(f"{path.name}.js").exists():
            self.path += ".js"
        super().do_GET()

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def frontend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of the page, on an origin of its own."""
    folder = tmp_path_factory.mktemp("page")
    compiled(folder, "page.ts", settings="tsconfig.page.json")
    (folder / "web" / "page.html").write_text(HTML)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=folder / "web"))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/page.html"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def seen(frontend: str, serve: Callable[..., AbstractContextManager[Any]], browser: Browser) -> Any:
    """What the page saw of a mock, and the mock afterwards."""
    with serve("--control-token", CONTROL) as mock, mock.client() as http:
        taken = {credit["customer"] for credit in http.get(f"{CREDITS}?page_size=300").json()}
        customers = http.get("/api/customers/?page_size=300").json()
        free = next(customer["url"] for customer in customers if customer["url"] not in taken)
        given = {"baseUrl": mock.url, "staff": mock.token, "owner": OWNER, "customer": free}
        given["control"] = CONTROL
        page = browser.new_page()
        page.set_default_timeout(30_000)
        page.goto(f"{frontend}#{quote(json.dumps(given))}")
        page.wait_for_function("window.seen !== undefined")
        found = page.evaluate("window.seen")
        page.close()
        assert "failed" not in found, found
        yield {**found, "mock": mock.url, "taken": len(taken), "after": http.get(found["made"]["url"]).json()}


def test_it_pages_by_the_headers(seen: Any) -> None:
    pages = seen["pages"]
    assert {page["count"] for page in pages} == {seen["taken"]} == {14}
    assert [len(page["uuids"]) for page in pages] == [5, 5, 4]
    assert [page["next"] for page in pages] == [2, 3, 0]
    assert len({uuid for page in pages for uuid in page["uuids"]}) == 14


def test_it_creates_and_reads_where(seen: Any) -> None:
    made = seen["made"]
    assert (made["status"], made["location"]) == (201, made["url"])
    assert made["url"].startswith(f"{seen['mock']}{CREDITS}")
    assert seen["after"]["value"] == "5000.00000"


def test_it_reads_why_it_is_refused(seen: Any) -> None:
    assert seen["bad"] == {
        "status": 400,
        "error": {"value": ["Ensure this value is greater than or equal to 0."]},
    }
    assert seen["forbidden"] == {
        "status": 403,
        "error": {"detail": "You do not have permission to perform this action."},
    }


def test_it_sees_what_the_end_of_a_month_takes(seen: Any) -> None:
    month = seen["month"]
    assert month["status"] == 200
    assert 0 < month["after"] < month["before"]


def test_it_gets_the_answer_that_it_wishes_for_and_knows_it(seen: Any) -> None:
    assert seen["forced"] == {"value": "0.00000", "answer": "forced"}
