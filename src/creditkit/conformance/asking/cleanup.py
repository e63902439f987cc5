"""Cleanup: what an earlier run could not delete, found by its ownership journal and deleted now.

Two kinds of records can be left over. Credits whose creation was answered are in the journal, and are deleted
by their uuid. A credit whose creation was asked for and never answered is found by its customer, who had
none when the journal took it; but somebody else may have given it one since then, so that such a credit is
deleted only within the hour, and told otherwise. Cleaning up twice does nothing the second time.
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
    """What a cleanup did, by uuids of credits.

    `deleted` are gone now, `gone` were gone already. `kept` belong to customers that an earlier run took, but
    may be somebody else's: they are the user's to judge. `left` could not be deleted, each with the reason.
    """

    deleted: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    left: tuple[tuple[str, str], ...] = ()

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do for another cleanup."""
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
            journal.created(uuid)  # whatever the deployment said, it is there
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
    """The credits of a customer, from the whole list: a filter that is broken would hide or add some."""
    return [str(c["uuid"]) for c in lab.credits() if plain(c.get("customer_uuid")) == plain(customer)]


def told(cleaned: Cleaned) -> Iterable[str]:
    """What a cleanup did, in lines."""
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
