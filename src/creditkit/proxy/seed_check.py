"""Compares the recorded credits with the answers of a mock that serves the recorded seed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from creditkit.mock import create_app
from creditkit.store import COMPUTED, PLAIN, World, load_seed

from .record import Record
from .seedfile import TOKEN

_URL = "http://mock.invalid"
_COMPARED = (*PLAIN, *COMPUTED, "customer_name", "customer_slug")


def differences(record: Record, seed: Path) -> Iterator[str]:
    """A sentence for each recorded field to which a mock of the seed gives another value.

    Raises SeedError for a seed that cannot be served.
    """
    world = World.open(load_seed(seed))
    answers = asyncio.run(_answers(create_app(lambda: world), record))
    for uuid, recorded in record.credits.items():
        if "value" not in answers[uuid]:
            yield f"credit {uuid}: a seed cannot express it, and leaves it out"
            continue
        for name in _COMPARED:
            there, here = recorded.get(name), answers[uuid].get(name)
            if not _same(there, here):
                yield f"credit {uuid}: {name} is {there!r} there, and {here!r} in the seed"


async def _answers(app: Any, record: Record) -> dict[str, Any]:
    headers = {"Authorization": f"Token {TOKEN}"}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=_URL, headers=headers) as client:
        return {uuid: (await client.get(f"/api/customer-credits/{uuid}/")).json() for uuid in record.credits}


def _same(there: Any, here: Any) -> bool:
    """Whether two values are equal; some releases write numbers as text."""
    if isinstance(there, bool) or there is None or here is None:
        return bool(there == here)
    try:
        return abs(float(there) - float(here)) < 0.000_005
    except (TypeError, ValueError):
        return bool(there == here)
