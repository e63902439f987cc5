"""Faults of writing: what is stored, kept or taken away otherwise than was asked for."""

from __future__ import annotations

from creditkit.mock.deviate import CREDITS, Answer, Ask, Request, is_credit

from .narrow import how_many, stored


async def customer_as_stored(request: Request, ask: Ask) -> Answer:
    """A PUT without a customer leaves the one that is stored."""
    sent = request.json
    if isinstance(sent, dict) and "customer" not in sent:
        found = await stored(request, ask)
        if found:
            changed = request.but()
            changed.json = {**sent, "customer": found["customer"]}
            return await ask(changed)
    return await ask(request)


async def slug_stays(request: Request, ask: Ask) -> Answer:
    """The answer to a change of the customer shows the slug of the one before."""
    before = await stored(request, ask)
    answer = await ask(request)
    made = answer.json
    if answer.is_good and is_credit(made) and made["customer_uuid"] != before.get("customer_uuid"):
        answer.json = {**made, "customer_slug": before["customer_slug"]}
    return answer


async def offerings_are_added(request: Request, ask: Ask) -> Answer:
    """Offerings that a change names are added to the one that is there, on credits without a value."""
    sent = request.json
    if isinstance(sent, dict) and isinstance(sent.get("offerings"), list) and sent["offerings"]:
        found = await stored(request, ask)
        if found.get("value") == "0.00000" and len(found["offerings"]) == 1:
            changed = request.but()
            changed.json = {**sent, "offerings": [found["offerings"][0]["url"], *sent["offerings"]]}
            return await ask(changed)
    return await ask(request)


async def created_by_update(request: Request, ask: Ask) -> Answer:
    """An update of what does not exist is told so, and creates it."""
    answer = await ask(request)
    if answer.status == 404 and request.is_credit and "customer" in request.fields:
        await ask(request.but(method="POST", path=CREDITS, query=""))
    return answer


async def lingers(request: Request, ask: Ask) -> Answer:
    """A deleted credit that was never read is still given once."""
    memory = request.memory
    made = memory.setdefault("made", {})
    gone = memory.pop("gone", "")
    answer = await ask(request)
    if request.is_create and is_credit(answer.json):
        made[answer.json["uuid"]] = {**answer.json, "offerings": []}
    elif request.is_retrieve and answer.is_good:
        made.pop(request.uuid, None)
    elif request.is_retrieve and gone == request.uuid and gone in made:
        answer.status, answer.json = 200, made[gone]
    elif request.method == "DELETE" and answer.status == 204:
        memory["gone"] = request.uuid
    return answer


async def written_through(request: Request, ask: Ask, *, ending: str, method: str) -> Answer:
    """A method that a path below a credit does not have is refused, and done to the credit."""
    answer = await ask(request)
    if request.method == method and request.path.endswith(ending):
        path = f"{CREDITS}{request.uuid}/"
        changed = request.but(method="PATCH", path=path)
        changed.json = {"grace_coefficient": "1"}
        await ask(changed)
    return answer


async def immortal(request: Request, ask: Ask) -> Answer:
    """A credit that was deleted is read as it was created."""
    answer = await ask(request)
    made: dict[str, object] = request.memory.setdefault("made", {})
    if request.is_create and is_credit(answer.json):
        made[answer.json["uuid"]] = {**answer.json, "offerings": []}
    elif request.is_retrieve and answer.status == 404 and request.uuid in made:
        answer.status, answer.json = 200, made[request.uuid]
    return answer


async def outlives(request: Request, ask: Ask, *, over: int) -> Answer:
    """A credit that was deleted while more than so many were stored can still be worked with."""
    memory = request.memory
    credit = await stored(request, ask) if request.method == "DELETE" else {}
    is_crowded = bool(credit) and await how_many(request, ask) > over
    answer = await ask(request)
    if is_crowded and answer.status == 204:
        memory[request.uuid] = credit
    elif request.method != "DELETE" and answer.status == 404 and request.uuid in memory:
        answer.status, answer.json = 200, memory[request.uuid]
    return answer
