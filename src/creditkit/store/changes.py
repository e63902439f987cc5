"""Changes: what is different between two states of a world, document by document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter

import orjson

from .rows import TABLES, Row
from .tinyjournal import State, differences


@dataclass(frozen=True, slots=True)
class Changed:
    """One document that is different: `before` is None where there was none, `after` where it is gone.

    `key` is what identifies the document in its table, a uuid but for the world's own document.
    """

    table: str
    key: str
    before: Row | None
    after: Row | None

    @property
    def fields(self) -> dict[str, tuple[object, object]]:
        """The fields that are different, each with its value before and after; None where there is none."""
        before, after = self.before or {}, self.after or {}
        return {
            name: (before.get(name), after.get(name))
            for name in {**before, **after}
            if before.get(name) != after.get(name)
        }


def changed(old: State, new: State) -> Iterator[Changed]:
    """The documents that are different, in the order of the tables and, in each, of the documents."""
    for codec in TABLES:
        before, after = old.table(codec.table), new.table(codec.table)
        for doc_id, raw in sorted(differences(before, after), key=itemgetter(0)):
            was, now = _row(before.row(doc_id)), _row(raw)
            known = now if now is not None else was
            assert known is not None
            yield Changed(codec.table, known[codec.key], was, now)


def _row(raw: bytes | None) -> Row | None:
    row: Row | None = None if raw is None else orjson.loads(raw)
    return row
