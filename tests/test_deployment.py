"""The independent deployment: it shares nothing with the kit, and the mock shows the same default world."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from differential import servers
from differential.servers import tokens

TESTS = Path(__file__).parent
LIST = "/api/customer-credits/?page_size=300"
TOKENS = tokens()


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a deployment in the documented profile."""
    with servers.deployment(tmp_path_factory.mktemp("deployment")) as url:
        yield url


def ask(url: str, path: str, username: str) -> Any:
    headers = {"Authorization": f"Token {TOKENS[username]}", "Host": "same.example"}
    return httpx.get(url + path, headers=headers)


def test_it_imports_nothing_of_the_kit() -> None:
    for file in sorted((TESTS / "deployment").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.split(".")[0] in ("creditkit", "conftest")], file.name


@pytest.mark.parametrize("username", ["staff", "support", "owner", "owner-of-two", "nobody", "expired"])
def test_it_shows_each_user_what_the_mock_shows(deployment: str, mock: Any, username: str) -> None:
    theirs, ours = (ask(url, LIST, username) for url in (deployment, mock.url))
    assert (theirs.status_code, theirs.json()) == (ours.status_code, ours.json())
    assert theirs.headers.get("x-result-count") == ours.headers.get("x-result-count")


def test_it_shows_the_same_consumptions(deployment: str, mock: Any) -> None:
    for credit in ask(mock.url, LIST, "staff").json():
        path = f"/api/customer-credits/{credit['uuid']}/consumptions/"
        assert ask(deployment, path, "staff").json() == ask(mock.url, path, "staff").json()
