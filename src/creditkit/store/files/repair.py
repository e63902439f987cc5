"""Repairs the documents of a damaged world: finds the largest part that is a consistent world.

Leaves out unreadable documents and those that depend on a missing one, and removes references to missing
documents from the rest. Each step is reported.
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
"""Required references: a table, its field, the table that the field refers to."""

LISTS = (
    ("users", "owner_of", "customers"),
    ("users", "project_admin_of", "projects"),
    ("credits", "offerings", "offerings"),
)
"""Lists of references: a table, its field, the table that the field refers to."""

ITEM_FIELDS = (("offering", "offerings"), ("project", "projects"), ("credit", "credits"))
"""References in the lines of an invoice: a field, the table that it refers to."""


def repaired(documents: Mapping[str, Mapping[int, Row]]) -> tuple[Documents, list[str]]:
    """The documents that make a consistent world, and the steps that led there, in words."""
    left = {table: dict(found) for table, found in documents.items()}
    told = [step for repair in REPAIRS for step in repair(left)]
    return left, told


def _drop_unreadable(left: Documents) -> Iterator[str]:
    for table, found in left.items():
        for doc_id, fault in list(unreadable(table, found)):
            del found[doc_id]
            yield f"left out: {fault}"


def _set_clock(left: Documents) -> Iterator[str]:
    """Where only the document of `meta` is missing, make one whose clock shows real time."""
    if left.get("users") and not left.get(META.table):
        left[META.table] = {1: META.write(Meta(timedelta()))}
        yield "changed: the clock shows real time"


def _drop_second(left: Documents) -> Iterator[str]:
    """Of documents that share a unique value, keep the latest."""
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
