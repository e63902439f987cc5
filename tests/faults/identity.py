"""Faults of identity: uuids that lead to something else, or are used again."""

from __future__ import annotations

import re
from typing import Any

from creditkit.mock.deviate import CREDITS, Answer, Ask, Request, is_credit

_UUID = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


async def neighbour_at_first(request: Request, ask: Ask, *, credit: str, other: str) -> Answer:
    """The first time that a credit is read, another one is given."""
    if request.is_retrieve and request.uuid == credit and not request.memory.get("read"):
        request.memory["read"] = True
        return await ask(request.but(path=f"{CREDITS}{other}/"))
    return await ask(request)


async def capital_links(request: Request, ask: Ask) -> Answer:
    """Hyperlinks of credits begin their uuid with a capital letter, and are not found so."""
    if re.search("/[A-F][0-9a-f]{7}-", request.path):
        return await ask(request.but(path=f"{CREDITS}{'0' * 32}/"))
    answer = await ask(request)
    answer.rewrite(
        lambda credit: (
            credit.update(url=re.sub("/c(?=[0-9a-f]{7}-)", "/C", credit["url"]))
            if request.is_list or request.is_retrieve
            else None
        )
    )
    return answer


async def recycled(request: Request, ask: Ask) -> Answer:
    """A customer's credit has the uuid of the first one, if the list was asked right before the create."""
    real: dict[str, str] = request.memory.setdefault("real", {})
    first: dict[str, str] = request.memory.setdefault("first", {})
    inner = request
    for shown, stored in real.items():
        if request.uuid == shown:
            inner = request.but(path=request.path.replace(shown, stored))
    answer = await ask(inner)
    made: Any = answer.json if request.is_create and answer.is_good else None
    if is_credit(made):
        customer, uuid = made["customer_uuid"], made["uuid"]
        shown = first.setdefault(customer, uuid)
        real.pop(shown, None)
        if shown != uuid and request.memory.get("listed"):
            real[shown] = uuid
    request.memory["listed"] = request.is_list
    for shown, stored in real.items():
        answer.body = answer.body.replace(stored.encode(), shown.encode())
        for name in ("location", "link"):
            if name in answer.headers:
                answer.headers[name] = answer.headers[name].replace(stored, shown)
    return answer


async def never_seen(
    request: Request, ask: Ask, *, operation: str, status: int, json: object = None
) -> Answer:
    """What no answer has ever named is refused with another status than what is gone."""
    seen: set[bytes] = request.memory.setdefault("seen", set())
    answer = await ask(request)
    seen.update(_UUID.findall(answer.body))
    named = request.uuid.encode()
    concerned = request.operation == operation and request.role == "staff" and not request.query
    unseen = answer.status == 404 and _UUID.fullmatch(named) and named not in seen
    if concerned and unseen and request.method != "HEAD":
        answer.status = status
        answer.json = json or answer.json
    return answer
