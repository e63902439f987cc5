"""The request log of one world: its latest requests with their answers, in the order in which they ended.

It is kept in memory, bounded in number and size, with entries numbered from 1. Each entry knows the request
number of the world at its end, so that the world can be rewound to it. Listeners get every new entry, and
every other change of the world.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from creditkit.errors import Conflict, NotFound

if TYPE_CHECKING:
    from .logged_request import LoggedRequest

MOST_BYTES = 8_000_000
"""How many bytes the entries of one world may take; beyond that the oldest are dropped."""

MOST_WAITING = 1_000
"""How many events may wait for a listener; its stream ends if there are more, and it may listen again."""


@dataclass(frozen=True, slots=True)
class Event:
    """A new `entry` with its request, or the name of another change. `end` is the last event of a stream."""

    kind: str
    logged: LoggedRequest | None = None


END = Event("end")


class RequestLog:
    """The entries of one world, at most `most` of them; with 0 the log is off."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._entries: deque[LoggedRequest] = deque()
        self._weight = 0
        # The number of the last entry that was dropped, and the world's request number after it.
        self._floor = 0
        self._floor_position = 0
        self._number = 0
        self._position = 0
        self._listeners: list[asyncio.Queue[Event]] = []

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[LoggedRequest]:
        return iter(self._entries)

    def __reversed__(self) -> Iterator[LoggedRequest]:
        return reversed(self._entries)

    @property
    def number(self) -> int:
        """The number of the latest entry; 0 before the first."""
        return self._number

    @property
    def latest(self) -> LoggedRequest | None:
        """The latest entry, if it is still kept."""
        return self._entries[-1] if self._entries else None

    def append(self, logged: LoggedRequest) -> None:
        """Add a request that has ended."""
        self._number = logged.number = self._number + 1
        # An entry may have begun before others that ended earlier: rewinding to it keeps their changes.
        if logged.last > self._position:
            self._position = logged.last
        logged.position = self._position
        self._entries.append(logged)
        self._weight += logged.weight
        if len(self._entries) > self.most:
            self._forget_oldest()
        while self._weight > MOST_BYTES:
            self._forget_oldest()
        if self._listeners:
            self.tell(Event("entry", logged))

    def entry(self, number: int) -> LoggedRequest:
        """The entry of that number. Raises NotFound."""
        place = number - self._floor - 1
        if not 0 <= place < len(self._entries):
            raise NotFound(f"There is no entry {number} in the journal, {self._reach()}.")
        return self._entries[place]

    def back_to(self, number: int) -> int:
        """The world's request number after that entry; entry 0 is the beginning. Raises Conflict."""
        if number == self._floor:
            return self._floor_position
        try:
            return self.entry(number).position
        except NotFound:
            raise Conflict(f"Cannot go back to entry {number} of the journal, {self._reach()}.") from None

    def rewound(self, number: int) -> None:
        """Drop the entries after this one."""
        position = self.back_to(number)
        while self._number > number:
            self._weight -= self._entries.pop().weight
            self._number -= 1
        self._position = position

    def clear(self) -> None:
        """Drop all entries; the numbering goes on."""
        while self._entries:
            self._forget_oldest()

    def listen(self) -> asyncio.Queue[Event]:
        """A queue of the events from now on; `END` is the last."""
        queue: asyncio.Queue[Event] = asyncio.Queue()
        self._listeners.append(queue)
        return queue

    def leave(self, queue: asyncio.Queue[Event]) -> None:
        """Stop listening."""
        if queue in self._listeners:
            self._listeners.remove(queue)

    @property
    def has_listeners(self) -> bool:
        """Whether a stream of events is open."""
        return bool(self._listeners)

    def tell(self, event: Event) -> None:
        """Put an event into the queue of every listener."""
        for queue in tuple(self._listeners):
            if event is END or queue.qsize() >= MOST_WAITING:
                self._listeners.remove(queue)
                queue.put_nowait(END)
            else:
                queue.put_nowait(event)

    def _forget_oldest(self) -> None:
        logged = self._entries.popleft()
        self._weight -= logged.weight
        self._floor, self._floor_position = logged.number, logged.position

    def _reach(self) -> str:
        if not self.most:
            return "which is off (--journal 0)"
        if not self._entries:
            return f"which is empty; the next entry will be {self._number + 1}"
        return f"which holds {self._floor + 1} to {self._number}"
