"""The outbox: answers to requests that came together leave together.

To write to a socket is a call of the system that wakes whoever reads at the other end, which costs more
than a small answer does; and after it the processor's caches have to be filled anew. The event loop hands
over what has come on every connection, one after another. What is written meanwhile is held until it is
through with them, and then leaves in one go: the first write wakes the client, the others find it awake.

To wait for the loop costs something as well, in vain where one client asks for one thing after another. So
where nobody else was found to wait, the next answers are written at once, before that is tried again.
Nothing ever waits for what has not come yet, and what is held is bounded. `tests/mock/test_outbox.py` holds
all this to a plain transport.
"""

from __future__ import annotations

import asyncio
from typing import Any

ANSWERS = 32
"""So many connections wait for each other at most."""

BYTES = 65_536
"""From so many bytes on a connection waits for no other; a transport of asyncio is full by then as well."""

ALONE = 32
"""So many answers leave at once after one that waited and left alone."""


class Outbox:
    """The connections on which something is to be written, in the order in which it came."""

    def __init__(self) -> None:
        self._waiting: list[HeldTransport] = []
        self._alone = 0

    def hold(self, transport: HeldTransport) -> bool:
        """Let a connection wait until the loop has handed over all that has come; whether it has to."""
        if self._alone:
            self._alone -= 1
            return False
        if len(self._waiting) == ANSWERS:
            self.let_go()
        self._waiting.append(transport)
        if len(self._waiting) == 1:
            asyncio.get_running_loop().call_soon(self.let_go)
        return True

    def let_go(self) -> None:
        """Write what is held."""
        waiting, self._waiting = self._waiting, []
        if len(waiting) == 1:
            self._alone = ALONE
        for transport in waiting:
            transport.let_go()


class HeldTransport(asyncio.Transport):
    """The transport of one connection, whose writes may wait in an outbox; all else it does as it is told."""

    def __init__(self, transport: asyncio.Transport, outbox: Outbox) -> None:
        super().__init__()
        self._transport = transport
        self._outbox = outbox
        self._pieces: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> None:  # type: ignore[override]
        """Write a piece, which nobody may change afterwards, as soon as the outbox lets it go."""
        if not self._pieces and not self._outbox.hold(self):
            self._transport.write(data)
            return
        self._pieces.append(data)
        self._size += len(data)
        if self._size >= BYTES:
            self.let_go()

    def let_go(self) -> None:
        """Write what is held, unless the connection has ended meanwhile."""
        pieces = self._pieces
        if pieces:
            self._pieces, self._size = [], 0
            if not self._transport.is_closing():
                self._transport.write(b"".join(pieces))

    def close(self) -> None:
        """Write what is held, and close when it is out."""
        self.let_go()
        self._transport.close()

    def abort(self) -> None:
        """Write what is held, as far as there is room, and close at once."""
        self.let_go()
        self._transport.abort()

    def is_closing(self) -> bool:
        """Whether nothing more can be written."""
        return self._transport.is_closing()

    def pause_reading(self) -> None:
        """Take in nothing for now."""
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Take in what comes again."""
        self._transport.resume_reading()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """What is known of the connection, such as the address of its peer."""
        return self._transport.get_extra_info(name, default)
