"""The way back: for each request that changed something, what was there before.

Kept in memory, for a bounded number of requests. Nothing is kept of what happens before the first request:
nobody can go back beyond it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple

from creditkit.errors import UsageError

from .draft import Draft
from .record import Row, Step, Whole
from .state import State, differences

WHOLE_STATES = 200
"""How many changes of whole tables or states (restore, truncate) are remembered: each keeps a state alive."""


class _Undo(NamedTuple):
    """What leads from after a change to before it: steps, or the whole state where steps do not tell."""

    request: int
    rows: Sequence[Row] = ()
    wholes: Sequence[Whole] = ()
    state: State | None = None


_One = tuple[int, str, int, bytes | None, int]
"""The same of a change of one document, as almost all are: the request, the table, the id, the row that was
there, and the next id of the table. One plain tuple, with which the garbage collector has next to no work.
"""


class History:
    """The numbers of requests, and the changes that the last `limit` of them made."""

    def __init__(self, limit: int) -> None:
        self.requests = 0
        self._limit = limit
        self._oldest = 0
        self._undo: deque[_Undo | _One] = deque()
        self._whole = 0

    def begin(self) -> int:
        """Count a request; its number."""
        self.requests += 1
        oldest = self.requests - self._limit
        if oldest > self._oldest:
            self._forget(oldest)
        return self.requests

    def note(self, before: State, steps: Sequence[Step]) -> None:
        """Remember what was there before `steps` were taken."""
        if not self.requests or not self._limit:
            return
        tables = before.tables
        if (
            len(steps) == 1
            and type(step := steps[0]) is Row
            and (table := tables.get(step.table)) is not None
        ):
            doc_id = step.doc_id
            self._undo.append((self.requests, step.table, doc_id, table.rows.get(doc_id), table.next_id))
            return
        rows = [step for step in steps if isinstance(step, Row)]
        whole = len(rows) != len(steps)
        if whole:
            self._undo.append(_Undo(self.requests, state=before))
            self._whole += 1
            if self._whole > WHOLE_STATES:
                self._forget(next(undo[0] for undo in self._undo if _is_whole(undo)))
            return
        undone = [
            Row(row.table, row.doc_id, tables[row.table].row(row.doc_id))
            for row in rows
            if row.table in tables
        ]
        wholes = [
            Whole(name, tables[name].next_id if name in tables else False)
            for name in dict.fromkeys(row.table for row in rows)
        ]
        self._undo.append(_Undo(self.requests, undone, wholes))

    def back_to(self, request: int, draft: Draft) -> None:
        """Take the draft to what held after that request. Raises `UsageError` if that is out of reach."""
        if not self._oldest <= request <= self.requests:
            raise UsageError(
                f"cannot rewind to request {request}",
                f"there have been {self.requests} requests; the way back reaches to request {self._oldest}",
            )
        rows: dict[tuple[str, int], Row] = {}
        wholes: dict[str, Whole] = {}
        state = draft.state
        for undo in reversed(self._undo):
            if undo[0] <= request:
                break
            if not isinstance(undo, _Undo):
                _, name, doc_id, was, next_id = undo
                rows[name, doc_id] = Row(name, doc_id, was)
                wholes[name] = Whole(name, next_id)
                continue
            if undo.state is not None:
                state, rows, wholes = undo.state, {}, {}
            for row in undo.rows:
                rows[row.table, row.doc_id] = row
            for whole in undo.wholes:
                wholes[whole.table] = whole
        _go(draft, state)
        dropped = {name for name, whole in wholes.items() if whole.change is False}
        back = [row for (name, _), row in rows.items() if name not in dropped]
        draft.take(sorted(back, key=attrgetter("table")))
        draft.take(wholes.values())

    def rewound(self, request: int) -> None:
        """Go on counting from that request."""
        while self._undo and self._undo[-1][0] > request:
            self._whole -= _is_whole(self._undo.pop())
        self.requests = request

    def _forget(self, request: int) -> None:
        """Let the way back reach to that request and no further."""
        self._oldest = max(self._oldest, request)
        while self._undo and self._undo[0][0] <= self._oldest:
            self._whole -= _is_whole(self._undo.popleft())


def _is_whole(undo: _Undo | _One) -> bool:
    return isinstance(undo, _Undo) and undo.state is not None


def _go(draft: Draft, state: State) -> None:
    """Take the draft to another state."""
    if draft.state is state:
        return
    for name in [name for name in draft.state.tables if name not in state.tables]:
        draft.drop(name)
    for name, table in state.tables.items():
        now = draft.state.table(name)
        draft.take([Row(name, doc_id, row) for doc_id, row in differences(now, table)])
        if draft.state.table(name).next_id != table.next_id or name not in draft.state.tables:
            draft.next_id(name, table.next_id)
