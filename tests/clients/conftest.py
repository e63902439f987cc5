"""One fixture, `client`: each documented client in turn, at a fresh mock of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from . import httpie, typescript_client, waldur
from .processes import Call

CREDITS = "/api/customer-credits/"


@dataclass(frozen=True, slots=True)
class Client:
    """A documented client that is logged in as staff, and plain HTTP to look at the same mock with."""

    name: str
    call: Call
    http: httpx.Client

    def __call__(self, operation: str, *, uuid: str = "", customer: str = "") -> Any:
        """Call an operation as its snippet does; gives the parsed answer."""
        return self.call(operation, uuid, customer)

    def all(self, path: str) -> list[dict[str, Any]]:
        """Everything in a collection, as plain HTTP gives it."""
        objects = self.http.get(path, params={"page_size": 300}).raise_for_status().json()
        assert isinstance(objects, list)
        return objects

    def stored(self, uuid: str) -> httpx.Response:
        """What plain HTTP gives for one credit."""
        return self.http.get(f"{CREDITS}{uuid}/")

    def free_customer(self) -> dict[str, Any]:
        """A customer that has no credit."""
        taken = {credit["customer"] for credit in self.all(CREDITS)}
        return next(customer for customer in self.all("/api/customers/") if customer["url"] not in taken)


@pytest.fixture(
    scope="module", params=["httpie", "waldur-api-client-7.9.1", "waldur-api-client-7.7.5", "typescript"]
)
def client(
    request: pytest.FixtureRequest,
    serve: Callable[[], AbstractContextManager[Any]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Client]:
    """Each documented client in turn."""
    name: str = request.param
    folder: Path = tmp_path_factory.mktemp(name)
    with ExitStack() as stack:
        mock = stack.enter_context(serve())
        http = stack.enter_context(mock.client())
        if name == "httpie":
            call = httpie.connect(mock.url, mock.token, folder)
        elif name == "typescript":
            call = typescript_client.connect(mock.url, mock.token, folder)
        else:
            call = stack.enter_context(waldur.connect(mock.url, mock.token, name.rsplit("-", 1)[1]))
        yield Client(name, call, http)
