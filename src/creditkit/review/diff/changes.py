"""Changes: what differs between two contracts on the wire, whom it breaks, and the proof."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

from creditkit.review.findings import Place

Judgement = Literal["breaking", "possible", "compatible", "documentation"]
"""`breaking` is proved by a witness; `possible` is neither proved nor ruled out; `compatible` breaks nobody;
`documentation` does not change what goes over the wire."""

Side = Literal["senders", "readers"]
"""A client that sends requests, and a client that reads responses."""

Version = Literal["old", "new"]

JUDGEMENTS: tuple[Judgement, ...] = ("breaking", "possible", "compatible", "documentation")
"""From the worst to the most harmless."""


@dataclass(frozen=True, slots=True)
class Witness:
    """An exchange that one contract documents and the other does not, shown to both before it is believed.

    `value` is the sketch of a request (`method`, `path`, `query`, `headers`, `cookies`, `credentials`,
    `content_type`, `body`) or of a response to it (also `status`): plain JSON, only members that matter.
    """

    value: dict[str, Any]
    direction: Literal["request", "response"]
    admitted_by: Version
    refused_by: Version

    def __str__(self) -> str:
        """One line, as people write down an exchange."""
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
