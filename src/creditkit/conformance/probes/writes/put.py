"""Probes of PUT, and of what holds for both kinds of updates of a credit of our own."""

from __future__ import annotations

from collections.abc import Iterator

from creditkit.conformance.asking.lab import Lab
from creditkit.conformance.judging.verdicts import Failure
from creditkit.conformance.probes.toolkit import changes, forged, full, read, wrong_fields, wrong_status

from .updates import alone, kept, other_customer, patch, put, unchanged


def put_status(lab: Lab) -> Iterator[Failure]:
    """PUT-STATUS."""
    with lab.credit(**full(lab)) as made:
        for fields in ({}, changes(lab)):
            yield from wrong_status(lab, put(lab, made, fields), 200)


def put_echo(lab: Lab) -> Iterator[Failure]:
    """PUT-ECHO."""
    with lab.credit(**full(lab)) as made:
        fields = changes(lab)
        answer = put(lab, made, fields)
        expected = {"customer": made["customer"], **fields}
        yield from wrong_fields(answer, expected, read(answer), "is not what was sent")


def put_kept(lab: Lab) -> Iterator[Failure]:
    """PUT-KEPT."""
    yield from kept(lab, put, changes(lab))


def put_keeps(lab: Lab) -> Iterator[Failure]:
    """PUT-KEEPS."""
    yield from unchanged(lab, lambda credit: put(lab, credit, {}), "by a PUT that does not name it")


def put_same(lab: Lab) -> Iterator[Failure]:
    """PUT-SAME."""
    with lab.credit(**full(lab)) as made:
        first = read(put(lab, made, changes(lab)))
        answer = put(lab, made, changes(lab))
        if answer.status != 200:
            yield from wrong_status(lab, answer, 200, "of the same once more")
        else:
            yield from wrong_fields(answer, first, read(answer), "is otherwise the second time")


def put_back(lab: Lab) -> Iterator[Failure]:
    """PUT-BACK."""
    yield from unchanged(lab, lambda credit: lab.update(credit["uuid"], credit), "by a PUT of what was given")


def put_read_only(lab: Lab) -> Iterator[Failure]:
    """PUT-READ-ONLY."""
    lies = forged(lab.absent_uuid())
    yield from unchanged(lab, lambda credit: put(lab, credit, lies), "by read-only fields in a PUT")


def put_alone(lab: Lab) -> Iterator[Failure]:
    """PUT-ALONE."""
    yield from alone(lab, put)


def put_customer(lab: Lab) -> Iterator[Failure]:
    """PUT-CUSTOMER."""
    yield from other_customer(lab, put)


# Both kinds


def identity(lab: Lab) -> Iterator[Failure]:
    """UPDATE-IDENTITY."""
    with lab.credit(**full(lab)) as made:
        own = {"uuid": made["uuid"], "url": made["url"]}
        for send in (put, patch):
            answer = send(lab, made, {"value": "700"})
            yield from wrong_fields(answer, own, read(answer), "was changed by an update")


def minimum(lab: Lab) -> Iterator[Failure]:
    """UPDATE-MINIMUM."""
    steps = (
        ({"grace_coefficient": "20"}, 40),
        ({"expected_consumption": "60"}, 48),
        ({"apply_as_minimal_consumption": False}, 0),
        ({"apply_as_minimal_consumption": True, "grace_coefficient": "0"}, 60),
    )
    for send in (patch, put):
        with lab.credit(value="500", expected_consumption="50") as made:
            for fields, least in steps:
                answer = send(lab, made, fields)
                wanted = {"minimal_consumption": least}
                yield from wrong_fields(answer, wanted, read(answer), f"does not follow {fields}")
                after = read(lab.retrieve(made["uuid"]))
                yield from wrong_fields(answer, wanted, after, f"does not follow {fields} when read")
