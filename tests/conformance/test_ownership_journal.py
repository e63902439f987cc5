"""The ownership journal is on disk before what it speaks of happens, and survives however a process ends."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from creditkit.conformance import OwnershipJournal
from creditkit.errors import DataFileError

URL = "http://deployment"


def test_what_was_begun_and_not_ended_is_open_in_the_order_of_its_beginning(tmp_path: Path) -> None:
    journal = OwnershipJournal(tmp_path / "j", URL)
    for customer in ("a", "b", "c"):
        journal.take(customer)
        journal.created(f"credit-{customer}")
    journal.deleted("credit-b")
    journal.released("b")
    for reader in (journal, OwnershipJournal(tmp_path / "j", URL)):
        assert reader.open_customers == ("a", "c")
        assert reader.open_credits == ("credit-a", "credit-c")


def test_another_deployment_has_nothing_to_do_with_it(tmp_path: Path) -> None:
    OwnershipJournal(tmp_path / "j", URL).take("a")
    other = OwnershipJournal(tmp_path / "j", "http://other")
    assert (other.open_customers, other.open_credits) == ((), ())


def test_every_entry_is_forced_to_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda _: synced.append((tmp_path / "j").read_text()))
    OwnershipJournal(tmp_path / "j", URL).take("a")
    (content,) = synced
    entry = json.loads(content)
    assert (entry["event"], entry["customer"], entry["url"]) == ("take", "a", URL)


def test_a_line_that_a_kill_cut_off_hides_no_other(tmp_path: Path) -> None:
    path = tmp_path / "j"
    OwnershipJournal(path, URL).take("a")
    with path.open("a") as stream:
        stream.write('{"event": "take", "url"')
    journal = OwnershipJournal(path, URL)
    journal.take("b")
    journal.take("c")
    assert OwnershipJournal(path, URL).open_customers == ("a", "b", "c")


@pytest.mark.parametrize(
    "line",
    ["[]", "1", "{}", '{"event": "take"}', "\x00", '{"event":"take","url":"http://deployment","at":""}'],
)
def test_what_is_no_entry_is_passed_over(tmp_path: Path, line: str) -> None:
    path = tmp_path / "j"
    path.write_text(f"{line}\n")
    journal = OwnershipJournal(path, URL)
    assert (journal.open_customers, journal.open_credits) == ((), ())


def test_it_tells_when_a_customer_was_taken_last(tmp_path: Path) -> None:
    path = tmp_path / "j"
    old = {"event": "take", "url": URL, "at": "2020-01-01T00:00:00+00:00", "customer": "a"}
    path.write_text(json.dumps(old) + "\n")
    journal = OwnershipJournal(path, URL)
    assert journal.taken_at("a") == datetime(2020, 1, 1, tzinfo=UTC)
    journal.take("a")
    assert datetime.now(UTC) - journal.taken_at("a") < timedelta(seconds=5)
    assert journal.taken_at("b").year == 1


def test_nothing_is_created_without_a_journal_that_can_be_written(tmp_path: Path) -> None:
    journal = OwnershipJournal(tmp_path / "no" / "folder", URL)
    with pytest.raises(DataFileError, match="cannot write the ownership journal"):
        journal.take("a")
    assert journal.open_customers == ()


def test_without_a_path_it_is_kept_in_memory() -> None:
    journal = OwnershipJournal(None, URL)
    journal.take("a")
    assert journal.open_customers == ("a",)
