"""The operations of the tags `journal` and `page`: the request log, its stream of events, the live page."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from itertools import islice
from typing import TYPE_CHECKING

import orjson
from starlette.responses import HTMLResponse, StreamingResponse

from creditkit.mock.live import page
from creditkit.mock.worlds.request_log import END, Event

from . import log_entries
from .operations import Form, Operations, world_form

if TYPE_CHECKING:
    from creditkit.mock.worlds.client_worlds import ClientWorld
    from creditkit.mock.worlds.logged_request import LoggedRequest

SILENCE = 15.0
"""After how many seconds without an event a comment is sent, so that proxies keep the stream open."""


class Entries(Operations):
    """The operations on the request log of the selected world."""

    async def journal_list(
        self,
        after: int = 0,
        limit: int = 100,
        method: str | None = None,
        operation: str | None = None,
        status: int | None = None,
        username: str | None = None,
        verdict: str | None = None,
    ) -> list[Form]:
        """The latest entries that match, oldest first."""
        wanted: list[tuple[Callable[[LoggedRequest], object], object]] = [
            (lambda logged: logged.method, method),
            (log_entries.operation, operation),
            (lambda logged: logged.status, status),
            (log_entries.user, username),
            (log_entries.verdict, verdict),
        ]
        asked = [(of, value) for of, value in wanted if value is not None]
        matching = (
            logged
            for logged in reversed(self._selected.request_log)
            if logged.number > after and all(of(logged) == value for of, value in asked)
        )
        world = self._selected.world
        return [log_entries.brief(logged, world) for logged in islice(matching, limit)][::-1]

    async def journal_read(self, number: int) -> Form:
        """One entry in full."""
        return log_entries.in_full(self._selected.request_log.entry(number), self._selected.world)

    async def journal_clear(self) -> None:
        """Drop all entries."""
        log = self._selected.request_log
        log.clear()
        log.tell(Event("cleared"))

    async def events_stream(self) -> StreamingResponse:
        """The events from now on."""
        return StreamingResponse(_events(self._selected), media_type="text/event-stream")

    async def page_read(self) -> HTMLResponse:
        """The live page."""
        return HTMLResponse(page())


async def _events(client_world: ClientWorld) -> AsyncIterator[bytes]:
    queue = client_world.request_log.listen()
    try:
        yield _event("world", world_form(client_world))
        while True:
            try:
                event = await asyncio.wait_for(queue.get(), SILENCE)
            except TimeoutError:
                yield b": still here\n\n"
                continue
            if event is END:
                return
            if event.logged is None:
                form = world_form(client_world)
            else:
                form = log_entries.brief(event.logged, client_world.world)
            yield _event(event.kind, form)
    finally:
        client_world.request_log.leave(queue)


def _event(kind: str, form: Form) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (kind.encode(), orjson.dumps(form))
