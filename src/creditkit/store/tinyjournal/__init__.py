"""TinyDB with indexes and a journal: quick at any size, and no acknowledged write is lost.

::

    from pathlib import Path
    from tinydb import where
    from creditkit.store.tinyjournal import JournalDB, Sorted, Unique

    db = JournalDB(Path("credits.json"), indexes={"credits": [Unique("uuid"), Sorted("value")]})
    credits = db.table("credits")                       # TinyDB's own methods, all of them
    credits.insert({"uuid": "c0ffee", "value": 10})
    credits.get(where("uuid") == "c0ffee")              # through the index
    credits.ordered("-value")[0:10]                     # the ids of a page
    with db.transaction():                              # all or nothing, one record
        credits.update({"value": 9}, where("uuid") == "c0ffee")
    db.snapshot("before tests")
    db.restore("before tests")
    db.close()                                          # credits.json is plain TinyDB JSON
"""

from .collector import collector_at_rest as collector_at_rest
from .database import JournalDB as JournalDB
from .database import Sizes as Sizes
from .draft import Change as Change
from .durability import Durability as Durability
from .index import ABSENT as ABSENT
from .index import Index as Index
from .order import Order as Order
from .order import Sorted as Sorted
from .sequence import SortedSequence as SortedSequence
from .shelf import Shelf as Shelf
from .state import State as State
from .state import differences as differences
from .storage import JournalStorage as JournalStorage
from .table import IndexedTable as IndexedTable
from .tablestate import TableState as TableState
from .values import DuplicateError as DuplicateError
from .values import Hash as Hash
from .values import Unique as Unique

__all__ = [
    "ABSENT",
    "Change",
    "DuplicateError",
    "Durability",
    "Hash",
    "Index",
    "IndexedTable",
    "JournalDB",
    "JournalStorage",
    "Order",
    "Shelf",
    "Sizes",
    "Sorted",
    "SortedSequence",
    "State",
    "TableState",
    "Unique",
    "collector_at_rest",
    "differences",
]
