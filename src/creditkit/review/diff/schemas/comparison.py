"""The comparison of two schemas: every difference is reported with its location and judged by proof.

A pair of schemas is compared once: a difference in one that is used in several places of a body is reported
at the first.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from creditkit.review.diff.changes import COMPATIBLE, DOCUMENTATION, POSSIBLE
from creditkit.review.wire import Node, View, emit_others, identity

from .alternatives import compare_alternatives, compare_discriminators, compare_single, is_choice
from .context import Context, Location
from .keywords import UNCHECKED, KeywordChange, keyword_changes
from .members import compare_members

_SCALARS = {"integer", "number", "boolean", "string", "null"}


@dataclass(slots=True)
class SchemaComparison(Context):
    """One comparison of a body, a parameter or a header."""

    _seen: set[tuple[Node, Node]] = field(default_factory=set)

    def compare(self, location: Location) -> None:
        """Report every difference at a location and below it."""
        if (location.old, location.new) in self._seen:
            return
        self._seen.add((location.old, location.new))
        nodes = (location.old, location.new)
        old, new = (one.view(node) for one, node in zip(self.schemas, nodes, strict=True))
        if old.unread or new.unread:
            if old.unread != new.unread:
                message = f"`{new.unread or old.unread}` was not read, so that nothing is known of it"
                self.tell("schema-unread", location, message, (old.at, new.at), POSSIBLE)
            return
        if self._is_unrelated(location, old, new):
            return
        compare_discriminators(self, location, old, new)
        if (is_choice(old) and not new.groups) or (is_choice(new) and not old.groups):
            compare_single(self, location, old, new)
            return
        for one in keyword_changes(old, new):
            self._keyword(location, old, new, one)
        self._annotations(location, old, new)
        compare_members(self, location, old, new)
        self._items(location, old, new)
        compare_alternatives(self, location, old, new)
        self._others(location, old, new)

    def _is_unrelated(self, location: Location, old: View, new: View) -> bool:
        """Whether the two have so little in common that they are only compared, and reported, as a whole."""
        if old.never and new.never:
            return True
        node = location.new if self.old_sends else location.old
        if old.admits_all != new.admits_all or old.never or new.never:
            what, message = "schema-added", "anything was admitted, and a schema now says what"
            if new.admits_all:
                what, message = "schema-removed", "a schema said what is admitted, and now anything is"
            verdict = self.judge(location, self.accepted(node))
            self.tell(what, location, message, (old.at, new.at), verdict)
            return True
        types = [{one for one in view.types or () if one != "null"} for view in (old, new)]
        if not all(types) or types[0] & types[1] or types[0] | types[1] >= {"integer", "number"}:
            return False
        message = f"the type was {' or '.join(old.types or ())} and is now {' or '.join(new.types or ())}"
        verdict = self.judge(location, self.accepted(node))
        if self.textual and verdict.judgement == "possible" and self._takes_text(old, new):
            verdict = COMPATIBLE
        self.tell("type-changed", location, message, (old.place("type"), new.place("type")), verdict)
        return True

    def _takes_text(self, old: View, new: View) -> bool:
        """Whether the accepting side takes any text, and so the text of a number."""
        accepting, sending = (new, old) if self.old_sends else (old, new)
        any_text = (
            accepting.keywords.keys() <= {"type"}
            and accepting.is_flat
            and "string" in (accepting.types or ())
        )
        return any_text and {*(sending.types or ("array",))} <= _SCALARS

    def _keyword(self, location: Location, old: View, new: View, one: KeywordChange) -> None:
        constraint = one.constraint(new if self.old_sends else old, of_new=self.old_sends)
        verdict = COMPATIBLE if constraint is True else self.judge(location, constraint)
        if verdict.judgement == "compatible" and constraint is not True and one.keyword in UNCHECKED:
            verdict = POSSIBLE
        places = old.place(one.keyword), new.place(one.keyword)
        self.tell(one.what, location, one.message, places, verdict)

    def _annotations(self, location: Location, old: View, new: View) -> None:
        if self.old_sends and identity(old.default) != identity(new.default):
            message = f"the default was {_default(old)} and is now {_default(new)}"
            places = old.place("default"), new.place("default")
            self.tell("default-changed", location, message, places, POSSIBLE)
        if old.deprecated != new.deprecated:
            what, message = deprecation(is_new=new.deprecated)
            self.tell(what, location, message, (old.at, new.at), DOCUMENTATION)

    def _items(self, location: Location, old: View, new: View) -> None:
        if old.items is not None and new.items is not None:
            self.compare(location.down(old.items, new.items, ("items",), "*"))
        elif old.items != new.items:
            accepting = new.items if self.old_sends else old.items
            verdict = COMPATIBLE
            if accepting is not None:
                verdict = self.judge(location, {"items": self.accepted(accepting)})
            message = "what is said of items has changed"
            self.tell("items-changed", location, message, (old.place("items"), new.place("items")), verdict)

    def _others(self, location: Location, old: View, new: View) -> None:
        """Compare the keywords that are compared as a whole."""
        if not old.others and not new.others:
            return
        views = zip(self.schemas, (old, new), strict=True)
        constraints = [emit_others(schemas, view, self.flow.mode) for schemas, view in views]
        if identity(constraints[0]) == identity(constraints[1]):
            return
        at = [next((view.place(keyword) for keyword in view.others), view.at) for view in (old, new)]
        keywords = ", ".join(f"`{one}`" for one in sorted({*old.others, *new.others}))
        verdict = self.judge(location, constraints[1 if self.old_sends else 0])
        message = f"what {keywords} demand has changed"
        self.tell("condition-changed", location, message, (at[0], at[1]), verdict)


def deprecation(*, is_new: bool) -> tuple[str, str]:
    """The end of the kind of a change in `deprecated`, and its message."""
    return (
        ("deprecated", "is now deprecated") if is_new else ("no-longer-deprecated", "is no longer deprecated")
    )


def _default(view: View) -> str:
    return f"`{view.default[0]}`" if view.default else "none"
