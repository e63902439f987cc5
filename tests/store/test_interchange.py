"""Export and import: the same world comes back, and what is no world is told with its place."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB

from creditkit.errors import CreditkitError, DataFileError, UsageError
from creditkit.store import World
from creditkit.store.files.interchange import export_world, import_world

from .conftest import (
    FULL,
    OLD,
    D,
    Grow,
    Hands,
    Sow,
    change,
    only_credit,
    staff_of,
    state,
)

NASTY = """
users:
  - {username: staff, staff: true, token: c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00}
  - {username: "a, b", full_name: '"q"', owner_of: [one, two], token_expires: 2030-01-01,
     token: facade01facade01facade01facade01facade01}
customers:
  - {key: one, name: '=1+1, "Ünï" ; x'}
  - {key: two, name: "  spaces  "}
  - {key: three, name: null and void}
offerings:
  - {key: hpc, name: "true", type: "1e5"}
credits:
  - {customer: one, value: 99999999999.99999, expected_consumption: 0.00001, grace_coefficient: -5,
     offerings: [hpc]}
  - {customer: two, end_date: month-3}
"""


@pytest.fixture
def data(grow: Grow, tmp_path: Path) -> Path:
    """The file of a world in which something of everything has happened."""
    path = tmp_path / "world.json"
    with grow(FULL, data=path) as world:
        world.begin()
        change(world)
    return path


def tables(path: Path) -> dict[str, list[dict[str, Any]]]:
    """The documents of each table, as plain TinyDB reads them."""
    with TinyDB(path, access_mode="r", encoding="utf-8") as plain:
        found = {name: [dict(row) for row in plain.table(name)] for name in sorted(plain.tables())}
    return {name: rows for name, rows in found.items() if rows}


def of_a_world(path: Path) -> dict[str, list[dict[str, Any]]]:
    return {name: found for name, found in tables(path).items() if not name.startswith("_")}


@pytest.mark.parametrize("form", ["json", "csv"])
def test_what_is_exported_and_imported_is_the_same_world(
    grow: Grow, data: Path, tmp_path: Path, form: str
) -> None:
    there, back = tmp_path / "there", tmp_path / "back.json"
    expected = {
        "meta": 1,
        "users": 4,
        "customers": 3,
        "offerings": 2,
        "projects": 1,
        "invoices": 2,
        "credits": 2,
    }
    assert export_world(data, there, form) == expected
    assert import_world(there, back) == expected
    assert tables(back) == of_a_world(data)
    with grow(data=data) as world, grow(data=back) as other:
        assert state(other) == state(world)
        assert other.now() == world.now()
        change_back = only_credits(other)
        other.reset()
        assert only_credits(other) == change_back


def only_credits(world: World) -> list[object]:
    return list(world.credits.listing(staff_of(world)))


@pytest.mark.parametrize("form", ["json", "csv"])
def test_names_and_amounts_at_their_worst_come_back(
    sow: Sow, hands: Hands, tmp_path: Path, form: str
) -> None:
    data, there, back = tmp_path / "world.json", tmp_path / "there", tmp_path / "back.json"
    with World.open(sow(NASTY), data=data, real=hands) as world:
        before = state(world)
    export_world(data, there, form)
    import_world(there, back)
    assert tables(back) == of_a_world(data)
    with World.open(sow(NASTY), data=back, real=hands) as again:
        assert state(again) == before


def test_an_exported_json_file_is_plain_tinydb_and_nothing_else(data: Path, tmp_path: Path) -> None:
    export_world(data, tmp_path / "plain.json")
    assert tables(tmp_path / "plain.json") == of_a_world(data)
    with TinyDB(tmp_path / "plain.json", access_mode="r") as plain:
        assert [row.doc_id for row in plain.table("credits")] == [1, 3]


def test_a_world_is_exported_while_it_is_held(grow: Grow, tmp_path: Path) -> None:
    data = tmp_path / "world.json"
    with grow(FULL, data=data) as world:
        change(world)
        world.snapshot("kept")
        files = {path: path.read_bytes() for path in tmp_path.iterdir()}
        export_world(data, tmp_path / "copy.json")
        assert {path: path.read_bytes() for path in files} == files
        with grow(data=tmp_path / "copy.json") as copy:
            assert state(copy) == state(world)
            assert copy.snapshots == ()


def test_a_file_of_format_1_is_exported_in_the_present_one(tmp_path: Path) -> None:
    export_world(OLD, tmp_path / "new.json")
    found = tables(tmp_path / "new.json")
    assert found["meta"][0]["format"] == 2
    assert [row["customer_name"] for row in found["credits"]] == ["Aurora Research Labs", "Nimbus"]


def test_a_credit_follows_its_customers_name_when_that_is_edited(
    grow: Grow, data: Path, tmp_path: Path
) -> None:
    sheets, back = tmp_path / "sheets", tmp_path / "back.json"
    export_world(data, sheets, "csv")
    edit(sheets / "customers.csv", "Aurora Research Labs", "Zebra")
    import_world(sheets, back)
    assert [row["customer_name"] for row in tables(back)["credits"]] == ["Zebra", "Nimbus"]
    with grow(data=back) as world:
        first = world.credits.listing(staff_of(world), order=["-customer_name"])[0]
        assert world.credits.view(first).customer.name == "Zebra"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_sheets_as_a_spreadsheet_program_saves_them_are_read(grow: Grow, data: Path, tmp_path: Path) -> None:
    sheets, back = tmp_path / "sheets", tmp_path / "back.json"
    export_world(data, sheets, "csv")
    for path in sheets.iterdir():
        text = path.read_text("utf-8").replace("\n", "\r\n").replace("true", "TRUE").replace("false", "False")
        path.write_bytes(b"\xef\xbb\xbf" + text.encode() + b"\r\n")
    import_world(sheets, back)
    assert tables(back) == of_a_world(data)


def test_sheets_written_by_hand_need_no_more_than_what_they_say(
    grow: Grow, data: Path, tmp_path: Path
) -> None:
    sheets, back = tmp_path / "sheets", tmp_path / "back.json"
    export_world(data, sheets, "csv")
    for name in ("meta", "projects", "invoices", "invoice_items", "offerings"):
        (sheets / f"{name}.csv").unlink()
    edit(sheets / "users.csv", user(sheets, "admin"), "")
    with (sheets / "credits.csv").open("r+", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
        stream.seek(0)
        stream.truncate()
        writer = csv.DictWriter(
            stream, [name for name in rows[0] if name != "customer_name"], extrasaction="ignore"
        )
        writer.writeheader()
        writer.writerow(rows[0] | {"offerings": "", "value": "500"})
    import_world(sheets, back)
    with grow(data=back) as world:
        assert (only_credit(world).value, only_credit(world).offerings) == (D(500), ())
        assert world.credits.view(only_credit(world)).customer.name == "Aurora Research Labs"


def user(sheets: Path, name: str) -> str:
    """The uuids of projects that a user's line ends with."""
    (line,) = (line for line in (sheets / "users.csv").read_text("utf-8").splitlines() if f",{name}," in line)
    return line.rpartition(",")[2]


def failure(action: Callable[[], object]) -> CreditkitError:
    with pytest.raises(CreditkitError) as caught:
        action()
    return caught.value


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        (
            "credits.csv",
            "false",
            "no",
            ":2: apply_as_minimal_consumption is 'no', which is not true or false",
        ),
        ("credits.csv", "81.00000", "a lot", ": document 1 of credits is damaged: "),
        ("credits.csv", "81.00000", "NaN", ": document 1 of credits is damaged: "),
        ("credits.csv", "81.00000", "1e11", " has 1E+11 as value, which has too many digits"),
        ("credits.csv", "81.00000", "0.000001", " has 0.000001 as value, which has too many digits"),
        ("credits.csv", "linear", "square", " has a logic that is none of fixed, linear"),
        ("credits.csv", "2027-01-01", "01/01/2027", ": document 1 of credits is damaged: "),
        ("credits.csv", ",value,", ",worth,", "/credits.csv:1: unknown column 'worth'"),
        ("credits.csv", ",value,", ",uuid,", "/credits.csv:1: twice the column 'uuid'"),
        ("credits.csv", "value,", "", "/credits.csv:1: the column 'value' is missing"),
        ("credits.csv", "81.00000,", "81.00000,,", "/credits.csv:2: 12 cells under 11 columns"),
        ("credits.csv", "81.00000", '"81', "/credits.csv: cannot be read: unexpected end of data"),
        ("invoices.csv", "paid", "lost", " is 'lost', which is none of pending, created, paid"),
        (
            "invoice_items.csv",
            "972a6f62",
            "00000000",
            "/invoice_items.csv: line 1 belongs to invoice '00000000",
        ),
        ("meta.csv", ",2,", ",3,", ": written in format 3, but this release reads 1 to 2"),
        ("meta.csv", "creditkit world", "x", ": a TinyDB database, but not a world of creditkit"),
    ],
)
def test_what_is_wrong_with_a_sheet_is_told(tmp_path: Path, name: str, old: str, new: str, says: str) -> None:
    sheets, back = tmp_path / "sheets", tmp_path / "back.json"
    export_world(OLD, sheets, "csv")
    edit(sheets / name, old, new)
    error = failure(lambda: import_world(sheets, back))
    assert isinstance(error, DataFileError)
    assert says in error.message, error.message
    assert error.message.startswith(str(sheets))
    assert error.hint
    assert not back.exists()


def test_references_that_lead_nowhere_and_second_credits_are_told(tmp_path: Path) -> None:
    data = json.loads(OLD.read_text("utf-8"))
    one, three = data["credits"]["1"], data["credits"]["3"]
    nowhere = "5a1c0de0-0000-4000-8000-000000000099"

    def reason(change: Callable[[Any], object]) -> str:
        copy = json.loads(json.dumps(data))
        change(copy)
        path = tmp_path / "wrong.json"
        path.write_text(json.dumps(copy), "utf-8")
        return failure(lambda: import_world(path, tmp_path / "back.json")).message.removeprefix(f"{path}: ")

    def put(table: str, key: str, **fields: object) -> Callable[[Any], object]:
        return lambda copy: copy[table][key].update(fields)

    assert reason(put("credits", "1", customer=nowhere)) == (
        f"credit {one['uuid']} names the customer {nowhere}, which is not there"
    )
    assert reason(put("credits", "1", offerings=[nowhere])).endswith(
        f"names the offering {nowhere}, which is not there"
    )
    assert "customer" in reason(put("credits", "1", customer=three["customer"]))
    assert "token" in reason(put("users", "1", token=data["users"]["2"]["token"]))
    assert reason(put("users", "2", owner_of=[nowhere])) == (
        f"user owner names the customer {nowhere}, which is not there"
    )
    assert reason(put("projects", "1", customer=nowhere)).startswith("project ")
    assert reason(put("invoices", "1", customer=nowhere)).startswith("invoice ")
    assert reason(lambda copy: copy.update(notes={"1": {}})) == "a world has no table 'notes'"
    assert reason(lambda copy: copy.update(users=3)) == "JSON, but not a TinyDB database"
    assert reason(lambda copy: copy.clear()) == "a TinyDB database, but not a world of creditkit"


def test_nothing_that_exists_is_overwritten(data: Path, tmp_path: Path) -> None:
    there = tmp_path / "there"
    for make in (there.mkdir, lambda: there.write_text("mine"), lambda: there.symlink_to("nowhere")):
        make()
        for action in (
            lambda: export_world(data, there),
            lambda: export_world(data, there, "csv"),
            lambda: import_world(data, there),
        ):
            error = failure(action)
            assert isinstance(error, UsageError)
            assert (error.message, error.hint) == (
                f"{there}: exists already",
                "name another one, or move it away",
            )
        there.rmdir() if there.is_dir() else there.unlink()


def test_sources_that_are_none_are_told(tmp_path: Path) -> None:
    missing, empty, text = tmp_path / "missing", tmp_path / "empty", tmp_path / "text.json"
    empty.mkdir()
    text.write_text("{\n]")
    back = tmp_path / "back.json"
    assert "cannot be read: No such file" in failure(lambda: import_world(missing, back)).message
    assert failure(lambda: import_world(empty, back)).message == f"{empty}: no users in users.csv"
    assert failure(lambda: import_world(text, back)).message.startswith(f"{text}:2: not JSON: ")
    (empty / "credit.csv").touch()
    error = failure(lambda: import_world(empty, back))
    assert error.message == f"{empty / 'credit.csv'}: no table of a world"
    assert error.hint == "did you mean credits.csv?"


def test_a_file_with_journals_beside_it_is_not_imported_without_them(grow: Grow, tmp_path: Path) -> None:
    data = tmp_path / "world.json"
    with grow(FULL, data=data) as world:
        change(world)
        error = failure(lambda: import_world(data, tmp_path / "back.json"))
    assert error.message == f"{data}: there are journals beside it, without which it is not whole"
