"""`--durable`: no answer leaves before the disk has what it tells of, and many wait for it together."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import httpx
import pytest

from creditkit.errors import UsageError
from creditkit.store import World, default_seed_path, load_seed
from mock.conftest import CREDITS, TODAY, Stage

WRITERS = 8


@pytest.fixture
def durable(tmp_path: Path) -> Iterator[World]:
    with World.open(
        load_seed(default_seed_path()), now=TODAY, data=tmp_path / "world.json", durable=True
    ) as world:
        world.begin()
        waiting = world.flushed()
        if waiting is not None:
            waiting.result()
        yield world


def client(stage: Stage, world: World) -> httpx.AsyncClient:
    stage.world = world
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(stage.app, raise_app_exceptions=False),
        base_url="http://mock.test",
        headers={"Authorization": f"Token {world.users[0].token}"},
    )


def test_an_answer_waits_for_the_disk_and_reads_do_when_a_write_is_waiting(
    stage: Stage, durable: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader must not be told of what could still be lost."""
    disk = threading.Event()
    sync = os.fdatasync

    def slow(handle: int) -> None:
        assert disk.wait(10)
        sync(handle)

    async def talk() -> None:
        async with client(stage, durable) as http:
            path = f"{CREDITS}{durable.credits.listing(durable.users[0])[0].uuid}/"
            assert (await http.get(path)).status_code == 200  # nothing was written: nothing to wait for
            write = asyncio.create_task(http.patch(path, json={"grace_coefficient": "7"}))
            await asyncio.sleep(0.1)
            read = asyncio.create_task(http.get(path))
            await asyncio.sleep(0.1)
            assert (write.done(), read.done()) == (False, False)
            disk.set()
            assert (await write).json()["grace_coefficient"] == "7"
            assert (await read).json()["grace_coefficient"] == "7"

    monkeypatch.setattr(os, "fdatasync", slow)
    asyncio.run(talk())


def test_writers_at_once_share_one_wait(
    stage: Stage, durable: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []
    sync = os.fdatasync

    def written() -> int:
        listed = durable.credits.listing(durable.users[0])[:WRITERS]
        return sum(credit.value == 31 for credit in listed)

    def counted(handle: int) -> None:
        """As slow as the writers: the first wait lasts until all have written."""
        calls.append(handle)
        patience = time.monotonic() + 10
        while written() < WRITERS and time.monotonic() < patience:
            time.sleep(0.001)
        sync(handle)

    async def talk() -> list[int]:
        async with client(stage, durable) as http:
            listed = durable.credits.listing(durable.users[0])[:WRITERS]
            body = {"expected_consumption": "0", "minimal_consumption_logic": "fixed", "value": "31"}

            async def change(uuid: str) -> int:
                answer = await http.patch(f"{CREDITS}{uuid}/", json=body)
                return answer.status_code

            return await asyncio.gather(*(change(credit.uuid) for credit in listed))

    monkeypatch.setattr(os, "fdatasync", counted)
    assert asyncio.run(talk()) == [200] * WRITERS
    assert 1 <= len(calls) <= 2


def test_a_disk_that_fails_is_not_answered_with_success(
    stage: Stage, durable: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: int) -> None:
        raise OSError(5, "Input/output error")

    async def talk() -> list[int]:
        async with client(stage, durable) as http:
            path = f"{CREDITS}{durable.credits.listing(durable.users[0])[0].uuid}/"
            first = await http.patch(path, json={"grace_coefficient": "7"})
            second = await http.patch(path, json={"grace_coefficient": "8"})
            return [first.status_code, second.status_code]

    monkeypatch.setattr(os, "fdatasync", fail)
    assert asyncio.run(talk()) == [500, 500]
    assert "the disk did not confirm" in caplog.text


def test_a_client_that_goes_away_takes_nobody_elses_wait_with_it(
    stage: Stage, durable: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared: Future[None] = Future()
    monkeypatch.setattr(World, "flushed", lambda _: shared)

    async def talk() -> int:
        async with client(stage, durable) as http:
            gone = asyncio.create_task(http.get(CREDITS))
            stays = asyncio.create_task(http.get(CREDITS))
            await asyncio.sleep(0.1)
            gone.cancel()
            await asyncio.sleep(0.05)
            assert not shared.cancelled()
            shared.set_result(None)
            return (await stays).status_code

    assert asyncio.run(talk()) == 200


def test_a_world_in_memory_cannot_be_durable() -> None:
    with pytest.raises(UsageError) as caught:
        World.open(load_seed(default_seed_path()), durable=True)
    assert caught.value.message == "a world in memory cannot be durable"
    assert "--data FILE" in caught.value.hint
