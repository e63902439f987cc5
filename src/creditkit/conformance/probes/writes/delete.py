"""Probes of delete: the credit is gone, and no other is touched."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from creditkit.conformance.asking import CannotJudge, Lab, plain
from creditkit.conformance.judging import Failure
from creditkit.conformance.probes.toolkit import full, read, wrong_answer, wrong_fields, wrong_status

from .create import DEFAULTS


def status(lab: Lab) -> Iterator[Failure]:
    """DELETE-STATUS."""
    with lab.credit() as made:
        yield from wrong_status(lab, lab.destroy(made["uuid"]), 204)


def gone(lab: Lab) -> Iterator[Failure]:
    """DELETE-GONE."""
    with lab.credit() as made:
        _destroy(lab, made)
        yield from wrong_status(lab, lab.retrieve(made["uuid"]), 404, "of a deleted credit")


def unlisted(lab: Lab) -> Iterator[Failure]:
    """DELETE-UNLISTED."""
    with lab.credit() as made:
        _destroy(lab, made)
        left = [entry for entry in lab.credits() if plain(entry.get("uuid")) == plain(made["uuid"])]
        if left:
            answer = lab.client.exchanges[-1]
            yield Failure("a deleted credit is in the list", "0", str(len(left)), answer)


def uncounted(lab: Lab) -> Iterator[Failure]:
    """DELETE-UNCOUNTED."""
    with lab.credit() as made:
        _destroy(lab, made)
        answer = lab.count(f"customer_uuid={made['customer_uuid']}")
        got = answer.headers.get("x-result-count", "absent")
        if got != "0":
            yield Failure("a deleted credit is counted", "0", got, answer, "#/components/headers/ResultCount")


def no_history(lab: Lab) -> Iterator[Failure]:
    """DELETE-NO-HISTORY."""
    with lab.credit() as made:
        _destroy(lab, made)
        yield from wrong_status(lab, lab.consumptions(made["uuid"]), 404, "of a deleted credit's history")


def twice(lab: Lab) -> Iterator[Failure]:
    """DELETE-TWICE."""
    with lab.credit() as made:
        _destroy(lab, made)
        yield from wrong_status(lab, lab.destroy(made["uuid"]), 404, "a second time")


def no_update(lab: Lab) -> Iterator[Failure]:
    """DELETE-NO-UPDATE."""
    with lab.credit() as made:
        _destroy(lab, made)
        body = {"customer": made["customer"], "value": "5"}
        for answer in (lab.update(made["uuid"], body), lab.patch(made["uuid"], {"value": "5"})):
            yield from wrong_status(lab, answer, 404, "of a deleted credit")
            again = lab.retrieve(made["uuid"])
            if again.status == 200:
                yield Failure("an update brings a deleted credit back", "404", "200", answer)


def no_action(lab: Lab) -> Iterator[Failure]:
    """DELETE-NO-ACTION."""
    with lab.credit() as made:
        _destroy(lab, made)
        for action in ("apply_compensations", "clear_compensations"):
            yield from wrong_status(lab, lab.act(made["uuid"], action), 404, "on a deleted credit")


def alone(lab: Lab) -> Iterator[Failure]:
    """DELETE-ALONE. The other credit is our own as well: strangers' credits change by themselves."""
    with lab.credit(**full(lab)) as other, lab.credit() as made:
        before = read(lab.retrieve(other["uuid"]))
        _destroy(lab, made)
        answer = lab.retrieve(other["uuid"])
        yield from wrong_answer(
            lab,
            answer,
            200,
            "of another credit after a delete",
            before,
            "of another credit was changed by a delete",
        )


def frees(lab: Lab) -> Iterator[Failure]:
    """DELETE-FREES."""
    with lab.credit() as made:
        _destroy(lab, made)
        answer = lab.create({"customer": made["customer"]})
        if answer.status != 201:
            yield from wrong_status(lab, answer, 201, "for a customer whose credit was deleted")
        elif plain(read(answer).get("uuid")) == plain(made["uuid"]):
            yield Failure("a deleted credit's uuid is used again", "another", str(made["uuid"]), answer)


def forgets(lab: Lab) -> Iterator[Failure]:
    """DELETE-FORGETS."""
    with lab.credit(**full(lab)) as made:
        _destroy(lab, made)
        answer = lab.create({"customer": made["customer"]})
        yield from wrong_fields(answer, DEFAULTS, read(answer), "is that of the deleted credit")


def filtered(lab: Lab) -> Iterator[Failure]:
    """DELETE-FILTERED."""
    with lab.credit() as made:
        answer = lab.destroy(made["uuid"], query=f"customer_uuid={lab.absent_uuid()}")
        yield from wrong_status(lab, answer, 404, "of a credit that does not match the filter")
        if lab.retrieve(made["uuid"]).status == 404:
            yield Failure(
                "a delete ignores the filter in its query", "the credit is there", "it is gone", answer
            )
        answer = lab.destroy(made["uuid"], query="customer_uuid=no-uuid")
        yield from wrong_status(lab, answer, 400, "with a filter that is no uuid")


def _destroy(lab: Lab, made: dict[str, Any]) -> None:
    """Delete a credit of our own; what follows from that cannot be judged where it is refused."""
    answer = lab.destroy(made["uuid"])
    if not 200 <= answer.status < 300:
        raise CannotJudge(f"the credit could not be deleted (status {answer.status})")
