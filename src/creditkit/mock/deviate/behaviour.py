"""Behaviours: which deviations a mock shows, and the function that shows each of them.

The catalogue either names a function of `FUNCTIONS`, or declares the changes of requests and answers.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Sequence
from functools import partial

from creditkit.deviations import (
    ANY,
    AnswerChange,
    Condition,
    Deviation,
    RequestChange,
    Shown,
    chosen,
    of_release,
)
from creditkit.errors import ContractError, UsageError

from .edits import edit_all
from .messages import CREDITS, Answer, Ask, Behaviour, Request
from .releases import FUNCTIONS

_COUNT = "every"


def deviations_to_show(release: str = "", ids: Sequence[str] = ()) -> tuple[Deviation, ...]:
    """The deviations of a release, if one is named, and those with these ids, each once.

    Raises UsageError for an unknown release or id, and for a deviation that a mock cannot show.
    """
    named = chosen(ids)
    for deviation in named:
        if deviation.shown is None:
            message = f"there is nothing to show of {deviation.id}"
            raise UsageError(message, f"the contract allows it, and the mock does it: {deviation.allowed}")
    found = (*(of_release(release) if release else ()), *named)
    return tuple({deviation.id: deviation for deviation in found if deviation.shown}.values())


def behaviour_of(shown: Shown) -> Behaviour:
    """The function that shows a deviation; raises ContractError for a name that is not in `FUNCTIONS`."""
    if not shown.function:
        behaviour: Behaviour = partial(_declared, shown)
    elif shown.function in FUNCTIONS:
        behaviour = partial(FUNCTIONS[shown.function], **shown.arguments)
    else:
        raise ContractError(f"deviations: {shown.function} is no function of creditkit.mock.deviate")
    return partial(_at_times, shown, behaviour)


async def _at_times(shown: Shown, behaviour: Behaviour, request: Request, ask: Ask) -> Answer:
    """The behaviour if the condition holds, each `every`-th time; else the answer of the next one."""
    if not admits(shown.where, request):
        return await ask(request)
    if shown.every > 1:
        request.memory[_COUNT] = request.memory.get(_COUNT, 0) + 1
        if request.memory[_COUNT] % shown.every:
            return await ask(request)
    answer = behaviour(request, ask)
    return await answer if inspect.isawaitable(answer) else answer


async def _declared(shown: Shown, request: Request, ask: Ask) -> Answer:
    """Ask with the declared changes of the request, and change the answer as declared."""
    if shown.delay:
        await asyncio.sleep(shown.delay)
    if shown.instead is not None:
        return change_answer(Answer(), shown.instead)
    answer = await ask(change_request(request, shown.request))
    if shown.where.statuses and answer.status not in shown.where.statuses:
        return answer
    return change_answer(answer, shown.answer)


def admits(where: Condition, request: Request) -> bool:
    """Whether a request meets the condition, except for the status of the honest answer."""
    if where.operations:
        if request.operation not in where.operations and ANY not in where.operations:
            return False
    elif not request.path.startswith(CREDITS):
        return False
    sent, parameters = request.fields if where.sends else {}, request.parameters if where.query else {}
    return (
        (not where.methods or request.method in where.methods)
        and (not where.roles or request.role in where.roles)
        and all(name in sent for name in where.sends)
        and all(name in parameters for name in where.query)
        and where.media_type in request.headers.get("content-type", "")
    )


def change_request(request: Request, change: RequestChange) -> Request:
    """A request with a declared change."""
    query, body = request.query, request.body
    if change.forget_query:
        query = ""
    for name, value in change.query.items():
        kept = [part for part in query.split("&") if part and part.partition("=")[0] != name]
        query = "&".join([*kept, f"{name}={value}"] if value is not None else kept)
    asked = request.but(query=query, body=body, headers=_merged(request.headers, change.headers))
    document = asked.json if change.fields else None
    if isinstance(document, dict):
        edit_all(document, change.fields)
        asked.json = document
    return asked


def change_answer(answer: Answer, change: AnswerChange) -> Answer:
    """An answer with a declared change."""
    answer.status = change.status or answer.status
    answer.headers = _merged(answer.headers, change.headers)
    if change.body is not None:
        answer.body = change.body.encode()
    document = answer.json if change.fields else None
    if document is not None:
        edit_all(document, change.fields)
        answer.json = document
    return answer


def _merged(headers: dict[str, str], changes: object) -> dict[str, str]:
    assert isinstance(changes, dict)
    return {name: value for name, value in {**headers, **changes}.items() if value is not None}
