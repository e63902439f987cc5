"""What the system refuses: no room, half a write, a sync that fails. The documents stay what they were."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from creditkit.errors import DataFileError
from creditkit.store.tinyjournal import Durability, JournalDB

from .conftest import Found, left_behind
from .load import CREDITS, INDEXES, NOTES, Kind, Model, Operation, carry_out

DURABILITY = pytest.mark.parametrize("durability", [Durability.PROCESS, Durability.POWER])


def op(kind: Kind, step: int, *keys: int) -> Operation:
    return Operation(kind, step, CREDITS, keys or (step,), size=3, name="a", back=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path / "data" / "world.json"


Refusing = Callable[[int], None]


@pytest.fixture
def refuse(monkeypatch: pytest.MonkeyPatch, path: Path) -> Iterator[Refusing]:
    """Let writes under the folder fail from now on, after so many bytes; -1 lets all through again."""
    room = -1
    write = os.write

    def limited(handle: int, data: bytes) -> int:
        nonlocal room
        if room < 0 or not str(Path(f"/proc/self/fd/{handle}").readlink()).startswith(str(path.parent)):
            return write(handle, data)
        if room == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written = write(handle, data[:room])
        room -= written
        return written

    def refuse(bytes_left: int) -> None:
        nonlocal room
        room = bytes_left

    monkeypatch.setattr(os, "write", limited)
    yield refuse
    room = -1


@DURABILITY
@pytest.mark.parametrize("room", [0, 1, 9, 30, 100])
def test_a_write_that_finds_no_room_is_refused_and_the_next_one_works(
    path: Path, tmp_path: Path, refuse: Refusing, durability: Durability, room: int
) -> None:
    model = Model()
    with JournalDB(path, indexes=INDEXES, durability=durability) as db:
        for step in (1, 2):
            carry_out(db, op("move", step))
            model.carry_out(op("move", step))
        state = db.state
        refuse(room)
        with pytest.raises(DataFileError) as caught:
            carry_out(db, op("move", 3))
        assert "world.json" in caught.value.message
        assert "no space left" in caught.value.message.lower()
        assert caught.value.hint
        assert db.state is state, "memory is as it was"
        refuse(-1)
        assert left_behind(path, tmp_path / "copy") == Found.of(model)
        carry_out(db, op("move", 4))
        model.carry_out(op("move", 4))
        assert left_behind(path, tmp_path / "copy") == Found.of(model)
        assert left_behind(path, tmp_path / "copy").warnings == ()


def test_a_transaction_that_finds_no_room_leaves_nothing_of_itself(path: Path, refuse: Refusing) -> None:
    with JournalDB(path, indexes=INDEXES) as db:
        db.table(CREDITS).insert({"key": 1, "value": 1})
        refuse(0)
        with pytest.raises(DataFileError):
            carry_out(db, op("move", 2))
        refuse(-1)
        assert db.table(CREDITS).all() == [{"key": 1, "value": 1}]
        assert db.table(NOTES).all() == []
        assert db.table(CREDITS).insert({"key": 2, "value": 1}) > 1


def test_a_write_that_is_taken_in_pieces_is_whole_in_the_end(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """write(2) may take less than it was given, and then take the rest."""
    write = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: write(handle, data[:7]))
    model = Model()
    with JournalDB(path, indexes=INDEXES) as db:
        for step in (1, 2, 3):
            try:
                carry_out(db, op("move", step))
            except DataFileError:
                continue
            model.carry_out(op("move", step))
        assert left_behind(path, tmp_path / "copy") == Found.of(model)


@pytest.mark.parametrize("wait", [True, False])
def test_after_a_sync_that_failed_nothing_more_is_written(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wait: bool
) -> None:
    """The system may have dropped what it could not write: the file must be read again to be trusted."""

    def fail(handle: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    model = Model()
    db = JournalDB(path, indexes=INDEXES, durability=Durability.POWER, wait=wait)
    carry_out(db, op("put", 1))
    model.carry_out(op("put", 1))
    flushed = db.flushed()
    if flushed is not None:
        flushed.result(timeout=10)
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", fail)
        broken.setattr(os, "fdatasync", fail)
        with pytest.raises(DataFileError, match="Input/output error"):
            write_and_wait(db)
    with pytest.raises(DataFileError) as caught:
        carry_out(db, op("put", 3))
    assert "world.json" in caught.value.message
    assert caught.value.hint
    db.close()
    found = left_behind(path, tmp_path / "copy")
    ahead = model.copy()
    ahead.carry_out(op("put", 2))
    assert found in (Found.of(model), Found.of(ahead))


def write_and_wait(db: JournalDB) -> None:
    carry_out(db, op("put", 2))
    flushed = db.flushed()
    assert flushed is not None
    flushed.result(timeout=10)


@pytest.mark.parametrize("step", ["write", "fsync", "replace"])
def test_a_compaction_that_fails_costs_nothing_but_itself(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """What is there stays, writes go on, and a later compaction succeeds."""
    model = Model()
    with JournalDB(path, indexes=INDEXES) as db:
        for number in (1, 2):
            carry_out(db, op("move", number))
            model.carry_out(op("move", number))
        with monkeypatch.context() as broken:
            broken.setattr(os, step, no_room_for_a_temporary_file(getattr(os, step)))
            with pytest.raises(DataFileError, match="No space left on device"):
                db.compact()
        assert left_behind(path, tmp_path / "copy") == Found.of(model)
        carry_out(db, op("move", 3))
        model.carry_out(op("move", 3))
        assert left_behind(path, tmp_path / "copy") == Found.of(model)
        db.compact()
        assert db.size.journal < 150, "a header"
        assert sorted(each.suffix for each in path.parent.iterdir()) == [".journal", ".json", ".lock"]
    assert left_behind(path, tmp_path / "copy") == Found.of(model)


def no_room_for_a_temporary_file(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, but for files whose names end in `.tmp`."""

    def refusing(place: object, *args: object, **options: object) -> object:
        name = str(Path(f"/proc/self/fd/{place}").readlink()) if isinstance(place, int) else str(place)
        if name.endswith(".tmp"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return function(place, *args, **options)

    return refusing
