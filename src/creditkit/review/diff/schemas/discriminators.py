"""Discriminators: the property by which a schema is chosen, and the schemas of its values.

A discriminator admits and refuses nothing by itself (OpenAPI 3.1.1, Discriminator Object), so there is no
witness, though a client that decodes by it can fail. A change is `possible` unless the schemas rule out the
values.
"""

from __future__ import annotations

from creditkit.documents import last
from creditkit.review.diff.changes import COMPATIBLE, DOCUMENTATION, POSSIBLE, Verdict
from creditkit.review.diff.proof import covers
from creditkit.review.wire import Discriminator, Json, View

from .context import Context, Location


def compare_discriminators(context: Context, location: Location, old: View, new: View) -> None:
    """Report every difference in the discriminators of two schemas."""
    ours, theirs = old.discriminator, new.discriminator
    has_base = any(one is not None and one.is_base for one in (ours, theirs))
    if has_base and max(len(location.old), len(location.new)) > 1:
        return  # an heir: the discriminator has chosen it already
    places = ours.at if ours else old.at, theirs.at if theirs else new.at
    if ours is None and theirs is not None:
        message = f"`{theirs.name}` now tells its schema"
        verdict = _unknown_value(context, location, theirs) if context.old_sends else DOCUMENTATION
        context.tell("discriminator-added", location, message, places, verdict)
    elif ours is not None and theirs is None:
        message = f"`{ours.name}` no longer tells its schema"
        verdict = DOCUMENTATION if context.old_sends else _unknown_value(context, location, ours)
        context.tell("discriminator-removed", location, message, places, verdict)
    elif ours is not None and theirs is not None and ours.name != theirs.name:
        message = f"`{ours.name}` told its schema, and now `{theirs.name}` does"
        verdict = _unknown_value(context, location, theirs if context.old_sends else ours)
        context.tell("discriminator-changed", location, message, places, verdict)
    elif ours is not None and theirs is not None:
        _targets(context, location, ours, theirs)


def _targets(context: Context, location: Location, old: Discriminator, new: Discriminator) -> None:
    places = old.at, new.at
    for value in sorted({*old.targets, *new.targets}):
        before, after = old.targets.get(value), new.targets.get(value)
        label = f"`{old.name}: {value}`"
        if before is not None and after is not None:
            if not _is_same(context, before, after):
                message = f"{label} told `{last(before)}`, and now tells `{last(after)}`"
                verdict = _value(context, location, old.name, value)
                context.tell("discriminator-value-moved", location, message, places, verdict)
        elif before is not None and _is_reported(context, before, new, 0):
            verdict = _value(context, location, old.name, value) if context.old_sends else COMPATIBLE
            message = f"{label}, which told `{last(before)}`, is gone"
            context.tell("discriminator-value-removed", location, message, places, verdict)
        elif after is not None and _is_reported(context, after, old, 1):
            verdict = COMPATIBLE if context.old_sends else _value(context, location, old.name, value)
            message = f"{label}, which tells `{last(after)}`, is new"
            context.tell("discriminator-value-added", location, message, places, verdict)


def _is_reported(context: Context, target: str, other: Discriminator, side: int) -> bool:
    """Whether a value is reported here: that an alternative is new or gone is reported as such."""
    if other.is_base:
        return True
    pairs = ((target, one) if side == 0 else (one, target) for one in other.targets.values())
    return any(_is_same(context, *pair) for pair in pairs)


def _is_same(context: Context, old: str, new: str) -> bool:
    """Whether two targets are one schema: by name, or by everything it says."""
    if old == new:
        return True
    nodes = [schemas.node(at) for schemas, at in zip(context.schemas, (old, new), strict=True)]
    both = zip(context.checkers, nodes, strict=True)
    outlines = [checker.outline(context.flow.direction, node) for checker, node in both if node]
    return len(outlines) == 2 and outlines[0] == outlines[1]


def _unknown_value(context: Context, location: Location, accepting: Discriminator) -> Verdict:
    """The verdict on values that a discriminator does not know: compatible if the sender cannot send them."""
    enum = {"enum": [*accepting.targets]}
    known: Json = {"required": [accepting.name], "properties": {accepting.name: enum}}
    return _ruled_out(context, location, known)


def _value(context: Context, location: Location, name: str, value: str) -> Verdict:
    """The verdict on one value of the property: compatible if the sender cannot send it."""
    sent = {"required": [name], "properties": {name: {"enum": [value]}}}
    return _ruled_out(context, location, {"not": sent})


def _ruled_out(context: Context, location: Location, constraint: Json) -> Verdict:
    node = location.old if context.old_sends else location.new
    sent = context.flow.sender.schema(context.flow.direction, node, "closed")
    return COMPATIBLE if covers(constraint, sent) else POSSIBLE
