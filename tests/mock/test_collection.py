"""The list: filters, ordering, pages."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from mock.conftest import CREDITS, Api


def everything(api: Api, query: str = "") -> list[dict[str, Any]]:
    answer = api("GET", f"{CREDITS}?page_size=300{query}")
    assert answer.status_code == 200, answer.text
    return list(answer.json())


def anything(_credit: dict[str, Any]) -> bool:
    return True


def nothing(_credit: dict[str, Any]) -> bool:
    return False


def test_filters_are_sound_and_complete(api: Api) -> None:
    all_ = everything(api)
    wanted = all_[3]
    filters: dict[str, Callable[[dict[str, Any]], bool]] = {
        f"customer_slug={wanted['customer_slug']}": lambda c: c["customer_slug"] == wanted["customer_slug"],
        f"customer_slug={wanted['customer_slug'].upper()}": nothing,
        f"customer_uuid={wanted['customer_uuid']}": lambda c: c["uuid"] == wanted["uuid"],
        f"customer_uuid={wanted['customer_uuid'].replace('-', '').upper()}": lambda c: (
            c["uuid"] == wanted["uuid"]
        ),
        "customer_name=LAB": lambda c: "lab" in c["customer_name"].lower(),
        "customer_name=": anything,
        "customer_name=no such customer": nothing,
        "field=uuid&query=nothing": anything,
    }
    for query, keeps in filters.items():
        assert everything(api, f"&{query}") == [c for c in all_ if keeps(c)], query
    assert any("lab" in c["customer_name"].lower() for c in all_)


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("customer_uuid=zzz", {"customer_uuid": ["Enter a valid UUID."]}),
        ("customer_name=a%00", {"customer_name": ["Null characters are not allowed."]}),
        ("o=price", {"o": ["Select a valid choice. price is not one of the available choices."]}),
        ("o=-price", {"o": ["Select a valid choice. -price is not one of the available choices."]}),
        ("o=Value", {"o": ["Select a valid choice. Value is not one of the available choices."]}),
        (
            "o=value,%20end_date",
            {"o": ["Select a valid choice.  end_date is not one of the available choices."]},
        ),
        ("o=%2Bvalue", {"o": ["Select a valid choice. +value is not one of the available choices."]}),
        (
            "customer_uuid=1&o=x&customer_slug=%00",
            {
                "customer_slug": ["Null characters are not allowed."],
                "customer_uuid": ["Enter a valid UUID."],
                "o": ["Select a valid choice. x is not one of the available choices."],
            },
        ),
    ],
)
def test_bad_filters_are_all_refused_at_once(api: Api, query: str, errors: dict[str, list[str]]) -> None:
    answer = api("GET", f"{CREDITS}?{query}")
    assert (answer.status_code, answer.json()) == (400, errors)


def unaccented(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


KEYS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "value": lambda c: Decimal(c["value"]),
    "expected_consumption": lambda c: Decimal(c["expected_consumption"]),
    "customer_name": lambda c: unaccented(c["customer_name"]).casefold(),
    "end_date": lambda c: (c["end_date"] is None, c["end_date"] or ""),
}


@pytest.mark.parametrize("key", sorted(KEYS))
def test_ordering_is_by_kind_with_null_last_going_up_and_first_going_down(api: Api, key: str) -> None:
    up = [KEYS[key](c) for c in everything(api, f"&o={key}")]
    down = [KEYS[key](c) for c in everything(api, f"&o=-{key}")]
    assert up == sorted(up)
    assert down == sorted(down, reverse=True)
    assert len(set(up)) > 1


def test_ordering_by_two_keys(api: Api) -> None:
    got = everything(api, "&o=-end_date,value")
    by_date: dict[str | None, list[Decimal]] = {}
    for credit in got:
        by_date.setdefault(credit["end_date"], []).append(Decimal(credit["value"]))
    assert all(values == sorted(values) for values in by_date.values())
    assert max(map(len, by_date.values())) > 1


def test_of_a_repeated_o_the_last_counts_and_an_empty_one_is_ignored(api: Api) -> None:
    assert everything(api, "&o=customer_name&o=-value") == everything(api, "&o=-value")
    assert everything(api, "&o=") == everything(api, "&o=,") == everything(api)


def test_pages_partition_the_whole(api: Api) -> None:
    all_ = everything(api)
    pages = [api("GET", f"{CREDITS}?page_size=5&page={n}").json() for n in range(1, -(-len(all_) // 5) + 1)]
    assert [c for page in pages for c in page] == all_
    assert len(api("GET", CREDITS).json()) == 10
    assert api("GET", f"{CREDITS}?page=last&page_size=5").json() == pages[-1]


@pytest.mark.parametrize("size", ["0", "-1", "x", "", "1.5"])
def test_a_bad_page_size_is_ignored(api: Api, size: str) -> None:
    answer = api("GET", f"{CREDITS}?page_size={size}")
    assert (answer.status_code, len(answer.json())) == (200, 10)


@pytest.mark.parametrize("page", ["0", "-1", "99", "x", "1.5", "1e0"])
def test_a_bad_page_is_not_found(api: Api, page: str) -> None:
    answer = api("GET", f"{CREDITS}?page={page}")
    assert (answer.status_code, answer.json()) == (404, {"detail": "Invalid page."})


@pytest.mark.parametrize("page", ["", "1", "01"])
def test_other_ways_to_the_first_page(api: Api, page: str) -> None:
    assert api("GET", f"{CREDITS}?page={page}").json() == api("GET", CREDITS).json()


def test_link_names_the_pages_there_are(api: Api) -> None:
    base = f"http://mock.test{CREDITS}"
    total = int(api("GET", CREDITS).headers["x-result-count"])
    last = -(-total // 4)
    middle = api("GET", f"{CREDITS}?page_size=4&o=value&page=2").headers["link"]
    assert middle == (
        f'<{base}?o=value&page_size=4>; rel="first", '
        f'<{base}?o=value&page_size=4>; rel="prev", '
        f'<{base}?o=value&page=3&page_size=4>; rel="next", '
        f'<{base}?o=value&page={last}&page_size=4>; rel="last"'
    )
    first = api("GET", f"{CREDITS}?page_size=300").headers["link"]
    assert first == f'<{base}?page_size=300>; rel="first", <{base}?page_size=300>; rel="last"'
    empty = api("GET", CREDITS, as_="nobody")
    assert (empty.json(), empty.headers["x-result-count"]) == ([], "0")
    assert empty.headers["link"] == f'<{base}>; rel="first", <{base}>; rel="last"'


def test_filters_also_select_where_one_credit_is_meant(api: Api) -> None:
    credit = api.first_credit()
    assert api("GET", f"{credit}?customer_name=zzz").status_code == 404
    assert api("DELETE", f"{credit}?customer_name=zzz").status_code == 404
    assert api("PATCH", f"{credit}?customer_uuid=zzz", json={}).json() == {
        "customer_uuid": ["Enter a valid UUID."]
    }
    assert api("GET", credit).status_code == 200


def test_consumptions_read_no_parameter_and_have_no_pages(api: Api) -> None:
    credit = api.first_credit()
    plain = api("GET", f"{credit}consumptions/")
    odd = api("GET", f"{credit}consumptions/?page=99&o=x&customer_uuid=zzz&customer_name=zzz&page_size=1")
    assert odd.json() == plain.json()
    assert len(plain.json()) >= 12
    assert [m["date"] for m in plain.json()] == sorted(m["date"] for m in plain.json())
    assert "x-result-count" not in plain.headers
    assert "link" not in plain.headers


@pytest.mark.parametrize(
    "spell",
    [str.upper, lambda u: u.replace("-", ""), lambda u: "{" + u + "}", lambda u: "urn:uuid:" + u],
    ids=["upper", "hex", "braces", "urn"],
)
def test_a_uuid_in_the_path_is_read_in_every_spelling(api: Api, spell: Any) -> None:
    credit = api.first_credit()
    uuid = credit.removeprefix(CREDITS).rstrip("/")
    assert api("GET", f"{CREDITS}{spell(uuid)}/").json()["uuid"] == uuid
