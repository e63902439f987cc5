"""Whom changes break: for each operation the clients that send and those that read, as a table shows it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from creditkit.review.review import Review

SIDES = {"senders": "clients that send", "readers": "clients that read"}
_JUDGEMENTS = ("breaking", "possible")


@dataclass(frozen=True, slots=True)
class Cell:
    """How many changes break one side of an operation, how many may, and the first remark of the worst."""

    breaking: int
    possible: int
    remark: int


def by_operation(review: Review, told: Collection[int]) -> dict[str, dict[str, Cell]]:
    """Operations with breaking or possible changes that are not waived, in the order of the review.

    `told` are the remarks that the page shows. What is of no operation is left out: a security scheme.
    """
    found: dict[str, dict[str, list[list[int]]]] = {}
    for index in sorted(told):
        remark = review.remarks[index]
        change = remark.change
        if change is None or change.judgement not in _JUDGEMENTS or remark.waived or not change.operation:
            continue
        for side in change.breaks:
            lists = found.setdefault(change.operation, {}).setdefault(side, [[], []])
            lists[_JUDGEMENTS.index(change.judgement)].append(index)
    return {
        operation: {
            side: Cell(len(some), len(maybe), [*some, *maybe][0]) for side, (some, maybe) in sides.items()
        }
        for operation, sides in found.items()
    }
