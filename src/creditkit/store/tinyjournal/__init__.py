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

from .database import Durability as Durability
from .database import JournalDB as JournalDB
from .database import Sizes as Sizes
from .database import collector_at_rest as collector_at_rest
from .indexes import ABSENT as ABSENT
from .indexes import DuplicateError as DuplicateError
from .indexes import Hash as Hash
from .indexes import Index as Index
from .indexes import Sorted as Sorted
from .indexes import SortedList as SortedList
from .indexes import Unique as Unique
from .states import Change as Change
from .states import Order as Order
from .states import State as State
from .states import TableState as TableState
from .states import differences as differences
from .storage import JournalStorage as JournalStorage
from .table import IndexedTable as IndexedTable

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
    "Sizes",
    "Sorted",
    "SortedList",
    "State",
    "TableState",
    "Unique",
    "collector_at_rest",
    "differences",
]
