"""The walk: two schemas side by side, every difference told where it stands and judged by proof.

A schema is met once in a walk: what is wrong with one that stands in several places of a body is told at the
first.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from creditkit.review.wire import Json, Node, Schemas, View, emit_others, identity

from .admission import Admission
from .alternatives import compare_alternatives, compare_single, is_choice
from .changes import Side
from .demands import UNCHECKED, Difference, differences
from .discriminators import compare_discriminators
from .members import compare_members
from .pair import deprecation
from .proof import COMPATIBLE, POSSIBLE, Flow, Verdict
from .record import DOCUMENTATION, Record
from .spot import Spot, says_nothing


@dataclass(slots=True)
class Walk:
    """One walk through a body, a parameter or a header.

    `subject` begins the kinds of changes of the whole; those further down a body are of properties. `lost` is
    the flow of what the old contract documents and the new one speaks of no longer; None where nothing has
    members. `textual` says that values travel as text.
    """

    record: Record
    flow: Flow
    subject: str
    where: str
    lost: Flow | None = None
    textual: bool = False
    _seen: set[tuple[Node, Node]] = field(default_factory=set)

    @property
    def old_sends(self) -> bool:
        """Whether the old contract's side sends, as in a request."""
        return self.flow.sending == "old"

    @property
    def schemas(self) -> tuple[Schemas, Schemas]:
        """The schemas of the old contract and of the new one."""
        old, new = self.record.old, self.record.new
        return (
            (old.requests, new.requests)
            if self.flow.direction == "request"
            else (old.responses, new.responses)
        )

    @property
    def sides(self) -> tuple[Admission, Admission]:
        """The old contract and the new one."""
        sides = self.flow.sender, self.flow.acceptor
        return sides if self.old_sends else sides[::-1]

    def spot(self, spot: Spot) -> None:
        """Tell every difference at a place and below it."""
        if (spot.old, spot.new) in self._seen:
            return
        self._seen.add((spot.old, spot.new))
        old, new = (one.view(node) for one, node in zip(self.schemas, (spot.old, spot.new), strict=True))
        if old.unread or new.unread:
            if old.unread != new.unread:
                message = f"`{new.unread or old.unread}` was not read, so that nothing is known of it"
                self.tell("schema-unread", spot, message, (old.at, new.at), POSSIBLE)
            return
        if self._is_other(spot, old, new):
            return
        compare_discriminators(self, spot, old, new)
        if (is_choice(old) and not new.groups) or (is_choice(new) and not old.groups):
            compare_single(self, spot, old, new)
            return
        for one in differences(old, new):
            self._demand(spot, old, new, one)
        self._annotations(spot, old, new)
        compare_members(self, spot, old, new)
        self._items(spot, old, new)
        compare_alternatives(self, spot, old, new)
        self._others(spot, old, new)

    def tell(
        self, what: str, spot: Spot, message: str, places: tuple[str, str], verdict: Verdict = COMPATIBLE
    ) -> None:
        """One more change; `places` are its pointers in the old contract and in the new one."""
        within = spot.path and self.subject.endswith("-body")
        subject = self.subject.replace("-body", "-property") if within else self.subject
        breaks: Side = "senders" if self.old_sends else "readers"
        where = f"{self.where} {spot.path}".strip()
        old, new = places
        self.record.add(f"{subject}-{what}", where, message, old=old, new=new, breaks=breaks, verdict=verdict)

    def judge(self, spot: Spot, demand: Json) -> Verdict:
        """Whether what is sent at a place meets a demand of the accepting side."""
        return self.flow.judge(spot.old if self.old_sends else spot.new, demand, spot.steps)

    def judge_lost(self, spot: Spot, demand: Json) -> Verdict:
        """Whether what the old contract documents at a place is still spoken of."""
        return POSSIBLE if self.lost is None else self.lost.judge(spot.old, demand, spot.steps)

    def lost_schema(self, node: Node) -> Json:
        """The schema of a node of the new contract, with no other members than it speaks of."""
        return self.sides[1].schema(self.flow.direction, node, "closed")

    def emit(self, node: Node) -> Json:
        """The schema of a node of the accepting side."""
        return self.flow.acceptor.schema(self.flow.direction, node, self.flow.mode)

    def accepted(self, spot: Spot) -> Json:
        """All that the accepting side demands at a place."""
        return self.emit(spot.new if self.old_sends else spot.old)

    def _is_other(self, spot: Spot, old: View, new: View) -> bool:
        """Whether the two have too little in common to be compared but as a whole; then it is told."""
        if old.never and new.never:
            return True
        if says_nothing(old) != says_nothing(new) or old.never or new.never:
            what, message = "schema-added", "anything was admitted, and a schema now says what"
            if says_nothing(new):
                what, message = "schema-removed", "a schema said what is admitted, and now anything is"
            self.tell(what, spot, message, (old.at, new.at), self.judge(spot, self.accepted(spot)))
            return True
        real = [{one for one in view.types or () if one != "null"} for view in (old, new)]
        if not all(real) or real[0] & real[1] or real[0] | real[1] >= {"integer", "number"}:
            return False
        message = f"the type was {' or '.join(old.types or ())} and is now {' or '.join(new.types or ())}"
        verdict = self.judge(spot, self.accepted(spot))
        if self.textual and verdict.judgement == "possible" and self._takes_text(old, new):
            verdict = COMPATIBLE
        self.tell("type-changed", spot, message, (old.place("type"), new.place("type")), verdict)
        return True

    def _takes_text(self, old: View, new: View) -> bool:
        """Whether the accepting side takes any text, so that the text of a number will do."""
        accepting, sending = (new, old) if self.old_sends else (old, new)
        free = (
            accepting.demands.keys() <= {"type"} and accepting.is_flat and "string" in (accepting.types or ())
        )
        scalars = {"integer", "number", "boolean", "string", "null"}
        return free and {*(sending.types or ("array",))} <= scalars

    def _demand(self, spot: Spot, old: View, new: View, one: Difference) -> None:
        accepting = new if self.old_sends else old
        demand = one.demand(accepting, of_new=self.old_sends)
        verdict = COMPATIBLE if demand is True else self.judge(spot, demand)
        if verdict.judgement == "compatible" and demand is not True and one.keyword in UNCHECKED:
            verdict = POSSIBLE
        self.tell(one.what, spot, one.message, (old.place(one.keyword), new.place(one.keyword)), verdict)

    def _annotations(self, spot: Spot, old: View, new: View) -> None:
        if self.old_sends and identity(old.default) != identity(new.default):
            message = f"the default was {_default(old)} and is now {_default(new)}"
            self.tell(
                "default-changed", spot, message, (old.place("default"), new.place("default")), POSSIBLE
            )
        if old.deprecated != new.deprecated:
            what, message = deprecation(is_new=new.deprecated)
            self.tell(what, spot, message, (old.at, new.at), DOCUMENTATION)

    def _items(self, spot: Spot, old: View, new: View) -> None:
        if old.items is not None and new.items is not None:
            self.spot(spot.down(old.items, new.items, ("items",), "*"))
        elif old.items != new.items:
            accepting = new.items if self.old_sends else old.items
            verdict = COMPATIBLE if accepting is None else self.judge(spot, {"items": self.emit(accepting)})
            message = "what is said of items has changed"
            self.tell("items-changed", spot, message, (old.place("items"), new.place("items")), verdict)

    def _others(self, spot: Spot, old: View, new: View) -> None:
        """The keywords that are compared as a whole."""
        if not old.others and not new.others:
            return
        views = zip(self.schemas, (old, new), strict=True)
        demands = [emit_others(schemas, view, self.flow.mode) for schemas, view in views]
        if identity(demands[0]) == identity(demands[1]):
            return
        at = [next((view.place(keyword) for keyword in view.others), view.at) for view in (old, new)]
        keywords = ", ".join(f"`{one}`" for one in sorted({*old.others, *new.others}))
        verdict = self.judge(spot, demands[1 if self.old_sends else 0])
        self.tell("condition-changed", spot, f"what {keywords} demand has changed", (at[0], at[1]), verdict)


def _default(view: View) -> str:
    return f"`{view.default[0]}`" if view.default else "none"
