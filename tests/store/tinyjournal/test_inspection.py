"""What is in the files is told, and what can be saved is saved, without touching them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tinydb import TinyDB

from creditkit.errors import DataFileError, UsageError
from creditkit.store.tinyjournal import inspection

from .conftest import Open

Copy = Callable[[], Path]


@pytest.fixture
def base(open_: Open, left_behind: Copy) -> Path:
    """What a killed process left: a base of three documents and a snapshot, and three records."""
    db = open_()
    table = db.table("credits")
    table.insert_multiple([{"uuid": "a"}, {"uuid": "b"}, {"uuid": "c"}])
    db.snapshot("three")
    db.compact()
    for uuid in "def":
        table.insert({"uuid": uuid})
    return left_behind()


def saved(base: Path, open_: Open, tmp_path: Path) -> tuple[str, inspection.Repaired]:
    """The uuids that a repair saves; the original must be as it was."""
    before = {each.name: each.read_bytes() for each in base.parent.iterdir()}
    repaired = inspection.repair(base, tmp_path / "repaired.json")
    assert {each.name: each.read_bytes() for each in base.parent.iterdir()} == before
    db = open_(repaired.path)
    return "".join(each["uuid"] for each in db.table("credits")), repaired


def test_a_sound_database_is_told_while_it_is_in_use(open_: Open, path: Path) -> None:
    db = open_()
    db.table("credits").insert_multiple([{"uuid": 1}, {"uuid": 2}])
    db.table("users").insert({})
    db.snapshot("s")
    found = inspection.check(path)
    assert found.sound
    assert found.documents == {"credits": 2, "users": 1}
    assert (found.snapshots, found.generation, found.damage, found.cut) == (("s",), 1, (), None)
    assert (found.base_size, found.journal_size) == (db.size.base, db.size.journal)


def test_a_record_cut_short_is_no_damage(base: Path, open_: Open, tmp_path: Path) -> None:
    file = base.with_name(f"{base.name}.2.journal")
    file.write_bytes(file.read_bytes()[:-4])
    found = inspection.check(base)
    assert found.sound
    assert found.cut is not None
    assert found.cut.file == file
    assert found.documents == {"credits": 5}
    uuids, repaired = saved(base, open_, tmp_path)
    assert uuids == "abcde"
    assert repaired.lost == (found.cut,)


def test_of_a_damaged_journal_every_other_record_is_saved(base: Path, open_: Open, tmp_path: Path) -> None:
    file = base.with_name(f"{base.name}.2.journal")
    data = file.read_bytes()
    file.write_bytes(data.replace(b'"d"', b'"x"'))
    found = inspection.check(base)
    assert not found.sound
    assert [(each.file, each.offset) for each in found.damage] == [(file, data.index(b"\n") + 1)]
    assert "record 2" in found.damage[0].what
    uuids, repaired = saved(base, open_, tmp_path)
    assert uuids == "abcef"
    assert repaired.lost == found.damage
    assert repaired.documents == {"credits": 5}
    assert repaired.snapshots == ("three",)


def test_of_a_damaged_base_every_other_line_is_saved(base: Path, open_: Open, tmp_path: Path) -> None:
    data = base.read_bytes()
    base.write_bytes(data.replace(b'"2":{', b'"2"?{'))
    found = inspection.check(base)
    assert [(each.file, each.offset) for each in found.damage] == [(base, data.index(b'"2":{'))]
    assert saved(base, open_, tmp_path)[0] == "acdef"


def test_a_base_without_its_last_line_keeps_its_documents(base: Path, open_: Open, tmp_path: Path) -> None:
    data = base.read_bytes()
    base.write_bytes(data[: data.index(b'"_journal"') + 20])
    assert saved(base, open_, tmp_path)[0] == "abcdef"


def test_a_table_whose_head_is_damaged_is_saved_under_another_name(
    base: Path, open_: Open, tmp_path: Path
) -> None:
    base.write_bytes(base.read_bytes().replace(b'"credits":{', b'"credits";{', 1))
    _, repaired = saved(base, open_, tmp_path)
    assert repaired.documents == {"recovered-2": 3, "credits": 3}


def test_a_base_that_another_program_wrote_is_saved_whole(open_: Open, path: Path, tmp_path: Path) -> None:
    db = open_()
    db.table("credits").insert({"uuid": "a"})
    db.snapshot("one")
    db.close()
    with TinyDB(path) as plain:
        plain.table("credits").insert({"uuid": "b"})
    with pytest.raises(DataFileError, match="edited by another program"):
        open_()
    uuids, repaired = saved(path, open_, tmp_path)
    assert uuids == "ab"
    assert repaired.snapshots == ("one",)
    assert "another program" in repaired.lost[0].what


def test_a_missing_journal_is_told(base: Path, open_: Open, tmp_path: Path) -> None:
    file = base.with_name(f"{base.name}.2.journal")
    file.rename(base.with_name(f"{base.name}.4.journal"))
    found = inspection.check(base)
    assert any("missing" in each.what for each in found.damage)


def test_a_repair_needs_a_new_file_and_something_to_repair(base: Path, tmp_path: Path) -> None:
    taken = tmp_path / "taken.json"
    taken.write_text("mine", "utf-8")
    with pytest.raises(UsageError, match="exists already"):
        inspection.repair(base, taken)
    assert taken.read_text("utf-8") == "mine"
    with pytest.raises(DataFileError, match="no such file"):
        inspection.check(tmp_path / "nothing.json")


def test_every_document_can_be_read_from_a_file_in_use(base: Path) -> None:
    found, documents = inspection.read_documents(base)
    assert found.documents == {"credits": 6}
    assert documents["credits"][6] == b'{"uuid":"f"}'


def test_two_lines_of_one_id_are_not_both_saved_and_it_is_told(
    base: Path, open_: Open, tmp_path: Path
) -> None:
    base.write_bytes(base.read_bytes().replace(b'"2":{', b'"1":{'))
    uuids, repaired = saved(base, open_, tmp_path)
    assert uuids == "acdef"
    assert b'"uuid":"b"' in base.read_bytes()[repaired.lost[0].offset :].splitlines()[0]
