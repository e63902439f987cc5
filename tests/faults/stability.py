"""Faults of stability: answers that change between two equal requests, or come late."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from creditkit.mock.deviate import Answer, Ask, Request

_PATIENT = 4
_SIGNS = frozenset("*(\\'\"")


async def tires(
    request: Request,
    ask: Ask,
    *,
    operation: str,
    was: int = 200,
    status: int | None = None,
    value: str = "",
    rows: bool = False,
    count: str = "",
    query: str = "",
) -> Answer:
    """Changes every second answer to the same request from the fourth on."""
    asked = (request.method, request.path, request.query, request.role)
    memory = request.memory
    memory["times"] = memory.get("times", 0) + 1 if memory.get("asked") == asked else 1
    memory["asked"] = asked
    answer = await ask(request)
    tired = memory["times"] >= _PATIENT and memory["times"] % 2 == 0
    concerned = request.operation == operation and re.search(query, request.query)
    if not tired or not concerned or answer.status != was:
        return answer
    answer.status = status or answer.status
    if value:
        answer.rewrite(lambda credit: credit.update(value=value))
    if rows:
        answer.json = answer.json[::-1]
    if count:
        answer.headers["x-result-count"] = count
    return answer


async def wavering_history(request: Request, ask: Ask) -> Answer:
    """Drops the first month of a history that is read again after another one."""
    memory = request.memory
    answer = await ask(request)
    is_history = request.path.endswith("/consumptions/") and not request.query and request.role == "staff"
    same = is_history and memory.get("last") == request.uuid
    if same and memory.get("before") and memory["before"] != request.uuid and answer.is_good:
        answer.json = answer.json[1:]
    if not same:
        memory["before"] = memory.get("last", "")
        memory["last"] = request.uuid if is_history else ""
    return answer


async def paid_reads(request: Request, ask: Ask) -> Answer:
    """Takes 1 from a credit of 21 with each HEAD."""
    memory: dict[str, Any] = request.memory
    answer = await ask(request)
    memory["reads"] = memory.get("reads", 0) + (request.method == "HEAD" and request.is_credit)
    if request.is_create:
        memory["reads"] = 0
    value = f"{21 - memory['reads']}.00000"
    answer.rewrite(lambda credit: credit.update(value=value) if credit["value"] == "21.00000" else None)
    return answer


async def slow_once(request: Request, ask: Ask, *, seconds: float) -> Answer:
    """Delays the first answer."""
    if not request.memory.get("slow"):
        request.memory["slow"] = True
        await asyncio.sleep(seconds)
    return await ask(request)


async def hangs(request: Request, ask: Ask) -> Answer:
    """Delays a filter by a name or slug with a character of patterns or queries by an hour."""
    given = (request.parameters.get(name, "") for name in ("customer_name", "customer_slug"))
    if _SIGNS & set("".join(given)):
        await asyncio.sleep(3600)
    return await ask(request)
