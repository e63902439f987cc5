"""Wishes are read as RFC 7240 writes them, and from the query where there are no headers."""

from __future__ import annotations

import time

import pytest

from creditkit.mock.choice.preferences import Preference, applied, preferences_of, preferred


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        (["code=404"], {"code": "404"}),
        (["code=404, example=oneField,wait=2"], {"code": "404", "example": "oneField", "wait": "2"}),
        (["code=404", "wait=2"], {"code": "404", "wait": "2"}),
        (["CODE = 404 , Example=twoCredits"], {"code": "404", "example": "twoCredits"}),
        (['example="two, or more"; note="a,b", wait=1'], {"example": "two, or more", "wait": "1"}),
        ([r'example="a \"b\" \\c"'], {"example": r'a "b" \c'}),
        (["code=404, code=200", "code=500"], {"code": "404"}),
        (["respond-async, wait=10;foo"], {"respond-async": "", "wait": "10"}),
        (['code=""', "code"], {"code": ""}),
        ([",, code=404,"], {"code": "404"}),
        (["=5, c@de=4, code==1, wait=2"], {"wait": "2"}),
        (['example="never closed, code=404'], {}),
        ([""], {}),
    ],
)  # fmt: skip
def test_preferences_are_read(headers: list[str], found: dict[str, str]) -> None:
    assert preferred(headers) == found


@pytest.mark.parametrize("text", ['"\\' * 16_000, '"' * 32_000, "a=" * 16_000, ";" * 32_000, "a " * 16_000])
def test_no_header_takes_long_to_read(text: str) -> None:
    began = time.process_time()
    preferred([text])
    assert time.process_time() - began < 1


def scope(query: str, *prefer: str) -> dict[str, object]:
    headers = [(b"prefer", value.encode("latin-1")) for value in prefer]
    return {"headers": [(b"host", b"x"), *headers], "query_string": query.encode()}


def test_twins_are_taken_out_of_the_query_and_win() -> None:
    found, query = preferences_of(
        scope(
            "o=-value&__code=404&customer_name=a+%26b&__example=x&__example=one%20Field", "code=200, wait=1"
        )
    )
    assert query == b"o=-value&customer_name=a+%26b"
    assert found == {
        "code": Preference("404", "query"),
        "example": Preference("one Field", "query"),
        "wait": Preference("1", "header"),
    }


@pytest.mark.parametrize("query", ["", "page=2&page=3", "__other=1&customer_name=__code", "_code=404"])
def test_a_query_without_twins_stays_as_it_is(query: str) -> None:
    assert preferences_of(scope(query, "return=minimal")) == ({}, query.encode())


def test_what_was_applied_is_told_in_the_same_notation() -> None:
    wishes = {"wait": Preference("2", "query"), "example": Preference('a "b"', "header")}
    told = applied(wishes).decode()
    assert told == r'example="a \"b\"", wait=2'
    assert preferred([told]) == {"example": 'a "b"', "wait": "2"}
