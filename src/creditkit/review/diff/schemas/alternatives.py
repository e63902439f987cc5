"""Alternatives (`anyOf` and `oneOf`), matched by what they say and not by their order, and discriminators.

A discriminator admits and refuses nothing by itself (OpenAPI 3.1.1, Discriminator Object), so there is no
witness, though a client that decodes by it can fail. A change in one is `possible` unless the schemas rule
out the values.
"""

from __future__ import annotations

from creditkit.documents import last
from creditkit.review.diff.changes import COMPATIBLE, DOCUMENTATION, POSSIBLE, Verdict
from creditkit.review.diff.proof import covers
from creditkit.review.wire import Discriminator, Group, Json, Node, View

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


def compare_discriminators(context: Context, location: Location, old: View, new: View) -> None:
    """Report every difference in the discriminators of two schemas."""
    ours, theirs = old.discriminator, new.discriminator
    has_base = any(one is not None and one.is_base for one in (ours, theirs))
    if has_base and max(len(location.old), len(location.new)) > 1:
        return  # an heir: the discriminator has chosen it already
    places = ours.at if ours else old.at, theirs.at if theirs else new.at
    if ours is None and theirs is not None:
        message = f"`{theirs.name}` now tells its schema"
        verdict = _unknown_value_verdict(context, location, theirs) if context.old_sends else DOCUMENTATION
        context.tell("discriminator-added", location, message, places, verdict)
    elif ours is not None and theirs is None:
        message = f"`{ours.name}` no longer tells its schema"
        verdict = DOCUMENTATION if context.old_sends else _unknown_value_verdict(context, location, ours)
        context.tell("discriminator-removed", location, message, places, verdict)
    elif ours is not None and theirs is not None and ours.name != theirs.name:
        message = f"`{ours.name}` told its schema, and now `{theirs.name}` does"
        verdict = _unknown_value_verdict(context, location, theirs if context.old_sends else ours)
        context.tell("discriminator-changed", location, message, places, verdict)
    elif ours is not None and theirs is not None:
        _targets(context, location, ours, theirs)


def _targets(context: Context, location: Location, old: Discriminator, new: Discriminator) -> None:
    places = old.at, new.at
    for value in sorted({*old.targets, *new.targets}):
        before, after = old.targets.get(value), new.targets.get(value)
        label = f"`{old.name}: {value}`"
        if before is not None and after is not None:
            if not _is_same_target(context, before, after):
                message = f"{label} told `{last(before)}`, and now tells `{last(after)}`"
                verdict = _value_verdict(context, location, old.name, value)
                context.tell("discriminator-value-moved", location, message, places, verdict)
        elif before is not None and _is_reported(context, before, new, 0):
            verdict = _value_verdict(context, location, old.name, value) if context.old_sends else COMPATIBLE
            message = f"{label}, which told `{last(before)}`, is gone"
            context.tell("discriminator-value-removed", location, message, places, verdict)
        elif after is not None and _is_reported(context, after, old, 1):
            verdict = COMPATIBLE if context.old_sends else _value_verdict(context, location, old.name, value)
            message = f"{label}, which tells `{last(after)}`, is new"
            context.tell("discriminator-value-added", location, message, places, verdict)


def _is_reported(context: Context, target: str, other: Discriminator, side: int) -> bool:
    """Whether a value is reported here: that an alternative is new or gone is reported as such."""
    if other.is_base:
        return True
    pairs = ((target, one) if side == 0 else (one, target) for one in other.targets.values())
    return any(_is_same_target(context, *pair) for pair in pairs)


def _is_same_target(context: Context, old: str, new: str) -> bool:
    """Whether two targets are one schema: by name, or by everything it says."""
    if old == new:
        return True
    nodes = [schemas.node(at) for schemas, at in zip(context.schemas, (old, new), strict=True)]
    both = zip(context.checkers, nodes, strict=True)
    outlines = [checker.outline(context.flow.direction, node) for checker, node in both if node]
    return len(outlines) == 2 and outlines[0] == outlines[1]


def _unknown_value_verdict(context: Context, location: Location, accepting: Discriminator) -> Verdict:
    """The verdict on values that a discriminator does not know: compatible if the sender cannot send them."""
    enum = {"enum": [*accepting.targets]}
    known: Json = {"required": [accepting.name], "properties": {accepting.name: enum}}
    return _ruled_out(context, location, known)


def _value_verdict(context: Context, location: Location, name: str, value: str) -> Verdict:
    """The verdict on one value of the property: compatible if the sender cannot send it."""
    sent = {"required": [name], "properties": {name: {"enum": [value]}}}
    return _ruled_out(context, location, {"not": sent})


def _ruled_out(context: Context, location: Location, constraint: Json) -> Verdict:
    node = location.old if context.old_sends else location.new
    sent = context.flow.sender.schema(context.flow.direction, node, "closed")
    return COMPATIBLE if covers(constraint, sent) else POSSIBLE
