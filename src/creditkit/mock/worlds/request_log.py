"""The journal: the latest requests to one world, each with its answer, in the order in which they ended.

Kept in memory, bounded in number and size. Entries are counted from 1; `back_to` tells which request of the
world an entry was, so that the world can be rewound to it. Whoever listens is told of each entry as it comes,
and of what else happens to the world.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from creditkit.errors import Conflict, NotFound

if TYPE_CHECKING:
    from .logged_request import Turn

MOST_BYTES = 8_000_000
"""How many bytes the entries of one world may take; the oldest go."""

MOST_WAITING = 1_000
"""How many events may wait for a listener; one that is further behind is sent away, and may come again."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: `entry` with its turn, or the name of what changed. `end` is the last one."""

    kind: str
    turn: Turn | None = None


END = Event("end")


class Journal:
    """The entries of one world, at most `most` of them; with 0 there are none, and nothing is noted."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._entries: deque[Turn] = deque()
        self._weight = 0
        # What stands before the oldest entry: its number, and how far the world had counted then.
        self._floor = 0
        self._floor_position = 0
        self._number = 0
        self._position = 0
        self._listeners: list[asyncio.Queue[Event]] = []

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Turn]:
        return iter(self._entries)

    def __reversed__(self) -> Iterator[Turn]:
        return reversed(self._entries)

    @property
    def number(self) -> int:
        """The number of the latest entry; 0 before the first."""
        return self._number

    @property
    def latest(self) -> Turn | None:
        """The latest entry, if it is still kept."""
        return self._entries[-1] if self._entries else None

    def append(self, turn: Turn) -> None:
        """Keep one more turn, which has ended."""
        self._number = turn.number = self._number + 1
        # A turn that ended later may have begun earlier: going back to it keeps what came between.
        if turn.last > self._position:
            self._position = turn.last
        turn.position = self._position
        self._entries.append(turn)
        self._weight += turn.weight
        if len(self._entries) > self.most:
            self._forget_oldest()
        while self._weight > MOST_BYTES:
            self._forget_oldest()
        if self._listeners:
            self.tell(Event("entry", turn))

    def entry(self, number: int) -> Turn:
        """The entry of that number. Raises NotFound."""
        # They are in order and without a gap.
        place = number - self._floor - 1
        if not 0 <= place < len(self._entries):
            raise NotFound(f"There is no entry {number} in the journal, {self._reach()}.")
        return self._entries[place]

    def back_to(self, number: int) -> int:
        """How far the world had counted after that entry; 0 is before the first. Raises Conflict."""
        if number == self._floor:
            return self._floor_position
        try:
            return self.entry(number).position
        except NotFound:
            raise Conflict(f"Cannot go back to entry {number} of the journal, {self._reach()}.") from None

    def rewound(self, number: int) -> None:
        """Let that entry be the latest."""
        position = self.back_to(number)
        while self._number > number:
            self._weight -= self._entries.pop().weight
            self._number -= 1
        self._position = position

    def clear(self) -> None:
        """Keep no entry; the next one goes on counting."""
        while self._entries:
            self._forget_oldest()

    def listen(self) -> asyncio.Queue[Event]:
        """A queue of whatever happens from now on; `END` is the last that is put into it."""
        queue: asyncio.Queue[Event] = asyncio.Queue()
        self._listeners.append(queue)
        return queue

    def leave(self, queue: asyncio.Queue[Event]) -> None:
        """Listen no longer."""
        if queue in self._listeners:
            self._listeners.remove(queue)

    @property
    def has_listeners(self) -> bool:
        """Whether anybody listens."""
        return bool(self._listeners)

    def tell(self, event: Event) -> None:
        """Tell every listener."""
        for queue in tuple(self._listeners):
            if event is END or queue.qsize() >= MOST_WAITING:
                self._listeners.remove(queue)
                queue.put_nowait(END)
            else:
                queue.put_nowait(event)

    def _forget_oldest(self) -> None:
        turn = self._entries.popleft()
        self._weight -= turn.weight
        self._floor, self._floor_position = turn.number, turn.position

    def _reach(self) -> str:
        if not self.most:
            return "which is off (--journal 0)"
        if not self._entries:
            return f"which is empty; the next entry will be {self._number + 1}"
        return f"which holds {self._floor + 1} to {self._number}"
