"""Faults of writing: stored credits that differ from the request."""

from __future__ import annotations

from creditkit.mock.deviate import CREDITS, Answer, Ask, Request, is_credit

from .narrow import how_many, stored


async def customer_as_stored(request: Request, ask: Ask) -> Answer:
    """Keeps the stored customer at a PUT without a customer."""
    sent = request.json
    if isinstance(sent, dict) and "customer" not in sent:
        found = await stored(request, ask)
        if found:
            changed = request.but()
            changed.json = {**sent, "customer": found["customer"]}
            return await ask(changed)
    return await ask(request)


async def slug_stays(request: Request, ask: Ask) -> Answer:
    """Answers a change of the customer with the slug of the previous one."""
    before = await stored(request, ask)
    answer = await ask(request)
    made = answer.json
    if answer.is_good and is_credit(made) and made["customer_uuid"] != before.get("customer_uuid"):
        answer.json = {**made, "customer_slug": before["customer_slug"]}
    return answer


async def offerings_are_added(request: Request, ask: Ask) -> Answer:
    """Adds new offerings to the stored one instead of replacing it, on credits without a value."""
    sent = request.json
    if isinstance(sent, dict) and isinstance(sent.get("offerings"), list) and sent["offerings"]:
        found = await stored(request, ask)
        if found.get("value") == "0.00000" and len(found["offerings"]) == 1:
            changed = request.but()
            changed.json = {**sent, "offerings": [found["offerings"][0]["url"], *sent["offerings"]]}
            return await ask(changed)
    return await ask(request)


async def created_by_update(request: Request, ask: Ask) -> Answer:
    """Creates a credit at an update that is answered with 404."""
    answer = await ask(request)
    if answer.status == 404 and request.is_credit and "customer" in request.fields:
        await ask(request.but(method="POST", path=CREDITS, query=""))
    return answer


async def lingers(request: Request, ask: Ask) -> Answer:
    """Answers one more read of a deleted credit that was never read before."""
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
    """Refuses a method below a credit, and changes the credit all the same."""
    answer = await ask(request)
    if request.method == method and request.path.endswith(ending):
        path = f"{CREDITS}{request.uuid}/"
        changed = request.but(method="PATCH", path=path)
        changed.json = {"grace_coefficient": "1"}
        await ask(changed)
    return answer


async def immortal(request: Request, ask: Ask) -> Answer:
    """Answers reads of a deleted credit with the credit as it was created."""
    answer = await ask(request)
    made: dict[str, object] = request.memory.setdefault("made", {})
    if request.is_create and is_credit(answer.json):
        made[answer.json["uuid"]] = {**answer.json, "offerings": []}
    elif request.is_retrieve and answer.status == 404 and request.uuid in made:
        answer.status, answer.json = 200, made[request.uuid]
    return answer


async def outlives(request: Request, ask: Ask, *, over: int) -> Answer:
    """Keeps a credit that was deleted while more than `over` credits were stored."""
    memory = request.memory
    credit = await stored(request, ask) if request.method == "DELETE" else {}
    is_crowded = bool(credit) and await how_many(request, ask) > over
    answer = await ask(request)
    if is_crowded and answer.status == 204:
        memory[request.uuid] = credit
    elif request.method != "DELETE" and answer.status == 404 and request.uuid in memory:
        answer.status, answer.json = 200, memory[request.uuid]
    return answer
