"""Cleanup: deletes the records that an earlier run left over, by its ownership journal.

Credits whose creation was answered are in the journal and deleted by uuid. A credit whose creation was never
answered is found by its customer, who had none when the journal took it. Somebody else may have created it
since, so it is deleted only within an hour, and reported after that. A second cleanup does nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from creditkit.contract import API, load

from .client import Client
from .equality import plain
from .guard import Guard
from .lab import CannotJudge, Lab
from .ownership_journal import OwnershipJournal
from .target import Mode, Target

_SURE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The result of a cleanup, by uuids of credits.

    `deleted` are gone now, `gone` were gone before. `kept` may belong to somebody else: the user must decide.
    `left` could not be deleted, each with the reason.
    """

    deleted: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    left: tuple[tuple[str, str], ...] = ()

    @property
    def is_done(self) -> bool:
        """Whether another cleanup would have nothing to do."""
        return not self.left


def clean_up(target: Target, journal: OwnershipJournal) -> Cleaned:
    """Delete what the journal of this target names; raises DeploymentError if it cannot be reached."""
    if not journal.open_credits and not journal.open_customers:
        return Cleaned()
    deleted: list[str] = []
    gone: list[str] = []
    kept: list[str] = []
    left: dict[str, str] = {}

    def delete(uuid: str) -> None:
        lab.client.guard.own_credit(uuid)
        status = lab.destroy(uuid).status
        if lab.retrieve(uuid).status == 404:
            journal.deleted(uuid)
            (gone if status == 404 else deleted).append(uuid)
        else:
            journal.created(uuid)  # it still exists, whatever the answer said
            said = 200 <= status < 300
            left[uuid] = "it is there after it was deleted" if said else f"DELETE is answered with {status}"

    with Client(target, Guard(Mode.WRITE)) as client:
        lab = Lab(target, load(API), client, journal)
        for uuid in journal.open_credits:
            delete(uuid)
        for customer in journal.open_customers:
            try:
                credits_ = _credits_of(customer, lab)
            except CannotJudge as error:
                left[f"of customer {customer}"] = str(error)
                continue
            if datetime.now(UTC) - journal.taken_at(customer) > _SURE:
                kept += [uuid for uuid in credits_ if uuid not in left]
            else:
                for uuid in credits_:
                    if uuid not in left:
                        delete(uuid)
            if not any(uuid in left for uuid in credits_):
                journal.released(customer)
    return Cleaned(tuple(deleted), tuple(gone), tuple(kept), tuple(left.items()))


def _credits_of(customer: str, lab: Lab) -> list[str]:
    """The credits of a customer, from the whole list, since a broken filter would hide or add some."""
    return [str(c["uuid"]) for c in lab.credits() if plain(c.get("customer_uuid")) == plain(customer)]


def told(cleaned: Cleaned) -> Iterable[str]:
    """The result of a cleanup, line by line."""
    if cleaned == Cleaned():
        yield "Nothing was left over."
    if cleaned.deleted:
        yield f"Deleted: {', '.join(cleaned.deleted)}"
    if cleaned.gone:
        yield f"Gone already: {', '.join(cleaned.gone)}"
    for uuid in cleaned.kept:
        yield f"Not touched, as it may be somebody else's by now: credit {uuid}"
    for uuid, reason in cleaned.left:
        yield f"Could not be deleted: credit {uuid} ({reason})"
