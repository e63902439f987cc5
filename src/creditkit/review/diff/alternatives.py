"""Alternatives: `anyOf` and `oneOf`, matched by what they say and not by their order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from creditkit.review.wire import Group, Json, Node, View

from .algebra import covers
from .spot import Spot, says_nothing

if TYPE_CHECKING:
    from .walk import Walk


def is_choice(view: View) -> bool:
    """Whether a view is nothing but one set of alternatives."""
    return len(view.groups) == 1 and says_nothing(replace(view, groups=[]))


def compare_single(walk: Walk, spot: Spot, old: View, new: View) -> None:
    """Alternatives on one side, and on the other a schema that may be one of them."""
    if _admit_the_same(walk, spot):
        return
    keyword = (old.groups or new.groups)[0].keyword
    ours = old.groups[0] if old.groups else Group(keyword, (spot.old,), old.at)
    theirs = new.groups[0] if new.groups else Group(keyword, (spot.new,), new.at)
    _compare(walk, spot, ours, theirs)


def compare_alternatives(walk: Walk, spot: Spot, old: View, new: View) -> None:
    """Tell every difference in the alternatives of two schemas."""
    if [one.keyword for one in old.groups] == [one.keyword for one in new.groups]:
        for ours, theirs in zip(old.groups, new.groups, strict=True):
            _compare(walk, spot, ours, theirs)
        return
    accepting = new if walk.old_sends else old
    demand: Json = (
        {"allOf": [_demand(walk, group) for group in accepting.groups]} if accepting.groups else True
    )
    at = [view.groups[0].at if view.groups else view.at for view in (old, new)]
    verdict = walk.judge(spot, demand)
    walk.tell("alternatives-changed", spot, "the alternatives are others", (at[0], at[1]), verdict)


def _compare(walk: Walk, spot: Spot, old: Group, new: Group) -> None:
    left, right = [*enumerate(old.branches)], [*enumerate(new.branches)]
    for one in [*left]:
        same = next((other for other in right if _same(walk, one[1], other[1])), None)
        if same is not None:
            left.remove(one)
            right.remove(same)
    demand = _demand(walk, new if walk.old_sends else old)
    pairs, told = _related(walk, left, right), len(walk.record.changes)
    for (number, ours), (other, theirs) in pairs:
        # Not an alternative there, but all that there is.
        numbers = -1 if ours == spot.old else number, -1 if theirs == spot.new else other
        walk.spot(spot.down(ours, theirs, (old.keyword, *numbers), ""))
    if (
        pairs
        and new.keyword == "oneOf"
        and all(one.judgement != "breaking" for one in walk.record.changes[told:])
    ):
        _overlap(walk, spot, (old, new), demand)
    for _, branch in left:
        places, message = (branch[0] if branch else old.at, new.at), f"{_called(branch)} is gone"
        verdict = walk.judge(spot, demand)
        if verdict.judgement != "breaking" and walk.old_sends:
            verdict = walk.judge_lost(spot, {new.keyword: [walk.lost_schema(one) for one in new.branches]})
        walk.tell("alternative-removed", spot, message, places, verdict)
    for _, branch in right:
        places, message = (old.at, branch[0] if branch else new.at), f"{_called(branch)} is new"
        walk.tell("alternative-added", spot, message, places, walk.judge(spot, demand))


def _related(
    walk: Walk, left: list[tuple[int, Node]], right: list[tuple[int, Node]]
) -> list[tuple[tuple[int, Node], tuple[int, Node]]]:
    """Alternatives that may be one another, since they share a type; they are taken out of the lists."""
    found = []
    for one in [*left]:
        types = walk.schemas[0].view(one[1]).types
        for other in right:
            theirs = walk.schemas[1].view(other[1]).types
            if types is None or theirs is None or {*types} & {*theirs}:
                found.append((one, other))
                left.remove(one)
                right.remove(other)
                break
    return found


def _overlap(walk: Walk, spot: Spot, groups: tuple[Group, Group], demand: Json) -> None:
    """What two alternatives admit, `oneOf` refuses: one that became wider may take values from another."""
    verdict = walk.judge(spot, demand)
    if verdict.judgement != "compatible":
        message = "the alternatives may overlap, and what is two of them is refused"
        walk.tell("alternatives-changed", spot, message, (groups[0].at, groups[1].at), verdict)


def _admit_the_same(walk: Walk, spot: Spot) -> bool:
    """Whether two schemas are one in other words."""
    direction = walk.flow.direction
    ours, theirs = (
        side.schema(direction, node, "plain")
        for side, node in zip(walk.sides, (spot.old, spot.new), strict=True)
    )
    return bool(covers(ours, theirs) and covers(theirs, ours))


def _same(walk: Walk, old: Node, new: Node) -> bool:
    ours, theirs = walk.sides
    return ours.outline(walk.flow.direction, old) == theirs.outline(walk.flow.direction, new)


def _demand(walk: Walk, group: Group) -> Json:
    keyword = "anyOf" if walk.flow.mode == "tolerant" else group.keyword
    return {keyword: [walk.emit(branch) for branch in group.branches]}


def _called(branch: Node) -> str:
    return f"the alternative `{branch[0].rpartition('/')[2]}`" if branch else "an alternative"
