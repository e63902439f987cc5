"""Each documented operation with each documented client, called as the page's snippet calls it."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from .conftest import CREDITS, Client

AMOUNT = re.compile(r"\d+\.\d{5}")
PRICE = re.compile(r"\d+\.\d{2}")
FIELDS = {
    "uuid",
    "url",
    "value",
    "customer",
    "customer_name",
    "customer_uuid",
    "customer_slug",
    "offerings",
    "end_date",
    "expected_consumption",
    "minimal_consumption",
    "minimal_consumption_logic",
    "grace_coefficient",
    "apply_as_minimal_consumption",
    "allocated_to_projects",
    "consumption_last_month",
}


def assert_documented_types(credit: dict[str, Any]) -> None:
    assert set(credit) == FIELDS
    assert AMOUNT.fullmatch(credit["value"])
    assert AMOUNT.fullmatch(credit["expected_consumption"])
    assert re.fullmatch(r"-?\d+", credit["grace_coefficient"])
    assert isinstance(credit["minimal_consumption"], int | float)
    assert isinstance(credit["allocated_to_projects"], int | float)
    assert isinstance(credit["consumption_last_month"], int | float | None)
    assert isinstance(credit["apply_as_minimal_consumption"], bool)
    assert credit["minimal_consumption_logic"] in ("fixed", "linear")
    assert isinstance(credit["offerings"], list)


def credit_with(client: Client, path: str) -> dict[str, Any]:
    """A stored credit for which the collection below it is not empty."""
    return next(credit for credit in client.all(CREDITS) if client.all(f"{CREDITS}{credit['uuid']}/{path}"))


def credit_in_use(client: Client) -> dict[str, Any]:
    """A stored credit whose value falls when compensations are applied; they are cleared again."""
    for credit in client.all(CREDITS):
        url = f"{CREDITS}{credit['uuid']}/"
        cleared = client.http.post(f"{url}clear_compensations/").raise_for_status().json()
        applied = client.http.post(f"{url}apply_compensations/").raise_for_status().json()
        client.http.post(f"{url}clear_compensations/").raise_for_status()
        if Decimal(applied["value"]) < Decimal(cleared["value"]) and applied["minimal_consumption"] == 0:
            return dict(client.stored(credit["uuid"]).json())
    raise AssertionError("the default world has no credit that an open invoice uses")


def test_list_gives_the_first_page_of_credits(client: Client) -> None:
    stored = client.all(CREDITS)
    listed = client("list")
    assert listed == stored[:10]
    assert len(listed) == 10
    for credit in listed:
        assert_documented_types(credit)
    offering = next(credit["offerings"][0] for credit in listed if credit["offerings"])
    assert set(offering) == {"uuid", "url", "type", "name"}


def test_retrieve_gives_the_credit_asked_for(client: Client) -> None:
    wanted = client.all(CREDITS)[3]
    credit = client("retrieve", uuid=wanted["uuid"])
    assert credit == wanted


def test_create_gives_a_credit_to_the_customer_asked_for(client: Client) -> None:
    customer = client.free_customer()
    created = client("create", customer=customer["url"])
    assert_documented_types(created)
    assert created["customer"] == customer["url"]
    assert created["customer_name"] == customer["name"]
    assert created["value"] == "0.00000"
    assert created["offerings"] == []
    assert created["apply_as_minimal_consumption"] is True
    assert client.stored(created["uuid"]).json()["customer"] == customer["url"]


def test_update_moves_the_credit_to_another_customer_and_keeps_the_rest(client: Client) -> None:
    before = client.all(CREDITS)[4]
    customer = client.free_customer()
    updated = client("update", uuid=before["uuid"], customer=customer["url"])
    assert_documented_types(updated)
    assert updated["uuid"] == before["uuid"]
    assert updated["customer"] == customer["url"]
    assert updated["value"] == before["value"]
    assert updated["end_date"] == before["end_date"]
    assert updated["offerings"] == [offering["url"] for offering in before["offerings"]]
    assert client.stored(before["uuid"]).json()["customer_slug"] == customer["slug"]


def test_partial_update_without_fields_changes_nothing(client: Client) -> None:
    before = client.all(CREDITS)[2]
    updated = client("partial_update", uuid=before["uuid"])
    assert_documented_types(updated)
    assert updated == {**before, "offerings": [offering["url"] for offering in before["offerings"]]}
    assert client.stored(before["uuid"]).json() == before


def test_destroy_takes_the_credit_away(client: Client) -> None:
    count = len(client.all(CREDITS))
    doomed = client.all(CREDITS)[-1]
    answer = client("destroy", uuid=doomed["uuid"])
    # A client of the fetch API gives an empty object for an answer without a body.
    assert answer == ({} if client.name == "typescript" else None)
    assert client.stored(doomed["uuid"]).status_code == 404
    assert len(client.all(CREDITS)) == count - 1


def test_consumptions_are_prices_by_month_the_oldest_first(client: Client) -> None:
    credit = credit_with(client, "consumptions/")
    months = client("consumptions_list", uuid=credit["uuid"])
    assert months == client.all(f"{CREDITS}{credit['uuid']}/consumptions/")
    assert [month["date"] for month in months] == sorted({month["date"] for month in months})
    for month in months:
        assert set(month) == {"date", "price"}
        assert re.fullmatch(r"\d{4}-\d{2}-01", month["date"])
        assert PRICE.fullmatch(month["price"])
        assert Decimal(month["price"]) > 0


def test_apply_compensations_pays_for_the_open_invoice_from_the_value(client: Client) -> None:
    credit = credit_in_use(client)
    applied = client("apply_compensations", uuid=credit["uuid"], customer=credit["customer"])
    assert_documented_types(applied)
    assert Decimal(applied["value"]) < Decimal(credit["value"])
    assert applied == client.stored(credit["uuid"]).json()
    assert client("apply_compensations", uuid=credit["uuid"], customer=credit["customer"]) == applied


def test_clear_compensations_gives_back_what_was_applied(client: Client) -> None:
    credit = credit_in_use(client)
    client.http.post(f"{CREDITS}{credit['uuid']}/apply_compensations/").raise_for_status()
    cleared = client("clear_compensations", uuid=credit["uuid"], customer=credit["customer"])
    assert_documented_types(cleared)
    assert cleared["value"] == credit["value"]
    assert cleared == client.stored(credit["uuid"]).json()
