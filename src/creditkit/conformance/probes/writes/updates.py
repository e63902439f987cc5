"""What the probes of PATCH and of PUT share: a credit of our own, changed and looked at again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from creditkit.conformance.asking.exchanges import Exchange
from creditkit.conformance.asking.lab import Lab
from creditkit.conformance.judging.verdicts import Failure
from creditkit.conformance.probes.toolkit import full, read, wrong_fields, wrong_status

Credit = dict[str, Any]
Send = Callable[[Lab, Credit, dict[str, Any]], Exchange]


def patch(lab: Lab, credit: Credit, fields: dict[str, Any]) -> Exchange:
    """PATCH these fields of a credit."""
    return lab.patch(credit["uuid"], fields)


def put(lab: Lab, credit: Credit, fields: dict[str, Any]) -> Exchange:
    """PUT these fields and the credit's customer, which is required."""
    return lab.update(credit["uuid"], {"customer": credit["customer"], **fields})


def kept(lab: Lab, send: Send, fields: dict[str, Any]) -> Iterator[Failure]:
    """A fault for each field that is otherwise when read than the write answered."""
    with lab.credit(**full(lab)) as made:
        written = read(send(lab, made, fields))
        answer = lab.retrieve(made["uuid"])
        yield from wrong_fields(answer, written, read(answer), "is not what the update answered")


def unchanged(lab: Lab, send: Callable[[Credit], Exchange], told: str) -> Iterator[Failure]:
    """A fault for each field that is not as before; nothing but a 200 will do."""
    with lab.credit(**full(lab)) as made:
        before = read(lab.retrieve(made["uuid"]))
        answer = send(made)
        yield from wrong_status(lab, answer, 200)
        after = read(lab.retrieve(made["uuid"]))
        yield from wrong_fields(answer, before, after, f"was changed {told}")


def alone(lab: Lab, send: Send) -> Iterator[Failure]:
    """A fault for each field of another credit of our own that an update changes."""
    with lab.credit(**full(lab)) as other, lab.credit() as made:
        before = read(lab.retrieve(other["uuid"]))
        send(lab, made, {"value": "77", "grace_coefficient": "3"})
        answer = lab.retrieve(other["uuid"])
        if answer.status != 200:
            yield from wrong_status(lab, answer, 200, "of another credit after an update")
        else:
            yield from wrong_fields(
                answer, before, read(answer), "of another credit was changed by an update"
            )


def other_customer(lab: Lab, send: Send) -> Iterator[Failure]:
    """A fault where a credit does not go over to another customer with all that is said of it."""
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
