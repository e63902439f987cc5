"""Probes of PATCH: a partial update of a credit of our own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from creditkit.conformance.asking import CannotJudge, Exchange, Lab, plain
from creditkit.conformance.judging import Failure
from creditkit.conformance.probes.toolkit import (
    changes,
    first_of_month,
    forged,
    full,
    read,
    wrong_answer,
    wrong_fields,
    wrong_status,
)

from . import updates as updating
from .updates import Credit


def status(lab: Lab) -> Iterator[Failure]:
    """PATCH-STATUS."""
    for field, answer in _each_change(lab):
        yield from wrong_status(lab, answer, 200, f"of `{field}`")


def echo(lab: Lab) -> Iterator[Failure]:
    """PATCH-ECHO."""
    wanted = changes(lab)
    for field, answer in _each_change(lab):
        if answer.status == 200:
            yield from wrong_fields(answer, {field: wanted[field]}, read(answer), "is not what was sent")


def kept(lab: Lab) -> Iterator[Failure]:
    """PATCH-KEPT."""
    yield from updating.kept(lab, updating.patch, changes(lab))


def only(lab: Lab) -> Iterator[Failure]:
    """PATCH-ONLY: every field in turn, each after the change before."""
    with lab.credit(**full(lab)) as made:
        before = read(lab.retrieve(made["uuid"]))
        for field, value in changes(lab).items():
            answer = lab.patch(made["uuid"], {field: value})
            after = read(lab.retrieve(made["uuid"]))
            told = f"was changed by a PATCH of `{field}`"
            yield from wrong_fields(answer, before, after, told, (field, "minimal_consumption"))
            before = after


def nothing(lab: Lab) -> Iterator[Failure]:
    """PATCH-NOTHING."""
    yield from updating.unchanged(
        lab, lambda credit: lab.patch(credit["uuid"], {}), "by a PATCH without fields"
    )


def empty_body(lab: Lab) -> Iterator[Failure]:
    """PATCH-EMPTY-BODY."""
    yield from updating.unchanged(
        lab, lambda credit: lab.patch(credit["uuid"], None), "by a PATCH without a body"
    )


def no_end(lab: Lab) -> Iterator[Failure]:
    """PATCH-NO-END."""
    with lab.credit(end_date=first_of_month(3)) as made:
        yield from _stored(lab, made, {"end_date": None})


def no_offerings(lab: Lab) -> Iterator[Failure]:
    """PATCH-NO-OFFERINGS."""
    with lab.credit(offerings=_offerings(lab)[:2]) as made:
        yield from _stored(lab, made, {"offerings": []})


def offerings(lab: Lab) -> Iterator[Failure]:
    """PATCH-OFFERINGS."""
    known = _offerings(lab)
    if len(known) < 2:
        raise CannotJudge("the deployment has only one offering")
    with lab.credit(offerings=known[:1]) as made:
        yield from _stored(lab, made, {"offerings": known[1:2]})


def read_only(lab: Lab) -> Iterator[Failure]:
    """PATCH-READ-ONLY."""
    lies = forged(lab.absent_uuid())
    yield from updating.unchanged(
        lab, lambda credit: lab.patch(credit["uuid"], lies), "by read-only fields in a PATCH"
    )


def unknown_field(lab: Lab) -> Iterator[Failure]:
    """PATCH-UNKNOWN-FIELD."""
    fields = {"comment": "hello", "values": "7"}
    yield from updating.unchanged(
        lab, lambda credit: lab.patch(credit["uuid"], fields), "by unknown fields in a PATCH"
    )


def exact(lab: Lab) -> Iterator[Failure]:
    """PATCH-EXACT."""
    with lab.credit() as made:
        for value, expected in (("99999999999.99999", "99999999999.99998"), ("0.00002", "0.00001")):
            # The expectation must stay below the value at every step.
            read(lab.patch(made["uuid"], {"expected_consumption": "0"}))
            yield from _stored(lab, made, {"value": value, "expected_consumption": expected})


def amount_spellings(lab: Lab) -> Iterator[Failure]:
    """PATCH-AMOUNT-SPELLINGS."""
    spellings = ((1000, "1000"), (10.5, "10.5"), ("1e3", "1000"), ("+5", "5"), (".5", "0.5"), (" 7 ", "7"))
    yield from _spellings(lab, "value", spellings)


def boolean_spellings(lab: Lab) -> Iterator[Failure]:
    """PATCH-BOOLEAN-SPELLINGS."""
    spellings = (("no", False), ("yes", True), (0, False), (1, True), ("off", False), ("T", True))
    yield from _spellings(lab, "apply_as_minimal_consumption", spellings)


def date_spellings(lab: Lab) -> Iterator[Failure]:
    """PATCH-DATE-SPELLINGS."""
    one, other = first_of_month(3, 2), first_of_month(4, 3)
    year = other[:4]
    yield from _spellings(lab, "end_date", ((one.replace("-", ""), one), (f"{year}-3-1", other)))


def form(lab: Lab) -> Iterator[Failure]:
    """PATCH-FORM."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    with lab.credit(value="500") as made:
        fields = {"value": "321.5", "grace_coefficient": "15"}
        answer = lab.patch(made["uuid"], None, content=urlencode(fields).encode(), headers=headers)
        yield from wrong_answer(lab, answer, 200, "of a form", fields, "is not what the form said")


def alone(lab: Lab) -> Iterator[Failure]:
    """PATCH-ALONE."""
    yield from updating.alone(lab, updating.patch)


def listed(lab: Lab) -> Iterator[Failure]:
    """PATCH-LISTED."""
    with lab.credit(**full(lab)) as made:
        for field, value in changes(lab).items():
            lab.patch(made["uuid"], {field: value})
        now = read(lab.retrieve(made["uuid"]))
        entries = [entry for entry in lab.credits() if plain(entry.get("uuid")) == plain(made["uuid"])]
        answer = lab.client.exchanges[-1]
        if not entries:
            yield Failure("a changed credit is not in the list", "1", "0", answer)
        else:
            yield from wrong_fields(answer, now, entries[0], "is otherwise in the list")


def customer(lab: Lab) -> Iterator[Failure]:
    """PATCH-CUSTOMER."""
    yield from updating.other_customer(lab, updating.patch)


def together(lab: Lab) -> Iterator[Failure]:
    """PATCH-TOGETHER."""
    with lab.credit(value="500", expected_consumption="50") as made:
        before = read(lab.retrieve(made["uuid"]))
        bad = ({"value": "40"}, {"expected_consumption": "600"}, {"minimal_consumption_logic": "linear"})
        for fields in bad:
            answer = lab.patch(made["uuid"], fields)
            yield from wrong_status(
                lab, answer, 400, f"of {fields}, which breaks a rule with what is stored,"
            )
            after = read(lab.retrieve(made["uuid"]))
            told = f"was changed by a refused PATCH of {fields}"
            if answer.status != 200:
                yield from wrong_fields(answer, before, after, told)
            before = after


def filtered(lab: Lab) -> Iterator[Failure]:
    """PATCH-FILTERED."""
    with lab.credit(value="500") as made:
        answer = lab.patch(made["uuid"], {"value": "1"}, query=f"customer_uuid={lab.absent_uuid()}")
        yield from wrong_status(lab, answer, 404, "of a credit that does not match the filter")
        after = read(lab.retrieve(made["uuid"]))
        yield from wrong_fields(answer, {"value": "500"}, after, "was changed all the same")


def _offerings(lab: Lab) -> list[str]:
    links = [str(offering["url"]) for offering in lab.offerings()[:2]]
    if not links:
        raise CannotJudge("the deployment has no offering")
    return links


def _each_change(lab: Lab) -> Iterator[tuple[str, Exchange]]:
    """A PATCH of each field in turn, on one credit of our own, and its answer."""
    with lab.credit(**full(lab)) as made:
        for field, value in changes(lab).items():
            yield field, lab.patch(made["uuid"], {field: value})


def _stored(lab: Lab, made: Credit, fields: dict[str, Any]) -> Iterator[Failure]:
    """A failure for each of the fields that a PATCH does not answer and keep."""
    answer = lab.patch(made["uuid"], fields)
    if answer.status != 200:
        yield from wrong_status(lab, answer, 200, f"of {fields}")
        return
    yield from wrong_fields(answer, fields, read(answer), "is not what was sent")
    after = read(lab.retrieve(made["uuid"]))
    yield from wrong_fields(answer, fields, after, "was not kept as it was sent")


def _spellings(lab: Lab, field: str, spellings: Iterable[tuple[object, object]]) -> Iterator[Failure]:
    with lab.credit() as made:
        for spelling, meant in spellings:
            answer = lab.patch(made["uuid"], {field: spelling})
            yield from wrong_answer(
                lab,
                answer,
                200,
                f"of `{field}` as {spelling!r}",
                {field: meant},
                f"is misread from {spelling!r}",
            )
