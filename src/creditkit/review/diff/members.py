"""Members of objects: which there are, which must be there, and what is said of those without a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from creditkit.review.wire import ANY, Json, View

from .algebra import admitting
from .proof import COMPATIBLE, POSSIBLE, Verdict
from .spot import Spot

if TYPE_CHECKING:
    from .walk import Walk


def compare_members(walk: Walk, spot: Spot, old: View, new: View) -> None:
    """Tell every difference in the members of an object."""
    hidden = old.hidden | new.hidden
    for name in sorted({*old.properties, *new.properties, *old.required, *new.required}):
        nodes = old.properties.get(name, ANY), new.properties.get(name, ANY)
        here = spot.down(*nodes, ("property", name), name)
        if name in old.properties and name not in new.properties:
            _removed(walk, (spot, here), name, old, new)
            if name in new.required:
                _requiredness(walk, (spot, here), name, old, new)
        elif name in new.properties and name not in old.properties:
            _added(walk, (spot, here), name, old, new)
            if name in old.required:
                _requiredness(walk, (spot, here), name, old, new)
        elif name in old.properties:
            walk.spot(here)
            _requiredness(walk, (spot, here), name, old, new)
        elif name not in hidden:
            _requiredness(walk, (spot, here), name, old, new)
    _patterns(walk, spot, old, new)
    _additional(walk, spot, old, new)


def _requiredness(walk: Walk, spots: tuple[Spot, Spot], name: str, old: View, new: View) -> None:
    if (name in old.required) == (name in new.required):
        return
    became = name in new.required
    what, message = ("required", "is now required") if became else ("optional", "is no longer required")
    verdict = walk.judge(spots[0], {"required": [name]}) if became == walk.old_sends else COMPATIBLE
    at = [view.required.get(name, view.place(f"properties/{name}")) for view in (old, new)]
    walk.tell(f"became-{what}", spots[1], message, (at[0], at[1]), verdict)


def _removed(walk: Walk, spots: tuple[Spot, Spot], name: str, old: View, new: View) -> None:
    """A request may still have it, if other members are documented; a reader has lost it in any case."""
    spot, here = spots
    what, message, at = "removed", "is no longer documented", new.at
    if name in new.hidden:
        word = "readOnly" if walk.old_sends else "writeOnly"
        what, message = f"became-{word.removesuffix('Only')}-only", f"is now `{word}`"
    if walk.old_sends:
        verdict = walk.judge_lost(spot, {"properties": {name: _rest(walk, name, new)}})
    else:
        verdict = walk.judge(spot, {"required": [name]}) if name in old.required else POSSIBLE
        if verdict.judgement != "breaking":
            verdict = walk.judge_lost(spot, {"properties": {name: False}})
        if verdict.judgement == "compatible":
            verdict = POSSIBLE
    walk.tell(what, here, message, (old.place(f"properties/{name}"), at), verdict)


def _added(walk: Walk, spots: tuple[Spot, Spot], name: str, old: View, new: View) -> None:
    """A reader takes it without complaint, unless the old contract said what other members are."""
    spot, here = spots
    places = old.at, new.place(f"properties/{name}")
    if walk.old_sends and name in new.required and name not in old.required:
        verdict = walk.judge(spot, {"required": [name]})
        walk.tell("added-required", here, "is new and required", places, verdict)
        return
    verdict = COMPATIBLE
    if old.additional is not None or old.pattern_properties or _is_free(walk, old):
        demand = walk.emit(new.properties[name]) if walk.old_sends else _rest(walk, name, old)
        if walk.old_sends or demand is not False:
            verdict = walk.judge(spot, {"properties": {name: demand}})
    walk.tell("added", here, "is new", places, verdict)


def _rest(walk: Walk, name: str, view: View) -> Json:
    """What the accepting side demands of a member that it does not name."""
    for pattern, node in view.pattern_properties.items():
        matches = admitting({"pattern": pattern})
        if matches is not None and matches(name):
            return walk.emit(node)
    return False if view.additional is None else walk.emit(view.additional)


def _is_free(walk: Walk, old: View) -> bool:
    """Whether the old contract says nothing at all of members, so that any may be sent."""
    branches = [walk.schemas[0].view(branch) for group in old.groups for branch in group.branches]
    return old.additional is None and not any(
        one.properties or one.hidden or one.pattern_properties for one in (old, *branches)
    )


def _patterns(walk: Walk, spot: Spot, old: View, new: View) -> None:
    ours, theirs = old.pattern_properties, new.pattern_properties
    for pattern in sorted(ours.keys() & theirs.keys()):
        walk.spot(spot.down(ours[pattern], theirs[pattern], ("pattern", pattern), f"({pattern})"))
    if ours.keys() != theirs.keys():
        accepted = theirs if walk.old_sends else ours
        demand: Json = {"patternProperties": {pattern: walk.emit(node) for pattern, node in accepted.items()}}
        message = "the patterns of names are others"
        walk.tell("pattern-properties-changed", spot, message, (old.at, new.at), walk.judge(spot, demand))


def _additional(walk: Walk, spot: Spot, old: View, new: View) -> None:
    if old.additional is not None and new.additional is not None:
        nodes = zip(walk.schemas, (old.additional, new.additional), strict=True)
        closed = [schemas.view(node).never for schemas, node in nodes]
        if not any(closed):
            walk.spot(spot.down(old.additional, new.additional, ("additional",), "*"))
        if all(closed) or not any(closed):
            return
    elif old.additional == new.additional:
        return
    accepting = new if walk.old_sends else old
    rest = True if accepting.additional is None else walk.emit(accepting.additional)
    verdict: Verdict = COMPATIBLE
    if rest is not True and (walk.old_sends or rest is not False):
        named: Json = dict.fromkeys([*old.properties, *new.properties], True)
        patterns = dict.fromkeys(accepting.pattern_properties, True)
        demand: Json = {"properties": named, "patternProperties": patterns, "additionalProperties": rest}
        verdict = walk.judge(spot, demand)
    places = old.place("additionalProperties"), new.place("additionalProperties")
    message = "what is said of members that are not named has changed"
    walk.tell("additional-properties-changed", spot, message, places, verdict)
