"""Members of objects: which there are, which are required, and what is said of those without a name."""

from __future__ import annotations

from creditkit.review.diff.changes import COMPATIBLE, POSSIBLE, Verdict
from creditkit.review.diff.proof import validator_of
from creditkit.review.wire import ANY, Json, View

from .context import Context, Location


def compare_members(context: Context, location: Location, old: View, new: View) -> None:
    """Report every difference in the members of an object."""
    for name in sorted({*old.properties, *new.properties, *old.required, *new.required}):
        nodes = old.properties.get(name, ANY), new.properties.get(name, ANY)
        inner = location.down(*nodes, ("property", name), name)
        if name in old.properties and name not in new.properties:
            _removed(context, (location, inner), name, old, new)
            if name in new.required:
                _requiredness(context, (location, inner), name, old, new)
        elif name in new.properties and name not in old.properties:
            _added(context, (location, inner), name, old, new)
            if name in old.required:
                _requiredness(context, (location, inner), name, old, new)
        elif name in old.properties:
            context.compare(inner)
            _requiredness(context, (location, inner), name, old, new)
        elif name not in old.hidden | new.hidden:
            _requiredness(context, (location, inner), name, old, new)
    _patterns(context, location, old, new)
    _additional(context, location, old, new)


def _requiredness(
    context: Context, locations: tuple[Location, Location], name: str, old: View, new: View
) -> None:
    if (name in old.required) == (name in new.required):
        return
    became = name in new.required
    what, message = ("required", "is now required") if became else ("optional", "is no longer required")
    harmful = became == context.old_sends
    verdict = context.judge(locations[0], {"required": [name]}) if harmful else COMPATIBLE
    at = [view.required.get(name, view.place(f"properties/{name}")) for view in (old, new)]
    context.tell(f"became-{what}", locations[1], message, (at[0], at[1]), verdict)


def _removed(context: Context, locations: tuple[Location, Location], name: str, old: View, new: View) -> None:
    """A request may still have it if other members are documented; a reader loses it in any case."""
    location, inner = locations
    what, message = "removed", "is no longer documented"
    if name in new.hidden:
        word = "readOnly" if context.old_sends else "writeOnly"
        what, message = f"became-{word.removesuffix('Only')}-only", f"is now `{word}`"
    if context.old_sends:
        verdict = context.judge_lost(location, {"properties": {name: _unnamed(context, name, new)}})
    else:
        verdict = context.judge(location, {"required": [name]}) if name in old.required else POSSIBLE
        if verdict.judgement != "breaking":
            verdict = context.judge_lost(location, {"properties": {name: False}})
        if verdict.judgement == "compatible":
            verdict = POSSIBLE
    context.tell(what, inner, message, (old.place(f"properties/{name}"), new.at), verdict)


def _added(context: Context, locations: tuple[Location, Location], name: str, old: View, new: View) -> None:
    """A reader ignores it, unless the old contract said what other members are."""
    location, inner = locations
    places = old.at, new.place(f"properties/{name}")
    if context.old_sends and name in new.required and name not in old.required:
        verdict = context.judge(location, {"required": [name]})
        context.tell("added-required", inner, "is new and required", places, verdict)
        return
    verdict = COMPATIBLE
    if old.additional is not None or old.pattern_properties or _is_free(context, old):
        constraint = (
            context.accepted(new.properties[name]) if context.old_sends else _unnamed(context, name, old)
        )
        if context.old_sends or constraint is not False:
            verdict = context.judge(location, {"properties": {name: constraint}})
    context.tell("added", inner, "is new", places, verdict)


def _unnamed(context: Context, name: str, view: View) -> Json:
    """The accepting side's schema for a member that it does not name."""
    for pattern, node in view.pattern_properties.items():
        matches = validator_of({"pattern": pattern})
        if matches is not None and matches(name):
            return context.accepted(node)
    return False if view.additional is None else context.accepted(view.additional)


def _is_free(context: Context, old: View) -> bool:
    """Whether the old contract says nothing at all about members, so that any may be sent."""
    branches = [context.schemas[0].view(branch) for branch in old.branches]
    return old.additional is None and not any(
        one.properties or one.hidden or one.pattern_properties for one in (old, *branches)
    )


def _patterns(context: Context, location: Location, old: View, new: View) -> None:
    ours, theirs = old.pattern_properties, new.pattern_properties
    for pattern in sorted(ours.keys() & theirs.keys()):
        inner = location.down(ours[pattern], theirs[pattern], ("pattern", pattern), f"({pattern})")
        context.compare(inner)
    if ours.keys() != theirs.keys():
        accepted = theirs if context.old_sends else ours
        constraint: Json = {
            "patternProperties": {pattern: context.accepted(node) for pattern, node in accepted.items()}
        }
        message, verdict = "the patterns of names are others", context.judge(location, constraint)
        context.tell("pattern-properties-changed", location, message, (old.at, new.at), verdict)


def _additional(context: Context, location: Location, old: View, new: View) -> None:
    if old.additional is not None and new.additional is not None:
        nodes = zip(context.schemas, (old.additional, new.additional), strict=True)
        closed = [schemas.view(node).never for schemas, node in nodes]
        if not any(closed):
            context.compare(location.down(old.additional, new.additional, ("additional",), "*"))
        if all(closed) or not any(closed):
            return
    elif old.additional == new.additional:
        return
    accepting = new if context.old_sends else old
    rest = True if accepting.additional is None else context.accepted(accepting.additional)
    verdict: Verdict = COMPATIBLE
    if rest is not True and (context.old_sends or rest is not False):
        named: Json = dict.fromkeys([*old.properties, *new.properties], True)
        patterns = dict.fromkeys(accepting.pattern_properties, True)
        constraint: Json = {
            "properties": named,
            "patternProperties": patterns,
            "additionalProperties": rest,
        }
        verdict = context.judge(location, constraint)
    places = old.place("additionalProperties"), new.place("additionalProperties")
    message = "what is said of members that are not named has changed"
    context.tell("additional-properties-changed", location, message, places, verdict)
