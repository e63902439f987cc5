"""What one state of a world holds: its tables, read together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from . import rows
from .model import Credit, Customer, Invoice, Offering, Project, User
from .names import Folded
from .rows import Codec, Meta
from .table import Table
from .tinyjournal import Change, State, TableState

V = TypeVar("V")

_BESIDE_CREDITS: tuple[Codec[Any], ...] = (rows.CUSTOMERS, rows.OFFERINGS, rows.PROJECTS, rows.INVOICES)


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


class Content:
    """The tables of one state. They stay as they are when the world changes: what is read is whole."""

    __slots__ = ("_known", "_names", "_state", "_tables")

    def __init__(self, state: State, names: Names) -> None:
        self._state = state
        self._names = names
        self._tables: dict[str, Table[Any]] = {}
        self._known: Meta | None = None

    def is_of(self, state: State) -> bool:
        """Whether this is what that state holds."""
        return self._state is state

    def table(self, codec: Codec[V]) -> Table[V]:
        """The values of one kind."""
        table = self._tables.get(codec.table)
        if table is None:
            table = self._tables[codec.table] = Table(codec, self._state.table(codec.table))
        return table

    @property
    def meta(self) -> Table[Meta]:
        """What the world knows about itself: one document."""
        return self.table(rows.META)

    @property
    def known(self) -> Meta:
        """That document: what every request asks for."""
        if self._known is None:
            self._known = self.meta[rows.KIND]
        return self._known

    @property
    def users(self) -> Table[User]:
        """Everybody who can call."""
        return self.table(rows.USERS)

    @property
    def customers(self) -> Table[Customer]:
        """The organisations that can hold a credit."""
        return self.table(rows.CUSTOMERS)

    @property
    def offerings(self) -> Table[Offering]:
        """What a credit may be limited to."""
        return self.table(rows.OFFERINGS)

    @property
    def projects(self) -> Table[Project]:
        """The customers' projects."""
        return self.table(rows.PROJECTS)

    @property
    def invoices(self) -> Table[Invoice]:
        """The customers' bills."""
        return self.table(rows.INVOICES)

    @property
    def credits(self) -> Table[Credit]:
        """The credits."""
        return self.table(rows.CREDITS)

    @property
    def beside_credits(self) -> tuple[TableState | None, ...]:
        """The states of the tables that a credit is shown with; another object for each change of one."""
        tables = self._state.tables
        return tuple(tables.get(codec.table) for codec in _BESIDE_CREDITS)

    def put_credit(self, credit: Credit) -> Change:
        """The change that stores a credit, with its customer's name beside it for the order by name."""
        return self.credits.put(credit, customer_name=self.customers[credit.customer].name)

    @property
    def everything(self) -> Mapping[str, TableState]:
        """The states of all tables but `meta`."""
        return {name: table for name, table in self._state.tables.items() if name != rows.META.table}

    def customers_named(self, part: str) -> list[Named]:
        """The customers whose name contains `part`, in any case, by name."""
        return self._names.containing(part, self._state.table(rows.CUSTOMERS.table), self.customers)
