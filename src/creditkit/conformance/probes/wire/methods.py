"""Probes of methods: those that a path does not have, HEAD and OPTIONS."""

from __future__ import annotations

from collections.abc import Iterator

from creditkit.conformance.asking import CREDITS, Exchange, Lab
from creditkit.conformance.judging import Failure
from creditkit.conformance.probes.toolkit import credits_to_read, full, read, wrong_fields

ACTIONS = ("apply_compensations", "clear_compensations")


def read_action(lab: Lab) -> Iterator[Failure]:
    """METHOD-READ-ACTION. On a credit that does not exist: a server that acts on GET then does no harm."""
    for answer in _action_reads(lab):
        yield from _refused(answer)


def credit(lab: Lab) -> Iterator[Failure]:
    """METHOD-CREDIT."""
    with lab.credit() as made:
        yield from _refused(_post_to_credit(lab, made["uuid"]))


def consumptions(lab: Lab) -> Iterator[Failure]:
    """METHOD-CONSUMPTIONS."""
    with lab.credit() as made:
        for answer in _consumption_writes(lab, made["uuid"]):
            yield from _refused(answer)


def action(lab: Lab) -> Iterator[Failure]:
    """METHOD-ACTION."""
    with lab.credit() as made:
        for answer in _action_writes(lab, made["uuid"]):
            yield from _refused(answer)


def allow(lab: Lab) -> Iterator[Failure]:
    """METHOD-ALLOW. By requests that may be sent where nothing is to be written."""
    for answer in _action_reads(lab):
        if answer.status == 405:
            yield from _wrong_allow(answer, {"POST", "OPTIONS"})


def no_effect(lab: Lab) -> Iterator[Failure]:
    """METHOD-NO-EFFECT."""
    with lab.credit(**full(lab)) as made:
        uuid = made["uuid"]
        before = read(lab.retrieve(uuid))
        answers = [_post_to_credit(lab, uuid), *_consumption_writes(lab, uuid), *_action_writes(lab, uuid)]
        refused = next((answer for answer in answers if answer.status >= 400), answers[0])
        after = lab.retrieve(uuid)
        if after.status != 200:
            message = "a refused method deletes the credit"
            yield Failure(message, "the credit is there", str(after.status), refused)
        else:
            yield from wrong_fields(after, before, read(after), "was changed by a refused method")


def options(lab: Lab) -> Iterator[Failure]:
    """METHOD-OPTIONS."""
    with credits_to_read(lab) as entries:
        one = f"{CREDITS}{entries[0]['uuid']}/"
        for operation, path in {
            "customer_credits_list": CREDITS,
            "customer_credits_retrieve": one,
            "customer_credits_consumptions_list": f"{one}consumptions/",
            "customer_credits_apply_compensations": f"{one}apply_compensations/",
            "customer_credits_clear_compensations": f"{one}clear_compensations/",
        }.items():
            answer = lab.send("OPTIONS", path, operation)
            if answer.status != 200:
                message = f"OPTIONS is answered {answer.status}"
                yield Failure(message, "200", str(answer.status), answer)
            else:
                yield from _wrong_allow(answer, _methods(lab, operation))


def head(lab: Lab) -> Iterator[Failure]:
    """METHOD-HEAD."""
    with credits_to_read(lab) as entries:
        for uuid, expected in ((entries[0]["uuid"], 200), (lab.absent_uuid(), 404)):
            one = f"{CREDITS}{uuid}/"
            for answer in (
                lab.send("HEAD", one, "customer_credits_retrieve"),
                lab.send("HEAD", f"{one}consumptions/", "customer_credits_consumptions_list"),
            ):
                if answer.status != expected:
                    message = f"HEAD is answered {answer.status}, where GET is {expected}"
                    yield Failure(message, str(expected), str(answer.status), answer)


def _methods(lab: Lab, operation: str) -> set[str]:
    """The methods that an operation's path has by the contract."""
    template = lab.contract.operations[operation].path
    item = next(item for item in lab.contract.paths if item.template == template)
    return set(item.allow)


def _refused(answer: Exchange) -> Iterator[Failure]:
    if answer.status != 405:
        message = f"{answer.method} is answered {answer.status}"
        pointer = "#/components/responses/MethodNotAllowed"
        yield Failure(message, "405", str(answer.status), answer, pointer)


def _wrong_allow(answer: Exchange, expected: set[str]) -> Iterator[Failure]:
    names = {name.strip().upper() for name in answer.headers.get("allow", "").split(",")} - {""}
    if names != expected:
        wanted, got = ", ".join(sorted(expected)), ", ".join(sorted(names)) or "absent"
        yield Failure(
            "Allow does not name the path's methods", wanted, got, answer, "#/components/headers/Allow"
        )


def _action_reads(lab: Lab) -> Iterator[Exchange]:
    uuid = lab.absent_uuid()
    for name in ACTIONS:
        yield lab.send("GET", f"{CREDITS}{uuid}/{name}/", f"customer_credits_{name}")


def _post_to_credit(lab: Lab, uuid: str) -> Exchange:
    return lab.send("POST", f"{CREDITS}{uuid}/", "customer_credits_retrieve", json={"value": "1"})


def _consumption_writes(lab: Lab, uuid: str) -> Iterator[Exchange]:
    path, operation = f"{CREDITS}{uuid}/consumptions/", "customer_credits_consumptions_list"
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        yield lab.send(method, path, operation, json=None if method == "DELETE" else {"value": "1"})


def _action_writes(lab: Lab, uuid: str) -> Iterator[Exchange]:
    for name in ACTIONS:
        for method in ("PUT", "PATCH", "DELETE"):
            body = None if method == "DELETE" else {"value": "1"}
            yield lab.send(method, f"{CREDITS}{uuid}/{name}/", f"customer_credits_{name}", json=body)
