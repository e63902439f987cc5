"""What counts as exercised: seen in an accepted exchange, and not merely asked for."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from creditkit.conformance.asking import Exchange
from creditkit.conformance.judging import exercised, pairs
from creditkit.contract import API, load, load_facts

CONTRACT = load(API)
CREDITS = "http://credits.test/api/customer-credits/"
CREDIT = f"{CREDITS}c4ed1700-0000-4000-8000-000000000001/"


def exchange(
    operation: str,
    url: str = CREDITS,
    status: int = 200,
    *,
    sent: bytes = b"",
    media_type: str = "application/json",
    answer: Any = None,
) -> Exchange:
    return Exchange(
        number=1,
        operation=operation,
        role="staff",
        method="GET",
        url=url,
        request_headers=(("Content-Type", media_type),) if sent else (),
        request_body=sent,
        status=status,
        headers={"content-type": "application/json"},
        body=b"" if answer is None else json.dumps(answer).encode(),
        started=datetime(2026, 11, 22, tzinfo=UTC),
        seconds=0.01,
    )


def facts(*exchanges: Exchange) -> set[str]:
    """The exercised facts, without the name of the credits in front."""
    return {fact.removeprefix("customer_credits_") for fact in exercised(exchanges, CONTRACT)}


def test_an_empty_list_exercises_its_status_and_no_field() -> None:
    assert facts(exchange("customer_credits_list", answer=[])) == {"list.status.200"}


def test_fields_count_where_any_entry_of_a_list_has_them() -> None:
    answer = [{"uuid": "1", "offerings": []}, {"value": "1", "offerings": [{"name": "HPC"}], "colour": "red"}]
    assert facts(exchange("customer_credits_list", answer=answer)) == {
        "list.status.200",
        "list.response.uuid",
        "list.response.value",
        "list.response.offerings",
        "list.response.offerings.name",
    }


def test_hyperlinks_of_a_write_are_no_nested_fields() -> None:
    found = facts(exchange("customer_credits_create", status=201, answer={"offerings": ["http://x/"]}))
    assert found == {"create.status.201", "create.response.offerings"}


def test_a_query_parameter_counts_only_with_a_value() -> None:
    found = facts(
        exchange("customer_credits_list", f"{CREDITS}?page=2&o=&customer_name=a&colour=red", answer=[])
    )
    assert found == {"list.status.200", "list.query.page", "list.query.customer_name"}


def test_the_path_counts_where_the_object_was_found() -> None:
    assert facts(exchange("customer_credits_retrieve", CREDIT, answer={"uuid": "1"})) == {
        "retrieve.status.200",
        "retrieve.path.uuid",
        "retrieve.response.uuid",
    }


@pytest.mark.parametrize(
    ("media_type", "sent"),
    [
        ("application/json", b'{"value": "1", "end_date": null}'),
        ("application/x-www-form-urlencoded", b"value=1&end_date="),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="value"\r\n\r\n1\r\n'
            b'--x\r\nContent-Disposition: form-data; name="end_date"\r\n\r\n\r\n--x--\r\n',
        ),
    ],
)
def test_sent_fields_count_in_every_documented_media_type(media_type: str, sent: bytes) -> None:
    found = facts(exchange("customer_credits_partial_update", CREDIT, sent=sent, media_type=media_type))
    assert found == {
        "partial_update.status.200",
        "partial_update.path.uuid",
        "partial_update.request.value",
        "partial_update.request.end_date",
    }


@pytest.mark.parametrize("status", [301, 400, 404, 500])
def test_nothing_counts_that_was_not_accepted(status: int) -> None:
    answer = {"value": ["A valid number is required."]}
    sent = b'{"value": "x"}'
    assert facts(exchange("customer_credits_update", CREDIT, status, sent=sent, answer=answer)) == set()


def test_what_is_no_json_exercises_no_field() -> None:
    assert facts(exchange("customer_credits_create", status=201, sent=b"{", answer=None)) == {
        "create.status.201"
    }


def test_every_fact_can_be_exercised() -> None:
    """Of an exchange of each operation that has everything in it, nothing documented is missed."""
    rows = load_facts()
    whole = []
    for operation in CONTRACT.operations.values():
        mine = [fact for fact in rows if fact.operation == operation.id]
        query = "&".join(f"{fact.name}=1" for fact in mine if fact.place == "query")
        names = {place: [f.name for f in mine if f.place == place] for place in ("request", "response")}
        answer: dict[str, Any] = {name: 1 for name in names["response"] if "." not in name}
        nested = [name.partition(".")[2] for name in names["response"] if "." in name]
        if nested:
            answer["offerings"] = [dict.fromkeys(nested, 1)]
        status = next(status for status in operation.responses if 200 <= status < 300)
        path = operation.path.replace("{uuid}", "c4ed1700-0000-4000-8000-000000000001")
        sent = json.dumps(dict.fromkeys(names["request"], 1)).encode()
        url = f"http://credits.test{path}?{query}"
        whole.append(exchange(operation.id, url, status, sent=sent, answer=answer))
    assert exercised(whole, CONTRACT) == {fact.id for fact in rows}


def test_pairs_are_those_that_the_contract_documents() -> None:
    found = pairs(
        [
            exchange("customer_credits_destroy", CREDIT, 204),
            exchange("customer_credits_destroy", CREDIT, 404),
            exchange("customer_credits_destroy", CREDIT, 418),
        ],
        CONTRACT,
    )
    assert found.seen == (("customer_credits_destroy", 204), ("customer_credits_destroy", 404))
    assert ("customer_credits_destroy", 403) in found.unseen
    assert len(found.seen) + len(found.unseen) == sum(len(o.responses) for o in CONTRACT.operations.values())
