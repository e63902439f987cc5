"""What one state of a world holds: its tables, read together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, TypeVar

import orjson
from msgspec import Struct, structs

from creditkit.store.domain.model import Credit, Customer, Invoice, Offering, Project, User
from creditkit.store.domain.names import Folded
from creditkit.store.tinyjournal import Change, State, TableState, differences

from . import rows
from .rows import TABLES, Codec, FiledCredit, Meta, Row
from .table import Table

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Named:
    """A customer as it is found by name: the id of its document, and its uuid."""

    doc_id: int
    uuid: str


@dataclass(frozen=True, slots=True)
class _Gathered:
    """The customers of one state of their table by name, and their names."""

    state: TableState
    customers: Sequence[Named]
    names: Folded


class Names:
    """The names of the customers, gathered once for each state of their table, when first asked for."""

    def __init__(self) -> None:
        self._gathered: _Gathered | None = None

    def containing(self, part: str, state: TableState, customers: Table[Customer]) -> list[Named]:
        """The customers whose name contains `part`, in any case, by name."""
        gathered = self._gathered
        if gathered is None or gathered.state is not state:
            found = [(doc_id, customers.row(doc_id)) for doc_id in customers.ids("name")]
            gathered = self._gathered = _Gathered(
                state,
                [Named(doc_id, row["uuid"]) for doc_id, row in found],
                Folded(row["name"] for _, row in found),
            )
        return [gathered.customers[place] for place in gathered.names.containing(part)]


_CODECS = {codec.table: codec for codec in rows.TABLES}


class Content(Struct, eq=False):
    """The tables of one state. They stay as they are when the world changes: what is read is whole.

    `state` is what it shows. `meta` is what the world knows about itself, one document; `users` is everybody
    who can call; `customers`, `offerings`, `projects`, `invoices` and `credits` are what their names say.
    """

    state: State
    _names: Names
    meta: Table[Meta]
    users: Table[User]
    customers: Table[Customer]
    offerings: Table[Offering]
    projects: Table[Project]
    invoices: Table[Invoice]
    credits: Table[Credit]
    _known: Meta | None = None

    @classmethod
    def of(cls, state: State, names: Names) -> Content:
        """The tables of a state."""
        tables: dict[str, Any] = {}
        for codec in rows.TABLES:
            origin = state.tables.get(codec.table)
            shown = state.table(codec.table)
            tables[codec.table] = Table.of(codec, origin, shown)
        return cls(state, names, **tables)

    def at(self, state: State) -> Content:
        """The tables of another state: those that are the same are taken over.

        Each write makes a content, and almost always one table is another.
        """
        before, tables = self.state.tables, state.tables
        if before.keys() != tables.keys():
            return Content.of(state, self._names)
        changed = [name for name, table in tables.items() if before[name] is not table]
        content = structs.replace(self, state=state)
        for name in changed:
            if name in _CODECS:
                setattr(content, name, Table.of(_CODECS[name], tables[name], tables[name]))
                if name == rows.META.table:
                    content._known = None
        return content

    def table(self, codec: Codec[V]) -> Table[V]:
        """The values of one kind."""
        table: Table[V] = getattr(self, codec.table)
        return table

    @property
    def known(self) -> Meta:
        """The document of `meta`: what every request asks for."""
        if self._known is None:
            self._known = self.meta[rows.KIND]
        return self._known

    @property
    def beside_credits(self) -> tuple[TableState | None, ...]:
        """The states of the tables that a credit is shown with; another object for each change of one."""
        return self.customers.origin, self.offerings.origin, self.projects.origin, self.invoices.origin

    def put_credit(self, credit: Credit) -> Change:
        """The change that stores a credit, with its customer's name beside it for the order by name."""
        return self.credits.put(FiledCredit.of(credit, self.customers[credit.customer].name))

    def add_credit(self, credit: Credit, customer: Customer) -> Change:
        """The same for a credit that is new, of this customer."""
        return self.credits.add(FiledCredit.of(credit, customer.name))

    @property
    def everything(self) -> Mapping[str, TableState]:
        """The states of all tables but `meta`."""
        return {name: table for name, table in self.state.tables.items() if name != rows.META.table}

    def customers_named(self, part: str) -> list[Named]:
        """The customers whose name contains `part`, in any case, by name."""
        return self._names.containing(part, self.state.table(rows.CUSTOMERS.table), self.customers)


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
