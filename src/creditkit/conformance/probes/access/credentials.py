"""Probes of credentials: 401 without valid ones, and the order of the checks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from secrets import token_hex
from typing import Any

from creditkit.conformance.asking import Exchange, Lab
from creditkit.conformance.judging import Failure
from creditkit.conformance.probes.toolkit import Credit, a_credit, answers, body_of, changed, first_few, ids

_JSON = {"Content-Type": "application/json"}


def missing_on_reads(lab: Lab) -> Iterator[Failure]:
    """No credentials: every read is 401."""
    with a_credit(lab) as credit:
        for exchange in reads(lab, str(credit["uuid"]), role=""):
            yield from answers(lab, exchange, 401, "nothing is read without credentials")


def missing_on_writes(lab: Lab) -> Iterator[Failure]:
    """No credentials: every write is 401 and changes nothing."""
    yield from _denied(lab, 401, "nothing is written without credentials", role="")


def unknown_on_reads(lab: Lab) -> Iterator[Failure]:
    """A token that nobody has is 401 for every read."""
    with a_credit(lab) as credit:
        for exchange in reads(lab, str(credit["uuid"]), role="", authorization=_nobodys()):
            yield from answers(lab, exchange, 401, "nothing is read with a token that nobody has")


def unknown_on_writes(lab: Lab) -> Iterator[Failure]:
    """And for every write."""
    told = "nothing is written with a token that nobody has"
    yield from _denied(lab, 401, told, role="", authorization=_nobodys())


def malformed(lab: Lab) -> Iterator[Failure]:
    """A header that is no `Token` and a token is 401; a valid token in the wrong shape, too."""
    token = lab.target.tokens.get("staff", "")
    for authorization in (
        "Token",
        "",
        f"Token {token} {token}",
        "Basic c3RhZmY6c3RhZmY=",
        token,
        f"Token{token}",
    ):
        for exchange in (
            lab.list(role="", authorization=authorization),
            lab.count(role="", authorization=authorization),
        ):
            yield from answers(lab, exchange, 401, "a malformed Authorization is as good as none")


def keyword_case(lab: Lab) -> Iterator[Failure]:
    """The word before the token may be written in any case."""
    for word in ("token", "TOKEN"):
        exchange = lab.list(authorization=f"{word} {lab.target.tokens.get('staff', '')}")
        yield from answers(lab, exchange, 200, "the word Token may be written in any case")


def tells_nothing(lab: Lab) -> Iterator[Failure]:
    """A 401 holds nothing of a credit and does not count them."""
    with a_credit(lab) as credit:
        secrets = [str(credit[name]) for name in ("customer_slug", "customer_uuid", "customer_name")]
        for exchange in reads(lab, str(credit["uuid"]), role=""):
            text = exchange.body.decode("utf-8", "replace")
            told = [secret for secret in secrets if secret in text]
            if exchange.status == 401 and (told or "x-result-count" in exchange.headers):
                got = first_few(told) or "X-Result-Count"
                yield Failure("a 401 tells nothing of a credit", "nothing", got, exchange)


def before_lookup(lab: Lab) -> Iterator[Failure]:
    """Without credentials a uuid that does not exist is 401, not 404."""
    uuid = lab.absent_uuid()
    for exchange in (lab.retrieve(uuid, role=""), lab.consumptions(uuid, role="")):
        yield from answers(lab, exchange, 401, "credentials are looked at before the object")


def before_parameters(lab: Lab) -> Iterator[Failure]:
    """Nor is a bad parameter 400, or a page that does not exist 404."""
    for query in ("o=nonsense", "customer_uuid=zzz", "page=0"):
        for exchange in (lab.list(query, role=""), lab.count(query, role="")):
            yield from answers(lab, exchange, 401, "credentials are looked at before the parameters")


def before_content(lab: Lab) -> Iterator[Failure]:
    """Nor is a body that is no JSON 400."""
    with lab.credit() as credit:
        for exchange in _broken(lab, str(credit["uuid"]), role=""):
            yield from answers(lab, exchange, 401, "credentials are looked at before the body")


def permission_before_lookup(lab: Lab) -> Iterator[Failure]:
    """A user who may not write gets 403, whether or not the credit exists."""
    for exchange in writes(lab, lab.absent_uuid(), role="support"):
        yield from answers(lab, exchange, 403, "permission is looked at before the object")


def permission_before_content(lab: Lab) -> Iterator[Failure]:
    """And whatever the body is."""
    with lab.credit() as credit:
        for exchange in _broken(lab, str(credit["uuid"]), role="support"):
            yield from answers(lab, exchange, 403, "permission is looked at before the body")


def lookup_before_content(lab: Lab) -> Iterator[Failure]:
    """For who may write, a credit that does not exist is 404, whatever the body is."""
    for exchange in _broken(lab, lab.absent_uuid(), role="staff"):
        if exchange.operation != "customer_credits_create":
            yield from answers(lab, exchange, 404, "the object is looked at before the body")


def accept_before_credentials(lab: Lab) -> Iterator[Failure]:
    """An `Accept` that cannot be met is 406, with and without credentials."""
    for role in ("", "staff"):
        exchange = lab.list(role=role, headers={"Accept": "application/pdf"})
        yield from answers(lab, exchange, 406, "Accept is looked at first")


def not_acceptable_writes(lab: Lab) -> Iterator[Failure]:
    """A write with an `Accept` that cannot be met is 406 and changes nothing."""
    told = "Accept is looked at before anything is written"
    yield from _denied(lab, 406, told, headers={"Accept": "application/xml"})


def denied_writes(lab: Lab, role: str) -> Iterator[Failure]:
    """No write is granted to a role, and none changes anything."""
    yield from _denied(lab, 403, f"nothing is written by {role}", role=role)


def reads(lab: Lab, uuid: str, **more: Any) -> Iterator[Exchange]:
    """Every reading operation, on a credit."""
    yield lab.list(**more)
    yield lab.count(**more)
    yield lab.retrieve(uuid, **more)
    yield lab.consumptions(uuid, **more)


def writes(lab: Lab, uuid: str, **more: Any) -> Iterator[Exchange]:
    """Every writing operation, on a credit of our own or none, the delete last.

    The customer that they name does not exist: a deployment that grants the write, or looks at the body
    first, does not answer as it must either.
    """
    body = {"customer": f"{lab.target.url}/api/customers/{lab.absent_uuid()}/", "value": "999"}
    yield lab.create(body, **more)
    yield lab.update(uuid, body, **more)
    yield lab.patch(uuid, {"value": "998"}, **more)
    yield lab.act(uuid, "apply_compensations", **more)
    yield lab.act(uuid, "clear_compensations", **more)
    yield lab.destroy(uuid, **more)


def _denied(lab: Lab, status: int, told: str, **more: Any) -> Iterator[Failure]:
    """The failures of every write that must be denied, and of its effects."""
    with lab.credit(value="12", expected_consumption="2") as credit:
        uuid = str(credit["uuid"])
        before = body_of(lab.retrieve(uuid))
        for exchange in writes(lab, uuid, **more):
            yield from answers(lab, exchange, status, told)
            yield from _unchanged(lab, before, exchange)


def _unchanged(lab: Lab, before: Credit, exchange: Exchange) -> Iterator[Failure]:
    now = lab.retrieve(str(before["uuid"]))
    if now.status == 404:
        yield Failure("what is denied is not done", "unchanged", "deleted", exchange)
    elif now.status == 200 and changed(before, now.json()):
        yield Failure(
            "what is denied is not done", "unchanged", first_few(changed(before, now.json())), exchange
        )


def _broken(lab: Lab, uuid: str, **more: Any) -> Iterator[Exchange]:
    """Requests whose bodies are no JSON, or of a media type that is not read."""
    yield lab.create(None, content=b"{", headers=_JSON, **more)
    yield lab.create(None, content=b"value", headers={"Content-Type": "text/plain"}, **more)
    yield lab.update(uuid, None, content=b"{", headers=_JSON, **more)
    yield lab.patch(uuid, {"value": "-1"}, **more)


def _nobodys() -> str:
    return f"Token {token_hex(20)}"


def same_credits(one: Sequence[Mapping[str, Any]], other: Sequence[Mapping[str, Any]]) -> bool:
    """Whether two lists hold the same credits, in whatever order."""
    return sorted(ids(one)) == sorted(ids(other))
