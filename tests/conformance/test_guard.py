"""The guard lets nothing through that could change a record of somebody else."""

from __future__ import annotations

import pytest

from creditkit.conformance.asking import Guard, Mode, NotAllowed

CREDITS = "/api/customer-credits/"
OURS = "11111111-1111-4111-8111-111111111111"
MADE_UP = "22222222-2222-4222-8222-222222222222"
THEIRS = "33333333-3333-4333-8333-333333333333"


@pytest.fixture
def guard() -> Guard:
    guard = Guard(Mode.WRITE)
    guard.own_credit(OURS)
    guard.own_customer(OURS)
    guard.absent(MADE_UP)
    return guard


def body(customer: str) -> bytes:
    return f'{{"customer": "http://host/api/customers/{customer}/"}}'.encode()


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "QUERY", "LINK", "get"])
def test_read_mode_sends_nothing_but_reads(method: str) -> None:
    guard = Guard(Mode.READ)
    guard.own_credit(OURS)
    with pytest.raises(NotAllowed):
        guard.check(method, f"{CREDITS}{OURS}/", b"")


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_reads_are_always_sent(mode: Mode, method: str) -> None:
    Guard(mode).check(method, f"{CREDITS}{THEIRS}/", b"")


@pytest.mark.parametrize("spelling", [OURS, OURS.upper(), OURS.replace("-", ""), MADE_UP])
@pytest.mark.parametrize("action", ["", "apply_compensations/", "clear_compensations/", "consumptions/"])
def test_what_is_ours_or_nobodys_may_be_changed(guard: Guard, spelling: str, action: str) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        guard.check(method, f"{CREDITS}{spelling}/{action}", b"{}")
    guard.check("PUT", f"{CREDITS}{spelling}/", body(OURS.replace("-", "")))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", f"{CREDITS}{THEIRS}/"),
        ("DELETE", CREDITS),
        ("PUT", CREDITS),
        ("PATCH", CREDITS),
        ("POST", "/api/customer-credits"),
        ("DELETE", f"{CREDITS}{OURS}"),
        ("DELETE", f"{CREDITS}{OURS}/../{THEIRS}/"),
        ("DELETE", f"{CREDITS}{OURS}/.."),
        ("DELETE", f"{CREDITS}{OURS}/../"),
        ("DELETE", f"{CREDITS}{OURS}/%2e%2e/{THEIRS}/"),
        ("DELETE", f"{CREDITS}{OURS}/x/{THEIRS}/"),
        ("DELETE", f"{CREDITS}%33{THEIRS[1:]}/"),
        ("DELETE", f"{CREDITS}{{{THEIRS}}}/"),
        ("DELETE", f"{CREDITS}{OURS},{THEIRS}/"),
        ("DELETE", "/api/customers/"),
        ("DELETE", f"/api/customers/{OURS}/"),
        ("POST", f"/api/customers/{OURS}/"),
    ],
)
def test_whatever_could_reach_another_record_is_not_sent(guard: Guard, method: str, path: str) -> None:
    with pytest.raises(NotAllowed):
        guard.check(method, path, b"")


@pytest.mark.parametrize("customer", [THEIRS, THEIRS.upper(), THEIRS.replace("-", "")])
@pytest.mark.parametrize(
    "template",
    [
        '{"customer": "http://h/api/customers/%s/"}',
        '{"c":"\\/api\\/customers\\/%s\\/"}',
        "customer=%%2Fapi%%2Fcustomers%%2F%s%%2F",
    ],
)
def test_nobody_is_given_a_credit_who_was_not_taken(guard: Guard, template: str, customer: str) -> None:
    for method, path in (("POST", CREDITS), ("PATCH", f"{CREDITS}{OURS}/")):
        with pytest.raises(NotAllowed):
            guard.check(method, path, (template % customer).encode())


def test_a_create_may_name_whom_we_took_or_nobody(guard: Guard) -> None:
    for content in (body(OURS), body(MADE_UP), b"{}", b"", b"\xff"):
        guard.check("POST", CREDITS, content)
