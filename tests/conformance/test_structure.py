"""What is said of the structure of answers: where they break the contract, and where nothing can be said."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from creditkit.conformance.asking import Exchange
from creditkit.conformance.judging import judge, load_requirements
from creditkit.contract import API, Contract, load

UUID = "c4ed1700-0000-4000-8000-000000000001"
HOST = "https://api.example.com"
CREDITS = f"{HOST}/api/customer-credits/"
CUSTOMER = f"{HOST}/api/customers/{UUID}/"
OFFERING = {
    "uuid": UUID,
    "url": f"{HOST}/api/marketplace-provider-offerings/{UUID}/",
    "type": "Marketplace.Basic",
    "name": "Aurora HPC",
}
CREDIT: dict[str, Any] = {
    "uuid": UUID,
    "url": f"{CREDITS}{UUID}/",
    "value": "500.00000",
    "customer": CUSTOMER,
    "customer_name": "Aurora",
    "customer_uuid": UUID,
    "customer_slug": "aurora",
    "offerings": [OFFERING],
    "end_date": None,
    "expected_consumption": "50.00000",
    "minimal_consumption": 45.0,
    "minimal_consumption_logic": "fixed",
    "grace_coefficient": "10",
    "apply_as_minimal_consumption": True,
    "allocated_to_projects": 0,
    "consumption_last_month": None,
}
ALLOW = {
    "list": "GET, POST, HEAD, OPTIONS",
    "count": "GET, POST, HEAD, OPTIONS",
    "create": "GET, POST, HEAD, OPTIONS",
    "consumptions_list": "GET, HEAD, OPTIONS",
    "clear_compensations": "POST, OPTIONS",
}
METHODS = {"count": "HEAD", "create": "POST", "destroy": "DELETE", "clear_compensations": "POST"}
PATHS = {
    "list": CREDITS,
    "count": CREDITS,
    "create": CREDITS,
    "consumptions_list": f"{CREDITS}{UUID}/consumptions/",
    "clear_compensations": f"{CREDITS}{UUID}/clear_compensations/",
}


@pytest.fixture(scope="module")
def contract() -> Contract:
    return load(API)


def answer(operation: str, body: Any = None, status: int = 200, **more: Any) -> Exchange:
    """An answer as it should be, but for what is said; header names have underscores."""
    headers = {
        "content-type": "application/json",
        "allow": ALLOW.get(operation, "GET, PUT, PATCH, DELETE, HEAD, OPTIONS"),
    }
    if operation in ("list", "count"):
        headers |= {"x-result-count": "1", "link": f'<{CREDITS}>; rel="first"'}
    for name, value in more.pop("headers", {}).items():
        headers.pop(name, None)
        if value is not None:
            headers[name] = value
    return Exchange(
        number=1,
        operation=f"customer_credits_{operation}",
        role="staff",
        method=more.pop("method", METHODS.get(operation, "GET")),
        url=more.pop("url", PATHS.get(operation, f"{CREDITS}{UUID}/")),
        request_headers=(),
        request_body=b"",
        status=status,
        headers=headers,
        body=body if isinstance(body, bytes) else json.dumps(body).encode(),
        started=datetime.now(UTC),
        seconds=more.pop("seconds", 0.1),
        processor_wait=more.pop("processor_wait", 0),
    )


def credit(**fields: Any) -> dict[str, Any]:
    return {**CREDIT, **fields}


def without(field: str) -> dict[str, Any]:
    return {name: value for name, value in CREDIT.items() if name != field}


GOOD = (
    answer("list", [CREDIT]),
    answer("list", []),
    answer("count", b""),
    answer("retrieve", CREDIT),
    answer("retrieve", b"", method="HEAD"),
    answer("create", credit(offerings=[OFFERING["url"]]), 201, headers={"location": f"{CREDITS}{UUID}/"}),
    answer("destroy", b"", 204),
    answer("consumptions_list", [{"date": "2026-08-01", "price": "512.00"}]),
    answer("retrieve", {"detail": "Not here."}, 404),
    answer("list", {"detail": "Who?"}, 401, headers={"www-authenticate": "Token"}),
    answer("clear_compensations", {"detail": "No."}, 405, method="GET"),
    answer("list", {"name": "metadata"}, method="OPTIONS"),
    answer("retrieve", CREDIT, url=f"https://gate.example.com/waldur/api/customer-credits/{UUID}/"),
)


@pytest.mark.parametrize("exchange", GOOD, ids=lambda e: f"{e.method}-{e.operation}-{e.status}")
def test_a_good_answer_has_no_fault(contract: Contract, exchange: Exchange) -> None:
    structure = [r for r in load_requirements().values() if r.group == "structure"]
    failures = {r.id: judge(r.id, exchange, contract) for r in structure}
    assert {name: found for name, found in failures.items() if found} == {}


# Each row: the requirement that fails, the answer, and what is said of it.
BAD = (
    ("NO-SERVER-ERROR", answer("list", b"", 502), "GET is answered 502", "a status below 500", "502"),
    (
        "STATUS-DOCUMENTED",
        answer("list", [], 206),
        "status 206 is not documented",
        "200, 400, 401, 404, 406",
        "206",
    ),
    (
        "STATUS-DOCUMENTED",
        answer("destroy", b"", 200),
        "status 200 is not documented",
        "204, 400, 401, 403, 404, 406",
        "200",
    ),
    (
        "STATUS-DOCUMENTED",
        answer("consumptions_list", b"", 200, method="PUT"),
        "status 200 is not documented",
        "405",
        "200",
    ),
    (
        "MEDIA-TYPE",
        answer("list", b"<html>", headers={"content-type": "text/html; charset=utf-8"}),
        "the media type is not the documented one",
        "application/json",
        "text/html",
    ),
    (
        "MEDIA-TYPE",
        answer("list", [], headers={"content-type": None}),
        "the media type is not the documented one",
        "application/json",
        "none",
    ),
    ("JSON-PARSES", answer("list", b"<html>"), "the body is not JSON", "JSON", "<html>"),
    ("JSON-PARSES", answer("retrieve", b'{"value": NaN}'), "the body is not JSON", "JSON", '{"value": NaN}'),
    ("JSON-PARSES", answer("clear_compensations", b""), "the body is not JSON", "JSON", "an empty body"),
    ("FIELDS-PRESENT", answer("retrieve", without("value")), "`value` is missing", "present", "absent"),
    (
        "FIELDS-PRESENT",
        answer("list", [CREDIT, without("end_date")]),
        "`end_date` is missing",
        "present",
        "absent",
    ),
    (
        "FIELDS-PRESENT",
        answer(
            "retrieve",
            credit(
                offerings=[{**OFFERING, "name": "x"}, {"uuid": UUID, "url": OFFERING["url"], "type": "x"}]
            ),
        ),
        "`offerings.name` is missing",
        "present",
        "absent",
    ),
    (
        "FIELDS-DOCUMENTED",
        answer("retrieve", credit(withdrawable_balance=7)),
        "`withdrawable_balance` is not documented",
        "absent",
        "7",
    ),
    (
        "FIELDS-DOCUMENTED",
        answer("list", [credit(offerings=[{**OFFERING, "id": 1}])]),
        "`offerings.id` is not documented",
        "absent",
        "1",
    ),
    (
        "FIELD-TYPES",
        answer("retrieve", credit(minimal_consumption="45.000000")),
        "`minimal_consumption` has the wrong type",
        "number",
        '"45.000000"',
    ),
    (
        "FIELD-TYPES",
        answer("retrieve", credit(customer_name=None)),
        "`customer_name` has the wrong type",
        "string",
        "null",
    ),
    (
        "FIELD-TYPES",
        answer("list", {"results": [CREDIT]}),
        "`the body` has the wrong type",
        "array",
        json.dumps({"results": [CREDIT]})[:119] + "…",
    ),
    (
        "FIELD-FORMATS",
        answer("retrieve", credit(value="500")),
        "`value` breaks its pattern",
        "pattern ^-?[0-9]{1,11}\\.[0-9]{5}$",
        "500",
    ),
    (
        "FIELD-FORMATS",
        answer("retrieve", credit(minimal_consumption_logic="square")),
        "`minimal_consumption_logic` breaks its enum",
        'enum ["fixed", "linear"]',
        "square",
    ),
    (
        "FIELD-FORMATS",
        answer("retrieve", credit(end_date="01.08.2031")),
        "`end_date` breaks its format",
        "format date",
        "01.08.2031",
    ),
    (
        "FIELD-FORMATS",
        answer("consumptions_list", [{"date": "2026-08-01", "price": "512"}]),
        "`price` breaks its pattern",
        "pattern ^-?[0-9]{1,20}\\.[0-9]{2}$",
        "512",
    ),
    (
        "ERROR-SHAPE",
        answer("retrieve", {"error": "Not here."}, 404),
        "the body of a 404 has none of the documented shapes",
        "a documented error body",
        '{"error": "Not here."}',
    ),
    (
        "NO-BODY",
        answer("destroy", b"", 204, headers={"content-length": "2"}),
        "there is a body",
        "none",
        "2 bytes",
    ),
    ("NO-BODY", answer("count", b"[]"), "there is a body", "none", "2 bytes"),
    (
        "HEADER-RESULT-COUNT",
        answer("list", [], headers={"x-result-count": None}),
        "the header X-Result-Count is missing",
        "present",
        "absent",
    ),
    (
        "HEADER-RESULT-COUNT",
        answer("count", b"", headers={"x-result-count": "many"}),
        "the header X-Result-Count has a wrong value",
        "",
        "many",
    ),
    (
        "HEADER-LINK",
        answer("list", [], headers={"link": None}),
        "the header Link is missing",
        "present",
        "absent",
    ),
    ("HEADER-LOCATION", answer("create", CREDIT, 201), "the header Location is missing", "present", "absent"),
    (
        "HEADER-LOCATION",
        answer("create", CREDIT, 201, headers={"location": "/api/"}),
        "the header Location has a wrong value",
        "",
        "/api/",
    ),
    (
        "HEADER-AUTHENTICATE",
        answer("list", {"detail": "Who?"}, 401),
        "the header Www-Authenticate is missing",
        "present",
        "absent",
    ),
    (
        "HEADER-ALLOW",
        answer("list", [], headers={"allow": None}),
        "Allow does not name the path's methods",
        "POST, HEAD, GET, OPTIONS",
        "absent",
    ),
    (
        "HEADER-ALLOW",
        answer("list", [], headers={"allow": "GET, TRACE"}),
        "Allow does not name the path's methods",
        "POST, HEAD, GET, OPTIONS",
        "GET, TRACE",
    ),
    ("LATENCY", answer("list", [], seconds=6.5), "the answer was slow", "at most 5 s", "6.5 s"),
)


@pytest.mark.parametrize(
    ("requirement", "exchange", "message", "expected", "got"),
    BAD,
    ids=lambda v: v if isinstance(v, str) and v.isupper() else "",
)
def test_a_bad_answer_has_one_fault(
    contract: Contract, requirement: str, exchange: Exchange, message: str, expected: str, got: str
) -> None:
    [failure] = judge(requirement, exchange, contract) or []
    assert (failure.message, set(failure.expected.split(", ")), failure.got) == (
        message,
        set(expected.split(", ")),
        got,
    )
    assert failure.exchange is exchange


def test_what_this_machine_took_is_not_the_deployments(contract: Contract) -> None:
    assert judge("LATENCY", answer("list", [], seconds=6.5, processor_wait=1.6), contract) == []
    [failure] = judge("LATENCY", answer("list", [], seconds=9, processor_wait=2.5), contract) or []
    assert failure.got == "6.5 s"


def test_every_requirement_has_a_fault_that_fails_it() -> None:
    known = {r.id for r in load_requirements().values() if r.group == "structure"}
    assert {row[0] for row in BAD} == known


@pytest.mark.parametrize(
    ("requirement", "exchange"),
    [
        ("FIELDS-PRESENT", answer("list", [])),
        ("FIELD-TYPES", answer("retrieve", {"detail": "Not here."}, 404)),
        ("FIELD-FORMATS", answer("retrieve", b"<html>")),
        ("ERROR-SHAPE", answer("retrieve", CREDIT)),
        ("MEDIA-TYPE", answer("count", b"")),
        ("HEADER-AUTHENTICATE", answer("list", [])),
        ("HEADER-LOCATION", answer("create", {"value": ["No."]}, 400)),
        ("STATUS-DOCUMENTED", answer("list", b"", 500)),
        ("STATUS-DOCUMENTED", answer("list", b"", 301, url=CREDITS.rstrip("/"))),
        ("NO-BODY", answer("list", [])),
    ],
)
def test_a_requirement_is_silent_on_what_it_does_not_speak_of(
    contract: Contract, requirement: str, exchange: Exchange
) -> None:
    assert judge(requirement, exchange, contract) is None


def test_a_request_outside_the_contract_is_not_judged(contract: Contract) -> None:
    stranger = replace(answer("list", b"", 500), operation="")
    assert judge("NO-SERVER-ERROR", stranger, contract) is None


def test_the_same_fault_of_many_entries_is_said_once_for_each_value(contract: Contract) -> None:
    entries = [credit(value="1"), credit(value="1"), credit(value="3", customer_slug=7)]
    failures = judge("FIELD-FORMATS", answer("list", entries), contract)
    assert [(f.message, f.got) for f in failures or []] == [
        ("`value` breaks its pattern", "1"),
        ("`value` breaks its pattern", "3"),
    ]


@pytest.mark.parametrize(
    ("requirement", "body", "pointer"),
    [
        ("FIELD-FORMATS", credit(value="1"), "#/components/schemas/CustomerCredit/properties/value/pattern"),
        ("FIELD-TYPES", credit(value=1), "#/components/schemas/CustomerCredit/properties/value/type"),
        ("FIELDS-PRESENT", without("value"), "#/components/schemas/CustomerCredit/required"),
        ("FIELDS-DOCUMENTED", credit(extra=1), "#/components/schemas/CustomerCredit/additionalProperties"),
        (
            "FIELD-TYPES",
            credit(offerings=[{**OFFERING, "name": 1}]),
            "#/components/schemas/NestedProviderOffering/properties/name/type",
        ),
        (
            "FIELD-FORMATS",
            credit(minimal_consumption_logic=""),
            "#/components/schemas/MinimalConsumptionLogicEnum/enum",
        ),
    ],
)
def test_a_fault_says_where_the_contract_says_so(
    contract: Contract, requirement: str, body: Any, pointer: str
) -> None:
    [failure] = judge(requirement, answer("retrieve", body), contract) or []
    assert failure.contract == pointer
