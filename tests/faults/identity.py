"""Faults of identity: uuids that name another credit, or are used twice."""

from __future__ import annotations

import re
from typing import Any

from creditkit.mock.deviate import CREDITS, Answer, Ask, Request, is_credit

_UUID = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


async def neighbour_at_first(request: Request, ask: Ask, *, credit: str, other: str) -> Answer:
    """Answers the first read of a credit with another credit."""
    if request.is_retrieve and request.uuid == credit and not request.memory.get("read"):
        request.memory["read"] = True
        return await ask(request.but(path=f"{CREDITS}{other}/"))
    return await ask(request)


async def capital_links(request: Request, ask: Ask) -> Answer:
    """Writes hyperlinks with a capital letter, under which no credit is found."""
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
    """Gives a new credit the uuid of its customer's first one, if a list was read right before."""
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
    """Refuses a uuid that no answer has named with another status than a deleted one."""
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
