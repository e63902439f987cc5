"""Comparisons: what changed between two runs, by requirement and operation.

A deployment breaks a requirement if it fails, cannot be judged, is a warning, is waived or is expected to be
broken: accepting a failure does not repair it. Only a requirement that the newer run judged can be fixed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_BROKEN = frozenset(["fail", "error", "warn", "waived", "expected"])
_UNSEEN = "not evaluated"
_ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Change:
    """One requirement at one operation in both runs; an outcome is `absent` where a run does not have it."""

    requirement: str
    operation: str
    before: str
    after: str
    text: str = ""
    reason: str = ""

    @property
    def key(self) -> str:
        """As `Verdict.key`."""
        return f"{self.requirement} {self.operation}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs side by side. `remarks` name other differences: target, mode, version."""

    new: tuple[Change, ...]
    fixed: tuple[Change, ...]
    still_failing: tuple[Change, ...]
    no_longer_evaluated: tuple[Change, ...]
    remarks: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed; a requirement that fails in both runs did not change."""
        return not (self.new or self.fixed or self.no_longer_evaluated)

    def __str__(self) -> str:
        return "\n".join(_lines(self))


def compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> Comparison:
    """What changed from one run to another, both as `report.read_document` gives them."""
    changes = list(_changes(old, new))
    return Comparison(
        new=tuple(c for c in changes if c.after in _BROKEN and c.before not in _BROKEN),
        fixed=tuple(c for c in changes if c.before in _BROKEN and c.after == "pass"),
        still_failing=tuple(c for c in changes if c.before in _BROKEN and c.after in _BROKEN),
        no_longer_evaluated=tuple(c for c in changes if _is_lost(c)),
        remarks=tuple(_remarks(old, new)),
    )


def _is_lost(change: Change) -> bool:
    return change.before not in (_UNSEEN, _ABSENT) and change.after in (_UNSEEN, _ABSENT)


def _changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    before, after = _by_key(old), _by_key(new)
    texts = {**old["requirements"], **new["requirements"]}
    for key in {**after, **before}:
        requirement, operation = key
        yield Change(
            requirement=requirement,
            operation=operation,
            before=before[key]["outcome"] if key in before else _ABSENT,
            after=after[key]["outcome"] if key in after else _ABSENT,
            text=texts[requirement]["text"],
            reason=_reason(after[key]) if key in after else "it is not in the newer run",
        )


def _by_key(run: Mapping[str, Any]) -> dict[tuple[str, str], Mapping[str, Any]]:
    return {(verdict["requirement"], verdict["operation"]): verdict for verdict in run["verdicts"]}


def _reason(verdict: Mapping[str, Any]) -> str:
    """The reason of a verdict, or the message of its first failure."""
    failures = verdict["faults"]
    return verdict["reason"] or (failures[0]["message"] if failures else "")


def _remarks(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for name, what in (("url", "target"), ("mode", "mode"), ("creditkit", "creditkit")):
        if old[name] != new[name]:
            yield f"{what}: {old[name]} before, {new[name]} now"


def _lines(comparison: Comparison) -> Iterator[str]:
    yield from comparison.remarks
    if comparison.is_empty:
        yield "Nothing changed."
    for title, changes in (
        ("New", comparison.new),
        ("Fixed", comparison.fixed),
        ("No longer evaluated", comparison.no_longer_evaluated),
        ("Still failing", comparison.still_failing),
    ):
        if changes:
            yield f"{title}: {len(changes)}"
        for change in changes:
            yield f"  {change.key}  ({change.before} before, {change.after} now)"
            yield f"    {change.text}"
            if change.reason:
                yield f"    {change.reason}"
