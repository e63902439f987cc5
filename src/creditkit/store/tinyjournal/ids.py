"""The order in which a table's documents stand without any other: that of their ids."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from .index import Index
from .shelf import Shelf


class Ids(Index[Shelf]):
    """All documents in the order of their ids, which every table has: an order by one key for all."""

    empty = Shelf(None)
    keeps_rows = True

    def key_of_row(self, row: bytes) -> int:  # noqa: ARG002 - whatever it says
        """The same for all."""
        return 0

    def keys(self, rows: Iterable[bytes]) -> list[Any]:
        """The same for all."""
        return [0 for _ in rows]

    def file(self, filed: Shelf, doc_id: int, key: int, row: bytes) -> Shelf:
        """File a document, or another row of it."""
        return filed.put(doc_id, key, row)

    def file_all(self, filed: Shelf, ids: Sequence[int], keys: Sequence[int], rows: Sequence[bytes]) -> Shelf:
        """File documents, or other rows of them."""
        return filed.put_all(ids, keys, rows)

    def unfile(self, filed: Shelf, doc_id: int, key: int) -> Shelf:
        """Take a document out again."""
        return filed.take(doc_id, key)
