"""The state that all parts of a schema comparison share, and how they judge and report changes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from creditkit.review.diff.changes import COMPATIBLE, POSSIBLE, ChangeLog, Side, Verdict
from creditkit.review.diff.proof import ExchangeChecker, Flow, Step
from creditkit.review.wire import Json, Node, Schemas


@dataclass(frozen=True, slots=True)
class Location:
    """A location inside a body: its nodes in both contracts, the steps that lead there, and its name."""

    old: Node
    new: Node
    steps: tuple[Step, ...] = ()
    path: str = ""

    def down(self, old: Node, new: Node, step: Step, name: str) -> Location:
        """The location one step further; without a name, for an alternative, it keeps this one's."""
        return Location(old, new, (*self.steps, step), f"{self.path}/{name}" if name else self.path)


@dataclass(slots=True)
class Context(ABC):
    """The comparison of one body, parameter or header.

    `subject` begins the kinds of changes of the whole; changes further down a body are of properties.
    `lost` is the flow of values that the old contract documents and the new one no longer mentions; None
    where values have no members. `textual` says that values travel as text.
    """

    changes: ChangeLog
    flow: Flow
    subject: str
    where: str
    lost: Flow | None = None
    textual: bool = False

    @abstractmethod
    def compare(self, location: Location) -> None:
        """Report every difference at a location and below it."""

    @property
    def old_sends(self) -> bool:
        """Whether the old contract's side sends, as in a request."""
        return self.flow.sending == "old"

    @property
    def schemas(self) -> tuple[Schemas, Schemas]:
        """The schemas of the old contract and of the new one."""
        direction = self.flow.direction
        return self.changes.old.schemas(direction), self.changes.new.schemas(direction)

    @property
    def checkers(self) -> tuple[ExchangeChecker, ExchangeChecker]:
        """The checkers of the old contract and of the new one."""
        both = self.flow.sender, self.flow.acceptor
        return both if self.old_sends else both[::-1]

    def tell(
        self,
        what: str,
        location: Location,
        message: str,
        places: tuple[str, str],
        verdict: Verdict = COMPATIBLE,
    ) -> None:
        """Report a change; `places` are its pointers in the old contract and in the new one."""
        within = location.path and self.subject.endswith("-body")
        subject = self.subject.replace("-body", "-property") if within else self.subject
        breaks: Side = "senders" if self.old_sends else "readers"
        where = f"{self.where} {location.path}".strip()
        self.changes.add(f"{subject}-{what}", where, message, places, breaks, verdict)

    def judge(self, location: Location, constraint: Json) -> Verdict:
        """Whether everything sent at a location meets a constraint of the accepting side."""
        node = location.old if self.old_sends else location.new
        return self.flow.judge(node, constraint, location.steps)

    def judge_lost(self, location: Location, constraint: Json) -> Verdict:
        """Whether everything that the old contract documents at a location is still mentioned."""
        return POSSIBLE if self.lost is None else self.lost.judge(location.old, constraint, location.steps)

    def accepted(self, node: Node) -> Json:
        """The schema of a node of the accepting side."""
        return self.flow.acceptor.schema(self.flow.direction, node, self.flow.mode)
