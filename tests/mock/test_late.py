"""What Connexion uses only when it is asked is imported only then, and is the real thing then."""

from __future__ import annotations

import subprocess
import sys

from creditkit.mock.http.late import LATE


def run(code: str) -> list[str]:
    """The lines that a new interpreter prints."""
    command = [sys.executable, "-W", "ignore", "-c", code]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.splitlines()


def test_whoever_uses_them_has_the_real_ones_and_not_before() -> None:
    unused = (*LATE, "rich")
    assert run(f"""
import sys, creditkit.mock
print([name for name in {unused} if name in sys.modules])
from connexion import AsyncApp, json_schema, security
print(security.httpx.AsyncClient.__module__, json_schema.requests.get.__module__)
print(type(AsyncApp("x").test_client()).__module__)
import httpx, requests, starlette.testclient
print(httpx.AsyncClient is security.httpx.AsyncClient, requests.get is json_schema.requests.get)
print(isinstance(starlette.testclient.TestClient, type))
""") == ["[]", "httpx requests.api", "starlette.testclient", "True True", "True"]


def test_what_is_there_already_is_left_alone() -> None:
    code = "import httpx, sys; before = sys.modules['httpx']; import creditkit.mock"
    assert run(f"{code}; print(sys.modules['httpx'] is before)") == ["True"]
