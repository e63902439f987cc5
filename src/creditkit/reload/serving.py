"""The app of a mock with its own contract, exchanged for another one while it serves."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from creditkit import handlers
from creditkit.contract import API, load
from creditkit.errors import CreditkitError

from .contracts import explained, read_contract

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from starlette.types import ASGIApp, Receive, Scope, Send

    from creditkit.contract import Contract
    from creditkit.mock import MakeApp, Plans, Settings
    from creditkit.store import World


class Swap:
    """An ASGI app that passes requests on to `app`, which may be replaced at any time.

    A request ends with the app that it began with.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    @property
    def plans(self) -> Plans | None:
        """The plans of the present app."""
        plans: Plans | None = getattr(self.app, "plans", None)
        return plans

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on to the present app."""
        await self.app(scope, receive, send)


@contextmanager
def staging(make: MakeApp, world: World, settings: Settings) -> Iterator[ASGIApp]:
    """The app that `creditkit.mock.serve` serves for `settings.contract`, reloaded with `settings.reload`.

    Raises ContractError for a contract that cannot be served.
    """
    path = settings.contract
    contract = read_contract(path, handlers).contract if path else load(API)
    app = started_app(make, path, contract, handlers)
    if not settings.reload:
        yield app
        return
    from .reloader import Reloader  # imports the file watcher, which only --reload needs

    swap = Swap(app)
    reloader = Reloader(
        partial(started_app, make, path), partial(setattr, swap, "app"), world, settings, contract
    )
    with reloader.watching():
        yield swap


def started_app(make: MakeApp, path: Path | None, contract: Contract, handlers: ModuleType) -> ASGIApp:
    """The app of a contract, read from `path`, and handlers. Raises ContractError.

    It has answered one request: Connexion builds an app, and finds errors of a contract, at the first one.
    """
    try:
        app = make(contract=contract, handlers=handlers)
        asyncio.run(_get_home(app))
    except CreditkitError:
        raise
    except Exception as error:
        if path is None:
            raise
        raise explained(path, error) from error
    return app


async def _get_home(app: ASGIApp) -> None:
    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(_message: MutableMapping[str, Any]) -> None:
        pass

    scope: MutableMapping[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/",
        "raw_path": b"/",
        "root_path": "",
        "query_string": b"",
        "headers": [],
        "server": None,
        "client": None,
    }
    await app(scope, receive, send)
