"""Base and journals: what is opened, what is dropped, what is refused, and what a failing disk leaves."""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from creditkit.errors import DataFileError
from creditkit.store.tinyjournal import Change, Durability, JournalDB, inspection
from creditkit.store.tinyjournal.journal import frame

from .conftest import Open, rows

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
    with pytest.raises(DataFileError, match="journal 2, which comes before it, is missing"):
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
    with pytest.raises(DataFileError, match="this file is missing"):
        open_(base)


def test_a_base_that_was_changed_is_refused_with_the_offset_of_the_part(base: Path, open_: Open) -> None:
    base.write_bytes(base.read_bytes().replace(b'"a"', b'"x"'))
    with pytest.raises(DataFileError) as caught:
        open_(base)
    length = json.loads(base.read_bytes())["_journal"]["1"]["blocks"][0][0]
    assert caught.value.message == (
        f"{base}: damaged or edited by another program at byte 0: "
        f"the checksum of the {length} bytes from there does not fit"
    )
    assert f"creditkit store repair {base} --to" in caught.value.hint


@pytest.mark.parametrize(
    "edit", [(b'"number":3000,', b'"number":3001,'), (b'{"number":3000,', b'("number":3000,')]
)
def test_damage_in_a_large_base_is_found_in_the_part_that_it_is_in(
    path: Path, open_: Open, edit: tuple[bytes, bytes]
) -> None:
    db = open_()
    db.table("credits").insert_multiple({"number": number, "text": "x" * 100} for number in range(5000))
    db.close()
    text = path.read_bytes()
    line = text.rindex(b"\n", 0, text.index(edit[0])) + 1
    path.write_bytes(text.replace(*edit))
    with pytest.raises(DataFileError) as caught:
        open_()
    at = int(caught.value.message.partition("at byte ")[2].split(":")[0])
    blocks = json.loads(text)["_journal"]["1"]["blocks"]
    starts = [sum(length for length, _ in blocks[:number]) for number in range(len(blocks))]
    assert len(blocks) > 5
    if edit[1].startswith(b"("):
        assert at == line
    else:
        assert at == max(start for start in starts if start <= line)
        assert inspection.check(path).damage[0].offset == at


def test_a_base_alone_is_not_taken_for_all_while_there_must_be_a_journal(base: Path, open_: Open) -> None:
    journal(base, 2).unlink()
    text = base.read_bytes()
    with pytest.raises(DataFileError) as caught:
        open_(base)
    assert caught.value.message == (
        f"{base}: its journal {journal(base, 2)} is missing, and in it what was written last"
    )
    assert f"creditkit store repair {base} --to" in caught.value.hint
    assert base.read_bytes() == text
    assert [each.file for each in inspection.check(base).damage] == [journal(base, 2)]
    inspection.repair(base, base.with_name("saved.json"))
    assert uuids(open_(base.with_name("saved.json"))) == "ab"


def test_the_last_of_two_journals_is_missed_too(
    open_: Open, left_behind: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a process leaves them that is killed while it compacts."""
    db = open_()
    db.table("credits").insert({"uuid": "a"})
    replace = Path.replace
    moments: list[Path] = []

    def replaced(temporary: Path, target: Path) -> Path:
        db.table("credits").insert({"uuid": "b"})
        moments.append(left_behind())
        return replace(temporary, target)

    monkeypatch.setattr(Path, "replace", replaced)
    db.compact()
    (moment,) = moments
    assert uuids(open_(Path(shutil.copytree(moment.parent, moment.parent / "whole")) / moment.name)) == "ab"
    journal(moment, 2).unlink()
    with pytest.raises(DataFileError, match=r"its journal .*\.2\.journal is missing"):
        open_(moment)
    assert [each.file for each in inspection.check(moment).damage] == [journal(moment, 2)]


def test_a_base_says_that_there_is_a_journal_just_as_long_as_there_is_one(path: Path, open_: Open) -> None:
    def marked() -> int:
        found: int = json.loads(path.read_bytes())["_journal"]["1"]["journal"]
        return found

    db = open_()
    db.table("credits").insert({"uuid": "a"})
    assert marked() == 1
    db.compact()
    assert marked() == 1
    db.close()
    assert marked() == 0
    db = open_()
    assert marked() == 0
    db.table("credits").insert({"uuid": "b"})
    assert marked() == 1
    db.table("credits").remove(doc_ids=[2])
    db.compact()
    db.close()  # the journal says nothing, and no new base is written
    assert marked() == 0
    assert not journal(path, 4).exists()


def test_a_base_of_format_1_opens_and_becomes_one_of_the_present(path: Path, open_: Open) -> None:
    lines = b'{\n"credits":{\n"1":{"uuid":"a"},\n"2":{"uuid":"b"}\n},\n'
    last = b'"_journal":{"1":{"format":1,"database":"%b","generation":4,"next":{"credits":9},"crc32":"' % (
        b"a" * 32
    )
    path.write_bytes(b'%b%b%08x"}}}\n' % (lines, last, crc32(lines + last)))
    db = open_()
    assert uuids(db) == "ab"
    assert db.table("credits").insert({"uuid": "c"}) == 9
    db.close()
    assert json.loads(path.read_bytes())["_journal"]["1"]["format"] == 2
    assert uuids(open_()) == "abc"


def test_one_of_format_1_keeps_its_journals_and_its_checksum(path: Path, open_: Open) -> None:
    lines = b'{\n"credits":{\n"1":{"uuid":"a"}\n},\n'
    last = b'"_journal":{"1":{"format":1,"database":"%b","generation":4,"next":{"credits":2},"crc32":"' % (
        b"a" * 32
    )
    text = b'%b%b%08x"}}}\n' % (lines, last, crc32(lines + last))
    path.write_bytes(text)
    records = [b'{"database":"%b","journal":4}' % (b"a" * 32), b'[["credits",2,{"uuid":"b"}]]']
    journal(path, 4).write_bytes(
        b"".join(
            b"%08x %b\n" % (crc32(line), line)
            for line in (b"%d %b" % (len(record), record) for record in records)
        )
    )
    db = open_()
    db.table("credits").insert({"uuid": "c"})
    db.close()
    assert b'"format":2' in path.read_bytes()
    other = path.with_name("other.json")
    other.write_bytes(path.read_bytes())
    assert uuids(open_(other)) == "abc"
    path.write_bytes(text.replace(b'"a"}', b'"x"}'))
    with pytest.raises(DataFileError, match=f"at byte 0: the checksum of the {len(lines)} bytes"):
        open_(path)


def test_documents_without_fields_are_documents(path: Path, open_: Open) -> None:
    db = open_()
    db.table("credits").insert_multiple([{}, {"uuid": "a"}, {}])
    db.table("7").truncate()
    db.close()
    assert rows(open_()) == {"credits": {1: {}, 2: {"uuid": "a"}, 3: {}}, "7": {}}


@pytest.mark.parametrize("given", [b' {"uuid":"a"}', b'{"uuid":\r"a"} ', b'{\n"uuid":"a"}', b'{"uuid":"a"}'])
def test_rows_may_be_given_with_blanks_around_them(path: Path, open_: Open, given: bytes) -> None:
    db = open_()
    db.commit([Change("credits", None, given), Change("credits", None, b"{}")])
    db.close()
    assert rows(open_()) == {"credits": {1: {"uuid": "a"}, 2: {}}}


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
    header = frame(1, journal(base, 2).read_bytes().split(b"\n")[0].split(b" ", 3)[3].replace(b":2", b":3"))
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


@pytest.mark.parametrize("order", ["021", "0112", "02", "0012", "012012"])
def test_records_that_are_exchanged_doubled_or_missing_are_damage(
    base: Path, open_: Open, order: str
) -> None:
    file = journal(base, 2)
    lines = file.read_bytes().splitlines(keepends=True)
    assert len(lines) == 3
    file.write_bytes(b"".join(lines[int(each)] for each in order))
    assert inspection.check(base).damage != ()
    with pytest.raises(DataFileError, match=r"2\.journal: damaged at byte \d+, in record \d"):
        open_(base)
