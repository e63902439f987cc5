"""The way of a request is short: how many of our files it runs through, and how often it changes file.

Counted on one warm connection, with default options, from the bytes of a request to those of its answer.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import FrameType

import orjson
import pytest

import creditkit
from mock.conftest import CREDITS
from mock.corpus import Sent
from mock.twin import Twin, Wire

OURS = str(Path(creditkit.__file__).parent)
JSON = {"Content-Type": "application/json", "Accept": "application/json"}


def creates(twin: Twin) -> Iterator[Sent]:
    """Requests that create credits, for customers that have none."""
    world = twin.client_worlds.default.world
    staff = next(user for user in world.users if user.is_staff)
    for customer in world.customers.listing(staff):
        if world.credits.of(customer) is None:
            link = f"http://mock.test/api/customers/{customer.uuid}/"
            yield Sent("POST", CREDITS, "staff", JSON, orjson.dumps({"customer": link, "value": "100.25"}))


def lists(_twin: Twin) -> Iterator[Sent]:
    """Requests for a page."""
    while True:
        yield Sent("GET", f"{CREDITS}?page=1&page_size=10", "staff", {"Accept": "application/json"})


async def files_of(requests: Iterator[Sent], twin: Twin, status: int) -> list[str]:
    """The file of each call of a function of ours, in their order, that the last of some requests makes."""
    wire = Wire(twin)
    files: list[str] = []

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(OURS):
            files.append(frame.f_code.co_filename)

    for number in range(3):
        sent = next(requests)
        wire.learn(sent)
        piece = wire.piece(sent)
        wire.written = b""
        sys.setprofile(note if number == 2 else None)
        try:
            wire.protocol.data_received(piece)
        finally:
            sys.setprofile(None)
        await asyncio.sleep(0)
        assert wire.written.startswith(b"HTTP/1.1 %d " % status), wire.written
    return files


@pytest.mark.parametrize(
    ("requests", "status", "most_files", "most_changes"), [(creates, 201, 37, 123), (lists, 200, 28, 71)]
)
def test_a_request_runs_through_few_files(
    requests: object, status: int, most_files: int, most_changes: int
) -> None:
    async def count() -> list[str]:
        twin = Twin()
        await twin.steps(Sent("GET", CREDITS, "staff"))  # its first request gives the app its plans
        twin.renew()
        return await files_of(requests(twin), twin, status)  # type: ignore[operator]

    files = asyncio.run(count())
    changes = sum(one != other for one, other in pairwise(files))
    assert len(set(files)) <= most_files, sorted(set(files))
    assert changes <= most_changes, files
