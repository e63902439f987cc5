"""Probes of what actions must not do: read their body, or change other fields or other credits."""

from __future__ import annotations

from collections.abc import Iterator

from creditkit.conformance.asking import Lab, plain
from creditkit.conformance.judging import Failure
from creditkit.conformance.probes.toolkit import Credit, answers, body_of, changed, first_few, ids

from .compensations import APPLY, CLEAR, paying, state_of


def body_documented(lab: Lab) -> Iterator[Failure]:
    """The documented body is accepted, with the least and with all fields, and so is none."""
    with lab.credit(value="100") as credit:
        least = {"customer": credit["customer"]}
        most = {
            **least,
            "value": "77",
            "end_date": None,
            "expected_consumption": "7",
            "minimal_consumption_logic": "fixed",
            "grace_coefficient": "4",
            "apply_as_minimal_consumption": True,
        }
        for action in (APPLY, CLEAR):
            for body in (least, most, None):
                exchange = lab.act(str(credit["uuid"]), action, json=body)
                yield from answers(lab, exchange, 200, f"{action} takes the documented body, and none")


def body_ignored(lab: Lab) -> Iterator[Failure]:
    """Whatever the body says, nothing of it is stored, and nothing of it refused."""
    with lab.credit(value="100") as credit:
        uuid = str(credit["uuid"])
        # Nothing is compensated after a clear, so that the last state is the one from before.
        before = state_of(lab, uuid)
        for action in (APPLY, CLEAR):
            for content in (b'{"value": "77", "grace_coefficient": "9"}', b'{"value": "-1"}', b"[]", b"{"):
                exchange = lab.act(
                    uuid, action, content=content, headers={"Content-Type": "application/json"}
                )
                yield from answers(lab, exchange, 200, f"{action} does not read its body")
        after = state_of(lab, uuid)
        if changed(before, after):
            yield Failure(
                "a body of an action stores nothing",
                "unchanged",
                f"changed {first_few(changed(before, after))}",
                exchange,
            )


def other_fields(lab: Lab) -> Iterator[Failure]:
    """Of the credit's fields, an action changes the value alone."""
    fields = {"expected_consumption": "1", "grace_coefficient": "5", "end_date": "2098-01-01"}
    with lab.credit(value="100", **fields) as credit:
        uuid = str(credit["uuid"])
        before = state_of(lab, uuid)
        for action in (APPLY, CLEAR):
            exchange = lab.act(uuid, action)
            body_of(exchange)
            # An open invoice may be of last month, and its sum is a field.
            different = changed(before, state_of(lab, uuid), "value", "consumption_last_month")
            if different:
                yield Failure(f"{action} changes the value alone", "value", first_few(different), exchange)


def other_credits(lab: Lab) -> Iterator[Failure]:
    """No other credit is changed."""
    with lab.credit(value="40") as other, paying(lab) as (uuid, _):
        body_of(lab.act(uuid, CLEAR))
        for action in (APPLY, CLEAR):
            before = _others(lab, uuid)
            exchange = lab.act(uuid, action)
            body_of(exchange)
            after = _others(lab, uuid)
            both = before.keys() & after.keys()
            wrong = [one for one in both if changed(before[one], after[one])]
            # Somebody may change a record of theirs meanwhile; the other one of ours nobody touches.
            if plain(other["uuid"]) in wrong or len(wrong) > 1:
                yield Failure(
                    f"{action} leaves other credits alone",
                    "unchanged",
                    f"changed {first_few(wrong)}",
                    exchange,
                )


def _others(lab: Lab, uuid: str) -> dict[str, Credit]:
    credits_ = lab.credits()
    return {own: credit for own, credit in zip(ids(credits_), credits_, strict=True) if own != plain(uuid)}
