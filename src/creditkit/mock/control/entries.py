"""The operations on the journal: its entries, the stream of what happens, and the page that shows it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

import orjson
from starlette.responses import HTMLResponse, StreamingResponse

from creditkit.mock.live import page
from creditkit.mock.worlds.request_log import END, Event

from . import forms, telling

if TYPE_CHECKING:
    from creditkit.mock.worlds.logged_request import Turn
    from creditkit.mock.worlds.worlds import Scene, Scenes

Form = dict[str, Any]

SILENCE = 15.0
"""After how many seconds without an event a comment is sent, so that nobody takes the stream for dead."""


class Entries:
    """The operations of the tags `journal` and `page`, on the scene that the request selects."""

    def __init__(self, scenes: Scenes) -> None:
        self._scenes = scenes

    @property
    def operations(self) -> Mapping[str, Callable[..., Any]]:
        """The functions by operationId."""
        return {
            "journal_list": self.list_entries,
            "journal_read": self.read,
            "journal_clear": self.clear,
            "events_stream": self.stream,
            "page_read": self.read_page,
        }

    async def list_entries(
        self,
        after: int = 0,
        limit: int = 100,
        method: str | None = None,
        operation: str | None = None,
        status: int | None = None,
        username: str | None = None,
        verdict: str | None = None,
    ) -> list[Form]:
        """The latest entries that match, in order."""
        wanted: list[tuple[Callable[[Turn], object], object]] = [
            (lambda turn: turn.method, method),
            (telling.operation, operation),
            (lambda turn: turn.status, status),
            (telling.user, username),
            (telling.verdict, verdict),
        ]
        asked = [(of, value) for of, value in wanted if value is not None]
        matching = (
            turn
            for turn in reversed(self._scene.journal)
            if turn.number > after and all(of(turn) == value for of, value in asked)
        )
        return [telling.entry(turn) for turn in islice(matching, limit)][::-1]

    async def read(self, number: int) -> Form:
        """One entry in full."""
        return telling.in_full(self._scene.journal.entry(number))

    async def clear(self) -> None:
        """Forget all entries."""
        journal = self._scene.journal
        journal.clear()
        journal.tell(Event("cleared"))

    async def stream(self) -> StreamingResponse:
        """What happens from now on."""
        return StreamingResponse(_events(self._scene), media_type="text/event-stream")

    async def read_page(self) -> HTMLResponse:
        """The live page."""
        return HTMLResponse(page())

    @property
    def _scene(self) -> Scene:
        return self._scenes.turn.scene


async def _events(scene: Scene) -> AsyncIterator[bytes]:
    queue = scene.journal.listen()
    try:
        yield _event("world", forms.world(scene))
        while True:
            try:
                event = await asyncio.wait_for(queue.get(), SILENCE)
            except TimeoutError:
                yield b": still here\n\n"
                continue
            if event is END:
                return
            yield _event(event.kind, telling.entry(event.turn) if event.turn else forms.world(scene))
    finally:
        scene.journal.leave(queue)


def _event(kind: str, form: Form) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (kind.encode(), orjson.dumps(form))
