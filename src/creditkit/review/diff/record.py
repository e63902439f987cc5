"""Records: the changes of one comparison while they are being found."""

from __future__ import annotations

from dataclasses import dataclass, field

from creditkit.review.wire import Wire

from .changes import Change, Side
from .kinds import KINDS
from .proof import COMPATIBLE, Verdict

DOCUMENTATION = Verdict("documentation")


@dataclass(slots=True)
class Record:
    """The changes found so far between two contracts. `operation` is the one that is being looked at."""

    old: Wire
    new: Wire
    operation: str = ""
    changes: list[Change] = field(default_factory=list)

    def add(
        self,
        kind: str,
        where: str,
        message: str,
        *,
        old: str | None,
        new: str | None,
        breaks: Side,
        verdict: Verdict = COMPATIBLE,
    ) -> None:
        """One more change; `old` and `new` are pointers, None where that contract has nothing of the kind."""
        reason = KINDS[kind]
        harmful = verdict.judgement in ("breaking", "possible")
        change = Change(
            kind=kind,
            judgement=verdict.judgement,
            breaks=frozenset((breaks,)) if harmful else frozenset(),
            operation=self.operation,
            where=where,
            old=None if old is None else self.old.source.place(old),
            new=None if new is None else self.new.source.place(new),
            message=message,
            reason=reason if harmful else "",
            witness=verdict.witness,
        )
        self.changes.append(change)
