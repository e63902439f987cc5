"""What is left of a world of which documents were lost: the largest part of it that is a world again.

What cannot be read is left out, and whatever cannot be without what is gone. Names of what is gone are
struck from the rest. Each step is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from creditkit.store.tables.indexes import INDEXES
from creditkit.store.tables.integrity import unreadable
from creditkit.store.tables.rows import META, Meta, Row
from creditkit.store.tinyjournal import Unique

Documents = dict[str, dict[int, Row]]
"""The documents of each table, by id."""

BELONGS_TO = (
    ("projects", "customer", "customers"),
    ("invoices", "customer", "customers"),
    ("credits", "customer", "customers"),
)
"""Which documents cannot be without which other: a table, its field, the table that the field leads to."""

LISTS = (
    ("users", "owner_of", "customers"),
    ("users", "project_admin_of", "projects"),
    ("credits", "offerings", "offerings"),
)
"""Which fields list documents of which other table."""

ITEM_FIELDS = (("offering", "offerings"), ("project", "projects"), ("credit", "credits"))
"""Which fields of an invoice's lines lead to which other table."""


def repaired(documents: Mapping[str, Mapping[int, Row]]) -> tuple[Documents, list[str]]:
    """The documents that are a world together, and what was done to come to it, in words."""
    left = {table: dict(found) for table, found in documents.items()}
    told = [step for repair in REPAIRS for step in repair(left)]
    return left, told


def _drop_unreadable(left: Documents) -> Iterator[str]:
    for table, found in left.items():
        for doc_id, fault in list(unreadable(table, found)):
            del found[doc_id]
            yield f"left out: {fault}"


def _set_clock(left: Documents) -> Iterator[str]:
    """Without its own document a world does not know its clock; whoever has users is a world all the same."""
    if left.get("users") and not left.get(META.table):
        left[META.table] = {1: META.write(Meta(timedelta()))}
        yield "changed: the clock shows real time"


def _drop_second(left: Documents) -> Iterator[str]:
    """Of documents that share what only one may have, the latest stays."""
    for table, found in left.items():
        for index in INDEXES[table]:
            if isinstance(index, Unique):
                latest = {row[index.name]: doc_id for doc_id, row in sorted(found.items())}
                for doc_id in sorted(found.keys() - set(latest.values())):
                    yield f"left out: document {doc_id} of {table}: a later one has the same {index.name}"
                    del found[doc_id]


def _drop_orphans(left: Documents) -> Iterator[str]:
    for table, field, target in BELONGS_TO:
        known = _uuids(left, target)
        found = left.get(table, {})
        for doc_id, row in list(found.items()):
            if row[field] not in known:
                del found[doc_id]
                yield f"left out: document {doc_id} of {table}: its {field} is gone"


def _strike(left: Documents) -> Iterator[str]:
    for table, field, target in LISTS:
        known = _uuids(left, target)
        for doc_id, row in left.get(table, {}).items():
            kept = [uuid for uuid in row[field] if uuid in known]
            if kept != row[field]:
                left[table][doc_id] = row | {field: kept}
                yield f"changed: document {doc_id} of {table}: {field} named what is gone"
    targets = {field: _uuids(left, target) for field, target in ITEM_FIELDS}
    for doc_id, row in left.get("invoices", {}).items():
        items = [_struck(targets, item) for item in row["items"]]
        if items != row["items"]:
            left["invoices"][doc_id] = row | {"items": items}
            yield f"changed: document {doc_id} of invoices: a line named what is gone"


def _struck(targets: Mapping[str, frozenset[str]], item: Row) -> Row:
    return item | {
        field: None
        for field, uuids in targets.items()
        if item[field] is not None and item[field] not in uuids
    }


REPAIRS = (_drop_unreadable, _set_clock, _drop_second, _drop_orphans, _strike)


def _uuids(left: Documents, table: str) -> frozenset[str]:
    return frozenset(row["uuid"] for row in left.get(table, {}).values())
