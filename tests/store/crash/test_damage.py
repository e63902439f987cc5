"""A file that is cut anywhere, or in which any bit is wrong: the right documents, or a clear error."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from tinydb import TinyDB

from creditkit.errors import DataFileError
from creditkit.store.tinyjournal import JournalDB, inspection
from creditkit.store.tinyjournal.inspection import Repaired

from .conftest import Found, found_in
from .load import CREDITS, INDEXES, NOTES, Kind, Model, Operation, Row, Tables, carry_out

pytestmark = pytest.mark.usefixtures("without_a_disk")

EVERY = pytest.mark.parametrize("every", [17, pytest.param(1, marks=pytest.mark.soak)])
"""Of how many bits one is turned: of all in soak; 17 has no common factor with the eight bits of a byte."""


def op(kind: Kind, step: int, table: str = CREDITS, keys: tuple[int, ...] = (1,)) -> Operation:
    return Operation(kind, step, table, keys, size=1, name="a", back=0)


IN_THE_BASE = (op("put", 1, keys=(1, 2, 3)), op("put", 2, NOTES, (1, 2)), op("snapshot", 3), op("delete", 4))
IN_THE_JOURNAL = (
    op("put", 5, keys=(2, 4)),
    op("move", 6, keys=(3, 5)),
    op("snapshot", 7),
    op("delete", 8, keys=(2,)),
    op("put", 9, keys=(5,)),
)


@dataclass(frozen=True, slots=True)
class Left:
    """The files that a killed process left, and what was in them before and after each journal record."""

    files: Mapping[str, bytes]
    history: tuple[Found, ...]

    @property
    def journal(self) -> str:
        """The name of the only journal."""
        (name,) = (name for name in self.files if name.endswith(".journal"))
        return name

    @property
    def records(self) -> list[range]:
        """Where in the journal each record lies, its newline included."""
        end, records = 0, []
        for line in self.files[self.journal].split(b"\n")[:-1]:
            records.append(range(end, end + len(line) + 1))
            end += len(line) + 1
        assert end == len(self.files[self.journal])
        return records[-len(IN_THE_JOURNAL) :]

    def with_(self, name: str, content: bytes) -> Left:
        """The same, but for one file."""
        return Left({**self.files, name: content}, self.history)


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Left:
    folder = tmp_path_factory.mktemp("left")
    model = Model()
    with JournalDB(folder / "world.json", indexes=INDEXES) as db:
        for operation in IN_THE_BASE:
            carry_out(db, operation)
            model.carry_out(operation)
        db.compact()
        history = [Found.of(model.copy())]
        for operation in IN_THE_JOURNAL:
            carry_out(db, operation)
            model.carry_out(operation)
            history.append(Found.of(model.copy()))
        files = {each.name: each.read_bytes() for each in folder.iterdir() if each.suffix != ".lock"}
    return Left(files, tuple(history))


class Ground:
    """A folder in which files are put down and looked at, again and again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, left: Left) -> Path:
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir()
        for name, content in left.files.items():
            (self._folder / name).write_bytes(content)
        return self._folder / "world.json"

    def open(self, left: Left) -> Found | DataFileError:
        """What a process finds; anything but content and `DataFileError` fails the test."""
        try:
            return found_in(self.put(left))
        except DataFileError as error:
            return error

    def repair(self, left: Left) -> tuple[Path, Repaired]:
        """A repaired copy, and what is said of it. The damaged files are left as they are."""
        path = self.put(left)
        repaired = self._folder.with_name("repaired.json")
        repaired.unlink(missing_ok=True)
        said = inspection.repair(path, repaired)
        assert {name: (self._folder / name).read_bytes() for name in left.files} == left.files
        return repaired, said


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    return Ground(tmp_path / "ground")


def turned(content: bytes, bit: int) -> bytes:
    """The content with one bit the other way round."""
    wrong = bytearray(content)
    wrong[bit // 8] ^= 1 << bit % 8
    return bytes(wrong)


def bits(where: range, every: int) -> Iterable[int]:
    """Some of the bits in a part of a file; of its first and its last bytes, which frame it, all."""
    some = set(range(where.start * 8, where.stop * 8, every))
    return sorted(
        some
        | {*range(where.start * 8, where.start * 8 + 14 * 8), *range(where.stop * 8 - 16, where.stop * 8)}
    )


def assert_names(error: DataFileError, file: str, where: range) -> None:
    """The error says which file, at which offset, and what to do."""
    offset = re.search(r"at byte (\d+)", error.message)
    assert offset, error.message
    assert int(offset[1]) == where.start, error.message
    assert_tells(error, file)


def assert_tells(error: DataFileError, file: str) -> None:
    """The error says which file, and what to do. One wrong bit can also make it a file of another format."""
    assert file in error.message
    assert "creditkit store repair" in error.hint or "written in journal format" in error.message


def test_the_files_hold_everything_before_they_are_damaged(left: Left, ground: Ground) -> None:
    assert len(left.records) == len(IN_THE_JOURNAL)
    assert ground.open(left) == left.history[-1]
    repaired, said = ground.repair(left)
    assert found_in(repaired) == left.history[-1]
    assert said.lost == ()
    assert len({repr(found) for found in left.history}) == len(left.history), "each record changes something"


def test_a_last_record_cut_at_any_byte_is_dropped_with_a_warning(left: Left, ground: Ground) -> None:
    journal, last = left.files[left.journal], left.records[-1]
    for end in range(last.start, last.stop):
        found = ground.open(left.with_(left.journal, journal[:end]))
        assert isinstance(found, Found), f"cut at {end}: {found}"
        assert found == left.history[-2], f"cut at {end}"
        assert bool(found.warnings) == (end > last.start), f"cut at {end}"
        for warning in found.warnings:
            assert left.journal in warning
            assert str(last.start) in warning
            assert str(end - last.start) in warning


def test_what_was_cut_off_does_not_come_back_with_the_next_write(left: Left, ground: Ground) -> None:
    journal, last = left.files[left.journal], left.records[-1]
    for end in (last.start + 1, (last.start + last.stop) // 2, last.stop - 1):
        path = ground.put(left.with_(left.journal, journal[:end]))
        with JournalDB(path, indexes=INDEXES, warn=lambda _: None) as db:
            carry_out(db, op("put", 10, keys=(7,)))
            copy = {each.name: each.read_bytes() for each in path.parent.iterdir() if each.suffix != ".lock"}
        found = ground.open(Left(copy, ()))
        assert isinstance(found, Found)
        assert found.warnings == ()
        before = left.history[-2].tables
        assert found.tables == {**before, CREDITS: {**before[CREDITS], 7: op("put", 10).row(7)}}


@pytest.mark.parametrize("zeros", [1, 7, 4096])
def test_zeros_after_the_last_record_are_taken_for_nothing(left: Left, ground: Ground, zeros: int) -> None:
    """A file system may have made a file longer, but not written it, when the power went."""
    journal, last = left.files[left.journal], left.records[-1]
    assert ground.open(left.with_(left.journal, journal + bytes(zeros))) == left.history[-1]
    for end in (last.start, last.start + 3, last.stop - 2):
        found = ground.open(left.with_(left.journal, journal[:end] + bytes(zeros)))
        assert found == left.history[-2], f"cut at {end}"


@EVERY
def test_a_wrong_bit_in_any_record_is_found(left: Left, ground: Ground, every: int) -> None:
    journal = left.files[left.journal]
    for record in (left.records[-1], left.records[-2], left.records[0]):
        for bit in bits(record, every):
            found = ground.open(left.with_(left.journal, turned(journal, bit)))
            if isinstance(found, DataFileError):
                assert_names(found, left.journal, record)
            else:
                assert found == left.history[-1], f"byte {bit // 8}, bit {bit % 8}"


@EVERY
def test_a_wrong_bit_in_the_base_is_found(left: Left, ground: Ground, every: int) -> None:
    base = left.files["world.json"]
    for bit in bits(range(len(base)), every):
        found = ground.open(left.with_("world.json", turned(base, bit)))
        if isinstance(found, DataFileError):
            assert_tells(found, "world.json")
        else:
            assert found == left.history[-1], f"byte {bit // 8}, bit {bit % 8}"


@EVERY
def test_a_base_cut_at_any_byte_is_found(left: Left, ground: Ground, every: int) -> None:
    base = left.files["world.json"]
    for end in range(0, len(base), max(1, every // 4)):
        found = ground.open(left.with_("world.json", base[:end]))
        if isinstance(found, DataFileError):
            assert_tells(found, "world.json")
        else:
            assert found == left.history[-1], f"cut at {end}"


def test_a_missing_journal_or_base_is_found(left: Left, ground: Ground) -> None:
    for name in left.files:
        files = {other: content for other, content in left.files.items() if other != name}
        found = ground.open(Left(files, ()))
        assert isinstance(found, DataFileError)
        assert "world.json" in found.message
        assert "journal" in found.message


@EVERY
def test_a_repair_saves_what_no_damage_has_touched(left: Left, ground: Ground, every: int) -> None:
    """Whatever a repaired file holds was there at some time; what stands before the damage is not lost."""
    ever = versions(left)
    journal = left.files[left.journal]
    for number, record in enumerate(left.records):
        for bit in bits(record, every * 7):
            repaired, said = ground.repair(left.with_(left.journal, turned(journal, bit)))
            saved = found_in(repaired)
            assert_only_what_was_there(saved.tables, ever)
            assert said.lost or saved == left.history[-1]
            for name, rows in left.history[number].tables.items():
                touched = {key for op in IN_THE_JOURNAL[number:] for key in op.keys}
                for key in rows.keys() - touched:
                    assert saved.tables[name][key] == rows[key], f"byte {bit // 8}, bit {bit % 8}"


@EVERY
def test_a_repair_saves_the_documents_of_a_damaged_base(left: Left, ground: Ground, every: int) -> None:
    """All but those on the lines that the damage touches; these may be wrong, and the repair says so.

    Where the name of a table cannot be read, its documents are in a table of another name.
    """
    base = left.files["world.json"]
    live = left.history[-1].tables
    expected = {repr(row) for rows in live.values() for row in rows.values()}
    ever = {repr(row) for _, _, row in versions(left)}
    for bit in bits(range(len(base)), every * 7):
        repaired, said = ground.repair(left.with_("world.json", turned(base, bit)))
        with TinyDB(repaired, encoding="utf-8") as plain:
            tables = plain.tables() - {"_journal", "_snapshots"}
            rows = [dict(row) for name in tables for row in plain.table(name)]
            saved = {repr(row) for row in rows if "snapshot" not in row}
        assert said.lost or saved == expected
        assert len(expected - saved) <= 2, f"byte {bit // 8}, bit {bit % 8}"
        assert len(saved - ever) <= 1, f"byte {bit // 8}, bit {bit % 8}"


def versions(left: Left) -> list[tuple[str, int, Row]]:
    """Every document that was ever there."""
    return [
        (name, key, row)
        for found in left.history
        for tables in (found.tables, *found.snapshots.values())
        for name, rows in tables.items()
        for key, row in rows.items()
    ]


def assert_only_what_was_there(tables: Tables, ever: list[tuple[str, int, Row]]) -> None:
    for name, rows in tables.items():
        for key, row in rows.items():
            assert (name, key, row) in ever
