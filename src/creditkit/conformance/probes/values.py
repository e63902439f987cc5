"""Values: how probes of behaviour hold answers against one another, and what they ask first.

Values are compared as `compare` compares them. Texts of messages never are: they are translated, and change
from release to release.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import wraps
from typing import Any

from creditkit.conformance.compare import plain, same
from creditkit.conformance.exchanges import Exchange
from creditkit.conformance.guard import NotAllowed
from creditkit.conformance.lab import CannotJudge, Lab
from creditkit.conformance.verdicts import Fault

Credit = dict[str, Any]
Probe = Callable[[Lab], Iterator[Fault]]


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
    """The values in a row, for a fault: the first few, and how many more there are."""
    rest = f" and {len(values) - most} more" if len(values) > most else ""
    return ", ".join(map(str, values[:most])) + rest


def body_of(exchange: Exchange, *statuses: int) -> Any:
    """The JSON of an answer that a probe builds on; CannotJudge unless it has one of the statuses, or 200."""
    if exchange.status not in (statuses or (200,)):
        raise CannotJudge(f"{exchange.method} {exchange.operation} answered {exchange.status}")
    return exchange.json()


def answers(lab: Lab, exchange: Exchange, status: int, message: str) -> Iterator[Fault]:
    """A fault unless the answer has the status; `message` says what must be answered so."""
    if exchange.status != status:
        operation = lab.contract.operations.get(exchange.operation)
        known = operation is not None and status in operation.responses
        yield Fault(
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
    """The probe, run a second time where it finds a fault; what it finds then counts.

    For probes that compare several answers about records of strangers: somebody may have changed one between
    them, which is no fault, and does not happen twice.
    """

    @wraps(probe)
    def twice(lab: Lab) -> Iterator[Fault]:
        if tuple(probe(lab)):
            yield from probe(lab)

    return twice
