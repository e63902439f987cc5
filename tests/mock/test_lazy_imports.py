"""Modules that Connexion rarely uses are imported when they are used, and are the real ones then."""

from __future__ import annotations

import subprocess
import sys

from creditkit.mock.lazy_imports import LAZY


def run(code: str) -> list[str]:
    """The lines that a new interpreter prints."""
    command = [sys.executable, "-W", "ignore", "-c", code]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.splitlines()


def test_they_are_the_real_modules_once_they_are_used() -> None:
    unused = (*LAZY, "rich")
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


def test_a_module_that_is_imported_already_is_left_alone() -> None:
    code = "import httpx, sys; before = sys.modules['httpx']; import creditkit.mock"
    assert run(f"{code}; print(sys.modules['httpx'] is before)") == ["True"]
