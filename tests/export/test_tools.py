"""The exports in the tools that they are for: MSW and Playwright answer as the mock does."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from browsing import NAMES
from clients.processes import absent, run
from conftest import Mock, Serve
from creditkit.export import Form, Options, contract_hash, export
from creditkit.export.answers import BASE, CREATED
from creditkit.export.stamp import read_stamped
from creditkit.store import default_seed_path

NODE = Path(__file__).parent / "node"
LIST = "/api/customer-credits/"

Request = Mapping[str, Any]

# What belongs to the connection, or tells of the mock that answers.
_OWN = ("content-length", "date", "connection", "keep-alive", "access-control-allow-origin")


@pytest.fixture(scope="module")
def node() -> str:
    program = shutil.which("node")
    if program is None or not (NODE / "node_modules").is_dir():
        absent("the exports' tools need Node.js 18.18 or newer and npm: apt-get install nodejs npm")
    return program


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the four exports of one seed, whose day is known, where Node finds the tools."""
    folder = tmp_path_factory.mktemp("exports")
    seed = folder / "seed.yaml"
    text = default_seed_path().read_text(encoding="utf-8")
    seed.write_text(text.replace("clock: now", "clock: 2026-11-22T10:00:00Z"), encoding="utf-8")
    options = Options(seed=seed, limit=6)
    for form, name in ((Form.MSW, "handlers"), (Form.PLAYWRIGHT, "routes")):
        for ending in ("js", "ts"):
            export(form, folder / f"{name}.{ending}", options, io.StringIO())
    (folder / "package.json").write_text('{"type": "module"}')
    for file in NODE.glob("*.mjs"):
        shutil.copy(file, folder)
    shutil.copy(NODE / "tsconfig.json", folder)
    (folder / "node_modules").symlink_to(NODE / "node_modules")
    return folder


@pytest.fixture(scope="module", params=["msw", "msw3"])
def msw(
    request: pytest.FixtureRequest, node: str, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The same folder with one of the releases of MSW."""
    if request.param == "msw3" and int(run(node, "--version").lstrip("v").partition(".")[0]) < 20:
        pytest.skip("MSW 3 takes hold of the fetch of Node.js 20 and newer")
    place = tmp_path_factory.mktemp(request.param)
    for file in folder.iterdir():
        if file.is_file():
            shutil.copy(file, place)
    modules = place / "node_modules"
    modules.mkdir()
    for installed in (NODE / "node_modules").iterdir():
        if not installed.name.startswith((".", "msw")):
            (modules / installed.name).symlink_to(installed)
    (modules / "msw").symlink_to(NODE / "node_modules" / request.param)
    return place


@pytest.fixture(scope="module")
def exported(folder: Path) -> Sequence[Request]:
    """Every exported request, and some others that are exported in other words."""
    stamped = read_stamped(folder / "handlers.js")
    found = [request(a["method"], a["path"], a["query"], a["user"], a["sent"]) for a in stamped.answers]
    return [
        *found,
        request("GET", f"{LIST}12345678123456781234567812345678/"),
        request("GET", f"{LIST}c4ed1700000040008000000000000001/"),
        request("DELETE", f"{LIST}12345678-1234-5678-1234-567812345678/"),
        request("PATCH", f"{LIST}c4ed1700-0000-4000-8000-000000000001/", user=False, sent={}),
    ]


def request(method: str, path: str, query: str = "", user: bool = True, sent: Any = None) -> dict[str, Any]:
    headers = {"Authorization": "Token c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"} if user else {}
    body = None
    if sent is not None:
        headers["Content-Type"] = "application/json"
        body = json.dumps(sent)
    return {
        "method": method,
        "url": f"{BASE}{path}" + (f"?{query}" if query else ""),
        "headers": headers,
        "body": body,
    }


@pytest.fixture(scope="module")
def answers(serve: Serve, folder: Path, exported: Sequence[Request]) -> list[Any]:
    """What a running mock says to these requests, to each of them in a world of its own."""
    with serve("--seed", str(folder / "seed.yaml")) as mock, httpx.Client(base_url=mock.url) as client:
        return [_answer(client, mock, each, number) for number, each in enumerate(exported)]


def _answer(client: httpx.Client, mock: Mock, asked: Request, number: int) -> Any:
    url = urlsplit(asked["url"])
    target = url.path + (f"?{url.query}" if url.query else "")
    headers = {**asked["headers"], "X-Mock-World": f"w{number}"}
    body = asked["body"] and asked["body"].replace(BASE, mock.url)
    answer = client.request(asked["method"], target, headers=headers, content=body)
    return told(answer.status_code, answer.headers, answer.text, mock.url)


def told(status: int, headers: Mapping[str, str], text: str, origin: str) -> Any:
    """An answer as it is compared: JSON by value, and hyperlinks from any origin alike."""
    text = text.replace(origin, BASE)
    if status == 201:  # a created credit has a uuid of its own
        made = json.loads(text)["uuid"]
        text = text.replace(made, CREATED)
        headers = {name: value.replace(made, CREATED) for name, value in headers.items()}
    kept = {name: value.replace(origin, BASE) for name, value in headers.items() if name not in _OWN}
    return status, kept, json.loads(text) if text else None


def asked_of(node: str, folder: Path, driver: str, file: str, requests: Sequence[Request], *more: str) -> Any:
    (folder / "requests.json").write_text(json.dumps(requests), encoding="utf-8")
    printed = run(node, folder / driver, folder / file, folder / "requests.json", *more, cwd=folder)
    found = json.loads(printed)
    assert found["contract"] == contract_hash()
    return found["answers"]


def test_msw_answers_as_the_mock_does(
    node: str, msw: Path, exported: Sequence[Request], answers: list[Any]
) -> None:
    found = asked_of(node, msw, "msw.mjs", "handlers.js", exported)
    assert len(found) > 90
    for request, answer, expected in zip(exported, found, answers, strict=True):
        assert told(answer["status"], answer["headers"], answer["body"], BASE) == expected, request


def test_playwright_answers_as_the_mock_does(
    node: str, folder: Path, exported: Sequence[Request], answers: list[Any]
) -> None:
    browser = next(filter(None, map(shutil.which, NAMES)), None)
    if browser is None:
        absent("the exports' routes are tried in Chromium: apt-get install chromium")
    found = asked_of(node, folder, "playwright.mjs", "routes.js", exported, browser)
    for request, answer, (status, headers, body) in zip(exported, found, answers, strict=True):
        got = told(answer["status"], answer["headers"], answer["body"], BASE)
        # A page on another origin reads the headers that are exposed, and those that every page may read.
        readable = {
            n: v for n, v in headers.items() if n in ("link", "x-result-count", "location", "content-type")
        }
        assert (got[0], {**readable, **got[1]}, got[2]) == (status, got[1], body), request


def test_what_was_not_exported_is_not_answered(node: str, msw: Path) -> None:
    others = [
        request("GET", LIST, "customer_name=zzz"),
        request("GET", LIST, "page_size=3"),
        request("GET", f"{LIST}c4ed1700-0000-4000-8000-000000000014/"),
        request("PUT", LIST),
        request("GET", "/api/users/"),
    ]
    found = asked_of(node, msw, "msw.mjs", "handlers.js", others)
    assert [answer["status"] for answer in found] == [0] * 5
    said = [answer["body"] for answer in found]
    assert all("[MSW] Cannot bypass a request when using the" in each for each in said), said


def test_typescript_accepts_both(node: str, msw: Path) -> None:
    run(node, msw / "node_modules" / "typescript" / "bin" / "tsc", "--project", msw, cwd=msw)
