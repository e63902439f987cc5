"""Alternatives: `anyOf` and `oneOf`, matched by what they say and not by their order."""

from __future__ import annotations

from creditkit.review.diff.proof import covers
from creditkit.review.wire import Group, Json, Node, View

from .context import Context, Location

_Numbered = tuple[int, Node]
"""An alternative and its index in the list."""


def is_choice(view: View) -> bool:
    """Whether a view is nothing but one set of alternatives."""
    return len(view.groups) == 1 and view.has_only_groups


def compare_single(context: Context, location: Location, old: View, new: View) -> None:
    """Compare alternatives on one side with a schema on the other that may be one of them."""
    if _admit_the_same(context, location):
        return
    keyword = (old.groups or new.groups)[0].keyword
    ours = old.groups[0] if old.groups else Group(keyword, (location.old,), old.at)
    theirs = new.groups[0] if new.groups else Group(keyword, (location.new,), new.at)
    _compare(context, location, ours, theirs)


def compare_alternatives(context: Context, location: Location, old: View, new: View) -> None:
    """Report every difference in the alternatives of two schemas."""
    if [one.keyword for one in old.groups] == [one.keyword for one in new.groups]:
        for ours, theirs in zip(old.groups, new.groups, strict=True):
            _compare(context, location, ours, theirs)
        return
    accepting = new if context.old_sends else old
    constraint: Json = True
    if accepting.groups:
        constraint = {"allOf": [_constraint(context, group) for group in accepting.groups]}
    at = [view.groups[0].at if view.groups else view.at for view in (old, new)]
    message, verdict = "the alternatives are others", context.judge(location, constraint)
    context.tell("alternatives-changed", location, message, (at[0], at[1]), verdict)


def _compare(context: Context, location: Location, old: Group, new: Group) -> None:
    left, right = [*enumerate(old.branches)], [*enumerate(new.branches)]
    for one in [*left]:
        same = next((other for other in right if _same(context, one[1], other[1])), None)
        if same is not None:
            left.remove(one)
            right.remove(same)
    constraint = _constraint(context, new if context.old_sends else old)
    pairs, before = _related(context, left, right), len(context.changes.changes)
    for (number, ours), (other, theirs) in pairs:
        # -1 where the schema is not an alternative but the whole.
        numbers = -1 if ours == location.old else number, -1 if theirs == location.new else other
        context.compare(location.down(ours, theirs, (old.keyword, *numbers), ""))
    proved = any(one.judgement == "breaking" for one in context.changes.changes[before:])
    if pairs and new.keyword == "oneOf" and not proved:
        # A value that two alternatives of a oneOf admit is refused: a wider one may take it from another.
        verdict = context.judge(location, constraint)
        if verdict.judgement != "compatible":
            message = "the alternatives may overlap, and what is two of them is refused"
            context.tell("alternatives-changed", location, message, (old.at, new.at), verdict)
    for _, branch in left:
        places, message = (branch[0] if branch else old.at, new.at), f"{_name(branch)} is gone"
        verdict = context.judge(location, constraint)
        if verdict.judgement != "breaking" and context.old_sends:
            direction, checker = context.flow.direction, context.checkers[1]
            closed = [checker.schema(direction, one, "closed") for one in new.branches]
            verdict = context.judge_lost(location, {new.keyword: closed})
        context.tell("alternative-removed", location, message, places, verdict)
    for _, branch in right:
        places, message = (old.at, branch[0] if branch else new.at), f"{_name(branch)} is new"
        verdict = context.judge(location, constraint)
        context.tell("alternative-added", location, message, places, verdict)


def _related(
    context: Context, left: list[_Numbered], right: list[_Numbered]
) -> list[tuple[_Numbered, _Numbered]]:
    """Pairs of alternatives that share a type, and so may be the same; they are removed from the lists."""
    found = []
    for one in [*left]:
        types = context.schemas[0].view(one[1]).types
        for other in right:
            theirs = context.schemas[1].view(other[1]).types
            if types is None or theirs is None or {*types} & {*theirs}:
                found.append((one, other))
                left.remove(one)
                right.remove(other)
                break
    return found


def _admit_the_same(context: Context, location: Location) -> bool:
    """Whether two schemas are equivalent."""
    nodes = zip(context.checkers, (location.old, location.new), strict=True)
    ours, theirs = (checker.schema(context.flow.direction, node, "plain") for checker, node in nodes)
    return bool(covers(ours, theirs) and covers(theirs, ours))


def _same(context: Context, old: Node, new: Node) -> bool:
    ours, theirs = context.checkers
    return ours.outline(context.flow.direction, old) == theirs.outline(context.flow.direction, new)


def _constraint(context: Context, group: Group) -> Json:
    keyword = "anyOf" if context.flow.mode == "tolerant" else group.keyword
    return {keyword: [context.accepted(branch) for branch in group.branches]}


def _name(branch: Node) -> str:
    return f"the alternative `{branch[0].rpartition('/')[2]}`" if branch else "an alternative"
