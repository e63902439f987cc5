"""Paying: a credit that has paid for something, for the probes of actions to work on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from typing import Any

from creditkit.conformance.asking.equality import number
from creditkit.conformance.asking.lab import CannotJudge, Lab
from creditkit.conformance.probes.toolkit import Credit, body_of

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
    """The credit as it is read now."""
    state: dict[str, Any] = body_of(lab.retrieve(uuid))
    return state
