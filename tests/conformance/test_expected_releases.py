"""A mock that behaves as a release is green where that is expected, and its other faults are found."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema_rs
import pytest
import uvicorn

from creditkit.conformance import (
    Mode,
    Options,
    Outcome,
    Run,
    Target,
    apply_expectations,
    check,
    command,
    load_expectations,
)
from creditkit.conformance.report import write_all
from creditkit.deviations import Shown, of_release, shown_of
from creditkit.mock import create_app
from creditkit.mock.deviate import FUNCTIONS, Answer, Ask, Request
from creditkit.store import World, default_seed_path, load_seed

TOKENS = {
    "staff": "c0ffee00" * 5,
    "support": "decaf000" * 5,
    "owner": "facade01" * 5,
    "nobody": "0ddba110" * 5,
}
BAD = (Outcome.FAIL, Outcome.WARN, Outcome.ERROR, Outcome.NOT_EVALUATED)
SCHEMA = Path(__file__).parents[2] / "src" / "creditkit" / "conformance" / "report" / "run.schema.json"


class Stand:
    """A mock behind HTTP whose deviations and world change between two runs."""

    def __init__(self) -> None:
        self.shown: Sequence[Shown] = ()
        self.world: World | None = None
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        app: Any = create_app(self._current, lambda: self.shown)
        settings = uvicorn.Config(app, log_config=None, lifespan="off", ws="none", access_log=False)
        self._server = uvicorn.Server(settings)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.005)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(3)

    def check(self, shown: Sequence[Shown], expects: str, *only: str, mode: Mode = Mode.WRITE) -> Run:
        """What a check finds that expects a release, of a fresh world that shows something."""
        expect = load_expectations(expects)
        with self.serving(shown):
            target = Target(self.url, TOKENS, verify=False)
            found = check(target, mode, only=only, explain=expect.explains)
        return apply_expectations(found, expect)

    @contextmanager
    def serving(self, shown: Sequence[Shown]) -> Iterator[None]:
        """A fresh world that shows something, for as long as the block lasts."""
        self.shown = tuple(shown)
        with World.open(load_seed(default_seed_path())) as self.world:
            yield

    def _current(self) -> World:
        assert self.world is not None
        return self.world


@pytest.fixture(scope="module")
def stand() -> Iterator[Stand]:
    stand = Stand()
    yield stand
    stand.stop()


def of(release: str) -> list[Shown]:
    return [deviation.shown for deviation in of_release(release) if deviation.shown]


@pytest.mark.parametrize(
    "release",
    [
        "waldur-7.9.1",
        "waldur-8.1.2",
        *(pytest.param(f"waldur-{name}", marks=pytest.mark.soak) for name in ("7.9.2", "8.0.8", "8.0.9")),
    ],
)
def test_a_release_that_is_expected_is_green_and_everything_of_it_is_seen(
    stand: Stand, release: str, tmp_path: Path
) -> None:
    found = stand.check(of(release), release)
    assert [verdict.key for verdict in found.verdicts if verdict.outcome in BAD] == []
    assert found.is_green
    assert {expected.id: expected.seen for expected in found.expected} == {
        deviation.id: True for deviation in of_release(release) if deviation.breaks
    }
    write_all(found, tmp_path)
    told = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    document = json.loads(told["run.json"])
    assert (
        list(jsonschema_rs.Draft202012Validator(json.loads(SCHEMA.read_text())).iter_errors(document)) == []
    )
    assert document["expects"] == release
    assert {entry["deviation"] for entry in document["expected"] if entry["seen"]} >= {"hex-uuids"}
    assert f"Expected of {release}" in told["report.html"]
    assert f"### Expected of {release}" in told["summary.md"]
    assert "- `hex-uuids`: seen in 2 verdicts." in told["summary.md"]
    junit = ElementTree.fromstring(told["junit.xml"])
    assert junit.find(".//testcase[@name='ID-DASHES customer_credits_list']/skipped").attrib == {  # type: ignore[union-attr]
        "message": "expected: hex-uuids"
    }
    assert junit.find(".//property[@name='expected hex-uuids']").get("value") == "seen in 2 verdicts"  # type: ignore[union-attr]


@pytest.mark.soak
@pytest.mark.parametrize("release", ["waldur-7.9.1", "waldur-8.0.9", "waldur-8.1.2"])
def test_a_release_that_is_expected_is_green_also_where_it_is_fuzzed(stand: Stand, release: str) -> None:
    found = stand.check(of(release), release, mode=Mode.FULL)
    assert [verdict.key for verdict in found.verdicts if verdict.outcome in BAD] == []
    assert all(expected.seen for expected in found.expected)


def test_what_an_honest_deployment_no_longer_does_is_told_and_is_no_fault(stand: Stand) -> None:
    found = stand.check([], "waldur-8.1.2", "ID-DASHES", "FIELD-TYPES", "PARAMETER-UNKNOWN", "CREATE-STATUS")
    assert found.findings == ()
    assert {expected.id: expected.seen for expected in found.expected} == {
        "hex-uuids": False,
        "decimals-as-text": False,
        "actions-empty": None,
        "expected-without-value-crash": None,
        "customer-hyperlink-crash": None,
        "query-filter": False,
        "withdrawable-balance": None,
    }


def test_a_check_tells_what_became_of_what_it_expects(
    stand: Stand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def ends(expect: str | None, *only: str) -> tuple[int, str]:
        options = Options(stand.url, "read", {"staff": TOKENS["staff"]}, only=only, expect=expect)
        with stand.serving(of("waldur-8.0.9")):
            code = command.check_deployment(replace(options, journal=tmp_path / "journal"))
        return code, capsys.readouterr().out

    code, told = ends("waldur-8.0.9", "PARAMETER-UNKNOWN", "ID-DASHES")
    assert code == 0
    assert "3 are as expected of waldur-8.0.9, and no other is broken." in told
    assert (
        "Expected of waldur-8.0.9\n  hex-uuids  seen in 2 verdicts: Uuids are written without dashes\n"
        in told
    )
    assert "  actions-empty  not looked at: Both actions answer without a body\n" in told
    assert ends(None, "PARAMETER-UNKNOWN")[0] == 1


def faulty(where: dict[str, Any], **answer: Any) -> Shown:
    return shown_of({"where": where, "answer": answer})


READ = {"operations": ["customer_credits_list", "customer_credits_retrieve"]}
CREATE = {"operations": ["customer_credits_create"]}
ACTION = {"operations": ["customer_credits_apply_compensations"]}


async def odd_entry(request: Request, ask: Ask) -> Answer:
    """The last of a list has a text of another kind than all before it."""
    answer = await ask(request)
    found = answer.json
    if request.is_list and answer.is_good and len(found) > 1:
        found[-1]["minimal_consumption"] = "much"
        answer.json = found
    return answer


@pytest.mark.parametrize(
    ("fault", "only", "requirement"),
    [
        # The same requirement, operation and field as an expected deviation, and something else is wrong.
        (shown_of({"function": "odd_entry"}), ("ID-PATH",), "FIELD-TYPES"),
        (faulty(READ, fields={"minimal_consumption": {"set": "much"}}), ("READ-SAME",), "FIELD-TYPES"),
        (faulty(READ, fields={"minimal_consumption": {"set": None}}), ("READ-SAME",), "FIELD-TYPES"),
        (faulty(READ, fields={"customer_slug": {"set": 7}}), ("ID-PATH",), "FIELD-TYPES"),
        (faulty(READ, fields={"extra": {"set": 7}}), ("ID-PATH",), "FIELDS-DOCUMENTED"),
        (faulty({**ACTION, "statuses": [200]}, body="{"), ("APPLY-STATUS",), "JSON-PARSES"),
        (faulty({**ACTION, "roles": ["owner"]}, status=500), ("access",), "NO-SERVER-ERROR"),
        # A create that crashes for another reason than the two that are expected.
        (faulty({**CREATE, "sends": ["offerings"]}, status=500), ("create",), "NO-SERVER-ERROR"),
        (faulty({**CREATE, "sends": ["end_date"]}, status=500), ("END-DATE-FORM",), "NO-SERVER-ERROR"),
    ],
)
def test_a_second_fault_at_the_same_requirement_is_found(
    stand: Stand, monkeypatch: pytest.MonkeyPatch, fault: Shown, only: tuple[str, ...], requirement: str
) -> None:
    monkeypatch.setitem(FUNCTIONS, "odd_entry", odd_entry)
    found = stand.check([fault, *of("waldur-8.1.2")], "waldur-8.1.2", requirement, *only)
    failed = {v.requirement.id for v in found.verdicts if v.outcome is Outcome.FAIL}
    assert requirement in failed
    assert not found.is_green
