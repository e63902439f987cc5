"""Faults in small: when something is changed, and what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from creditkit.conformance.target import Mode

from .faulty import Answer, ChangeAnswer, ChangeRequest, Request, faulty  # noqa: TID251 - the tests' own folder

When = Callable[[Request], bool]
Edit = Callable[[dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Mutation:
    """A fault that makes a requirement fail."""

    requirement: str
    request: ChangeRequest | None = None
    answer: ChangeAnswer | None = None

    def failed(self, mode: Mode = Mode.WRITE) -> set[str]:
        """What fails at a deployment with the fault, of the requirement alone."""
        with faulty(self.request, self.answer) as deployment:
            return deployment.failed(self.requirement, mode=mode)


def name_of(value: object) -> str:
    """The requirement of a mutation, for the names of tests."""
    return value.requirement if isinstance(value, Mutation) else ""


# When


def is_list(request: Request) -> bool:
    return request.is_list


def is_count(request: Request) -> bool:
    return request.method == "HEAD"


def is_create(request: Request) -> bool:
    return request.is_create


def is_retrieve(request: Request) -> bool:
    return request.is_retrieve


def is_patch(request: Request) -> bool:
    return request.method == "PATCH" and request.is_credit


def is_put(request: Request) -> bool:
    return request.method == "PUT" and request.is_credit


def is_delete(request: Request) -> bool:
    return request.method == "DELETE" and request.is_credit


def is_history(request: Request) -> bool:
    return request.method == "GET" and request.path.endswith("/consumptions/")


def is_action(request: Request) -> bool:
    return request.path.endswith("_compensations/")


def is_form(request: Request) -> bool:
    return "form" in request.headers.get("content-type", "")


# What


def status(when: When, was: int, now: int) -> ChangeAnswer:
    """An answer with this status gets another one."""

    def change(request: Request, answer: Answer) -> None:
        if when(request) and answer.status == was:
            answer.status = now

    return change


def header(when: When, name: str, value: str | None) -> ChangeAnswer:
    """A header has this value, or is not there."""

    def change(request: Request, answer: Answer) -> None:
        if when(request):
            answer.headers.pop(name, None)
            if value is not None:
                answer.headers[name] = value

    return change


def shows(when: When, edit: Edit | None = None, **fields: Any) -> ChangeAnswer:
    """Every credit in an answer has these fields, or is edited."""

    def change(request: Request, answer: Answer) -> None:
        if when(request):
            answer.rewrite(edit or (lambda credit: credit.update(fields)))

    return change


def refuses(when: When, with_status: int = 400) -> ChangeRequest:
    """A request is answered with this status, and nothing is done."""

    def change(request: Request) -> Answer | None:
        return Answer(with_status, body=b'{"detail": "No."}') if when(request) else None

    return change


def reads(when: When, edit: Edit) -> ChangeRequest:
    """The JSON object in a request is read otherwise."""

    def change(request: Request) -> None:
        body = request.json
        if when(request) and isinstance(body, dict):
            edit(body)
            request.json = body

    return change


def forgets_query(when: When) -> ChangeRequest:
    """The query is not looked at."""

    def change(request: Request) -> None:
        if when(request):
            request.query = ""

    return change


def sent(field: str) -> When:
    """Whether the body has a field."""

    def holds(request: Request) -> bool:
        return isinstance(request.json, dict) and field in request.json

    return holds


def both(*conditions: When) -> When:
    """Whether all of the conditions hold."""
    return lambda request: all(condition(request) for condition in conditions)


class Memory:
    """What a fault remembers: how often something was asked for, and the last credit that was created."""

    def __init__(self, when: When) -> None:
        self._when = when
        self.times = 0
        self.created: dict[str, Any] = {}

    def watch(self, request: Request, answer: Answer) -> None:
        """Count a request that succeeded."""
        if self._when(request) and answer.status < 300:
            self.times += 1
        if request.is_create and answer.status < 300:
            self.created = answer.json


def once_done(when: When, times: int, change: ChangeAnswer) -> ChangeAnswer:
    """The change is made to what is answered after something was done this many times."""
    memory = Memory(when)

    def remembering(request: Request, answer: Answer) -> None:
        if memory.times >= times and not when(request):
            change(request, answer)
        memory.watch(request, answer)

    return remembering


def request_once_done(when: When, change: ChangeRequest) -> tuple[ChangeRequest, ChangeAnswer]:
    """The change is made to what is asked after something was done."""
    memory = Memory(when)

    def remembering(request: Request) -> Answer | None:
        return change(request) if memory.times else None

    return remembering, memory.watch
