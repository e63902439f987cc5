"""The bench serves one world after the other, with or without deviations."""

from __future__ import annotations

import httpx

from creditkit.deviations import chosen
from creditkit.selftest import Bench

CREDITS = "/api/customer-credits/"
FIRST = f"{CREDITS}c4ed1700-0000-4000-8000-000000000001/"


def asked(bench: Bench, method: str, path: str) -> httpx.Response:
    headers = {"Authorization": f"Token {bench.target.tokens['staff']}"}
    return httpx.request(method, f"{bench.target.url}{path}", headers=headers)


def test_a_world_is_forgotten_when_another_one_is_shown(bench: Bench) -> None:
    bench.show()
    assert asked(bench, "DELETE", FIRST).status_code == 204
    assert asked(bench, "GET", FIRST).status_code == 404
    bench.show()
    assert asked(bench, "GET", FIRST).status_code == 200


def test_a_deviation_lasts_until_something_else_is_shown(bench: Bench) -> None:
    (deviation,) = chosen(["delete-is-200"])
    assert deviation.shown is not None
    bench.show(deviation.shown)
    assert asked(bench, "DELETE", FIRST).status_code == 200
    bench.show()
    assert asked(bench, "DELETE", FIRST).status_code == 204


def test_what_a_deviation_remembers_is_forgotten_with_its_world(bench: Bench) -> None:
    (deviation,) = chosen(["first-history-not-found"])
    assert deviation.shown is not None
    for _ in range(2):
        bench.show(deviation.shown)
        assert [asked(bench, "GET", f"{FIRST}consumptions/").status_code for _ in range(2)] == [404, 200]


def test_several_deviations_are_shown_together(bench: Bench) -> None:
    several = chosen(["delete-is-200", "head-does-not-count"])
    bench.show(*(deviation.shown for deviation in several if deviation.shown))
    assert asked(bench, "DELETE", FIRST).status_code == 200
    assert "x-result-count" not in asked(bench, "HEAD", CREDITS).headers
