"""Ready: an app that answers its first request as quickly as any other."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any

from creditkit.errors import CreditkitError

from .contracts import explained

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from starlette.types import ASGIApp

    from creditkit.contract import Contract
    from creditkit.mock import MakeApp

_HOME: MutableMapping[str, Any] = {
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


def ready(make: MakeApp, contract: Contract, handlers: ModuleType, path: Path | None) -> ASGIApp:
    """The app of a contract, whose file is `path`, and handlers. Raises ContractError.

    Connexion puts an app together, and finds what is wrong with a contract, at the first request; so there is
    one here.
    """
    try:
        app = make(contract=contract, handlers=handlers)
        asyncio.run(_ask_home(app))
    except CreditkitError:
        raise
    except Exception as error:
        if path is None:
            raise
        raise explained(path, error) from error
    return app


async def _ask_home(app: ASGIApp) -> None:
    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(_message: MutableMapping[str, Any]) -> None:
        pass

    await app({**_HOME}, receive, send)
