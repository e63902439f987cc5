"""Probes of create: sent values, and values computed from them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from creditkit.conformance.asking import CannotJudge, Lab
from creditkit.conformance.judging import Failure
from creditkit.conformance.probes.toolkit import (
    first_of_month,
    pointer_to,
    read,
    wrong_answer,
    wrong_fields,
)

MINIMUMS = (
    ("50", "0", True, "50"),
    ("50", "10", True, "45"),
    ("50", "100", True, "0"),
    ("50", "101", True, "-0.5"),
    ("50", "-1", True, "50.5"),
    ("0.03", "50", True, "0.015"),
    ("50", "10", False, "0"),
)
"""Expected consumption, grace, whether the minimum applies, and the minimum that follows (observed BP)."""


def exact(lab: Lab) -> Iterator[Failure]:
    """CREATE-EXACT."""
    for value, expected in (("99999999999.99999", "99999999999.99998"), ("0.00002", "0.00001")):
        fields = {"value": value, "expected_consumption": expected}
        with lab.customer() as customer:
            made = read(lab.create({"customer": customer["url"], **fields}))
            answer = lab.retrieve(made["uuid"])
            yield from wrong_fields(lab.client.exchanges[-2], fields, made, "lost digits")
            yield from wrong_fields(answer, fields, read(answer), "lost digits")


def end_date(lab: Lab) -> Iterator[Failure]:
    """CREATE-END-DATE."""
    for day in (first_of_month(3), first_of_month(4, 12), None):
        with lab.customer() as customer:
            answer = lab.create({"customer": customer["url"], "end_date": day})
            yield from wrong_fields(answer, {"end_date": day}, read(answer), "is another day")


def linear(lab: Lab) -> Iterator[Failure]:
    """CREATE-LINEAR."""
    fields = {
        "value": "1000",
        "expected_consumption": "100",
        "end_date": first_of_month(2),
        "minimal_consumption_logic": "linear",
    }
    with lab.customer() as customer:
        answer = lab.create({"customer": customer["url"], **fields})
        yield from wrong_fields(answer, fields, read(answer), "is not kept")


def offerings(lab: Lab) -> Iterator[Failure]:
    """CREATE-OFFERINGS."""
    links = _offerings(lab)
    with lab.customer() as customer:
        answer = lab.create({"customer": customer["url"], "offerings": links})
        made = read(answer)
        told = "are not those that were sent"
        yield from wrong_fields(answer, {"offerings": links}, made, told)
        if any(not isinstance(entry, str) for entry in made["offerings"]):
            message = "a create gives offerings as something else than hyperlinks"
            yield Failure(
                message, "hyperlinks", str(made["offerings"]), answer, pointer_to("offerings", "POST")
            )
        answer = lab.retrieve(made["uuid"])
        found = read(answer)
        yield from wrong_fields(answer, {"offerings": links}, found, told)
        if any(not isinstance(entry, dict) for entry in found["offerings"]):
            message = "a read gives offerings as something else than objects"
            yield Failure(message, "objects", str(found["offerings"]), answer, pointer_to("offerings"))


def offerings_once(lab: Lab) -> Iterator[Failure]:
    """CREATE-OFFERINGS-ONCE."""
    link = _offerings(lab)[0]
    with lab.customer() as customer:
        answer = lab.create({"customer": customer["url"], "offerings": [link, link]})
        yield from wrong_answer(
            lab, answer, 201, "with an offering twice", {"offerings": [link]}, "is not counted once"
        )


def _offerings(lab: Lab) -> list[str]:
    links = [str(offering["url"]) for offering in lab.offerings()[:2]]
    if not links:
        raise CannotJudge("the deployment has no offering")
    return links


def minimum(lab: Lab) -> Iterator[Failure]:
    """CREATE-MINIMUM. Without an end: in the month in which a credit ends, all of it is the minimum."""
    for expected, grace, applies, least in MINIMUMS:
        fields = {
            "value": "1000",
            "expected_consumption": expected,
            "grace_coefficient": grace,
            "apply_as_minimal_consumption": applies,
        }
        with lab.customer() as customer:
            created = lab.create({"customer": customer["url"], **fields})
            made = read(created)
            answer = lab.retrieve(made["uuid"])
            told = f"is wrong for {expected} expected, a grace of {grace}, applied: {str(applies).lower()}"
            wanted = {"minimal_consumption": float(Decimal(least))}
            yield from wrong_fields(created, wanted, made, told)
            yield from wrong_fields(answer, wanted, read(answer), told)
