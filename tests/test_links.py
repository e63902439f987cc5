"""Every URL that the mock prints answers, and so does every link that it leads to."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections import deque
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urldefrag, urljoin

import httpx
import pytest

from conftest import HERE

CREDITS = "/api/customer-credits/"


class Links(HTMLParser):
    """The addresses in a page: those of attributes, and paths in its own scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._scripted = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._scripted = tag == "script"
        self.found += [value for name, value in attrs if name in ("href", "src", "action") and value]

    def handle_data(self, data: str) -> None:
        if self._scripted:
            self.found += re.findall(r"""["'](/[\w./-]+)["']""", data)
        self._scripted = False


def links_of(answer: httpx.Response) -> Iterator[str]:
    """The addresses in an answer's body and headers."""
    yield from re.findall(r"<([^>]+)>; rel=", answer.headers.get("link", ""))
    kind = answer.headers.get("content-type", "")
    if not answer.is_stream_consumed:
        return
    if kind.startswith("text/html"):
        yield from Links(answer.text).found
    elif kind.startswith("text/css"):
        yield from re.findall(r"url\(['\"]?([^'\")]+)", answer.text)
    elif kind.startswith("application/json"):
        document = answer.json()
        yield from contract_links(document) if "openapi" in document else hyperlinks(document)


def contract_links(document: Any) -> Iterator[str]:
    """The servers and paths of a contract, with the examples of their parameters."""
    shared = document.get("components", {}).get("parameters", {})
    for path, item in document["paths"].items():
        if "get" not in item:
            continue
        parameters = [
            shared[one["$ref"].rpartition("/")[2]] if "$ref" in one else one
            for one in (*item.get("parameters", ()), *item["get"].get("parameters", ()))
        ]
        filled = path
        for parameter in parameters:
            if parameter["in"] == "path":
                filled = filled.replace(f"{{{parameter['name']}}}", str(parameter["example"]))
        yield filled
    yield from (server["url"] for server in document["servers"])


def hyperlinks(document: Any) -> Iterator[str]:
    """Every absolute address in a JSON document."""
    if isinstance(document, str):
        if re.match(r"https?://", document):
            yield document
    elif isinstance(document, list | dict):
        for value in document.values() if isinstance(document, dict) else document:
            yield from hyperlinks(value)


@pytest.fixture(scope="module")
def printed() -> Iterator[list[str]]:
    """The lines that a running mock prints."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CREDITKIT_")}
    with subprocess.Popen(
        [*HERE, "mock", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
    ) as process:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            if "Ctrl-C" in line:
                break
        yield lines
        process.send_signal(signal.SIGINT)


def test_every_printed_address_and_whatever_it_leads_to_answers(printed: list[str]) -> None:
    text = "".join(printed)
    addresses = re.findall(r"https?://[^\s'\"]+", text)
    base = addresses[0]
    token = re.findall(r"Token (\w+)", text)[0]
    reached: dict[str, int] = {}
    elsewhere: dict[str, str] = {}
    waiting = deque((address, "the screen") for address in addresses)
    with httpx.Client(headers={"Authorization": f"Token {token}"}, follow_redirects=True, timeout=30) as http:
        while waiting:
            address, origin = waiting.popleft()
            address = urldefrag(address).url
            if address in reached or address.startswith(("data:", "javascript:")):
                continue
            if not address.startswith(base):
                elsewhere[address] = origin
                continue
            with http.stream("GET", address) as answer:
                if not answer.headers.get("content-type", "").startswith("text/event-stream"):
                    answer.read()  # a stream of events has no end
            reached[address] = answer.status_code
            assert answer.status_code == 200, f"{address}, from {origin}: {answer.status_code}"
            waiting += [(urljoin(str(answer.url), link), address) for link in links_of(answer)]
    paths = {address.removeprefix(base) for address in reached}
    assert {"", "/docs/", "/docs-supporting/", "/openapi.json", "/supporting.json", CREDITS} <= paths
    assert {"/_mock/", "/_mock/docs/", "/_mock/control.json", "/_mock/state", "/_mock/events"} <= paths
    assert {f"{CREDITS}?page=2", "/api/customers/?page=2"} <= paths  # from Link
    credit = r"/api/customer-credits/[0-9a-f-]{36}/"
    assert len({path for path in paths if re.fullmatch(credit, path)}) == 14
    assert len({path for path in paths if path.endswith((".css", ".js"))}) >= 2
    assert elsewhere == {}
