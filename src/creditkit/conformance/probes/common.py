"""What several probes need: credits to look at, values to write, and the words for what is wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from creditkit.conformance.compare import differences
from creditkit.conformance.exchanges import Exchange
from creditkit.conformance.fields import shown
from creditkit.conformance.guard import NotAllowed
from creditkit.conformance.lab import CREDITS, CannotJudge, Lab
from creditkit.conformance.verdicts import Fault

SAMPLE = 5
"""How many credits a probe looks at that could look at all: enough to see, few enough to be quick."""


@contextmanager
def credits_to_read(lab: Lab) -> Iterator[Sequence[dict[str, Any]]]:
    """A few credits as the list gives them; where there is none, one of our own while the block lasts."""
    entries = listed(lab.list(f"page_size={SAMPLE}"))[:SAMPLE]
    if entries:
        yield entries
        return
    try:
        with lab.credit() as made:
            yield [read(lab.retrieve(made["uuid"]))]
    except NotAllowed as reason:
        raise CannotJudge("the deployment has no credit to read") from reason


def listed(answer: Exchange) -> list[dict[str, Any]]:
    """The entries of a list; CannotJudge if it is none."""
    found = answer.json()
    if answer.status != 200 or not isinstance(found, list):
        raise CannotJudge(f"the list cannot be read (status {answer.status})")
    return [entry for entry in found if isinstance(entry, dict)]


def read(answer: Exchange) -> dict[str, Any]:
    """The object in an answer that succeeded; CannotJudge if there is none."""
    found = answer.json()
    if not 200 <= answer.status < 300 or not isinstance(found, dict):
        raise CannotJudge(f"{answer.method} gave no credit (status {answer.status})")
    return found


def first_of_month(years: int, month: int = 1) -> str:
    """A day that a credit may end on, well in the future."""
    return date(datetime.now(UTC).year + years, month, 1).isoformat()


def full(lab: Lab) -> dict[str, Any]:
    """A value for every field but `customer`, none of them the default."""
    offerings = [str(offering["url"]) for offering in lab.offerings()[:2]]
    return {
        "value": "500.25",
        "offerings": offerings,
        "end_date": first_of_month(5),
        "expected_consumption": "50.5",
        "minimal_consumption_logic": "linear",
        "grace_coefficient": "10",
        "apply_as_minimal_consumption": False,
    }


def changes(lab: Lab) -> dict[str, Any]:
    """Another value for each of those fields; any one of them may be changed alone."""
    offerings = [str(offering["url"]) for offering in lab.offerings()[2:3]]
    return {
        "value": "612.5",
        "offerings": offerings,
        "end_date": first_of_month(6, 3),
        "expected_consumption": "60.125",
        "minimal_consumption_logic": "fixed",
        "grace_coefficient": "25",
        "apply_as_minimal_consumption": True,
    }


def forged(uuid: str) -> dict[str, Any]:
    """A value for every read-only field, none of them true; `uuid` is one that no record has."""
    return {
        "uuid": uuid,
        "url": f"https://elsewhere.example{CREDITS}{uuid}/",
        "customer_name": "Nobody in Particular",
        "customer_uuid": uuid,
        "customer_slug": "nobody-in-particular",
        "minimal_consumption": 12345.5,
        "allocated_to_projects": 23456.5,
        "consumption_last_month": 34567.5,
    }


def wrong_status(lab: Lab, answer: Exchange, expected: int, when: str = "") -> Iterator[Fault]:
    """A fault unless the answer has exactly this status."""
    if answer.status != expected:
        told = f"{answer.method} {when}".strip()
        pointer = f"{lab.contract.operations[answer.operation].pointer}/responses/{expected}"
        yield Fault(f"{told} is answered {answer.status}", str(expected), str(answer.status), answer, pointer)


def wrong_fields(
    answer: Exchange,
    expected: Mapping[str, Any],
    got: Mapping[str, Any],
    told: str,
    leave: Collection[str] = (),
) -> Iterator[Fault]:
    """A fault for each field of `expected` that `got` has otherwise; `told` ends the sentence about it."""
    for field, (wanted, found) in differences(expected, got, leave):
        yield Fault(
            f"`{field}` {told}", shown(wanted), shown(found), answer, pointer_to(field, answer.method)
        )


def pointer_to(field: str, method: str = "GET") -> str:
    """Where the contract says what a field in the answer to this method is."""
    schema = "CreateCustomerCredit" if method in ("POST", "PUT", "PATCH") else "CustomerCredit"
    return f"#/components/schemas/{schema}/properties/{field}"
