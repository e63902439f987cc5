"""Probes of the two actions: apply lets a credit pay for the open invoice, clear takes that back.

What is on a customer's invoice cannot be read through this API, so effects are compared with one
another: a second apply must do the same as the first, and clear must undo it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from typing import Any

from creditkit.conformance.asking import CannotJudge, Lab, number
from creditkit.conformance.judging import Failure
from creditkit.conformance.probes.toolkit import Credit, answers, body_of, changed, first_few

APPLY, CLEAR = "apply_compensations", "clear_compensations"
AMPLE = "50000000"
"""A value that no usage exhausts."""

_TRIED_CUSTOMERS = 8


@contextmanager
def paying(lab: Lab) -> Iterator[tuple[str, Decimal]]:
    """A credit of ours, applied to an open invoice, and by how much its value fell.

    Its value was ample, and it had no minimal consumption. CannotJudge if no free customer has usage on an
    open invoice.
    """
    with ExitStack() as stack:
        for tried in range(_TRIED_CUSTOMERS):
            try:
                credit: Credit = stack.enter_context(lab.credit(value=AMPLE, expected_consumption="0"))
            except CannotJudge:
                if not tried:
                    raise
                break
            uuid = str(credit["uuid"])
            body_of(lab.act(uuid, APPLY))
            value = number(state_of(lab, uuid)["value"])
            if value is not None and value != Decimal(AMPLE):
                yield uuid, Decimal(AMPLE) - value
                return
        raise CannotJudge(
            "no free customer has usage on an open invoice, or apply_compensations does nothing"
        )


def state_of(lab: Lab, uuid: str) -> dict[str, Any]:
    """The present state of the credit."""
    state: dict[str, Any] = body_of(lab.retrieve(uuid))
    return state


def apply_status(lab: Lab) -> Iterator[Failure]:
    """Whether or not there is an open invoice, to apply succeeds."""
    with lab.credit(value="100") as credit:
        yield from answers(lab, lab.act(str(credit["uuid"]), APPLY), 200, "apply_compensations succeeds")


def clear_status(lab: Lab) -> Iterator[Failure]:
    """Whether or not there is something to clear, it succeeds."""
    with lab.credit(value="100") as credit:
        yield from answers(lab, lab.act(str(credit["uuid"]), CLEAR), 200, "clear_compensations succeeds")


def answer_is_credit(lab: Lab) -> Iterator[Failure]:
    """The answer is the credit as a retrieve gives it right after, its offerings too."""
    chosen = [str(offering["url"]) for offering in lab.offerings()[:2]]
    with lab.credit(value="100", expected_consumption="10", offerings=chosen) as credit:
        uuid = str(credit["uuid"])
        for action in (APPLY, CLEAR):
            exchange = lab.act(uuid, action)
            told, stored = body_of(exchange), body_of(lab.retrieve(uuid))
            different = changed(stored, told) if isinstance(told, dict) else ["everything"]
            # Offerings are compared by their uuids elsewhere; here both answers have whole objects.
            if not different and _by_uuid(told["offerings"]) != _by_uuid(stored["offerings"]):
                different = ["offerings"]
            if different:
                yield Failure(
                    f"{action} answers with the credit",
                    "as retrieved",
                    f"differs in {first_few(different)}",
                    exchange,
                )


def applied_twice(lab: Lab) -> Iterator[Failure]:
    """To apply again leaves what applying once left."""
    with paying(lab) as (uuid, usage):
        once = state_of(lab, uuid)
        exchange = lab.act(uuid, APPLY)
        body_of(exchange)
        twice = state_of(lab, uuid)
        if changed(once, twice):
            yield Failure("applying twice is applying once", once["value"], twice["value"], exchange)
        if usage <= 0:
            yield Failure("a credit pays, it is not paid", "a lower value", f"risen by {-usage}", exchange)


def cleared_twice(lab: Lab) -> Iterator[Failure]:
    """To clear again changes nothing more."""
    with paying(lab) as (uuid, _):
        body_of(lab.act(uuid, CLEAR))
        once = state_of(lab, uuid)
        exchange = lab.act(uuid, CLEAR)
        body_of(exchange)
        twice = state_of(lab, uuid)
        if changed(once, twice):
            yield Failure("clearing twice is clearing once", once["value"], twice["value"], exchange)


def cleared_fresh(lab: Lab) -> Iterator[Failure]:
    """A credit that has paid nothing is not changed by clearing, whatever its minimal consumption."""
    with lab.credit(value="100", expected_consumption="60") as credit:
        uuid = str(credit["uuid"])
        before = state_of(lab, uuid)
        exchange = lab.act(uuid, CLEAR)
        body_of(exchange)
        after = state_of(lab, uuid)
        if changed(before, after):
            yield Failure("nothing to clear, nothing changed", before["value"], after["value"], exchange)


def restored(lab: Lab) -> Iterator[Failure]:
    """To clear gives back what applying took."""
    with paying(lab) as (uuid, _):
        exchange = lab.act(uuid, CLEAR)
        body_of(exchange)
        value = number(state_of(lab, uuid)["value"])
        if value != Decimal(AMPLE):
            yield Failure("clearing restores the value", AMPLE, str(value), exchange)


def restored_minimum(lab: Lab) -> Iterator[Failure]:
    """Also where the minimal consumption was more than was used."""
    with paying(lab) as (uuid, usage):
        body_of(lab.act(uuid, CLEAR))
        body_of(lab.patch(uuid, {"expected_consumption": str(usage * 2)}))
        body_of(lab.act(uuid, APPLY))
        exchange = lab.act(uuid, CLEAR)
        body_of(exchange)
        value = number(state_of(lab, uuid)["value"])
        if value != Decimal(AMPLE):
            yield Failure("clearing restores the value", AMPLE, str(value), exchange)


def never_below_zero(lab: Lab) -> Iterator[Failure]:
    """A credit of less than the usage is used up, and no more."""
    with paying(lab) as (uuid, usage):
        body_of(lab.act(uuid, CLEAR))
        body_of(lab.patch(uuid, {"value": str(usage / 2)}))
        exchange = lab.act(uuid, APPLY)
        body_of(exchange)
        value = number(state_of(lab, uuid)["value"])
        if value != 0:
            yield Failure("a credit is used up to the last and not beyond", "0", str(value), exchange)


def minimal_consumption(lab: Lab) -> Iterator[Failure]:
    """The value falls by the usage, or by the minimal consumption if that is more."""
    with paying(lab) as (uuid, usage):
        for expected, grace in ((2, 0), (2, 50), (2, 10), (1, 100)):
            body_of(lab.act(uuid, CLEAR))
            body_of(lab.patch(uuid, {"value": AMPLE, "expected_consumption": "0"}))
            body_of(
                lab.patch(
                    uuid, {"expected_consumption": str(usage * expected), "grace_coefficient": str(grace)}
                )
            )
            exchange = lab.act(uuid, APPLY)
            body_of(exchange)
            wanted = max(usage, usage * expected * (100 - grace) / 100)
            fallen = Decimal(AMPLE) - (number(state_of(lab, uuid)["value"]) or 0)
            if abs(fallen - wanted) > Decimal("0.01"):
                told = f"expected {expected} times the usage of {usage}, grace {grace}: the value falls"
                yield Failure(told, f"by {wanted}", f"by {fallen}", exchange)


def offerings(lab: Lab) -> Iterator[Failure]:
    """Limited to one offering it pays for that one alone: two offerings together cost no more than all."""
    with paying(lab) as (uuid, usage):
        chosen = [str(offering["url"]) for offering in lab.offerings()[:2]]
        if len(chosen) < 2:
            raise CannotJudge("two offerings are needed")
        spent = Decimal(0)
        for hyperlink in chosen:
            body_of(lab.act(uuid, CLEAR))
            body_of(lab.patch(uuid, {"offerings": [hyperlink]}))
            exchange = lab.act(uuid, APPLY)
            body_of(exchange)
            spent += Decimal(AMPLE) - (number(state_of(lab, uuid)["value"]) or 0)
        if spent > usage:
            yield Failure("a credit pays for its offerings alone", f"{usage} at most", f"{spent}", exchange)


def history(lab: Lab) -> Iterator[Failure]:
    """An applied compensation is a consumption of one month, until it is cleared."""
    with paying(lab) as (uuid, usage):
        exchange = lab.consumptions(uuid)
        prices = [number(row["price"]) or Decimal(0) for row in body_of(exchange)]
        # Prices are without tax, which the value pays with.
        if len(prices) != 1 or not 0 < prices[0] <= usage:
            yield Failure(
                "what was applied is a consumption",
                f"one month of {usage} at most",
                first_few(prices) or "none",
                exchange,
            )
        body_of(lab.act(uuid, CLEAR))
        exchange = lab.consumptions(uuid)
        if body_of(exchange) != []:
            yield Failure("what was cleared is no consumption", "[]", str(exchange.json())[:200], exchange)


def _by_uuid(offerings_: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(offerings_, key=lambda offering: str(offering["uuid"]))
