"""Faults of access: requests that are answered as if somebody else had sent them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from creditkit.mock.deviate import CREDITS, Answer, Ask, Request

_STAFF = "staff"


async def taken_for_staff(
    request: Request,
    ask: Ask,
    *,
    roles: Sequence[str],
    methods: Sequence[str] = (),
    path: str = "",
    query: str = "",
    sent: str = "",
    authorization: str = "",
    only: Sequence[int] = (),
) -> Answer:
    """Answers some requests of other users, or without a token, as if staff had sent them.

    The arguments select the requests; `only` selects the answers by status. It sends the credentials that
    staff used before.
    """
    if request.role == _STAFF:
        request.memory[_STAFF] = request.headers["authorization"]
    concerned = (
        request.role in roles
        and _STAFF in request.memory
        and (not methods or request.method in methods)
        and re.search(path, request.path)
        and re.search(query, request.query)
        and re.search(sent, request.body.decode("utf-8", "replace"))
        and re.search(authorization, request.headers.get("authorization", ""))
    )
    if not concerned:
        return await ask(request)
    raised = request.but(headers={**request.headers, "authorization": request.memory[_STAFF]})
    answer = await ask(raised)
    return await ask(request) if only and answer.status not in only else answer


async def owner_sees_one_more(request: Request, ask: Ask) -> Answer:
    """Adds a credit of another customer to an owner's list, and counts it."""
    memory = request.memory
    if request.role == _STAFF:
        memory[_STAFF] = request.headers["authorization"]
    answer = await ask(request)
    is_whole = request.path == CREDITS and "customer_" not in request.query
    if request.role != "owner" or not is_whole or not answer.is_good or _STAFF not in memory:
        return answer
    answer.headers["x-result-count"] = str(int(answer.headers["x-result-count"]) + 1)
    if request.is_list:
        headers = {**request.headers, "authorization": memory[_STAFF]}
        everything = await ask(request.but(query="page_size=300", headers=headers))
        answer.json = [*answer.json, everything.json[-1]]
    return answer
