"""A mock with its control API, in this process; made once, with a default world of its own for each test."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from creditkit.contract import CONTROL, Schema, inline, read, resolve
from creditkit.mock import Settings, maker
from creditkit.mock.worlds.client_worlds import DEFAULT, ClientWorld, ClientWorlds
from creditkit.store import World, default_seed_path, load_seed
from mock.conftest import TODAY, Api

DOCUMENT = read(CONTROL)


class Controlled(Api):
    """The mock as a client sees it, and as whoever controls it does. `log` names the operations called."""

    def __init__(self, token: str = "") -> None:
        world = World.open(load_seed(default_seed_path()), now=TODAY)
        self.client_worlds = ClientWorlds(ClientWorld(DEFAULT, world))
        super().__init__(maker(self.client_worlds, Settings(control_token=token))(), world)

    def begin(self, world: World) -> None:
        """Serve this world, and no other."""
        for client_world in self.client_worlds.all()[1:]:
            self.client_worlds.drop(client_world.name)
        self.client_worlds.default = ClientWorld(DEFAULT, world)
        self.world = world

    def ask(self, method: str, path: str, world: str | None = None, **more: Any) -> httpx.Response:
        """One request to the control API, whose answer is held to its contract."""
        headers = {"Host": "127.0.0.1:8000", **more.pop("headers", {})}
        if world is not None:
            headers["X-Mock-World"] = world
        answer = self(method, f"/_mock/{path}", as_=None, headers=headers, **more)
        check(method, path.partition("?")[0], answer)
        return answer

    def ctl(self, method: str, path: str, world: str | None = None, **more: Any) -> Any:
        """What the control API gives; it must not refuse."""
        answer = self.ask(method, path, world, **more)
        assert answer.status_code in (200, 204), answer.text
        return answer.json() if answer.content else None

    def refuses(self, status: int, method: str, path: str, **more: Any) -> str:
        """The sentence with which the control API refuses."""
        answer = self.ask(method, path, **more)
        assert answer.status_code == status, answer.text
        problem = answer.json()
        assert (problem["status"], problem["type"]) == (status, "about:blank")
        detail: str = problem["detail"]
        assert detail.endswith((".", "?"))
        assert not detail.endswith(("..", "?."))
        assert "\n" not in detail
        return detail


def check(method: str, path: str, answer: httpx.Response) -> None:
    """Hold an answer to the contract: its status, its media type, its body."""
    node = _operation(method.lower(), f"/_mock/{path}")
    if node is None:  # pages, and what is not there
        assert answer.status_code in (200, 401, 403, 404, 405)
        return
    response = resolve(DOCUMENT, node["responses"][str(answer.status_code)])
    content = response.get("content", {})
    if not content:
        assert answer.content == b""
        return
    media_type = answer.headers["content-type"].partition(";")[0]
    schema = Schema(inline(DOCUMENT, content[media_type]["schema"]))
    if media_type.endswith("json"):
        faults = [f"{fault.instance}: {fault.message}" for fault in schema.errors(answer.json())]
        assert faults == []


def _operation(method: str, path: str) -> Any:
    parts = path.split("/")
    for template, item in DOCUMENT["paths"].items():
        known = template.split("/")
        if len(known) == len(parts) and all(
            one == two or one.startswith("{") for one, two in zip(known, parts, strict=True)
        ):
            return item.get(method)
    return None


@pytest.fixture(scope="session")
def stage_with_control() -> Controlled:
    return Controlled()


@pytest.fixture
def mocked(
    stage_with_control: Controlled, world: World, caplog: pytest.LogCaptureFixture
) -> Iterator[Controlled]:
    """The mock; a test in which it failed fails, whatever else it looked at."""
    stage_with_control.begin(world)
    with caplog.at_level(logging.ERROR, logger="creditkit.mock"):
        yield stage_with_control
    assert [record.getMessage() for record in caplog.records] == []
