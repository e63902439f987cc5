"""Each requirement on access is kept by the honest mock, and broken by a faulty deployment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from creditkit.conformance.requirements import load_requirements
from creditkit.conformance.run import check
from creditkit.conformance.target import Mode

from .faulty import (  # noqa: TID251 - the tests' own folder
    CREDITS,
    TOKENS,
    Answer,
    ChangeAnswer,
    ChangeRequest,
    Deployment,
    Request,
    faulty,
)

READ, WRITE = ("GET", "HEAD"), ("POST", "PUT", "PATCH", "DELETE")


def role_of(request: Request) -> str:
    """Whose token came with a request; empty for nobody's."""
    sent = request.headers.get("authorization", "")
    return next((role for role, token in TOKENS.items() if sent == f"Token {token}"), "")


def taken_for_staff(*methods: str, when: Callable[[Request], bool]) -> ChangeRequest:
    """Some requests are answered as if staff had sent them."""

    def change(request: Request) -> None:
        if request.path.startswith(CREDITS) and request.method in methods and when(request):
            request.headers["authorization"] = f"Token {TOKENS['staff']}"

    return change


def anonymous(request: Request) -> bool:
    return "authorization" not in request.headers


def unknown(request: Request) -> bool:
    return request.headers.get("authorization", "").startswith("Token ") and not role_of(request)


def malformed(request: Request) -> bool:
    return not anonymous(request) and not request.headers["authorization"].startswith("Token ")


def of(role: str) -> Callable[[Request], bool]:
    return lambda request: role_of(request) == role


def single(role: str) -> Callable[[Request], bool]:
    return lambda request: role_of(request) == role and request.path != CREDITS


def filtered(role: str) -> Callable[[Request], bool]:
    return lambda request: role_of(request) == role and "customer_" in request.query


def seen_as(role: str, other: str) -> ChangeRequest:
    """What one role asks for is answered as to another."""

    def change(request: Request) -> None:
        if role_of(request) == role and request.method in READ and request.path.startswith(CREDITS):
            request.headers["authorization"] = f"Token {TOKENS[other]}"

    return change


def keyword_in_its_case(request: Request) -> Answer | None:
    sent = request.headers.get("authorization", "Token")
    return None if sent.startswith("Token") else Answer(401)


def answers(status: int, when: Callable[[Request], bool]) -> ChangeAnswer:
    """Some answers have another status."""

    def edit(request: Request, answer: Answer) -> None:
        if when(request) and request.path.startswith(CREDITS):
            answer.status = status

    return edit


def without_challenge(request: Request, answer: Answer) -> None:
    answer.headers.pop("www-authenticate", None)


def leaking(request: Request, answer: Answer) -> None:
    if answer.status == 401:
        answer.headers["x-result-count"] = "14"


def leaking_a_name(request: Request, answer: Answer) -> None:
    if answer.status == 401:
        answer.json = {"detail": "You may not see the credit of aurora-research-labs."}


def denies_and_does(request: Request) -> None:
    """A write without credentials is done; its answer is made a 401 by `hidden`."""
    if anonymous(request) and request.method in WRITE:
        request.headers["x-was-anonymous"] = "yes"
        request.headers["authorization"] = f"Token {TOKENS['staff']}"


def hidden(request: Request, answer: Answer) -> None:
    if "x-was-anonymous" in request.headers:
        answer.status = 401


def counting_all(request: Request, answer: Answer) -> None:
    if role_of(request) in ("owner", "nobody") and request.path == CREDITS:
        answer.headers["x-result-count"] = "14"


def without_the_last(request: Request, answer: Answer) -> None:
    if role_of(request) == "support" and request.is_list and answer.json:
        answer.json = answer.json[:-1]


def another_value(role: str) -> ChangeAnswer:
    def edit(request: Request, answer: Answer) -> None:
        if role_of(request) == role:
            answer.rewrite(lambda credit: credit.update(value="1.00000"))

    return edit


def bad(request: Request) -> bool:
    return any(text in request.query for text in ("nonsense", "zzz", "page=0"))


def broken(request: Request) -> bool:
    return request.method in WRITE and request.json is None


def on_one_credit(request: Request) -> bool:
    return request.is_credit and request.method in WRITE


FAULTY_REQUESTS: list[tuple[str, ChangeRequest]] = [
    ("AUTH-MISSING", taken_for_staff(*READ, when=anonymous)),
    ("AUTH-MISSING-WRITE", taken_for_staff(*WRITE, when=anonymous)),
    ("AUTH-UNKNOWN-TOKEN", taken_for_staff(*READ, when=unknown)),
    ("AUTH-UNKNOWN-TOKEN-WRITE", taken_for_staff(*WRITE, when=unknown)),
    ("AUTH-MALFORMED", taken_for_staff(*READ, when=malformed)),
    ("AUTH-KEYWORD-CASE", keyword_in_its_case),
    ("SUPPORT-LIST", seen_as("support", "owner")),
    ("SUPPORT-READ", seen_as("support", "nobody")),
    ("SUPPORT-WRITE", taken_for_staff(*WRITE, when=of("support"))),
    ("OWNER-LIST", seen_as("owner", "support")),
    ("OWNER-STRANGERS", taken_for_staff(*READ, when=single("owner"))),
    ("OWNER-FILTER", taken_for_staff(*READ, when=filtered("owner"))),
    ("OWNER-WRITE", taken_for_staff(*WRITE, when=of("owner"))),
    ("NOBODY-LIST", seen_as("nobody", "owner")),
    ("NOBODY-READ", seen_as("nobody", "staff")),
    ("NOBODY-WRITE", taken_for_staff(*WRITE, when=of("nobody"))),
]

FAULTY_ANSWERS: list[tuple[str, ChangeAnswer]] = [
    ("AUTH-MISSING", answers(403, anonymous)),
    ("AUTH-CHALLENGE", without_challenge),
    ("AUTH-TELLS-NOTHING", leaking),
    ("AUTH-TELLS-NOTHING", leaking_a_name),
    ("AUTH-BEFORE-LOOKUP", answers(404, lambda request: anonymous(request) and request.path != CREDITS)),
    ("AUTH-BEFORE-PARAMETERS", answers(400, lambda request: anonymous(request) and bad(request))),
    ("AUTH-BEFORE-BODY", answers(400, lambda request: anonymous(request) and broken(request))),
    ("ACCEPT-BEFORE-AUTH", answers(401, lambda request: anonymous(request) and request.is_list)),
    ("LOOKUP-BEFORE-BODY", answers(400, lambda request: of("staff")(request) and on_one_credit(request))),
    ("SUPPORT-LIST", without_the_last),
    ("SUPPORT-READ", another_value("support")),
    ("OWNER-READ", another_value("owner")),
    ("FORBIDDEN-BEFORE-LOOKUP", answers(404, lambda r: of("support")(r) and on_one_credit(r))),
    ("FORBIDDEN-BEFORE-BODY", answers(400, lambda r: of("support")(r) and broken(r))),
    ("OWNER-COUNT", counting_all),
    ("NOBODY-LIST", counting_all),
]


@pytest.mark.parametrize(("requirement", "fault"), FAULTY_REQUESTS)
def test_a_request_read_wrongly_breaks(requirement: str, fault: ChangeRequest) -> None:
    with faulty(change_request=fault) as deployment:
        assert deployment.failed(requirement) == {requirement}


@pytest.mark.parametrize(("requirement", "fault"), FAULTY_ANSWERS)
def test_a_wrong_answer_breaks(requirement: str, fault: ChangeAnswer) -> None:
    with faulty(change_answer=fault) as deployment:
        assert deployment.failed(requirement) == {requirement}


def test_a_write_that_is_denied_and_done_breaks() -> None:
    with faulty(denies_and_does, hidden) as deployment:
        assert deployment.failed("AUTH-MISSING-WRITE") == {"AUTH-MISSING-WRITE"}


def test_every_requirement_on_access_is_proven() -> None:
    proven = {requirement for requirement, _ in [*FAULTY_REQUESTS, *FAULTY_ANSWERS]}
    assert proven == {r.id for r in load_requirements().values() if r.group == "access"}


@pytest.mark.parametrize("role", ["support", "owner", "nobody"])
def test_without_the_token_of_a_role_its_requirements_are_not_evaluated(role: str) -> None:
    def without(deployment: Deployment) -> set[tuple[str, str]]:
        tokens = {name: token for name, token in TOKENS.items() if name != role}
        run = check(replace(deployment.target, tokens=tokens), Mode.WRITE, only=[f"{role.upper()}-WRITE"])
        return {(v.outcome.value, v.reason) for v in run.verdicts}

    with faulty() as deployment:
        assert without(deployment) == {("not evaluated", f"needs the token of a user who is {role}")}


@pytest.mark.parametrize("mode", [Mode.READ, Mode.WRITE])
def test_an_honest_deployment_keeps_every_requirement_on_access(mode: Mode) -> None:
    with faulty() as deployment:
        verdicts = deployment.check("access", mode=mode).verdicts
    told = {
        v.key: (v.outcome.value, v.reason) for v in verdicts if mode.writes or v.requirement.mode == "read"
    }
    assert set(told.values()) == {("pass", "")}, told
