"""The table of known differences, and what a run says of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from .corpus import Request
from .exchange import Answer, Server, difference

RESET = Request("reset", "POST", "/_mock/reset", None, {"Host": "127.0.0.1"})
TABLE = Path(__file__).with_name("differences.yaml")


@dataclass(frozen=True, slots=True)
class Row:
    """One known difference: which requests and kinds it is about, why it is there, and whether to mend it."""

    name: str
    kind: str
    reason: str
    mend: bool = False

    def names(self, request: Request, kind: str) -> bool:
        return bool(re.fullmatch(self.name, request.name, re.DOTALL) and re.fullmatch(self.kind, kind))


@dataclass(frozen=True, slots=True)
class Difference:
    """A request that the two servers answer otherwise, and the first row that names it."""

    request: Request
    kind: str
    theirs: Answer
    ours: Answer
    row: Row | None


def rows() -> list[Row]:
    return [Row(**row) for row in yaml.safe_load(TABLE.read_text("utf-8"))]


def compare(
    requests: Iterable[Request], theirs: Server, ours: Server, known: Iterable[Row]
) -> tuple[int, list[Difference]]:
    """How many requests were compared, and the differences."""
    table, found, count = list(known), list[Difference](), 0
    for request in requests:
        count += 1
        answers = theirs.ask(request), ours.ask(request)
        if request.method not in ("GET", "HEAD", "OPTIONS") and 200 <= answers[1].status < 300:
            ours.ask(RESET)
        kind = difference(*answers)
        if kind:
            row = next((row for row in table if row.names(request, kind)), None)
            found.append(Difference(request, kind, *answers, row))
    return count, found


def summary(count: int, found: list[Difference]) -> Mapping[str, int]:
    """The figures of a run."""
    return {
        "compared": count,
        "different": len(found),
        "to mend": sum(each.row is not None and each.row.mend for each in found),
        "unexplained": sum(each.row is None for each in found),
    }
