"""A pair: one operation in both contracts, and what its parts have in common when they are compared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from creditkit.review.wire import Operation

from .admission import Admission
from .changes import Side
from .exchange import Exchange
from .proof import COMPATIBLE, POSSIBLE, Verdict, witness
from .record import Record
from .sketches import Sketcher

TRIES = 20
"""How many exchanges are tried before a change that was not proved is called possible."""


@dataclass(slots=True)
class Pair:
    """One operation in both contracts; `before` draws exchanges of the old one, `after` of the new one."""

    record: Record
    old: Operation
    new: Operation
    sides: tuple[Admission, Admission]
    before: Sketcher = field(init=False)
    after: Sketcher = field(init=False)

    def __post_init__(self) -> None:
        self.before = Sketcher(*self.sides)
        self.after = Sketcher(self.sides[1], self.sides[0])

    def tell(
        self,
        kind: str,
        where: object,
        message: str,
        places: tuple[str, str],
        breaks: Side,
        verdict: Verdict = COMPATIBLE,
    ) -> None:
        """One more change; `places` are its pointers in the old contract and in the new one."""
        old, new = places
        self.record.add(kind, str(where), message, old=old, new=new, breaks=breaks, verdict=verdict)

    def refused(self, exchanges: Iterable[Exchange | None], otherwise: Verdict = POSSIBLE) -> Verdict:
        """Breaking with the first exchange that the old contract documents and the new one does not."""
        found = (witness(one, *self.sides, "old") for one in exchanges)
        return next((Verdict("breaking", one) for one in found if one), otherwise)

    def unexpected(self, exchange: Exchange | None) -> Verdict:
        """Breaking if the new contract documents the response and the old one ruled it out."""
        found = witness(exchange, self.sides[1], self.sides[0], "new", "tolerant")
        return Verdict("breaking", found) if found else POSSIBLE


def deprecation(*, is_new: bool) -> tuple[str, str]:
    """How the kind of the change ends, and its message."""
    return (
        ("deprecated", "is now deprecated") if is_new else ("no-longer-deprecated", "is no longer deprecated")
    )
