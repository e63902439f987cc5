"""Probes of stability: equal requests have equal answers, and the next read sees a write."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from creditkit.conformance.asking import Exchange, Lab, number, plain
from creditkit.conformance.judging import Failure
from creditkit.conformance.probes.toolkit import Credit, a_credit, body_of, changed, first_few, ids

_TIMES = 10


def retrieve(lab: Lab) -> Iterator[Failure]:
    """A credit read ten times."""
    with a_credit(lab) as credit:
        yield from _repeated(lambda: lab.retrieve(str(credit["uuid"])))


def listing(lab: Lab) -> Iterator[Failure]:
    """The list read ten times, in the same order."""
    yield from _repeated(lambda: lab.list("page_size=300"))


def sorted_listing(lab: Lab) -> Iterator[Failure]:
    """A sorted list: the sorted values are the same each time; equals may change places."""

    def values(exchange: Exchange) -> object:
        return exchange.status, [credit["value"] for credit in body_of(exchange)]

    yield from _repeated(lambda: lab.list("o=-value&page_size=300"), values)


def count(lab: Lab) -> Iterator[Failure]:
    """The count asked for ten times."""
    yield from _repeated(
        lab.count, lambda exchange: (exchange.status, exchange.headers.get("x-result-count"))
    )


def consumptions(lab: Lab) -> Iterator[Failure]:
    """A history read ten times."""
    with a_credit(lab) as any_credit:
        paying = [credit for credit in lab.credits() if number(credit.get("consumption_last_month"))]
        uuid = str([*paying, any_credit][0]["uuid"])
        yield from _repeated(lambda: lab.consumptions(uuid))


def refusals(lab: Lab) -> Iterator[Failure]:
    """A refusal is the same each time."""
    uuid = lab.absent_uuid()
    yield from _repeated(lambda: lab.retrieve(uuid), lambda exchange: exchange.status)
    yield from _repeated(lambda: lab.list("o=nonsense"), lambda exchange: exchange.status)
    yield from _repeated(lambda: lab.list(role=""), lambda exchange: exchange.status)


def reads_change_nothing(lab: Lab) -> Iterator[Failure]:
    """GET, HEAD and OPTIONS change no credit."""
    with lab.credit(value="21", expected_consumption="4") as credit:
        uuid = str(credit["uuid"])
        before = body_of(lab.retrieve(uuid))
        path = f"/api/customer-credits/{uuid}/"
        asked = [lab.list(f"customer_uuid={credit['customer_uuid']}"), lab.count(), lab.consumptions(uuid)]
        asked += [lab.send(method, path) for method in ("HEAD", "OPTIONS")]
        after = lab.retrieve(uuid)
        different = changed(before, body_of(after))
        if different:
            yield Failure("reading changes nothing", "unchanged", first_few(different), after)


def write_is_retrieved(lab: Lab) -> Iterator[Failure]:
    """Each write is seen by the next read."""
    with lab.credit(value="1") as credit:
        uuid = str(credit["uuid"])
        for value in range(2, 2 + _TIMES):
            body_of(lab.patch(uuid, {"value": str(value)}))
            exchange = lab.retrieve(uuid)
            if number(body_of(exchange)["value"]) != value:
                yield Failure("a write is read at once", str(value), str(exchange.json()["value"]), exchange)


def write_is_listed(lab: Lab) -> Iterator[Failure]:
    """Each write is seen by the next list."""
    with lab.credit(value="1") as credit:
        uuid = str(credit["uuid"])
        for value in range(2, 2 + _TIMES // 2):
            body_of(lab.patch(uuid, {"value": str(value)}))
            exchange = lab.list(f"customer_uuid={credit['customer_uuid']}")
            told = [
                number(entry["value"]) for entry in body_of(exchange) if plain(entry["uuid"]) == plain(uuid)
            ]
            if told != [value]:
                yield Failure(
                    "a write is listed at once", str(value), first_few(told) or "no credit", exchange
                )


def created_and_deleted(lab: Lab) -> Iterator[Failure]:
    """A credit is created and deleted for one customer time after time; each is there, then gone."""
    with lab.customer() as customer:
        seen: list[str] = []
        for _ in range(_TIMES // 2):
            made: Credit = body_of(lab.create({"customer": customer["url"]}), 201)
            uuid = str(made["uuid"])
            read = lab.retrieve(uuid)
            if read.status != 200:
                yield Failure("a created credit is there at once", "200", str(read.status), read)
            body_of(lab.destroy(uuid), 204)
            gone = lab.retrieve(uuid)
            if gone.status != 404:
                yield Failure("a deleted credit is gone at once", "404", str(gone.status), gone)
            seen.append(uuid)
        if len(set(ids([{"uuid": uuid} for uuid in seen]))) != len(seen):
            yield Failure("each credit has a uuid of its own", "different uuids", first_few(seen), gone)


def _whole(exchange: Exchange) -> object:
    return exchange.status, exchange.json()


def _repeated(ask: Callable[[], Exchange], read: Callable[[Exchange], object] = _whole) -> Iterator[Failure]:
    """The failures of an answer that is not the same each time.

    Somebody may change a record meanwhile: then all answers before are alike, and all after. So one change
    is none of the deployment's, if the new answer lasts.
    """
    exchanges = [ask() for _ in range(_TIMES)]
    told = [read(exchange) for exchange in exchanges]
    if told[-1] != told[0]:
        exchanges += [ask() for _ in range(_TIMES)]
        told = [read(exchange) for exchange in exchanges]
    turns = [place for place in range(1, len(told)) if told[place] != told[place - 1]]
    if len(turns) > 1:
        yield Failure(
            "the same request has the same answer",
            "one answer",
            f"{len(turns)} changes in {len(told)} answers",
            exchanges[turns[0]],
        )
