"""Base and journals: what is opened, what is dropped, what is refused, and what a failing disk leaves."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from creditkit.errors import DataFileError
from creditkit.store.tinyjournal import Durability, JournalDB
from creditkit.store.tinyjournal.record import frame

from .conftest import Open, rows  # noqa: TID251 - the tests' own folder

Copy = Callable[[], Path]


def journal(path: Path, number: int = 1) -> Path:
    return path.with_name(f"{path.name}.{number}.journal")


@pytest.fixture
def base(open_: Open, left_behind: Copy) -> Path:
    """The files of a database that was killed: a base of two documents, and two records."""
    db = open_()
    db.table("credits").insert_multiple([{"uuid": "a"}, {"uuid": "b"}])
    db.compact()
    db.table("credits").insert({"uuid": "c"})
    db.table("credits").insert({"uuid": "d"})
    return left_behind()


def uuids(db: JournalDB) -> str:
    return "".join(each["uuid"] for each in db.table("credits"))


def test_a_record_cut_short_is_dropped_with_a_warning_that_says_where(
    base: Path, open_: Open, warnings: list[str]
) -> None:
    file = journal(base, 2)
    data = file.read_bytes()
    end = data.index(b"\n", data.index(b'"c"')) + 1
    file.write_bytes(data[:-3])
    assert uuids(open_(base)) == "abc"
    assert len(warnings) == 1
    assert f"{file}: " in warnings[0]
    assert f"byte {end}" in warnings[0]
    assert f"{len(data) - 3 - end} bytes" in warnings[0]
    assert file.stat().st_size == end


def test_writing_goes_on_behind_what_was_kept(base: Path, open_: Open, tmp_path: Path) -> None:
    journal(base, 2).write_bytes(journal(base, 2).read_bytes()[:-3])
    db = open_(base)
    assert db.table("credits").insert({"uuid": "e"}) == 4
    db.close()
    assert uuids(open_(base)) == "abce"


@pytest.mark.parametrize("at", [9, -3])
def test_damage_in_a_journal_is_an_error_with_file_offset_record_and_what_to_do(
    base: Path, open_: Open, at: int
) -> None:
    file = journal(base, 2)
    data = bytearray(file.read_bytes())
    starts = [0, *(place + 1 for place, byte in enumerate(data) if byte == 10)]
    data[at] ^= 1
    file.write_bytes(data)
    with pytest.raises(DataFileError) as caught:
        open_(base)
    record = 1 if at > 0 else 3
    assert str(caught.value).startswith(f"{file}: damaged at byte {starts[record - 1]}, in record {record}")
    assert f"creditkit store repair {base} --to" in caught.value.hint
    assert file.read_bytes() == data


def test_a_journal_that_is_missing_or_of_another_file_is_told(
    base: Path, open_: Open, tmp_path: Path
) -> None:
    journal(base, 2).rename(journal(base, 3))
    with pytest.raises(DataFileError, match="a journal is missing"):
        open_(base)
    journal(base, 3).unlink()
    other = tmp_path / "other.json"
    db = open_(other)
    db.table("credits").insert({})
    db.compact()
    journal(base, 2).write_bytes(journal(other, 2).read_bytes())
    with pytest.raises(DataFileError, match="belongs to another file"):
        open_(base)


def test_a_base_beside_a_journal_must_be_there(base: Path, open_: Open) -> None:
    base.unlink()
    with pytest.raises(DataFileError, match="does not follow upon"):
        open_(base)


def test_a_base_that_was_changed_is_refused(base: Path, open_: Open) -> None:
    base.write_bytes(base.read_bytes().replace(b'"a"', b'"x"'))
    with pytest.raises(DataFileError, match="damaged or edited by another program") as caught:
        open_(base)
    assert f"creditkit store repair {base} --to" in caught.value.hint


def test_what_a_compaction_left_undone_is_finished(base: Path, open_: Open) -> None:
    temporary = base.with_name(f".{base.name}.tmp")
    temporary.write_bytes(b"half a base")
    journal(base, 1).write_bytes(b"an old journal")
    assert uuids(open_(base)) == "abcd"
    assert not temporary.exists()
    assert not journal(base, 1).exists()


@pytest.mark.parametrize("length", [0, 5, 40])
def test_a_journal_whose_header_was_cut_is_begun_again(
    base: Path, open_: Open, tmp_path: Path, length: int
) -> None:
    journal(base, 3).write_bytes(journal(base, 2).read_bytes()[:length])
    db = open_(base)
    assert uuids(db) == "abcd"
    db.table("credits").insert({"uuid": "e"})
    left = Path(shutil.copytree(base.parent, tmp_path / "left")) / base.name
    assert uuids(open_(left)) == "abcde"
    db.close()
    assert uuids(open_(base)) == "abcde"


@pytest.mark.parametrize("length", [0, 50, -3])
def test_only_the_last_journal_may_be_cut_short(base: Path, open_: Open, length: int) -> None:
    header = frame(journal(base, 2).read_bytes().split(b"\n")[0].split(b" ", 2)[2].replace(b":2", b":3"))
    journal(base, 3).write_bytes(header)
    journal(base, 2).write_bytes(journal(base, 2).read_bytes()[:length])
    with pytest.raises(DataFileError, match=r"2\.journal: damaged at byte \d+"):
        open_(base)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"{", "not JSON"),
        (b"[]", "not a TinyDB file"),
        (b'{"t": 1}', "not a TinyDB file"),
        (b'{"t": {"x": {}}}', "not a TinyDB file"),
        (b'{"t": {"1": []}}', "not a TinyDB file"),
        (b'{"t": {"1": {"n": 123456789012345678901}}}', "beyond 64 bits"),
    ],
)
def test_a_file_of_something_else_is_refused(path: Path, open_: Open, text: bytes, message: str) -> None:
    path.write_bytes(text)
    with pytest.raises(DataFileError, match=message):
        open_()
    assert path.read_bytes() == text


def test_two_documents_with_one_unique_value_are_named(path: Path, open_: Open) -> None:
    path.write_text('{"credits": {"1": {"uuid": "a"}, "5": {"uuid": "a"}}}', "utf-8")
    with pytest.raises(DataFileError, match=r"credits: uuid 'a' is that of document 1 .* of 5"):
        open_()


def test_an_empty_file_is_an_empty_database(path: Path, open_: Open) -> None:
    path.touch()
    assert open_().tables() == set()


def test_a_link_is_followed_and_permissions_are_kept(path: Path, open_: Open, tmp_path: Path) -> None:
    path.write_text("{}", "utf-8")
    path.chmod(0o640)
    link = tmp_path / "link.json"
    link.symlink_to(path)
    db = open_(link)
    db.table("credits").insert({})
    assert stat.S_IMODE(journal(path).stat().st_mode) == 0o640
    db.close()
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert len(open_(path).table("credits")) == 1


def test_a_place_where_no_file_can_be_is_told(tmp_path: Path, open_: Open) -> None:
    with pytest.raises(DataFileError, match="no folder"):
        open_(tmp_path / "nowhere" / "x.json")
    with pytest.raises(DataFileError, match="not a regular file"):
        open_(tmp_path)


@pytest.mark.parametrize("short", [True, False])
def test_a_write_that_fails_leaves_files_and_memory_as_they_were(
    open_: Open, left_behind: Copy, monkeypatch: pytest.MonkeyPatch, short: bool
) -> None:
    db = open_()
    db.table("credits").insert({"uuid": "a"})
    real = os.write

    def full(handle: int, data: Any) -> int:
        if short:
            return real(handle, bytes(data)[:10])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(DataFileError, match="o space left"):
            db.table("credits").insert({"uuid": "b"})
    assert uuids(db) == "a"
    assert uuids(open_(left_behind())) == "a"
    db.table("credits").insert({"uuid": "c"})
    assert uuids(open_(left_behind())) == uuids(db) == "ac"


def test_an_interrupt_between_disk_and_memory_takes_the_record_back(
    open_: Open, left_behind: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = open_()
    db.table("credits").insert({"uuid": "a"})

    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(db._journal, "wrote", interrupted)
    with pytest.raises(KeyboardInterrupt):
        db.table("credits").insert({"uuid": "b"})
    assert uuids(db) == uuids(open_(left_behind())) == "a"


def test_a_flush_that_fails_ends_all_writing_until_the_file_is_opened_again(
    open_: Open, left_behind: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = open_(durability=Durability.POWER)
    db.table("credits").insert({"uuid": "a"})

    def broken(handle: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fdatasync", broken)
        with pytest.raises(DataFileError, match="Input/output error"):
            db.table("credits").insert({"uuid": "b"})
    with pytest.raises(DataFileError, match="no more is written") as caught:
        db.table("credits").insert({"uuid": "c"})
    assert "open the file again" in caught.value.hint
    again = open_(left_behind())
    assert uuids(again) in ("a", "ab")
    again.table("credits").insert({"uuid": "d"})
    assert rows(again)["credits"]
