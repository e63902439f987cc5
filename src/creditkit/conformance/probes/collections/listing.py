"""Probes of the list: it holds created credits in their present state, and no deleted ones."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from creditkit.conformance.asking import Lab, plain
from creditkit.conformance.judging import Failure
from creditkit.conformance.probes.toolkit import body_of, changed, first_few, ids, read_all


def grows(lab: Lab) -> Iterator[Failure]:
    """A created credit is in the list, once, and counted."""
    before = int(body_count(lab))
    with lab.credit(value="7") as credit:
        exchange, found = read_all(lab)
        times = ids(found).count(plain(credit["uuid"]))
        if times != 1:
            yield Failure("a created credit is in the list once", "1", str(times), exchange)
        after = lab.count()
        if after.headers.get("x-result-count") != str(before + 1):
            got = after.headers.get("x-result-count", "no X-Result-Count")
            yield Failure("a created credit is counted", str(before + 1), got, after)


def shrinks(lab: Lab) -> Iterator[Failure]:
    """A deleted credit is in the list no more, and the others still are."""
    with lab.credit(value="7") as credit:
        before = ids(read_all(lab)[1])
        body_of(lab.destroy(str(credit["uuid"])), 204)
        exchange, found = read_all(lab)
        after = ids(found)
        if plain(credit["uuid"]) in after:
            yield Failure("a deleted credit is not in the list", "gone", "still there", exchange)
        lost = [uuid for uuid in before if uuid not in after and uuid != plain(credit["uuid"])]
        if lost:
            yield Failure(
                "the others are still in the list", "all others", f"without {first_few(lost)}", exchange
            )


def finds_created(lab: Lab) -> Iterator[Failure]:
    """Each filter finds a created credit by its customer, and does not when it is deleted."""
    with lab.credit(value="7") as credit:
        uuid = plain(credit["uuid"])
        queries = [
            urlencode({name: str(credit[name])})
            for name in ("customer_name", "customer_slug", "customer_uuid")
        ]
        for query in queries:
            exchange, found = read_all(lab, query)
            if uuid not in ids(found):
                yield Failure(
                    f"?{query} finds the new credit", uuid, first_few(ids(found)) or "nothing", exchange
                )
        body_of(lab.destroy(str(credit["uuid"])), 204)
        for query in queries:
            exchange, found = read_all(lab, query)
            if uuid in ids(found):
                yield Failure(f"?{query} no longer finds the deleted credit", "nothing", uuid, exchange)


def shows_changes(lab: Lab) -> Iterator[Failure]:
    """A changed credit is in the list as a retrieve gives it."""
    with lab.credit(value="7") as credit:
        body_of(lab.patch(str(credit["uuid"]), {"value": "8.5", "grace_coefficient": "3"}))
        now = body_of(lab.retrieve(str(credit["uuid"])))
        exchange, found = read_all(lab)
        for entry in found:
            if plain(entry["uuid"]) == plain(credit["uuid"]) and changed(now, entry):
                yield Failure(
                    "the list shows the credit as it is",
                    "as retrieved",
                    first_few(changed(now, entry)),
                    exchange,
                )


def body_count(lab: Lab) -> str:
    """How many credits there are, as HEAD tells it."""
    answer = lab.count()
    body_of(answer)
    return answer.headers["x-result-count"]
