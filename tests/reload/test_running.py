"""A mock that runs, under load, while its files are saved in the ways in which editors save."""

from __future__ import annotations

import http.client
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from .conftest import GRACE, Reloading, until

LIST = "/api/customer-credits/"
CREDIT = f"{LIST}c4ed1700-0000-4000-8000-000000000001/"

Save = Callable[[Path, str], None]


def at_once(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")


def by_renaming(file: Path, text: str) -> None:
    """Write a new file beside the old one, and put it in its place."""
    beside = file.with_name(f".{file.name}.swp")
    beside.write_text(text, encoding="utf-8")
    beside.replace(file)


def by_removing(file: Path, text: str) -> None:
    """Move the old file away, and write the new one where it was."""
    kept = file.with_name(f"{file.name}~")
    file.replace(kept)
    time.sleep(0.03)
    file.write_text(text, encoding="utf-8")
    kept.unlink()


def in_pieces(file: Path, text: str) -> None:
    """Empty the file, and write it bit by bit."""
    with file.open("w", encoding="utf-8") as opened:
        opened.flush()
        time.sleep(0.03)
        opened.write(text[: len(text) // 2])
        opened.flush()
        time.sleep(0.03)
        opened.write(text[len(text) // 2 :])


SAVES: list[Save] = [at_once, by_renaming, by_removing, in_pieces]


class Load:
    """Clients that read and write all the time, each on the one connection that it has opened."""

    def __init__(self, url: str) -> None:
        self._address = urlsplit(url)
        self._stop = threading.Event()
        self.answered = 0
        self.failures: list[str] = []
        self._threads = [
            threading.Thread(target=self._run, args=(method, body))
            for method, body in (("GET", None), ("PATCH", '{"grace_coefficient": "7"}'))
        ]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _run(self, method: str, body: str | None) -> None:
        connection = http.client.HTTPConnection(self._address.hostname or "", self._address.port, timeout=20)
        connection.connect()
        connection.auto_open = 0  # a connection that was closed is a failure
        headers = {
            "Authorization": "Token c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00",
            "Content-Type": "application/json",
        }
        try:
            while not self._stop.is_set():
                connection.request(method, CREDIT, body, headers)
                answer = connection.getresponse()
                content = answer.read()
                self.answered += 1
                if answer.status != 200:
                    self.failures.append(f"{answer.status} {content!r}")
                time.sleep(0.002)
        except OSError as error:
            self.failures.append(repr(error))
        finally:
            connection.close()


@pytest.fixture(autouse=True)
def load(reloading: Reloading) -> Iterator[None]:
    """Everything here happens under load, and no request of it may fail."""
    with Load(reloading.url) as running:
        yield
        before = running.answered
        until(lambda: running.answered > before + 2 or running.failures)
    assert running.failures == []


@pytest.mark.parametrize("save", SAVES)
def test_a_saved_contract_is_served(reloading: Reloading, save: Save) -> None:
    text = reloading.files.contract.read_text(encoding="utf-8")
    title = f"Saved {SAVES.index(save)}"
    since = len(reloading.said())
    save(reloading.files.contract, re.sub(r"(?m)^  title: .*$", f"  title: {title}", text))
    until(lambda: reloading.get("/openapi.json").json()["info"]["title"] == title)
    assert reloading.says("contract", since)


def test_a_saved_file_that_the_contract_refers_to_takes_effect(reloading: Reloading) -> None:
    grace = reloading.files.grace

    def of_three_digits() -> int:
        return reloading.ask("PATCH", CREDIT, json={"grace_coefficient": "100"}).status_code

    assert of_three_digits() == 200
    grace.write_text(GRACE.replace("{1,3}", "{1,2}"), encoding="utf-8")
    until(lambda: of_three_digits() == 400)
    grace.write_text(GRACE, encoding="utf-8")
    until(lambda: of_three_digits() == 200)


@pytest.mark.parametrize("save", SAVES)
def test_a_saved_handler_answers(reloading: Reloading, save: Save) -> None:
    paging = reloading.files.handlers / "paging.py"
    text = paging.read_text(encoding="utf-8")
    # The same number of characters within a second: bytecode would not be made anew for it.
    size = 3 + SAVES.index(save)
    save(paging, re.sub(r"(?m)^PAGE_SIZE = \d+$", f"PAGE_SIZE = {size}", text))
    until(lambda: len(reloading.get(LIST).json()) == size)


def test_several_files_saved_at_once_take_effect_together(reloading: Reloading) -> None:
    """An operation gets another name in the contract and in the handlers: neither is right alone."""
    contract, package = reloading.files.contract, reloading.files.handlers / "__init__.py"
    spoken, coded = contract.read_text(encoding="utf-8"), package.read_text(encoding="utf-8")
    old, new = "customer_credits_count", "customer_credits_tally"
    contract.write_text(spoken.replace(f"operationId: {old}", f"operationId: {new}"), encoding="utf-8")
    package.write_text(coded.replace(f"import {old} as {old}", f"import {old} as {new}"), encoding="utf-8")
    until(lambda: new in reloading.get("/openapi.json").text)
    assert reloading.ask("HEAD", LIST).status_code == 200
    contract.write_text(spoken, encoding="utf-8")
    package.write_text(coded, encoding="utf-8")
    until(lambda: old in reloading.get("/openapi.json").text)
    assert reloading.ask("HEAD", LIST).status_code == 200


@pytest.mark.parametrize(
    ("kind", "find", "put", "says"),
    [
        ("contract", "\npaths:", "\npaths: [", "not YAML"),
        ("contract", "operationId: customer_credits_list", "operationId: credits_list", "no handler serves"),
        ("grace", "pattern: '", "pattern: '(", "is no regular expression"),
        ("seed", "full_name: Sam", "fulname: Sam", "unknown key 'fulname'"),
        ("seed", "customers:", "customers: {", "not YAML"),
        ("handlers", "PAGE_SIZE =", "PAGE_SIZE = =", "invalid syntax"),
        ("handlers", "LARGEST_PAGE = 300", "LARGEST_PAGE = LARGER", "NameError"),
    ],
)
def test_a_broken_save_is_told_with_its_line_and_changes_nothing(
    reloading: Reloading, kind: str, find: str, put: str, says: str
) -> None:
    file: Path = getattr(reloading.files, kind)
    if kind == "handlers":
        file = file / "paging.py"
    good = file.read_text(encoding="utf-8")
    assert find in good
    line = good[: good.index(find.lstrip("\n"))].count("\n") + 1
    before, since = reloading.get(LIST).json(), len(reloading.said())
    file.write_text(good.replace(find, put, 1), encoding="utf-8")
    said = reloading.says("not reloaded, the last good one stays", since)
    place = re.search(rf"{re.escape(file.name)}:(\d+)", said)
    assert place, said
    assert says in said
    if "not YAML" not in says:  # which a parser notices where it can, after the place
        assert int(place[1]) == line, said
    assert reloading.get(LIST).json() == before
    file.write_text(good, encoding="utf-8")
    assert "reloaded in" in reloading.says("is good again", since)
    assert reloading.get(LIST).json() == before


def test_a_part_of_the_mock_itself_needs_a_new_start_and_says_so(reloading: Reloading) -> None:
    call = reloading.files.handlers / "call.py"
    since = len(reloading.said())
    call.write_text(call.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert "call.py" in reloading.says("restart the mock", since)


def test_a_saved_seed_leaves_a_world_in_which_something_has_happened(reloading: Reloading) -> None:
    seed = reloading.files.seed
    until(lambda: reloading.get(CREDIT).json()["grace_coefficient"] == "7")  # the load has written
    since = len(reloading.said())
    seed.write_text(seed.read_text(encoding="utf-8").replace("5870.35", "1234.56"), encoding="utf-8")
    assert "the world stays" in reloading.says("seed reloaded", since)
    assert reloading.get(CREDIT).json()["value"] == "5870.35000"


def test_what_nobody_has_changed_is_not_taken_up(reloading: Reloading) -> None:
    since = len(reloading.said())
    for file in (reloading.files.contract, reloading.files.seed):
        os.utime(file)
        file.write_bytes(file.read_bytes())
    # What comes later is told later: by then the others would have been.
    grace = reloading.files.grace
    grace.write_text(GRACE + "# saved\n", encoding="utf-8")
    reloading.says("contract reloaded", since)
    assert len(reloading.said()) == since + 1
