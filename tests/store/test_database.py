"""The database: one write for an operation, all of it or nothing, and only files that are worlds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB
from tinydb.storages import MemoryStorage

from creditkit.errors import DataFileError
from creditkit.store import World
from creditkit.store.database import Database
from creditkit.store.model import Offering

from .conftest import Grow, only_credit  # noqa: TID251 - the tests' own folder

CREDIT = """
credits: [{customer: aurora, value: 101, offerings: [hpc]}]
invoices:
  - {customer: aurora, month: month, state: pending, items: [{name: Nodes, offering: hpc, price: 30}]}
"""


@pytest.fixture
def writes(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """Grows by one with each write to the storage."""
    seen: list[None] = []
    write = MemoryStorage.write

    def counted(storage: MemoryStorage, data: Any) -> None:
        seen.append(None)
        write(storage, data)

    monkeypatch.setattr(MemoryStorage, "write", counted)
    return seen


def test_each_operation_is_one_write_and_an_idle_one_none(grow: Grow, writes: list[None]) -> None:
    world = grow(CREDIT)
    assert len(writes) == 1
    credit = only_credit(world)
    counts = []
    for action in (
        lambda: world.credits.update(credit, {}),
        lambda: world.credits.apply_compensations(credit),
        lambda: world.credits.apply_compensations(credit),
        lambda: world.credits.clear_compensations(credit),
        lambda: world.credits.clear_compensations(credit),
        lambda: world.credits.view(credit),
        lambda: world.begin(),
        lambda: world.begin(),
        lambda: world.credits.delete(credit),
    ):
        writes.clear()
        action()
        counts.append(len(writes))
    assert counts == [1, 1, 0, 1, 0, 0, 1, 0, 1]


def test_a_write_that_fails_changes_nothing(grow: Grow, monkeypatch: pytest.MonkeyPatch) -> None:
    world = grow(CREDIT)
    credit = only_credit(world)
    view = world.credits.view(credit)

    def fail(*_: object) -> None:
        raise DataFileError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(MemoryStorage, "write", fail)
        for action in (
            lambda: world.credits.apply_compensations(credit),
            lambda: world.credits.update(credit, {"apply_as_minimal_consumption": False}),
            lambda: world.credits.delete(credit),
            lambda: world.begin(),
        ):
            with pytest.raises(DataFileError):
                action()
    assert world.credits.view(only_credit(world)) == view
    assert world.credits.consumptions(credit) == ()
    assert world.credits.apply_compensations(credit).value == 71


def test_values_come_back_as_they_were_put_and_in_that_order() -> None:
    database = Database()
    offerings = [Offering(uuid, uuid.upper(), "t") for uuid in ("b", "a", "c")]
    database.commit(*map(database.offerings.put, offerings))
    assert list(database.offerings) == offerings
    changed = Offering("a", "changed", "t")
    database.commit(database.offerings.put(changed), database.offerings.remove("b"))
    assert list(database.offerings.all()) == [changed, offerings[2]]
    assert database.offerings.all()[-1:] == (offerings[2],)
    assert ("a" in database.offerings, "b" in database.offerings) == (True, False)
    with pytest.raises(KeyError):
        database.offerings["b"]


@pytest.fixture
def path(grow: Grow, tmp_path: Path) -> Path:
    """The data file of a small world."""
    path = tmp_path / "world.json"
    grow(CREDIT, data=path).close()
    return path


def test_the_file_has_a_table_for_each_kind_readable_with_plain_tinydb(path: Path) -> None:
    with TinyDB(path, access_mode="r") as plain:
        assert plain.tables() == {
            "meta",
            "users",
            "customers",
            "offerings",
            "projects",
            "invoices",
            "credits",
        }
        (credit,) = plain.table("credits").all()
        (meta,) = plain.table("meta").all()
    assert (credit["value"], credit["end_date"], credit["grace_coefficient"]) == ("101.00000", None, "0")
    assert credit["customer"].count("-") == 4
    assert (meta["kind"], meta["format"]) == ("creditkit world", 1)


def test_the_invoices_of_a_deleted_credit_keep_what_was_paid_and_name_no_credit(
    grow: Grow, tmp_path: Path
) -> None:
    path = tmp_path / "world.json"
    with grow(CREDIT, data=path) as world:
        world.credits.delete(world.credits.apply_compensations(only_credit(world)))
    with TinyDB(path, access_mode="r") as plain:
        (invoice,) = plain.table("invoices").all()
    assert [(item["price"], item["credit"]) for item in invoice["items"]] == [
        ("30", None),
        ("-30.00000", None),
    ]


def edit(path: Path, table: str, **fields: object) -> None:
    """Change fields of the first document of a table, as a person with an editor could."""
    data = json.loads(path.read_text("utf-8"))
    next(iter(data[table].values())).update(fields)
    path.write_text(json.dumps(data), "utf-8")


def reason(path: Path) -> str:
    with pytest.raises(DataFileError) as caught:
        Database(path)
    return caught.value.message.removeprefix(f"{path}: ")


def test_a_newer_format_is_refused(path: Path) -> None:
    edit(path, "meta", format=2)
    assert reason(path) == "written in format 2, but this release reads 1"


def test_somebody_elses_database_is_refused(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    with TinyDB(other) as plain:
        plain.insert({"name": "not ours"})
    assert reason(other) == "a TinyDB database, but not a world of creditkit"
    edit(path, "meta", kind="other world")
    assert reason(path) == "a TinyDB database, but not a world of creditkit"


@pytest.mark.parametrize(
    ("table", "fields"),
    [
        ("credits", {"value": "a lot"}),
        ("credits", {"value": "NaN"}),
        ("credits", {"value": None}),
        ("credits", {"end_date": "soon"}),
        ("invoices", {"items": [{"name": "no price"}]}),
        ("customers", {"created": 5}),
        ("users", {"owner_of": None}),
        ("meta", {"day": "someday"}),
    ],
)
def test_a_damaged_document_is_told_at_the_start(path: Path, table: str, fields: dict[str, object]) -> None:
    edit(path, table, **fields)
    assert reason(path).startswith("a document in it is damaged: ")


def test_a_credit_that_leads_nowhere_is_told_at_the_start(path: Path) -> None:
    edit(path, "credits", customer="5a1c0de0-0000-4000-8000-000000000099")
    assert "5a1c0de0-0000-4000-8000-000000000099, which is not there" in reason(path)
    edit(path, "credits", customer=customer_of(path), offerings=["x"])
    assert reason(path).endswith("is limited to an offering that is not there")


def customer_of(path: Path) -> str:
    return str(next(iter(json.loads(path.read_text("utf-8"))["customers"].values()))["uuid"])


def test_a_refused_file_is_not_held(path: Path, grow: Grow) -> None:
    edit(path, "meta", format=2)
    reason(path)
    edit(path, "meta", format=1)
    with grow(CREDIT, data=path) as world:
        assert isinstance(world, World)
