"""What probes share: credits to look at, values to write, and comparisons that yield failures.

Values are compared as `equality` compares them. Message texts never are: they are translated and change from
release to release.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from functools import wraps
from typing import Any

from creditkit.conformance.asking import (
    CREDITS,
    CannotJudge,
    Exchange,
    Lab,
    NotAllowed,
    differences,
    plain,
    same,
)
from creditkit.conformance.judging import Failure, shown

Credit = dict[str, Any]
Probe = Callable[[Lab], Iterator[Failure]]

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


def wrong_status(lab: Lab, answer: Exchange, expected: int, when: str = "") -> Iterator[Failure]:
    """A failure unless the answer has exactly this status."""
    if answer.status != expected:
        told = f"{answer.method} {when}".strip()
        pointer = f"{lab.contract.operations[answer.operation].pointer}/responses/{expected}"
        yield Failure(
            f"{told} is answered {answer.status}", str(expected), str(answer.status), answer, pointer
        )


def wrong_fields(
    answer: Exchange,
    expected: Mapping[str, Any],
    got: Mapping[str, Any],
    told: str,
    leave: Collection[str] = (),
) -> Iterator[Failure]:
    """A failure for each field of `expected` that `got` has otherwise; `told` ends the sentence about it."""
    for field, (wanted, found) in differences(expected, got, leave):
        yield Failure(
            f"`{field}` {told}", shown(wanted), shown(found), answer, pointer_to(field, answer.method)
        )


def wrong_answer(
    lab: Lab, answer: Exchange, status: int, when: str, expected: Mapping[str, Any], told: str
) -> Iterator[Failure]:
    """A failure unless the answer has this status; with it, a failure for each field that differs."""
    yield from wrong_status(lab, answer, status, when)
    if answer.status == status:
        yield from wrong_fields(answer, expected, read(answer), told)


def pointer_to(field: str, method: str = "GET") -> str:
    """The JSON Pointer of a field in the documented answer to this method."""
    schema = "CreateCustomerCredit" if method in ("POST", "PUT", "PATCH") else "CustomerCredit"
    return f"#/components/schemas/{schema}/properties/{field}"


def ids(credits_: Sequence[Mapping[str, Any]]) -> list[str]:
    """The uuids of credits, in the spelling of `plain`."""
    return [plain(credit.get("uuid")) for credit in credits_]


def changed(before: Mapping[str, Any], after: Mapping[str, Any], *ignored: str) -> list[str]:
    """The names of the fields in which two answers about a credit differ, but for those in `ignored`."""
    names = (before.keys() | after.keys()) - set(ignored)
    return sorted(
        name
        for name in names
        if (name in before) != (name in after) or not same(name, before.get(name), after.get(name))
    )


def first_few(values: Sequence[object], most: int = 6) -> str:
    """The values in a row, for a failure: the first few, and how many more there are."""
    rest = f" and {len(values) - most} more" if len(values) > most else ""
    return ", ".join(map(str, values[:most])) + rest


def body_of(exchange: Exchange, *statuses: int) -> Any:
    """The JSON of an answer that a probe builds on; CannotJudge unless it has one of the statuses, or 200."""
    if exchange.status not in (statuses or (200,)):
        raise CannotJudge(f"{exchange.method} {exchange.operation} answered {exchange.status}")
    return exchange.json()


def answers(lab: Lab, exchange: Exchange, status: int, message: str) -> Iterator[Failure]:
    """A failure unless the answer has the status; `message` says what must be answered so."""
    if exchange.status != status:
        operation = lab.contract.operations.get(exchange.operation)
        known = operation is not None and status in operation.responses
        yield Failure(
            message,
            expected=str(status),
            got=str(exchange.status),
            exchange=exchange,
            contract=f"{operation.pointer}/responses/{status}" if operation is not None and known else "",
        )


def read_all(lab: Lab, query: str = "", *, role: str = "staff") -> tuple[Exchange, list[Credit]]:
    """Every credit that a query of the list gives, page by page, and the last exchange that it took.

    It ends with the first page that is not answered with 200 and a list.
    """
    found: list[Credit] = []
    for page in range(1, 1000):
        exchange = lab.list(f"{query}&page_size=300&page={page}".lstrip("&"), role=role)
        batch = exchange.json()
        if exchange.status != 200 or not isinstance(batch, list):
            break
        found += [credit for credit in batch if isinstance(credit, dict)]
        if len(batch) < 300:
            break
    return exchange, found


@contextmanager
def populated(
    lab: Lab, enough: Callable[[Sequence[Credit]], bool], reason: str, *fields: Mapping[str, Any]
) -> Iterator[list[Credit]]:
    """Every credit there is, with credits of our own added, one for each of `fields`, until there is enough.

    CannotJudge with the reason where that does not do, or nothing may be created.
    """
    with ExitStack() as stack:
        credits_ = list(lab.credits())
        for values in fields:
            if enough(credits_):
                break
            try:
                stack.enter_context(lab.credit(**values))
            except NotAllowed:
                break
            except CannotJudge as lack:
                raise CannotJudge(f"{reason}, and {lack}") from lack
            credits_ = list(lab.credits())
        if not enough(credits_):
            raise CannotJudge(reason)
        yield credits_


@contextmanager
def a_credit(lab: Lab) -> Iterator[Credit]:
    """Any credit there is, or one of our own; CannotJudge if there is none and none may be created."""
    with populated(lab, bool, "the deployment has no credit", {}) as credits_:
        yield credits_[0]


def confirmed(probe: Probe) -> Probe:
    """The probe, run again if it finds a failure; only the second result counts.

    For probes that compare several answers about records of strangers: somebody may have changed one between
    them, which is no failure, and does not happen twice.
    """

    @wraps(probe)
    def twice(lab: Lab) -> Iterator[Failure]:
        if tuple(probe(lab)):
            yield from probe(lab)

    return twice
