"""406, 401, 405, 403, 404, then 415 and 400: each row breaks several rules, the first in that order wins."""

from __future__ import annotations

from typing import Any

import pytest

from mock.conftest import CREDITS, Api

UNKNOWN = f"{CREDITS}00000000-0000-4000-8000-00000000dead/"
XML = {"Accept": "application/xml"}
TEXT = {"Content-Type": "text/plain"}
ACTIONS = ("apply_compensations/", "clear_compensations/")


@pytest.mark.parametrize(
    ("method", "path", "user", "headers", "content", "status"),
    [
        ("GET", CREDITS, None, XML, None, 406),
        ("TRACE", CREDITS, None, XML, None, 406),
        ("GET", CREDITS, None, {}, None, 401),
        ("PUT", CREDITS, None, {}, None, 401),
        ("OPTIONS", CREDITS, None, {}, None, 401),
        ("PUT", CREDITS, "staff", {}, None, 405),
        ("PUT", CREDITS, "nobody", TEXT, b"{", 405),
        ("DELETE", f"{UNKNOWN}consumptions/", "staff", {}, None, 405),
        ("GET", f"{UNKNOWN}apply_compensations/", "staff", {}, None, 405),
        ("POST", CREDITS, "support", TEXT, b"{", 403),
        ("POST", CREDITS, "owner", {}, b"{", 403),
        ("DELETE", UNKNOWN, "owner", {}, None, 403),
        ("PATCH", UNKNOWN, "nobody", TEXT, b"{", 403),
        ("POST", f"{UNKNOWN}apply_compensations/", "support", {}, None, 403),
        ("PUT", UNKNOWN, "staff", TEXT, b"{", 404),
        ("PATCH", f"{CREDITS}not-a-uuid/", "staff", TEXT, b"{", 404),
        ("POST", f"{UNKNOWN}clear_compensations/", "staff", TEXT, b"{", 404),
        ("GET", f"{CREDITS}a%0Ab/", None, {}, None, 401),
        ("PATCH", f"{CREDITS}a%0Ab/", "owner", {}, None, 403),
        ("PATCH", f"{CREDITS}a%0Ab/", "staff", {}, None, 404),
        ("POST", CREDITS, "staff", TEXT, b"{", 415),
        ("POST", CREDITS, "staff", {}, b"{", 415),
        ("POST", CREDITS, "staff", {"Content-Type": "application/merge-patch+json"}, b"{}", 415),
        ("POST", CREDITS, "staff", {"Content-Type": "application/json"}, b"{", 400),
        ("POST", CREDITS, "staff", TEXT, b"", 400),
    ],
)
def test_the_first_check_that_fails_decides(
    api: Api, method: str, path: str, user: str | None, headers: Any, content: bytes | None, status: int
) -> None:
    answer = api(method, path, as_=user, headers=headers, content=content)
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        (CREDITS, "GET, POST, HEAD, OPTIONS"),
        (UNKNOWN, "GET, PUT, PATCH, DELETE, HEAD, OPTIONS"),
        (f"{UNKNOWN}consumptions/", "GET, HEAD, OPTIONS"),
        (f"{UNKNOWN}apply_compensations/", "POST, OPTIONS"),
        (f"{UNKNOWN}clear_compensations/", "POST, OPTIONS"),
    ],
)
def test_every_answer_of_a_path_names_its_methods(api: Api, path: str, allow: str) -> None:
    for method in ("GET", "TRACE", "OPTIONS"):
        assert api(method, path).headers["allow"] == allow
    assert api("GET", path, as_=None).headers["allow"] == allow


def test_a_method_that_a_path_does_not_have_is_named(api: Api) -> None:
    answer = api("PUT", CREDITS)
    assert answer.json() == {"detail": 'Method "PUT" not allowed.'}


@pytest.mark.parametrize(
    ("authorization", "detail"),
    [
        (None, "Authentication credentials were not provided."),
        ("", "Authentication credentials were not provided."),
        ("Bearer abc", "Authentication credentials were not provided."),
        ("Token", "Invalid token. No credentials provided."),
        ("Token a b", "Invalid token. Token string should not contain spaces."),
        ("Token 0000000000000000000000000000000000000000", "Invalid token."),
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_credentials_that_do_not_hold(api: Api, method: str, authorization: str | None, detail: str) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = api(method, CREDITS, as_=None, headers=headers)
    assert (answer.status_code, answer.json()) == (401, {"detail": detail})
    assert answer.headers["www-authenticate"] == "Token"


def test_an_expired_token_is_refused(api: Api) -> None:
    answer = api("GET", CREDITS, as_="expired")
    assert (answer.status_code, answer.json()) == (401, {"detail": "Token has expired."})


@pytest.mark.parametrize("keyword", ["Token", "token", "TOKEN"])
def test_the_keyword_is_read_in_any_case(api: Api, keyword: str) -> None:
    headers = {"Authorization": f"{keyword} {api.users['staff'].token}"}
    assert api("GET", CREDITS, as_=None, headers=headers).status_code == 200


def test_each_kind_of_user_sees_what_it_may(api: Api) -> None:
    counts = {
        name: int(api("HEAD", CREDITS, as_=name).headers["x-result-count"])
        for name in ("staff", "support", "owner", "nobody")
    }
    assert counts["staff"] == counts["support"] >= 12
    assert counts["owner"] == 1
    assert counts["nobody"] == 0
    own = api("GET", CREDITS, as_="owner").json()[0]
    assert own["customer_slug"] == "aurora-research-labs"
    others = next(c for c in api("GET", CREDITS).json() if c["uuid"] != own["uuid"])
    for tail in ("", "consumptions/"):
        assert api("GET", f"{CREDITS}{own['uuid']}/{tail}", as_="owner").status_code == 200
        hidden = api("GET", f"{CREDITS}{others['uuid']}/{tail}", as_="owner")
        assert hidden.json() == {"detail": "No CustomerCredit matches the given query."}
        assert hidden.status_code == 404


@pytest.mark.parametrize("user", ["support", "owner", "nobody"])
def test_only_staff_writes(api: Api, user: str) -> None:
    credit = api.first_credit()
    attempts = [("POST", CREDITS), ("PUT", credit), ("PATCH", credit), ("DELETE", credit)]
    attempts += [("POST", credit + action) for action in ACTIONS]
    before = api("GET", credit).json()
    for method, path in attempts:
        answer = api(method, path, as_=user, json={"value": "1"})
        assert answer.status_code == 403
        assert answer.json() == {"detail": "You do not have permission to perform this action."}
    assert api("GET", credit).json() == before
