"""Faults of the list: wrong orders, pages and rows."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from creditkit.mock.deviate import Answer, Ask, Request, is_credit

_UNSORTED = ""


async def as_text(request: Request, ask: Ask) -> Answer:
    """Sorts values as texts."""
    answer = await ask(request)
    key = request.parameters.get("o", _UNSORTED)
    if key.lstrip("-") == "value" and request.query.count("o=") == 1 and answer.is_good:
        answer.json = sorted(answer.json, key=lambda credit: str(credit["value"]), reverse=key[0] == "-")
    return answer


async def nearly_sorted(request: Request, ask: Ask) -> Answer:
    """Swaps the first two neighbours whose different values are equally long."""
    answer = await ask(request)
    if re.match("o=-value(?:&page|$)", request.query) and answer.is_good:
        rows = answer.json
        for place, (one, other) in enumerate(pairwise(rows)):
            if one["value"] != other["value"] and len(one["value"]) == len(other["value"]):
                rows[place : place + 2] = other, one
                break
        answer.json = rows
    return answer


async def nulls_turned(request: Request, ask: Ask) -> Answer:
    """Moves credits without an end date to the other end of the list."""
    answer = await ask(request)
    if request.parameters.get("o", _UNSORTED) in ("end_date", "-end_date") and answer.is_good:
        nulls = [credit for credit in answer.json if credit["end_date"] is None]
        others = [credit for credit in answer.json if credit["end_date"] is not None]
        answer.json = nulls + others if answer.json[0]["end_date"] is not None else others + nulls
    return answer


async def gone_is_listed(request: Request, ask: Ask, *, listed_before: bool) -> Answer:
    """Lists a deleted credit once more: one that was read before, or one that never was."""
    memory = request.memory
    made: dict[str, Any] = memory.setdefault("made", {})
    read: set[str] = memory.setdefault("read", set())
    answer = await ask(request)
    whole = request.is_list and answer.is_good and "customer_" not in request.query
    gone = memory.pop("gone", "")
    if request.role == "staff" and whole and gone in made and (gone in read) == listed_before:
        answer.json = [*answer.json, {**made[gone], "offerings": []}]
    elif whole:
        read.update(credit["uuid"] for credit in answer.json)
    if request.is_create and is_credit(answer.json):
        made[answer.json["uuid"]] = answer.json
    elif request.is_retrieve and answer.is_good:
        read.add(request.uuid)
    elif request.method == "DELETE" and answer.status == 204:
        memory["gone"] = request.uuid
    return answer


async def one_key_of_two(request: Request, ask: Ask) -> Answer:
    """Sorts by the first of several known keys alone."""
    answer = await ask(request)
    key = request.parameters.get("o", _UNSORTED)
    if "," not in key.strip(",") or not answer.is_good:
        return answer
    return await ask(request.but(query=f"{request.query}&o={key.split(',')[0]}"))


async def first_of_repeated(request: Request, ask: Ask) -> Answer:
    """Sorts by the first of repeated sort parameters."""
    pairs = [pair.partition("=")[::2] for pair in request.query.split("&")]
    keys = [value for name, value in pairs if name == "o"]
    return await ask(request.but(query=f"{request.query}&o={keys[0]}") if len(keys) > 1 else request)


async def one_name_left(request: Request, ask: Ask) -> Answer:
    """Names only the first of several bad fields."""
    answer = await ask(request)
    told = answer.json
    if answer.status == 400 and isinstance(told, dict) and len(told) > 1:
        answer.json = dict(list(told.items())[:1])
    return answer


async def twenty_a_page(request: Request, ask: Ask) -> Answer:
    """Puts 20 credits on a page, unless the request sets the size."""
    if re.search(r"page_size=[1-9]\d*(?:&|$)|customer_", request.query):
        return await ask(request)
    return await ask(request.but(query=f"{request.query}&page_size=20".lstrip("&")))
