"""Runs made by hand: a broken deployment with every outcome in it, a good one, and what tests vary."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from creditkit.conformance.asking import Exchange
from creditkit.conformance.judging import Failure, Outcome, Requirement, Run, Verdict

URL = "https://staging.example.com"
UUID = "5a1c0de0-0000-4000-8000-000000000007"
STARTED = datetime(2027, 1, 31, 12, 0, tzinfo=UTC)
HOSTILE = "</script><img src=x onerror=alert(1)>&\"'|`*\x1b[31m\x00]]>"
"""What a server could put into an answer to break out of a report."""

LIST = "customer_credits_list"
CREATE = "customer_credits_create"
RETRIEVE = "customer_credits_retrieve"
DESTROY = "customer_credits_destroy"

SCHEMA = Requirement(
    id="SCHEMA",
    group="structure",
    level="MUST",
    text="An answer MUST have every documented field and no other.",
    source="the documented page",
    operations=(LIST, RETRIEVE),
    mode="read",
    why="Generated clients refuse an answer that lacks a field.",
)
CREATE_STATUS = Requirement(
    id="CREATE-STATUS",
    group="create",
    level="MUST",
    text="A create MUST be answered with 201.",
    source="customer_credits_create.status.201",
    operations=(CREATE,),
    mode="write",
    needs=("free-customer",),
    probe="create.status",
)
READ_SAME = Requirement(
    id="READ-SAME",
    group="read",
    level="MUST",
    text="What is created MUST be what is read.",
    source="observed (D24)",
    operations=(RETRIEVE,),
    mode="write",
    probe="read.same",
    after=("SCHEMA",),
)
PAGE_CAP = Requirement(
    id="PAGE-CAP",
    group="collection",
    level="SHOULD",
    text="A page SHOULD have no more than 300 entries.",
    source="observed (D24)",
    operations=(LIST,),
    mode="read",
    probe="collection.cap",
)
OWNER_LIST = Requirement(
    id="OWNER-LIST",
    group="access",
    level="MUST",
    text="An owner MUST see the own credit only.",
    source="observed (D24)",
    operations=(LIST,),
    mode="read",
    needs=("token:owner",),
    probe="access.owner",
)
GONE = Requirement(
    id="DELETE-GONE",
    group="delete",
    level="MUST",
    text="A credit that was deleted MUST NOT be found.",
    source="observed (D24)",
    operations=(DESTROY,),
    mode="write",
    probe="delete.gone",
)


def exchange(
    number: int,
    operation: str,
    method: str = "GET",
    path: str = "/api/customer-credits/",
    *,
    status: int = 200,
    sent: Any = None,
    answer: Any = (),
    headers: Mapping[str, str] | None = None,
) -> Exchange:
    """A request of staff and its JSON answer, one second after the one before."""
    authorization = ("Authorization", "Token $CREDITKIT_TOKEN")
    return Exchange(
        number=number,
        operation=operation,
        role="staff",
        method=method,
        url=f"{URL}{path}",
        request_headers=(
            ("Accept", "application/json"),
            authorization,
            *([("Content-Type", "application/json")] if sent is not None else []),
        ),
        request_body=b"" if sent is None else json.dumps(sent).encode(),
        status=status,
        headers={"content-type": "application/json", **(headers or {})},
        body=b"" if answer is None else json.dumps(answer).encode(),
        started=STARTED + timedelta(seconds=number),
        seconds=0.012,
    )


CREDIT = {
    "uuid": UUID,
    "url": f"{URL}/api/customer-credits/{UUID}/",
    "value": "100.00000",
    "customer_name": "Nimbus",
}

LISTED = exchange(1, LIST, path="/api/customer-credits/?page_size=300&page=1", answer=[CREDIT] * 3)
CREATED = exchange(
    2,
    CREATE,
    "POST",
    status=200,
    sent={"customer": f"{URL}/api/customers/{UUID}/", "value": "it's 5"},
    answer=CREDIT,
    headers={"location": CREDIT["url"]},
)
READ = exchange(3, RETRIEVE, path=f"/api/customer-credits/{UUID}/", answer={"detail": HOSTILE})
DELETED = exchange(4, DESTROY, "DELETE", f"/api/customer-credits/{UUID}/", status=204, answer=None)

POINTER = "#/paths/~1api~1customer-credits~1/post/responses/201"

MISSING = Failure(
    "end_date is missing.", "end_date", "no such field", LISTED, "#/components/schemas/CustomerCredit"
)
STATUS = Failure("A create was answered with 200.", "201", "200", CREATED, POINTER)
STRANGE = Failure("The answer is something else.", "an object", HOSTILE, READ)


def broken() -> Run:
    """A deployment with two faults, a consequence of one of them, and every other outcome."""
    return _run(
        (
            Verdict(SCHEMA, LIST, Outcome.FAIL, (MISSING,), exchanges=(1,)),
            Verdict(SCHEMA, RETRIEVE, Outcome.FAIL, (replace(MISSING, exchange=READ),), exchanges=(3,)),
            Verdict(CREATE_STATUS, CREATE, Outcome.FAIL, (STATUS,), exchanges=(2,)),
            Verdict(READ_SAME, RETRIEVE, Outcome.ERROR, (STRANGE,), "not judged", "SCHEMA", exchanges=(3,)),
            Verdict(
                PAGE_CAP, LIST, Outcome.WARN, (Failure("301 came.", "300", "301", LISTED),), exchanges=(1,)
            ),
            Verdict(OWNER_LIST, LIST, Outcome.NOT_EVALUATED, reason="needs the token of a user who is owner"),
            Verdict(GONE, DESTROY, Outcome.WAIVED, reason="until May, by QA", exchanges=(4,)),
        )
    )


def good() -> Run:
    """A deployment that keeps everything."""
    return _run(
        (
            Verdict(SCHEMA, LIST, Outcome.PASS, exchanges=(1,)),
            Verdict(SCHEMA, RETRIEVE, Outcome.PASS, exchanges=(3,)),
            Verdict(CREATE_STATUS, CREATE, Outcome.PASS, exchanges=(2,)),
            Verdict(GONE, DESTROY, Outcome.PASS, exchanges=(4,)),
        )
    )


def partial() -> Run:
    """A deployment that breaks nothing, where one MUST could not be judged."""
    run = good()
    owed = Verdict(OWNER_LIST, LIST, Outcome.NOT_EVALUATED, reason="needs the token of a user who is owner")
    return replace(run, verdicts=(*run.verdicts, owed))


def accounted() -> Run:
    """A deployment that breaks nothing, and a fault of the run itself: a waiver that has expired."""
    rule = replace(GONE, id="WAIVER", group="waivers", operations=(), mode="read")
    expired = Verdict(rule, "DELETE-GONE customer_credits_destroy", Outcome.ERROR, reason="it has expired")
    run = good()
    return replace(run, verdicts=(*run.verdicts, expired))


def reading() -> Run:
    """A run that only read: it owes nothing on what needs writing."""
    reason = "needs a record of its own, and this run only reads"
    return replace(
        good(),
        mode="read",
        verdicts=(
            Verdict(SCHEMA, LIST, Outcome.PASS, exchanges=(1,)),
            Verdict(GONE, DESTROY, Outcome.NOT_EVALUATED, reason=reason),
        ),
    )


def _run(verdicts: tuple[Verdict, ...]) -> Run:
    return Run(
        url=URL,
        mode="write",
        started=STARTED,
        seconds=4.25,
        verdicts=verdicts,
        exchanges=(LISTED, CREATED, READ, DELETED),
        facts_exercised=frozenset(
            ["customer_credits_list.query.page", "customer_credits_list.response.uuid"]
        ),
        notes=("the clock of the target is 90 s late",),
        environment={"release": "8.0.9"},
    )
