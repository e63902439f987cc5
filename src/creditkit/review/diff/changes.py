"""Changes: what differs between two contracts on the wire, whom it breaks, and the proof."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, Literal

from creditkit.review.source import Place
from creditkit.review.wire import Wire

Judgement = Literal["breaking", "possible", "compatible", "documentation"]
"""`breaking` is proved by a witness; `possible` is neither proved nor ruled out; `compatible` breaks nobody;
`documentation` does not change what goes over the wire."""

Side = Literal["senders", "readers"]
"""A client that sends requests, and a client that reads responses."""

Version = Literal["old", "new"]

JUDGEMENTS: tuple[Judgement, ...] = ("breaking", "possible", "compatible", "documentation")
"""From the worst to the most harmless."""

_SUBJECTS: Mapping[str, tuple[str, ...]] = {
    "request": (
        *("request-body", "request-property", "request-parameter"),
        *("event-answer-body", "event-answer-property"),
    ),
    "response": (
        *("response-body", "response-property", "response-header"),
        *("event-body", "event-property", "event-parameter"),
    ),
}
"""The beginnings of kinds, by the direction in which the changed part travels."""


def _rows(name: str) -> Iterator[dict[str, str]]:
    yield from csv.DictReader((files(__package__) / name).read_text(encoding="utf-8").splitlines())


def _read_kinds() -> dict[str, str]:
    found: dict[str, str] = {}
    for row in _rows("kinds.csv"):
        for direction, subjects in _SUBJECTS.items():
            found |= {f"{subject}-{row['what']}": row[direction] for subject in subjects}
    return found | {row["kind"]: row["reason"] for row in _rows("operation_kinds.csv")}


KINDS: Mapping[str, str] = _read_kinds()
"""Every kind of change, with the reason why it matters; the reason is empty where it breaks nobody by itself.

`kinds.csv` has the changes of a schema, parameter, body or header, for requests and for responses;
`operation_kinds.csv` has the rest.
"""


@dataclass(frozen=True, slots=True)
class Witness:
    """An exchange that one contract documents and the other does not, checked against both.

    `value` is a request (`method`, `path`, `query`, `headers`, `cookies`, `credentials`, `content_type`,
    `body`) or a response to it (also `status`) as plain JSON, with only the members that matter.
    """

    value: dict[str, Any]
    direction: Literal["request", "response"]
    admitted_by: Version
    refused_by: Version

    def __str__(self) -> str:
        """The exchange in one line, as people write it."""
        value = self.value
        parts = [value["method"], value["path"]]
        if self.direction == "response":
            parts.append(f"-> {value['status']}")
        shown = (name for name in ("query", "headers", "cookies") if name in value)
        parts += [f"{name} {json.dumps(value[name], ensure_ascii=False)}" for name in shown]
        if "credentials" in value:
            parts.append(f"with {' and '.join(value['credentials']) or 'no credentials'}")
        if "content_type" in value:
            parts.append(value["content_type"])
        if "body" in value:
            parts.append(json.dumps(value["body"], ensure_ascii=False))
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The effect of a difference, and the witness if it breaks somebody."""

    judgement: Judgement
    witness: Witness | None = None


COMPATIBLE = Verdict("compatible")
POSSIBLE = Verdict("possible")
DOCUMENTATION = Verdict("documentation")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference on the wire.

    `kind` names it (`request-property-became-required`), `operation` and `where` say in whose request or
    response it is (`POST /api/credits/`, `body /customer`). `old` and `new` are its places, None where that
    contract has nothing of the kind. A `breaking` change always has a witness.
    """

    kind: str
    judgement: Judgement
    breaks: frozenset[Side]
    operation: str
    where: str
    old: Place | None
    new: Place | None
    message: str
    reason: str
    witness: Witness | None = None


@dataclass(slots=True)
class ChangeLog:
    """The changes found so far between two contracts. `operation` is the one being compared."""

    old: Wire
    new: Wire
    operation: str = ""
    changes: list[Change] = field(default_factory=list)

    def add(
        self,
        kind: str,
        where: str,
        message: str,
        places: tuple[str | None, str | None],
        breaks: Side,
        verdict: Verdict = COMPATIBLE,
    ) -> None:
        """Add a change; `places` are its pointers in the old and the new contract, None where it has none."""
        harmful = verdict.judgement in ("breaking", "possible")
        old, new = places
        self.changes.append(
            Change(
                kind=kind,
                judgement=verdict.judgement,
                breaks=frozenset((breaks,)) if harmful else frozenset(),
                operation=self.operation,
                where=where,
                old=None if old is None else self.old.source.place(old),
                new=None if new is None else self.new.source.place(new),
                message=message,
                reason=KINDS[kind] if harmful else "",
                witness=verdict.witness,
            )
        )
