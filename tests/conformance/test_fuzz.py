"""Fuzzing: what the fuzzer finds becomes verdicts, and nothing that it sends reaches a stranger's record."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import httpx
import pytest

from creditkit.conformance.asking import Client, Exchange, Guard, Lab, Mode, OwnershipJournal, Target
from creditkit.conformance.fuzz import Finding, adapter, fuzz, verdicts_on
from creditkit.conformance.fuzz.belongings import Belongings
from creditkit.conformance.fuzz.fence import is_harmless
from creditkit.conformance.fuzz.findings import broken_sequences, requirement_of
from creditkit.conformance.fuzz.gate import NOT_SENT, NUMBER, PLACEHOLDER, Gate
from creditkit.conformance.judging import Outcome
from creditkit.contract import API, load
from creditkit.errors import DeploymentError, UsageError

from .faulty import (
    CREDITS,
    Answer,
    Deployment,
    Request,
    faulty,
)

STRANGER = "c4ed1700-0000-4000-8000-000000000001"
OWN = "00000000-0000-4000-8000-00000000beef"
KNOWN = frozenset(["0000000000004000800000000000beef"])
FREE = "5a1c0de0-0000-4000-8000-0000000000f1"


def asked(operation: str) -> Exchange:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    return Exchange(1, operation, "staff", "GET", "http://x/", (), b"", 200, {}, b"", now, 0.1)


# What schemathesis finds


def broken_in_many_ways(request: Request) -> Answer | None:
    if request.path.endswith("/clear_compensations/"):
        return Answer(500, {"content-type": "text/html"}, b"<h1>Server Error (500)</h1>")
    body = request.json
    if request.is_create and isinstance(body, dict):
        body.pop("grace_coefficient", None)  # never looked at, so never refused
        request.json = body
    return None


def answered_wrongly(request: Request, answer: Answer) -> None:
    if request.is_retrieve:
        answer.rewrite(lambda credit: credit.pop("value"))
    if request.method == "HEAD":
        answer.headers.pop("x-result-count", None)
    if request.path.endswith("/apply_compensations/") and answer.status == 200:
        answer.status = 202
    if answer.status == 405 and request.path.endswith("/consumptions/"):
        answer.status = 200


def test_known_faults_become_known_verdicts(tmp_path: Path) -> None:
    with faulty(broken_in_many_ways, answered_wrongly) as deployment:
        journal = OwnershipJournal(tmp_path / "journal.jsonl", deployment.url)
        verdicts, exchanges = fuzz(deployment.target, Mode.FULL, journal, examples=3)
    bad = {v.key.replace("customer_credits_", ""): v for v in verdicts if v.outcome is Outcome.FAIL}
    assert set(bad) >= {
        "NO-SERVER-ERROR clear_compensations",
        "STATUS-DOCUMENTED apply_compensations",
        "FIELDS-PRESENT retrieve",
        "HEADER-RESULT-COUNT count",
        "FUZZ-INVALID-REFUSED create",
    }
    assert not {key for key in bad if key.endswith((" destroy", " list", " update"))}
    failure = bad["STATUS-DOCUMENTED apply_compensations"].failures[0]
    assert failure.got == "202"
    assert failure.expected.startswith("200, ")
    assert failure.exchange in exchanges
    assert failure.exchange is not None
    assert failure.exchange.curl().endswith("/apply_compensations/")


def test_without_a_finding_every_requirement_of_the_group_holds() -> None:
    exchanges = [asked(operation) for operation in load(API).operations]
    verdicts = list(verdicts_on([], exchanges, Mode.FULL))
    assert {v.outcome for v in verdicts} == {Outcome.PASS}
    assert len(verdicts) == 6 * 10
    unasked = list(verdicts_on([], exchanges[1:], Mode.FULL))
    assert {v.operation for v in unasked if v.outcome is Outcome.NOT_EVALUATED} == {exchanges[0].operation}


@pytest.mark.parametrize(
    ("code", "requirement"),
    [
        ("ST101", "NO-SERVER-ERROR"),
        ("ST201", "FUZZ-INVALID-REFUSED"),
        ("ST301", "FUZZ-DELETED-GONE"),
        ("", "FUZZ-ANSWERED"),
    ],
)
def test_each_kind_of_finding_counts_for_its_requirement(code: str, requirement: str) -> None:
    finding = Finding(code, "Title", "Received: 1\nDocumented: 2, 3", "customer_credits_destroy", None)
    (bad,) = [v for v in verdicts_on([finding, finding], [], Mode.FULL) if v.outcome is Outcome.FAIL]
    assert bad.key == f"{requirement} customer_credits_destroy"
    assert [(f.message, f.expected) for f in bad.failures] == [
        ("Title: Received: 1 Documented: 2, 3", "2, 3")
    ]


@pytest.mark.parametrize(
    ("code", "title", "message", "status", "requirement"),
    [
        ("ST107", "", "… missing from the response:\n- `Location`\n- `Allow`", 201, "HEADER-LOCATION"),
        ("ST107", "", "… missing from the response:\n- `X-Result-Count`", 200, "HEADER-RESULT-COUNT"),
        ("ST107", "", "… missing from the response:\n- `Allow`", 200, "HEADER-ALLOW"),
        (
            "ST108",
            "Response header does not conform to the schema",
            '"many" is not of type "integer"\n\nSchema:\n\n    {\n        "type": "integer",',
            200,
            "HEADER-RESULT-COUNT",
        ),
        ("ST108", "Response violates schema", '"value" is a required property', 200, "FIELDS-PRESENT"),
        ("ST108", "Response violates schema", '3 is not of type "string"', 200, "FIELD-TYPES"),
        (
            "ST108",
            "Response violates schema",
            "Additional properties are not allowed ('x' was unexpected)",
            200,
            "FIELDS-DOCUMENTED",
        ),
        ("ST108", "Response violates schema", '"1,0" does not match "^…$"', 200, "FIELD-FORMATS"),
        ("ST108", "Response violates schema", '"detail" is a required property', 404, "ERROR-SHAPE"),
    ],
)
def test_what_is_wrong_with_a_structure_counts_for_the_structure_group(
    code: str, title: str, message: str, status: int, requirement: str
) -> None:
    exchange = replace(asked("customer_credits_create"), status=status)
    assert requirement_of(Finding(code, title, message, "customer_credits_create", exchange)) == requirement


def test_every_code_of_schemathesis_is_known() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", "explain", "--list"],
        capture_output=True,
        text=True,
        check=False,
    )
    codes = set(re.findall(r"ST\d{3}", told.stdout + told.stderr))
    # Of GraphQL, of discriminators and required headers, which the contract lacks; of checks that are off.
    never = {"ST111", "ST112", "ST113", "ST114", "ST115", "ST203", "ST206", "ST401", "ST402", "ST901"}
    assert len(codes) > 20
    for code in codes - never:
        assert requirement_of(Finding(code, "", "", "", None))


def test_a_code_that_no_requirement_speaks_of_is_an_error() -> None:
    with pytest.raises(DeploymentError, match="found what no requirement speaks of: ST777 Title"):
        requirement_of(Finding("ST777", "Title", "", "", None))


# Sequences

CREATED = {"uuid": OWN, "customer_slug": "x"}


def sent(operation: str, method: str, status: int, path: str = f"{OWN}/", **more: Any) -> Exchange:
    return replace(
        asked(f"customer_credits_{operation}"),
        method=method, status=status, url=f"http://x{CREDITS}{path}", **more,
    )  # fmt: skip


MADE = sent("create", "POST", 201, "", body=json.dumps(CREATED).encode())
GONE = sent("destroy", "DELETE", 204)


@pytest.mark.parametrize(
    ("exchanges", "codes"),
    [
        ([MADE, sent("retrieve", "GET", 404)], ["ST302"]),
        ([MADE, sent("partial_update", "PATCH", 404, f"{OWN.replace('-', '').upper()}/")], ["ST302"]),
        ([MADE, sent("apply_compensations", "POST", 404, f"{OWN}/apply_compensations/")], ["ST302"]),
        ([MADE, GONE, sent("retrieve", "GET", 200)], ["ST301"]),
        ([MADE, GONE, sent("destroy", "DELETE", 204)], ["ST301"]),
        ([MADE, sent("retrieve", "GET", 200), GONE, sent("retrieve", "GET", 404)], []),
        ([MADE, sent("retrieve", "GET", 404, f"{OWN}/?customer_name=zzz")], []),
        ([MADE, sent("retrieve", "GET", 404, role="owner")], []),
        ([MADE, sent("retrieve", "TRACE", 404)], []),
        ([MADE, sent("partial_update", "PATCH", 400)], []),
        ([sent("retrieve", "GET", 404)], []),
    ],
)
def test_a_credit_is_there_from_its_creation_to_its_deletion(
    exchanges: list[Exchange], codes: list[str]
) -> None:
    assert [finding.code for finding in broken_sequences(exchanges, load(API))] == codes


def test_in_read_mode_nothing_leaves_that_writes(tmp_path: Path) -> None:
    seen: set[str] = set()

    def note(request: Request) -> None:
        seen.add(request.method)

    with faulty(note) as deployment:
        journal = OwnershipJournal(None, deployment.url)
        verdicts, exchanges = fuzz(deployment.target, Mode.READ, journal, examples=2)
    assert seen <= {"GET", "HEAD", "OPTIONS"}
    assert {e.method for e in exchanges} == {"GET", "HEAD"}
    creates = [v for v in verdicts if v.operation == "customer_credits_create"]
    assert {(v.outcome, v.reason) for v in creates} == {
        (Outcome.NOT_EVALUATED, "it writes, and this run only reads")
    }


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1, 51))
def test_no_false_alarm(seed: int, tmp_path: Path) -> None:
    with faulty() as deployment:
        journal = OwnershipJournal(tmp_path / "journal.jsonl", deployment.url)
        verdicts, exchanges = fuzz(deployment.target, Mode.FULL, journal, seed=seed)
    assert [v.key for v in verdicts if v.outcome is not Outcome.PASS] == []
    assert {e.operation for e in exchanges if e.status < 300} >= set(load(API).operations)


def stored(deployment: Deployment) -> Any:
    headers = {"Authorization": f"Token {deployment.target.tokens['staff']}"}
    return httpx.get(f"{deployment.url}{CREDITS}?page_size=300", headers=headers).json()


# The adapter


def test_without_schemathesis_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(adapter, "version", missing)
    with pytest.raises(UsageError, match="needs schemathesis, which is not installed") as raised:
        adapter.installed()
    assert "creditkit[check]" in raised.value.hint


def test_another_release_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "version", lambda _: "4.40.0")
    with pytest.raises(UsageError, match=r"needs schemathesis 4\.32, and 4\.40\.0 is installed"):
        adapter.installed()


def test_a_fuzzer_that_cannot_start_is_an_error_with_its_last_words() -> None:
    with pytest.raises(DeploymentError, match=r"could not do its work.*examples"):
        adapter.run("http://127.0.0.1:9", "http://127.0.0.1:9/", seed=1, examples=0, writes=False, timeout=60)


# The fence


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", f"{CREDITS}{OWN}/"),
        ("PATCH", f"{CREDITS}{OWN.upper()}/"),
        ("PUT", f"{CREDITS}{OWN.replace('-', '')}/"),
        ("POST", f"{CREDITS}{OWN}/clear_compensations/"),
        ("DELETE", f"{CREDITS}abc/"),
        ("DELETE", f"{CREDITS}%F0%9F%99%82/"),
        ("POST", CREDITS),
    ],
)
def test_own_records_and_what_is_no_record_may_be_named(method: str, path: str) -> None:
    assert is_harmless(method, path, b"", KNOWN)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", f"{CREDITS}{STRANGER}/"),
        ("DELETE", f"{CREDITS}{STRANGER.replace('-', '')}/"),
        ("DELETE", f"{CREDITS}%7B{STRANGER}%7D/"),
        ("DELETE", f"{CREDITS}urn:uuid:{STRANGER}/"),
        ("DELETE", f"{CREDITS}c4ed1700%2D0000%2D4000%2D8000%2D000000000001/"),
        ("DELETE", f"{CREDITS}%2563{STRANGER[1:]}/"),
        ("DELETE", f"{CREDITS}{OWN}/..%2F{STRANGER}/"),
        ("DELETE", f"{CREDITS}{OWN}%2F..%2F{STRANGER}/"),
        ("DELETE", f"{CREDITS}../customers/abc/"),
        ("DELETE", f"{CREDITS}%2E%2E/"),
        ("DELETE", f"{CREDITS}%2525252E./"),
        ("DELETE", CREDITS),
        ("PUT", CREDITS),
        ("POST", "/api/customers/"),
        ("DELETE", f"/api/customers/{FREE}/"),
        ("POST", f"{CREDITS}{STRANGER}/apply_compensations/"),
    ],
)
def test_another_record_is_recognised_in_every_spelling(method: str, path: str) -> None:
    assert not is_harmless(method, path, b"", KNOWN)


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"customer": f"/api/customers/{FREE}/"}).encode(),
        json.dumps({"customer": f"https://x/api/customers/{{{FREE}}}/"}).encode(),
        f'{{"customer": "\\u002fapi\\u002fcustomers\\u002f{FREE}\\/"}}'.encode(),
        f'{{"customer": "/api/customers/\\u0035{FREE[1:]}/"}}'.encode(),
        f'{{"customer": "/api/customers/%35{FREE[1:]}/"}}'.encode(),
        f"customer=%2Fapi%2Fcustomers%2F{FREE}%2F".encode(),
        f'--x\r\nContent-Disposition: form-data; name="customer"\r\n\r\n/api/customers/{FREE}/\r\n'.encode(),
        f'[{{"customer": "/api/customers/urn:uuid:{FREE}/"}}]'.encode(),
    ],
)
def test_a_customer_that_was_not_taken_is_recognised_in_every_body(body: bytes) -> None:
    assert not is_harmless("POST", CREDITS, body, KNOWN)
    assert is_harmless("POST", CREDITS, body, KNOWN | {FREE.replace("-", "")})


# The gate


@contextmanager
def gate_to(deployment: Deployment, mode: Mode = Mode.FULL) -> Iterator[tuple[Gate, Lab, httpx.Client]]:
    journal = OwnershipJournal(None, deployment.url)
    with Client(deployment.target, Guard(mode)) as client:
        lab = Lab(deployment.target, load(API), client, journal)
        with Gate(lab, Belongings(lab, journal, [])) as gate, httpx.Client(base_url=gate.url) as http:
            yield gate, lab, http


def test_the_gate_puts_the_token_in_and_numbers_the_exchange() -> None:
    with faulty() as deployment, gate_to(deployment) as (_, lab, http):
        answer = http.get(CREDITS, params={"page_size": 2}, headers={"Authorization": PLACEHOLDER})
        exchange = lab.client.exchanges[int(answer.headers[NUMBER]) - 1]
        anonymous = http.get(CREDITS)
        other = http.get(CREDITS, headers={"Authorization": "Token nonsense"})
    assert answer.status_code == 200
    assert len(answer.json()) == 2
    assert answer.headers["x-result-count"] == "14"
    assert (exchange.operation, exchange.role) == ("customer_credits_list", "staff")
    assert [anonymous.status_code, other.status_code] == [401, 401]


@pytest.mark.parametrize("mode", [Mode.READ, Mode.FULL])
def test_the_gate_stops_a_delete_of_a_strangers_record(mode: Mode) -> None:
    with faulty() as deployment, gate_to(deployment, mode) as (_, lab, http):
        before = len(lab.client.exchanges)
        answer = http.delete(f"{CREDITS}{STRANGER}/", headers={"Authorization": PLACEHOLDER})
        assert len(lab.client.exchanges) == before
        assert len(stored(deployment)) == 14
    assert answer.status_code == 404
    assert answer.headers[NOT_SENT] == "it could change a record that is not the check's own"


def test_the_desk_is_where_only_the_fuzzer_finds_it() -> None:
    with faulty() as deployment, gate_to(deployment) as (gate, _, http):
        aims = httpx.get(gate.desk).json()
        assert http.get("/desk/", headers={"Authorization": PLACEHOLDER}).status_code == 404
    assert sorted(aims) == ["absent", "free", "gone", "mine", "offerings", "stored"]
    assert len(aims["stored"]) == 14
    assert aims["mine"] == {}


def test_what_is_no_request_is_not_taken_for_an_answer() -> None:
    with faulty() as deployment, gate_to(deployment) as (_, _lab, http):
        answer = http.get(CREDITS, headers={f"X-{number}": "1" for number in range(120)})
    assert answer.status_code == 404
    assert answer.headers[NOT_SENT] == "it is no request that the gate can read (431)"


def test_the_gate_gives_up_on_a_deployment_that_does_not_answer() -> None:
    with faulty() as deployment, gate_to(deployment) as (gate, lab, http):
        lab.client._target = Target("http://127.0.0.1:9")
        for _ in range(5):
            last = http.get(CREDITS)
    assert "did not answer before" in last.headers[NOT_SENT]
    assert "cannot connect to http://127.0.0.1:9" in gate.broken[0].message
