"""The official client of a release: at a mock that shows this release, and beyond the documented page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest

from . import waldur
from .conftest import CREDITS, Client

Serve = Callable[..., AbstractContextManager[Any]]


@pytest.fixture(scope="module")
def newest(serve: Serve) -> Iterator[Client]:
    """The newest client at the newest release."""
    with (
        serve("--as", "waldur-8.1.2") as mock,
        mock.client() as http,
        waldur.connect(mock.url, mock.token, "8.1.3") as call,
    ):
        yield Client("waldur-api-client-8.1.3", call, http)


def test_the_newest_client_reads_what_the_newest_release_sends(newest: Client) -> None:
    stored = newest.all(CREDITS)
    listed = newest("list")
    # It writes uuids with dashes and leaves the amounts as they came.
    assert [credit["uuid"].replace("-", "") for credit in listed] == [c["uuid"] for c in stored[:10]]
    assert [credit["minimal_consumption"] for credit in listed] == [
        c["minimal_consumption"] for c in stored[:10]
    ]
    assert listed[0]["minimal_consumption"] == "360.000000"
    assert {credit["withdrawable_balance"] for credit in listed} == {0}
    assert newest("count") == len(stored)
    assert len(newest("list_all")) == len(stored)
    found = newest("search", customer=stored[2]["customer_slug"])
    assert [credit["customer_slug"] for credit in found] == [stored[2]["customer_slug"]]
    assert newest("retrieve", uuid=stored[2]["uuid"]) == found[0]
    assert newest("consumptions_list", uuid=stored[2]["uuid"])[0].keys() == {"date", "price"}


def test_the_newest_client_writes_to_the_newest_release(newest: Client) -> None:
    created = newest("create", customer=newest.free_customer()["url"])
    uuid, customer = created["uuid"], created["customer"]
    assert created["minimal_consumption"] == "0"
    assert newest("update", uuid=uuid, customer=customer)["customer"] == customer
    assert newest("partial_update", uuid=uuid)["uuid"] == uuid
    assert newest("apply_compensations", uuid=uuid) is None
    assert newest("clear_compensations", uuid=uuid) is None
    assert newest("adjust_withdrawable", uuid=uuid)["withdrawable_balance"] == 12.5
    assert newest("destroy", uuid=uuid) is None
    assert newest.stored(uuid).status_code == 404


def test_the_client_of_the_page_works_with_its_release_but_for_the_actions(serve: Serve) -> None:
    with serve("--as", "waldur-7.9.1") as mock, mock.client() as http:
        with waldur.connect(mock.url, mock.token, "7.9.1") as call:
            client = Client("waldur-api-client-7.9.1", call, http)
            stored = client.all(CREDITS)
            assert client("count") == len(stored)
            assert len(client("list")) == 10
            first = stored[0]
            assert client("retrieve", uuid=first["uuid"])["uuid"].replace("-", "") == first["uuid"]
            created = client("create", customer=client.free_customer()["url"])
            updated = client("update", uuid=created["uuid"], customer=created["customer"])
            assert updated == {**created, "minimal_consumption": "0.00000"}
            assert client("partial_update", uuid=created["uuid"]) == updated
            assert client("destroy", uuid=created["uuid"]) is None
            assert client("consumptions_list", uuid=first["uuid"])
            with pytest.raises(AssertionError, match="Unexpected status code: 500"):
                client("apply_compensations", uuid=first["uuid"], customer=first["customer"])
        assert client.all(CREDITS) == stored


@pytest.mark.parametrize("release", ["7.9.1", "7.7.5"])
def test_count_reads_the_number_of_credits_from_a_header(release: str, mock: Any) -> None:
    with waldur.connect(mock.url, mock.token, release) as call, mock.client() as http:
        stored = http.get(CREDITS, params={"page_size": 300}).json()
        assert call("count", "", "") == len(stored)
