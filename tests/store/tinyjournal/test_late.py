"""What is filed late is, when it is read, what filing at once would have made."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from tinydb.table import Document

from creditkit.store.tinyjournal import Hash, Index, JournalDB, Sorted, TableState, differences
from creditkit.store.tinyjournal.late import SHARE, STRIDE, touched_since

INDEXES: dict[str, list[Index[Any]]] = {"things": [Sorted("value"), Hash("kind")]}


def test_an_order_is_right_however_seldom_it_is_read() -> None:
    random_ = random.Random(3)
    things = JournalDB(indexes=INDEXES).table("things")
    model: dict[int, dict[str, int]] = {}
    for round_ in range(40):
        for _ in range(random_.choice((1, 3, 100))):
            choice = random_.random()
            if choice < 0.5 or not model:
                row = {"value": random_.randrange(20), "kind": random_.randrange(3)}
                model[things.insert(row)] = row
            elif choice < 0.8:
                doc_id = random_.choice(list(model))
                model[doc_id] = {**model[doc_id], "value": random_.randrange(20)}
                things.update(model[doc_id], doc_ids=[doc_id])
            else:
                doc_id = random_.choice(list(model))
                del model[doc_id]
                things.remove(doc_ids=[doc_id])
        if round_ % 3 == 0:
            assert things.ordered("value")[:] == sorted(model, key=lambda each: (model[each]["value"], each))
            assert list(things.find("kind", 1)) == sorted(i for i in model if model[i]["kind"] == 1)


def test_an_order_that_is_far_behind_is_sorted_anew() -> None:
    """And one that is not, for which it is filed what came: with the same outcome."""
    size = 4_000
    for more in (1, 2, size // SHARE // 2, size // SHARE, size // 2, STRIDE + 1):
        things = JournalDB(indexes=INDEXES).table("things")
        things.insert_multiple([{"value": number % 7, "kind": number % 5} for number in range(size)])
        assert things.ordered("value")[0] == 1
        assert things.find("kind", 0)[0] == 1
        for number in range(more):
            things.insert({"value": -number % 9, "kind": number % 5})
        for doc_id in range(1, more, 3):
            things.update({"value": 3, "kind": 9}, doc_ids=[doc_id])
        things.remove(doc_ids=[size])
        rows = {document.doc_id: dict(document) for document in things}
        assert things.ordered()[:] == sorted(rows)
        assert things.ordered("value")[:] == sorted(rows, key=lambda each: (rows[each]["value"], each))
        assert things.state.ordered("value").rows(0, size) == [
            things.state.rows[each] for each in things.ordered("value")[:size]
        ]
        for kind in range(10):
            assert list(things.find("kind", kind)) == [each for each in rows if rows[each]["kind"] == kind]


def test_what_is_filed_anew_is_what_is_quicker_so() -> None:
    class Counted(Sorted):
        builds = 0

        def build(self, ids: Sequence[int], keys: Sequence[Any], rows: Sequence[bytes]) -> Any:
            self.builds += 1
            return super().build(ids, keys, rows)

    index, size = Counted("value"), 1_000
    things = JournalDB(indexes={"things": [index]}).table("things")
    things.insert_multiple([{"value": number} for number in range(size)])
    for more, builds in ((0, 1), (1, 1), (size // SHARE, 1), (size, 2), (size, 3), (size, 3)):
        for number in range(more):
            things.insert({"value": number})
        assert things.ordered("value")[0] == 1
        assert index.builds == builds


def test_an_order_that_nobody_reads_any_more_lets_go_of_what_it_was_made_of() -> None:
    things = JournalDB(indexes=INDEXES).table("things")
    doc_id = things.insert({"value": 1})
    assert things.ordered("value")[:] == [doc_id]
    for number in range(2 * STRIDE):
        things.update({"value": number}, doc_ids=[doc_id])
    assert [late.filed for late in things.state.lates] == [None] * 3
    trail, length = things.state.trail, 0
    while trail.before is not None:
        trail, length = trail.before, length + 1
    assert STRIDE <= length <= 2 * STRIDE
    assert things.ordered("value")[:] == [doc_id]


def test_what_another_state_has_cut_off_is_filed_anew() -> None:
    db = JournalDB(indexes=INDEXES)
    things = db.table("things")
    things.insert_multiple([{"value": 2}, {"value": 1}])
    assert things.ordered("value")[:] == [2, 1]
    things.update({"value": 0}, doc_ids=[1])
    before, fork = db.state.table("things"), db.fork().table("things")
    for number in range(2 * STRIDE):
        things.update({"value": number}, doc_ids=[2])
    fork.insert({"value": 1})
    assert before.ordered("value")[:] == [1, 2]
    assert fork.ordered("value")[:] == [1, 2, 3]
    assert things.ordered("value")[:] == [1, 2]


def test_reading_an_order_does_not_change_what_an_older_state_shows() -> None:
    db = JournalDB(indexes=INDEXES)
    things = db.table("things")
    things.insert_multiple([{"value": 2}, {"value": 1}])
    before = db.state
    things.update({"value": 9}, doc_ids=[2])
    assert db.state.table("things").ordered("value")[:] == [1, 2]
    assert before.table("things").ordered("value")[:] == [2, 1]


def test_what_differs_between_two_states_is_told_whether_or_not_one_came_from_the_other() -> None:
    random_ = random.Random(8)
    db = JournalDB(indexes=INDEXES)
    things = db.table("things")
    things.insert_multiple([{"value": number} for number in range(20)])
    states = [db.state.table("things")]
    for _ in range(30):
        for _ in range(random_.randrange(4)):
            doc_id = random_.randrange(1, 25)
            if random_.random() < 0.3:
                things.remove(doc_ids=[doc_id])
            else:
                things.upsert(Document({"value": random_.randrange(9)}, doc_id))
        states.append(db.state.table("things"))
    states.append(TableState.of(states[0].layout, dict(states[5].rows)))
    for old in states:
        for new in states:
            model = dict(old.rows)
            for doc_id, row in differences(old, new):
                assert model.get(doc_id) != row
                model.pop(doc_id, None)
                if row is not None:
                    model[doc_id] = row
            assert model == dict(new.rows)


def test_what_differs_costs_what_was_touched_since() -> None:
    db = JournalDB(indexes=INDEXES)
    things = db.table("things")
    things.insert_multiple([{"value": number} for number in range(1000)])
    before = db.state.table("things")
    things.update({"value": -1}, doc_ids=[7])
    after = db.state.table("things")
    assert touched_since(after.trail, before.trail) == [7]
    assert list(differences(before, after)) == [(7, after.row(7))]
    assert list(differences(after, before)) == [(7, before.row(7))]
