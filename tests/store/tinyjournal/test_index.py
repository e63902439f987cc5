"""Each kind of index files and finds as it says."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pytest

from creditkit.store.tinyjournal import ABSENT, DuplicateError, Hash, Index, JournalDB, Sorted, Unique


def table(*indexes: Index) -> Any:
    return JournalDB(indexes={"things": indexes}).table("things")


def test_a_unique_index_refuses_a_second_document_and_names_the_first() -> None:
    things = table(Unique("uuid"))
    things.insert({"uuid": "a"})
    with pytest.raises(DuplicateError, match="uuid 'a'") as caught:
        things.insert_multiple([{"uuid": "b"}, {"uuid": "a"}])
    assert (caught.value.table, caught.value.index, caught.value.value) == ("things", "uuid", "a")
    assert (caught.value.doc_id, caught.value.other) == (1, 3)
    assert [each["uuid"] for each in things] == ["a"]
    assert things.find("uuid", "b") == ()


def test_a_unique_index_takes_any_number_without_the_value() -> None:
    things = table(Unique("uuid"))
    things.insert_multiple([{}, {}, {"uuid": None}, {"uuid": None}])
    assert len(things) == 4
    assert things.state.first("uuid", None) is None


def test_two_documents_may_exchange_their_unique_values_in_one_change() -> None:
    things = table(Unique("uuid"))
    things.insert_multiple([{"uuid": "a"}, {"uuid": "b"}])
    things.update(lambda doc: doc.update(uuid="ab".replace(doc["uuid"], "")))
    assert [each["uuid"] for each in things] == ["b", "a"]
    assert things.state.first("uuid", "a") == 2


def test_a_hash_index_finds_all_documents_of_a_value_in_the_order_of_their_ids() -> None:
    things = table(Hash("kind"))
    things.insert_multiple([{"kind": "ab"[number % 2]} for number in range(10)])
    assert list(things.find("kind", "a")) == [1, 3, 5, 7, 9]
    things.update({"kind": "b"}, doc_ids=[3])
    things.remove(doc_ids=[7])
    assert list(things.find("kind", "a")) == [1, 5, 9]
    assert list(things.find("kind", "b")) == [2, 3, 4, 6, 8, 10]
    assert list(things.find("kind", "c")) == []
    things.remove(doc_ids=[1, 5])
    assert list(things.find("kind", "a")) == [9]


def test_a_function_may_file_a_document_under_several_values_or_under_none() -> None:
    things = table(
        Hash("tag", lambda doc: set(doc["tags"])), Hash("first", lambda d: d["tags"][:1] or ABSENT)
    )
    things.insert_multiple([{"tags": ["x", "y"]}, {"tags": ["y"]}, {"tags": []}])
    assert [list(things.find("tag", each)) for each in "xyz"] == [[1], [1, 2], []]
    assert list(things.find("first", "y")) == [2]
    things.update({"tags": ["z"]}, doc_ids=[1])
    assert [list(things.find("tag", each)) for each in "xyz"] == [[], [2], [1]]


def test_lists_and_objects_are_found_by_an_equal_one_frozen() -> None:
    things = table(Hash("place"))
    things.insert({"place": [1, 2]})
    assert list(things.find("place", (1, 2))) == [1]


def test_keys_that_do_not_compare_are_refused_before_anything_changes() -> None:
    things = table(Sorted("value"))
    things.insert_multiple([{"value": None}, {"value": 1}])
    with pytest.raises(TypeError):
        things.insert({"value": "one"})
    with pytest.raises(TypeError):
        things.update({"value": "two"}, doc_ids=[1])
    assert [each["value"] for each in things] == [None, 1]
    assert things.ordered("value")[:] == [2, 1]


def test_an_order_that_is_sure_of_its_keys_tries_none_before_it_is_read() -> None:
    made: list[int] = []

    def key(document: Mapping[str, Any]) -> Any:
        made.append(document["value"])
        return document["value"]

    things = table(Sorted("value", key, sure=True))
    things.insert_multiple([{"value": 3}, {"value": 1}])
    things.update({"value": 2}, doc_ids=[1])
    assert made == []
    assert things.ordered("value")[:] == [2, 1]
    things.insert({"value": "one"})
    with pytest.raises(TypeError):
        things.ordered("value")
    things.remove(doc_ids=[3])
    assert things.ordered("-value")[:] == [1, 2]


def test_unknown_indexes_and_wrong_kinds_are_told() -> None:
    things = table(Sorted("value"), Hash("kind"))
    with pytest.raises(KeyError, match="no index name"):
        things.find("name", 1)
    with pytest.raises(KeyError, match="is an order"):
        things.find("value", 1)
    with pytest.raises(KeyError, match="not an order"):
        things.ordered("kind")


def test_a_number_that_json_lacks_is_filed_as_what_is_stored_instead() -> None:
    things = table(Sorted("value"), Unique("uuid"))
    things.insert_multiple([{"value": math.nan, "uuid": math.inf}, {"value": 1.5, "uuid": math.inf}])
    assert things.get(doc_id=1) == {"value": None, "uuid": None}
    assert things.ordered("value")[:] == [2, 1]
