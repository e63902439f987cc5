"""The doctor: says whether a check of a deployment can work, and what to do if not.

It only reads. `examine` yields a `Diagnosis` for each condition; `preflight` tests the one that every check
needs, and raises DeploymentError.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import Enum
from urllib.parse import urlsplit

from creditkit.conformance.asking import (
    CREDITS,
    ROLES,
    CannotJudge,
    Client,
    Exchange,
    Guard,
    Lab,
    Mode,
    OwnershipJournal,
    Target,
)
from creditkit.contract import API, load
from creditkit.errors import DeploymentError

from .settings import TOKEN_KEYS, Settings

_SKEW = 60
_TRIES = 3
_PAUSE = 0.5


class State(Enum):
    """The state of one condition."""

    GOOD = "ok"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One condition of a check; `advice` says what to do if it is not good."""

    state: State
    subject: str
    message: str
    advice: str = ""


def examine(settings: Settings) -> Iterator[Diagnosis]:
    """Test every condition of a check, until one fails that the others depend on."""
    target = settings.target
    try:
        with Client(target, Guard(Mode.READ)) as client:
            lab = Lab(target, load(API), client, OwnershipJournal(None, target.url))
            answer = lab.list()
            yield Diagnosis(
                State.GOOD, "reachable", f"{target.url} answers in {answer.seconds * 1000:.0f} ms"
            )
            yield _transport(target)
            trouble = trouble_with(answer, target)
            if trouble:
                yield Diagnosis(State.PROBLEM, "api", *trouble)
                return
            yield Diagnosis(State.GOOD, "api", "GET /api/customer-credits/ gives a JSON array")
            yield _clock(answer)
            yield from _users(lab, settings.mode)
            yield from _data(lab, settings.mode)
    except DeploymentError as error:
        yield Diagnosis(State.PROBLEM, "reachable", error.message, error.hint)
    yield from _leftovers(settings)


def preflight(target: Target) -> None:
    """Raise DeploymentError if the list of credits cannot be read; a 5xx is given two more chances."""
    with Client(target, Guard(Mode.READ)) as client:
        for attempt in range(1, _TRIES + 1):
            answer = client.send("GET", CREDITS, operation="customer_credits_list")
            if answer.status < 500 or attempt == _TRIES:
                break
            time.sleep(_PAUSE)
    trouble = trouble_with(answer, target)
    if trouble:
        raise DeploymentError(*trouble)


def trouble_with(answer: Exchange, target: Target) -> tuple[str, str] | None:
    """Why the answer to a GET of the list lets nothing be judged, and what to do; None if it is good."""
    status = answer.status
    what = f"GET {answer.url} is answered with {status}"
    if status in (401, 403):
        if not target.tokens.get("staff"):
            return f"{what}, and there is no token", "set CREDITKIT_TOKEN to the token of a member of staff"
        return f"{what}: the token is not accepted", "is it this deployment's, whole, and not expired?"
    if 300 <= status < 400:
        place = answer.headers.get("location", "")
        elsewhere = urlsplit(place)
        base = f"{elsewhere.scheme}://{elsewhere.netloc}" if elsewhere.netloc else "the address it leads to"
        return f"{what}: it leads to {place or 'nowhere'}", f"redirects are not followed; try {base}"
    if status >= 500:
        return (
            f"{what}: the deployment or a proxy before it is not well",
            "look at its logs, or try again later",
        )
    if status != 200:
        return f"{what}: there is no Customer Credits API", _ELSEWHERE
    if not answer.is_json:
        return f"{what} and {answer.media_type or 'no media type'}, which is not JSON", _ELSEWHERE
    if not isinstance(answer.json(), list):
        return f"{what} and JSON that is no array: this is not the list of credits", _ELSEWHERE
    return None


_ELSEWHERE = "name the address under which /api/ begins; a frontend often stands elsewhere than its API"


def _transport(target: Target) -> Diagnosis:
    if not target.url.startswith("https://"):
        if target.is_loopback:
            return Diagnosis(State.GOOD, "tls", "none, and none needed on this machine")
        return Diagnosis(State.NOTE, "tls", "none: tokens travel unprotected", "use https:// if there is one")
    if target.verify is False:
        return Diagnosis(
            State.NOTE, "tls", "the certificate is not verified", "--ca FILE instead of --insecure"
        )
    return Diagnosis(State.GOOD, "tls", "the certificate is trusted")


def _clock(answer: Exchange) -> Diagnosis:
    try:
        there = parsedate_to_datetime(answer.headers["date"])
        skew = (there - answer.started).total_seconds() - answer.seconds / 2
    except (KeyError, ValueError, TypeError):
        return Diagnosis(State.NOTE, "clock", "the answer has no usable Date header")
    if abs(skew) > _SKEW:
        which = "ahead of" if skew > 0 else "behind"
        return Diagnosis(
            State.NOTE,
            "clock",
            f"the deployment is {abs(skew):.0f} s {which} this machine",
            "end dates are judged by the deployment's clock: set one of the two right",
        )
    return Diagnosis(State.GOOD, "clock", "agrees with this machine's")


def _users(lab: Lab, mode: Mode) -> Iterator[Diagnosis]:
    """The owners of the tokens: OPTIONS of the credits lists `actions` for users who may write."""
    tokens = lab.target.tokens
    for role in ROLES:
        subject, key = f"token of {role}", TOKEN_KEYS[role]
        if not tokens.get(role):
            advice = f"--{key}, if there is such a user"
            yield Diagnosis(State.NOTE, subject, "none: what needs it will not be evaluated", advice)
            continue
        if role != "staff" and tokens[role] in [tokens.get(other) for other in ROLES if other != role]:
            yield Diagnosis(State.PROBLEM, subject, "is also the token of another role", f"change --{key}")
            continue
        answer = lab.list(role=role)
        if answer.status != 200:
            message = f"is not accepted (status {answer.status})"
            yield Diagnosis(State.PROBLEM, subject, message, f"--{key}: is it whole, and not expired?")
            continue
        yield _user(lab, role, subject, mode)


def _user(lab: Lab, role: str, subject: str, mode: Mode) -> Diagnosis:
    kind = _kind(lab, role)
    seen = len(lab.credits(role))
    told = f"valid: {kind}, sees {_counted(seen, 'credit')}"
    if role == "staff" and kind != "staff":
        state = State.PROBLEM if mode.writes else State.NOTE
        return Diagnosis(state, subject, told, "writing needs the token of a member of staff (--token)")
    if role != "staff" and kind == "staff":
        advice = f"--{TOKEN_KEYS[role]} must be of a user who is not staff"
        return Diagnosis(State.PROBLEM, subject, told, advice)
    if role == "nobody" and seen:
        return Diagnosis(State.PROBLEM, subject, told, "--token-nobody must be of a user without any role")
    return Diagnosis(State.GOOD, subject, told)


def _kind(lab: Lab, role: str) -> str:
    """The kind of user that a token belongs to, from `/api/users/me/`, or else from OPTIONS."""
    me = lab.send("GET", "/api/users/me/", role=role)
    user = me.json()
    if me.status == 200 and isinstance(user, dict) and "is_staff" in user:
        return "staff" if user["is_staff"] else "support" if user.get("is_support") else "no staff"
    metadata = lab.send("OPTIONS", CREDITS, role=role).json()
    actions = metadata.get("actions") if isinstance(metadata, dict) else None
    return "staff" if isinstance(actions, dict) and "POST" in actions else "no staff"


def _data(lab: Lab, mode: Mode) -> Iterator[Diagnosis]:
    """Whether the records exist that the requirements need."""
    try:
        credits_ = lab.credits()
        count = lab.list().headers.get("x-result-count", "")
        pages = f"X-Result-Count says {count}" if count else "there is no X-Result-Count header"
        state = State.GOOD if count == str(len(credits_)) else State.NOTE
        advice = "" if state is State.GOOD else "the two should agree"
        yield Diagnosis(state, "credits", f"{len(credits_)} in the pages of the list, {pages}", advice)
    except CannotJudge as reason:
        yield Diagnosis(State.PROBLEM, "credits", str(reason))
        return
    try:
        free = lab.free_customers()
        names = ", ".join(str(customer.get("name") or customer["uuid"]) for customer in free[:5])
        if free:
            more = ", …" if len(free) > 5 else ""
            message = f"{_counted(len(free), 'customer')} without a credit: {names}{more}"
            yield Diagnosis(State.GOOD, "free customers", message)
        else:
            state = State.PROBLEM if mode.writes else State.NOTE
            advice = "creates need one: make a customer for tests, or free one named with --customer"
            yield Diagnosis(state, "free customers", "none", advice)
    except CannotJudge as reason:
        state = State.PROBLEM if mode.writes else State.NOTE
        yield Diagnosis(state, "free customers", str(reason), "they are looked for in /api/customers/")
    try:
        offerings = lab.offerings()
        if offerings:
            yield Diagnosis(State.GOOD, "offerings", f"{len(offerings)}")
        else:
            yield Diagnosis(State.NOTE, "offerings", "none: what needs one will not be evaluated")
    except CannotJudge as reason:
        yield Diagnosis(State.NOTE, "offerings", f"{reason}: what needs one will not be evaluated")


def _leftovers(settings: Settings) -> Iterator[Diagnosis]:
    journal = OwnershipJournal(settings.journal, settings.target.url)
    left = len(journal.open_credits) or len(journal.open_customers)
    if left:
        advice = "creditkit check --cleanup deletes what is left"
        yield Diagnosis(State.NOTE, "earlier runs", "one was ended before it had tidied up", advice)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
