"""The mock of a test run, and the world of one test in it."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import TracebackType
from uuid import uuid4

import httpx

from creditkit.control import Control, entries

_ODD = re.compile(r"[^A-Za-z0-9]+")


@cache
def _trust() -> ssl.SSLContext:
    """The TLS context of all clients, made once: making it takes longer than a test."""
    return ssl.create_default_context()


@dataclass(frozen=True, slots=True)
class CreditsMock:
    """The mock that all tests of a run share."""

    url: str

    def world(self, label: str = "test", *, gallery: str = "") -> CreditsWorld:
        """A new world, which begins as the default one or as one of the gallery.

        `label` becomes part of the world's name, so that it can be recognised.
        """
        readable = _ODD.sub("-", label).strip("-")[:40].strip("-") or "test"
        return CreditsWorld(self.url, f"{readable}-{uuid4().hex[:16]}", gallery)


class CreditsWorld:
    """The world of one test, which ends with the test.

    A request selects it by `headers`, or by `token` alone for code that sends no other header.
    `control` moves its clock, rewinds it, injects faults and so on.
    """

    def __init__(self, url: str, name: str, gallery: str = "") -> None:
        self.url = url
        self.name = name
        self.control = Control(url, world=name, transport=httpx.HTTPTransport(verify=_trust()))
        self._clients: list[httpx.Client] = []
        if gallery:
            self.control.seed_from_gallery(gallery)
        users = self.control.state(most=0)["users"]
        self.users: Mapping[str, str] = {user["username"]: user["token"] for user in users}

    def token(self, user: str = "staff") -> str:
        """The token of a user, by which a request also finds this world. Raises KeyError."""
        return f"{self.name}:{self.users[user]}"

    def headers(self, user: str = "staff") -> dict[str, str]:
        """The headers of a request of that user to this world."""
        return {"Authorization": f"Token {self.users[user]}", "X-Mock-World": self.name}

    def client(self, user: str = "staff") -> httpx.Client:
        """A client whose requests are that user's, to this world. It is closed when the world ends."""
        client = httpx.Client(base_url=self.url, headers=self.headers(user), verify=_trust())
        self._clients.append(client)
        return client

    def journal(self) -> str:
        """The requests to this world and their answers, a line each."""
        return entries(self.control.journal())

    def close(self) -> None:
        """End the world."""
        for client in self._clients:
            client.close()
        self.control.drop_world(self.name)
        self.control.close()

    def __enter__(self) -> CreditsWorld:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
