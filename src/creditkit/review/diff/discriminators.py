"""Discriminators: by what a value is told apart, and where its values lead.

A discriminator admits and refuses nothing by itself (OpenAPI 3.1.1, Discriminator Object), so there is no
witness: whoever decodes by it can fail on what the schemas admit. A change is `possible` unless the schemas
rule out the values in question.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from creditkit.review.wire import Discriminator, Json, View

from .algebra import covers
from .proof import COMPATIBLE, POSSIBLE, Verdict
from .record import DOCUMENTATION
from .spot import Spot

if TYPE_CHECKING:
    from .walk import Walk


def compare_discriminators(walk: Walk, spot: Spot, old: View, new: View) -> None:
    """Tell every difference in the discriminators of two schemas."""
    ours, theirs = old.discriminator, new.discriminator
    if (
        any(one is not None and one.is_base for one in (ours, theirs))
        and max(len(spot.old), len(spot.new)) > 1
    ):
        return  # an heir, which has been chosen already
    places = ours.at if ours else old.at, theirs.at if theirs else new.at
    if ours is None and theirs is not None:
        verdict = _decoding(walk, spot, theirs) if walk.old_sends else DOCUMENTATION
        walk.tell("discriminator-added", spot, f"`{theirs.name}` now tells its schema", places, verdict)
    elif ours is not None and theirs is None:
        verdict = DOCUMENTATION if walk.old_sends else _decoding(walk, spot, ours)
        walk.tell("discriminator-removed", spot, f"`{ours.name}` no longer tells its schema", places, verdict)
    elif ours is not None and theirs is not None and ours.name != theirs.name:
        message = f"`{ours.name}` told its schema, and now `{theirs.name}` does"
        verdict = _decoding(walk, spot, theirs if walk.old_sends else ours)
        walk.tell("discriminator-changed", spot, message, places, verdict)
    elif ours is not None and theirs is not None:
        _targets(walk, spot, ours, theirs)


def _targets(walk: Walk, spot: Spot, old: Discriminator, new: Discriminator) -> None:
    places = old.at, new.at
    for value in sorted({*old.targets, *new.targets}):
        before, after = old.targets.get(value), new.targets.get(value)
        if before is not None and after is not None:
            if not _is_same(walk, before, after):
                message = f"`{old.name}: {value}` told `{_name(before)}`, and now tells `{_name(after)}`"
                verdict = _carrying(walk, spot, old.name, value)
                walk.tell("discriminator-value-moved", spot, message, places, verdict)
        elif after is None and before is not None and _is_told(walk, before, new, 0):
            verdict = _carrying(walk, spot, old.name, value) if walk.old_sends else COMPATIBLE
            message = f"`{old.name}: {value}`, which told `{_name(before)}`, is gone"
            walk.tell("discriminator-value-removed", spot, message, places, verdict)
        elif before is None and after is not None and _is_told(walk, after, old, 1):
            verdict = COMPATIBLE if walk.old_sends else _carrying(walk, spot, old.name, value)
            message = f"`{old.name}: {value}`, which tells `{_name(after)}`, is new"
            walk.tell("discriminator-value-added", spot, message, places, verdict)


def _is_told(walk: Walk, target: str, other: Discriminator, side: int) -> bool:
    """Whether nothing else tells of a value: that an alternative is new or gone is told by itself."""
    if other.is_base:
        return True
    pairs = ((target, one) if side == 0 else (one, target) for one in other.targets.values())
    return any(_is_same(walk, *pair) for pair in pairs)


def _is_same(walk: Walk, old: str, new: str) -> bool:
    """Whether two targets are one schema: by its name, or by all that it says."""
    if old == new:
        return True
    nodes = [schemas.node(at) for schemas, at in zip(walk.schemas, (old, new), strict=True)]
    outlines = [
        side.outline(walk.flow.direction, node) for side, node in zip(walk.sides, nodes, strict=True) if node
    ]
    return len(outlines) == 2 and outlines[0] == outlines[1]


def _decoding(walk: Walk, spot: Spot, accepting: Discriminator) -> Verdict:
    """Whether the schemas of what is sent admit those values alone that a discriminator knows."""
    known: Json = {
        "required": [accepting.name],
        "properties": {accepting.name: {"enum": [*accepting.targets]}},
    }
    return _ruled_out(walk, spot, known)


def _carrying(walk: Walk, spot: Spot, name: str, value: str) -> Verdict:
    """Whether the schemas of what is sent rule out one value of the property."""
    return _ruled_out(walk, spot, {"not": {"required": [name], "properties": {name: {"enum": [value]}}}})


def _ruled_out(walk: Walk, spot: Spot, demand: Json) -> Verdict:
    node = spot.old if walk.old_sends else spot.new
    return (
        COMPATIBLE
        if covers(demand, walk.flow.sender.schema(walk.flow.direction, node, "closed"))
        else POSSIBLE
    )


def _name(pointer: str) -> str:
    return pointer.rpartition("/")[2]
