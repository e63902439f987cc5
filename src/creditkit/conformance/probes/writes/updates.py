"""Probes of PUT, and what the probes of PATCH and PUT share: a credit of our own, changed and read again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from creditkit.conformance.asking import Exchange, Lab
from creditkit.conformance.judging import Failure
from creditkit.conformance.probes.toolkit import (
    changes,
    forged,
    full,
    read,
    wrong_answer,
    wrong_fields,
    wrong_status,
)

Credit = dict[str, Any]
Send = Callable[[Lab, Credit, dict[str, Any]], Exchange]


def patch(lab: Lab, credit: Credit, fields: dict[str, Any]) -> Exchange:
    """PATCH these fields of a credit."""
    return lab.patch(credit["uuid"], fields)


def put(lab: Lab, credit: Credit, fields: dict[str, Any]) -> Exchange:
    """PUT these fields and the credit's customer, which is required."""
    return lab.update(credit["uuid"], {"customer": credit["customer"], **fields})


def kept(lab: Lab, send: Send, fields: dict[str, Any]) -> Iterator[Failure]:
    """A failure for each field that is otherwise when read than the write answered."""
    with lab.credit(**full(lab)) as made:
        written = read(send(lab, made, fields))
        answer = lab.retrieve(made["uuid"])
        yield from wrong_fields(answer, written, read(answer), "is not what the update answered")


def unchanged(lab: Lab, send: Callable[[Credit], Exchange], told: str) -> Iterator[Failure]:
    """A failure for each field that is not as before; nothing but a 200 will do."""
    with lab.credit(**full(lab)) as made:
        before = read(lab.retrieve(made["uuid"]))
        answer = send(made)
        yield from wrong_status(lab, answer, 200)
        after = read(lab.retrieve(made["uuid"]))
        yield from wrong_fields(answer, before, after, f"was changed {told}")


def alone(lab: Lab, send: Send) -> Iterator[Failure]:
    """A failure for each field of another credit of our own that an update changes."""
    with lab.credit(**full(lab)) as other, lab.credit() as made:
        before = read(lab.retrieve(other["uuid"]))
        send(lab, made, {"value": "77", "grace_coefficient": "3"})
        answer = lab.retrieve(other["uuid"])
        yield from wrong_answer(
            lab,
            answer,
            200,
            "of another credit after an update",
            before,
            "of another credit was changed by an update",
        )


def other_customer(lab: Lab, send: Send) -> Iterator[Failure]:
    """A failure where a credit does not go over to another customer with all that is said of it."""
    with lab.credit(value="500") as made, lab.customer() as other:
        answer = send(lab, made, {"customer": other["url"]})
        if answer.status != 200:
            yield from wrong_status(lab, answer, 200, "with another customer")
            return
        names = {"name": "customer_name", "slug": "customer_slug", "uuid": "customer_uuid"}
        wanted = {field: other[name] for name, field in names.items() if name in other}
        wanted |= {"customer": other["url"], "uuid": made["uuid"], "value": "500"}
        yield from wrong_fields(answer, wanted, read(answer), "is not that of the new customer")
        after = read(lab.retrieve(made["uuid"]))
        yield from wrong_fields(answer, wanted, after, "is not that of the new customer when read")


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
        yield from wrong_answer(
            lab, answer, 200, "of the same once more", first, "is otherwise the second time"
        )


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
