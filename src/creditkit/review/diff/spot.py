"""A spot: a place within a body, in both contracts."""

from __future__ import annotations

from dataclasses import dataclass

from creditkit.review.wire import Node, View

from .embedding import Step


@dataclass(frozen=True, slots=True)
class Spot:
    """A place: its nodes in both contracts, the steps that lead there, and what people call it."""

    old: Node
    new: Node
    steps: tuple[Step, ...] = ()
    path: str = ""

    def down(self, old: Node, new: Node, step: Step, name: str) -> Spot:
        """A place one step further; without a name, for an alternative, it is called the same."""
        return Spot(old, new, (*self.steps, step), f"{self.path}/{name}" if name else self.path)


def says_nothing(view: View) -> bool:
    """Whether a view admits every value."""
    parts = (view.demands, view.properties, view.required, view.pattern_properties, view.groups, view.others)
    return not view.never and not any(parts) and view.additional is None and view.items is None
