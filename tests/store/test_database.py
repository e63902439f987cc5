"""The database: one write for an operation, all of it or nothing, and only files that are worlds."""

from __future__ import annotations

import json
import logging
import os
import resource
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent

import pytest
from tinydb import TinyDB, where

from creditkit.errors import DataFileError
from creditkit.store import World
from creditkit.store.domain.model import Customer, Offering
from creditkit.store.tables.database import Database

from .conftest import Grow, Hands, only_credit

CREDIT = """
credits: [{customer: aurora, value: 101, offerings: [hpc]}]
invoices:
  - {customer: aurora, month: month, state: pending, items: [{name: Nodes, offering: hpc, price: 30}]}
"""


def journalled(path: Path) -> int:
    """How many records the journals of a file hold, their headers among them."""
    return sum(journal.read_bytes().count(b"\n") for journal in path.parent.glob(f"{path.name}.*.journal"))


def test_each_operation_is_one_record_and_an_idle_one_none(grow: Grow, tmp_path: Path) -> None:
    path = tmp_path / "world.json"
    with grow(CREDIT, data=path) as world:
        credit = only_credit(world)
        counts = []
        for action in (
            lambda: world.credits.update(credit, {}),
            lambda: world.credits.update(credit, {"apply_as_minimal_consumption": False}),
            lambda: world.credits.apply_compensations(credit),
            lambda: world.credits.apply_compensations(credit),
            lambda: world.credits.clear_compensations(credit),
            lambda: world.credits.clear_compensations(credit),
            lambda: world.credits.view(credit),
            lambda: world.begin(),
            lambda: world.begin(),
            lambda: world.snapshot("it"),
            lambda: world.credits.delete(credit),
            lambda: world.restore("it"),
            lambda: world.rewind(0),
            lambda: world.drop_snapshot("it"),
        ):
            before = journalled(path)
            action()
            counts.append(journalled(path) - before)
    assert counts == [0, 1, 1, 0, 1, 0, 0, 1, 0, 1, 1, 1, 1, 1]


@contextmanager
def full_disk(path: Path) -> Iterator[None]:
    """No file may grow: writing fails as it does where no space is left."""
    largest = max(file.stat().st_size for file in path.parent.iterdir())
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    smallest = min(file.stat().st_size for file in path.parent.glob("*.journal"))
    resource.setrlimit(resource.RLIMIT_FSIZE, (min(largest, smallest), before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_a_write_that_fails_changes_nothing(grow: Grow, tmp_path: Path) -> None:
    path = tmp_path / "world.json"
    with grow(CREDIT, data=path) as world:
        credit = only_credit(world)
        view = world.credits.view(credit)
        with full_disk(path):
            for action in (
                lambda: world.credits.apply_compensations(credit),
                lambda: world.credits.update(credit, {"apply_as_minimal_consumption": False}),
                lambda: world.credits.delete(credit),
                lambda: world.snapshot("it"),
                lambda: world.begin(),
            ):
                with pytest.raises(DataFileError, match="cannot be written"):
                    action()
        assert world.credits.view(only_credit(world)) == view
        assert world.credits.consumptions(credit) == ()
        assert world.snapshots == ()
        assert world.credits.apply_compensations(credit).value == 71
    with grow(data=path) as again:
        assert only_credit(again).value == 71


def test_values_come_back_as_they_were_put_and_in_that_order() -> None:
    database = Database.open(warn=print)
    offerings = [Offering(uuid, uuid.upper(), "t") for uuid in ("b", "a", "c")]
    database.commit(*map(database.content.offerings.put, offerings))
    before = database.content
    assert list(before.offerings) == offerings
    changed = Offering("a", "changed", "t")
    database.commit(before.offerings.put(changed), before.offerings.remove("b"))
    after = database.content.offerings
    assert list(after.all()) == [changed, offerings[2]]
    assert after.all()[-1:] == (offerings[2],)
    assert ("a" in after, "b" in after) == (True, False)
    with pytest.raises(KeyError):
        after["b"]
    assert list(before.offerings) == offerings, "what was read once stays what it was"


def test_a_search_by_name_finds_what_was_there_when_it_was_asked_for() -> None:
    database = Database.open(warn=print)
    created = datetime(2026, 1, 1, tzinfo=UTC)
    one, two = (Customer(uuid, f"Lab {uuid}", uuid, created) for uuid in ("one", "two"))
    database.commit(database.content.customers.put(one))
    before = database.content
    assert [found.uuid for found in before.customers_named("LAB")] == ["one"]
    database.commit(before.customers.put(two))
    assert [found.uuid for found in database.content.customers_named("LAB")] == ["one", "two"]
    assert [found.uuid for found in before.customers_named("LAB")] == ["one"]


def test_what_a_transaction_has_written_is_undone_by_an_error(grow: Grow) -> None:
    world = grow(CREDIT)
    database = world._database

    def stopped() -> None:
        with database.transaction() as content:
            database.commit(content.offerings.put(Offering("a", "A", "t")))
            assert "a" in database.content.offerings
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert "a" not in database.content.offerings


@pytest.fixture
def path(grow: Grow, tmp_path: Path) -> Path:
    """The data file of a small world."""
    path = tmp_path / "world.json"
    grow(CREDIT, data=path).close()
    return path


def test_the_file_has_a_table_for_each_kind_readable_with_plain_tinydb(path: Path) -> None:
    with TinyDB(path, access_mode="r") as plain:
        assert {name for name in plain.tables() if not name.startswith("_")} == {
            "meta",
            "users",
            "customers",
            "offerings",
            "projects",
            "invoices",
            "credits",
        }
        (credit,) = plain.table("credits").search(where("customer_name") == "Aurora Research Labs")
        (meta,) = plain.table("meta").all()
    assert (credit["value"], credit["end_date"], credit["grace_coefficient"]) == ("101.00000", None, "0")
    assert credit["customer"].count("-") == 4
    assert (meta["kind"], meta["format"]) == ("creditkit world", 2)


def test_a_closed_file_is_all_there_is(path: Path) -> None:
    assert sorted(file.name for file in path.parent.glob("world*")) == ["world.json", "world.json.lock"]


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
    """Make the file another program's, with fields of the first document of a table changed."""
    data = {name: found for name, found in json.loads(path.read_text("utf-8")).items() if name[0] != "_"}
    next(iter(data[table].values())).update(fields)
    path.write_text(json.dumps(data), "utf-8")


def failure(path: Path) -> DataFileError:
    with pytest.raises(DataFileError) as caught:
        Database.open(path, warn=print)
    return caught.value


def reason(path: Path) -> str:
    return failure(path).message.removeprefix(f"{path}: ")


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
        ("credits", {"uuid": None}),
        ("invoices", {"items": [{"name": "no price"}]}),
        ("invoices", {"items": 5}),
        ("customers", {"created": 5}),
        ("customers", {"name": None}),
        ("users", {"owner_of": None}),
        ("meta", {"day": "someday"}),
    ],
)
def test_a_damaged_document_is_told_at_the_start(path: Path, table: str, fields: dict[str, object]) -> None:
    edit(path, table, **fields)
    told = reason(path)
    assert f"document 1 of {table} is damaged: " in told or f"table {table}, document 1: " in told


def test_a_credit_that_leads_nowhere_is_told_at_the_start(path: Path) -> None:
    nowhere = "5a1c0de0-0000-4000-8000-000000000099"
    customer = next(iter(json.loads(path.read_text("utf-8"))["customers"].values()))["uuid"]
    edit(path, "credits", customer=nowhere)
    assert reason(path).endswith(f" names the customer {nowhere}, which is not there")
    edit(path, "credits", customer=customer, offerings=["x"])
    assert reason(path).endswith(" names the offering x, which is not there")


def test_a_file_that_another_program_has_changed_is_not_taken_for_our_own(path: Path) -> None:
    with TinyDB(path) as plain:
        plain.table("credits").update({"value": "1.00000"})
    assert "edited by another program" in reason(path)
    assert "creditkit store repair" in failure(path).hint


def test_a_refused_file_is_not_held(path: Path, grow: Grow) -> None:
    edit(path, "meta", format=99)
    reason(path)
    edit(path, "meta", format=2)
    with grow(CREDIT, data=path) as world:
        assert isinstance(world, World)


def test_a_second_holder_is_told_who_the_first_is(grow: Grow, path: Path) -> None:
    code = dedent("""
        import pathlib, sys
        from creditkit.errors import DataFileError
        from creditkit.store.tables.database import Database
        try:
            Database.open(pathlib.Path(sys.argv[1]), warn=print)
        except DataFileError as error:
            print(error.exit_code, error)
    """)
    with grow(data=path):
        done = subprocess.run(
            [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
        )
    assert done.stdout.strip() == f"5 {path}: in use by process {os.getpid()}"


def test_a_write_that_was_cut_short_is_dropped_with_a_warning_and_nothing_else_is(
    grow: Grow, hands: Hands, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path, copy = tmp_path / "world.json", tmp_path / "copy" / "world.json"
    copy.parent.mkdir()
    with grow(CREDIT, data=path) as world:
        before = world.credits.apply_compensations(only_credit(world))
        sizes = {file: file.stat().st_size for file in tmp_path.glob("*.journal")}
        world.credits.clear_compensations(before)
        (journal,) = (file for file, size in sizes.items() if file.stat().st_size > size)
        for file in tmp_path.glob("world.json*"):
            (copy.parent / file.name).write_bytes(file.read_bytes())
        torn = copy.parent / journal.name
        torn.write_bytes(torn.read_bytes()[: sizes[journal] + 20])
    with caplog.at_level(logging.WARNING, logger="creditkit.store"), grow(data=copy) as again:
        assert only_credit(again) == before
    (told,) = [record.getMessage() for record in caplog.records if record.name == "creditkit.store"]
    assert journal.name in told
    assert str(sizes[journal]) in told


def test_a_link_is_followed_and_a_file_keeps_its_permissions(grow: Grow, path: Path) -> None:
    path.chmod(0o640)
    link = path.with_name("link.json")
    link.symlink_to(path)
    with grow(data=link) as world:
        world.credits.delete(only_credit(world))
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    with TinyDB(path, access_mode="r") as plain:
        assert len(plain.table("credits")) == 0


def test_a_place_where_no_file_can_be_is_refused(tmp_path: Path) -> None:
    missing = tmp_path / "no" / "world.json"
    error = failure(missing)
    assert error.message == f"{missing}: there is no folder {missing.parent}"
    assert error.hint == f"create it: mkdir -p {missing.parent}"
    assert failure(tmp_path).message == f"{tmp_path}: not a regular file"


def test_an_empty_file_is_a_new_one(grow: Grow, tmp_path: Path) -> None:
    path = tmp_path / "world.json"
    path.write_text("\n")
    with grow(CREDIT, data=path) as world:
        assert only_credit(world).value == 101
