"""What a page on another origin may do: browsers ask first, and hide what is not exposed."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

ORIGIN = "https://frontend.example"
CREDITS = "/api/customer-credits/"


def words(header: str) -> set[str]:
    return {word.strip().lower() for word in header.split(",")}


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_a_browser_that_asks_first_is_let_in_without_credentials(mock: Any, method: str) -> None:
    answer = httpx.options(
        f"{mock.url}{CREDITS}",
        headers={
            "Origin": ORIGIN,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": "authorization, content-type",
        },
    )
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] in ("*", ORIGIN)
    assert method.lower() in words(answer.headers["access-control-allow-methods"])
    assert {"authorization", "content-type"} <= words(answer.headers["access-control-allow-headers"])


def test_a_page_on_another_origin_can_read_the_paging_headers(mock: Any) -> None:
    with mock.client() as http:
        answer = http.get(CREDITS, headers={"Origin": ORIGIN})
    assert answer.headers["access-control-allow-origin"] in ("*", ORIGIN)
    assert {"link", "x-result-count", "location"} <= words(answer.headers["access-control-expose-headers"])
    assert answer.headers["x-result-count"].isdigit()


def test_a_page_on_another_origin_can_read_a_refusal(mock: Any) -> None:
    answer = httpx.get(f"{mock.url}{CREDITS}", headers={"Origin": ORIGIN})
    assert answer.status_code == 401
    assert answer.headers["access-control-allow-origin"] in ("*", ORIGIN)
