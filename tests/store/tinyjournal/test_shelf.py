"""The tree of documents in an order: against Python's own sort, at sizes around those of its nodes."""

from __future__ import annotations

import random

import pytest

from creditkit.store.tinyjournal import Shelf
from creditkit.store.tinyjournal.nodes import MOST, Inner, Leaf

LARGE = 3 * MOST * MOST  # three levels


def row(doc_id: int) -> bytes:
    return b'{"id":%d}' % doc_id


def filled(keys: dict[int, int]) -> Shelf:
    shelf = Shelf(None)
    for doc_id, key in keys.items():
        shelf = shelf.put(doc_id, key, row(doc_id))
    return shelf


def test_documents_stand_by_key_and_those_of_equal_keys_by_id() -> None:
    random_ = random.Random(1)
    keys = {doc_id: random_.randrange(40) for doc_id in random_.sample(range(10**6), LARGE)}
    shelf = filled(keys)
    expected = sorted(keys, key=lambda doc_id: (keys[doc_id], doc_id))
    assert list(shelf) == expected
    assert shelf.keys(0, LARGE) == [keys[doc_id] for doc_id in expected]
    assert shelf.rows(0, LARGE) == [row(doc_id) for doc_id in expected]
    for doc_id in random_.sample(expected, LARGE - MOST):
        shelf = shelf.take(doc_id, keys.pop(doc_id))
    assert list(shelf) == sorted(keys, key=lambda doc_id: (keys[doc_id], doc_id))
    assert len(shelf) == len(keys) == MOST


@pytest.mark.parametrize("size", [0, 1, 2, MOST, MOST + 1, MOST * MOST, LARGE + 1])
def test_many_at_once_are_as_one_after_the_other(size: int) -> None:
    random_ = random.Random(size)
    keys = {doc_id: random_.randrange(size) for doc_id in range(size)}
    shelf = Shelf.of(range(size), list(keys.values()), [row(doc_id) for doc_id in range(size)])
    one_by_one = filled(keys)
    assert list(shelf) == list(one_by_one)
    for start in (0, 1, size // 3, size):
        for stop in (0, start, start + 1, start + 10, start + 5 * MOST, size + 7):
            assert shelf[start:stop] == one_by_one[start:stop] == list(shelf)[start:stop]
            assert shelf.rows(start, stop) == [row(doc_id) for doc_id in shelf[start:stop]]
            assert shelf.keys(start, stop) == [keys[doc_id] for doc_id in shelf[start:stop]]


@pytest.mark.parametrize("size", [0, 1, 2, MOST, 3 * MOST])
def test_each_slice_is_that_of_a_list(size: int) -> None:
    model = list(range(0, 2 * size, 2))
    shelf = Shelf.of(model, [0] * size, [b"{}"] * size)
    random_ = random.Random(size)
    for _ in range(50):
        start, stop = random_.randrange(-1, size + 2), random_.randrange(-1, size + 2)
        assert shelf[start:stop] == model[start:stop]
    assert shelf[::-1] == model[::-1]
    assert [shelf[at] for at in range(size)] == model
    with pytest.raises(IndexError):
        shelf[size]


def test_the_documents_of_one_key_are_found_as_one_span() -> None:
    size = LARGE
    shelf = Shelf.of(range(size), [doc_id % 3 for doc_id in range(size)], [b"{}"] * size)
    for key in (0, 1, 2):
        begin, end = shelf.span(key)
        assert shelf[begin:end] == [doc_id for doc_id in range(size) if doc_id % 3 == key]
    assert shelf.span(9) == (size, size)
    assert shelf.span(-1) == (0, 0)
    assert Shelf(None).span(1) == (0, 0)


def test_a_document_that_is_put_again_under_its_key_has_another_row() -> None:
    shelf = Shelf.of(range(LARGE), range(LARGE), [b"{}"] * LARGE)
    again = shelf.put(700, 700, b'{"new":1}')
    assert again.rows(699, 702) == [b"{}", b'{"new":1}', b"{}"]
    assert len(again) == LARGE
    assert shelf.rows(700, 701) == [b"{}"]


def test_a_change_leaves_the_old_order_as_it_was() -> None:
    old = Shelf.of(range(LARGE), range(LARGE), [b"{}"] * LARGE)
    new = old.take(7, 7).put(7, LARGE, b"{}").put(-5, -5, b"{}")
    assert list(old) == old.keys(0, LARGE) == list(range(LARGE))
    assert (new[0], new[-1], len(new)) == (-5, 7, LARGE + 1)
    assert new.keys(LARGE, LARGE + 1) == [LARGE]


def depths(node: Leaf | Inner, depth: int) -> set[int]:
    """How deep the leaves are; every node is looked at."""
    if isinstance(node, Leaf):
        assert 0 < node.size == len(node.ids) == len(node.keys) == len(node.rows) <= MOST
        return {depth}
    assert 0 < len(node.nodes) == len(node.firsts) == len(node.sizes) <= MOST
    assert node.size == sum(node.sizes)
    assert node.sizes == [each.size for each in node.nodes]
    for before, first, child in zip(node.nodes, node.firsts[1:], node.nodes[1:], strict=False):
        assert last(before) < first <= least(child)
    return {each for child in node.nodes for each in depths(child, depth + 1)}


def least(node: Leaf | Inner) -> tuple[object, int]:
    while isinstance(node, Inner):
        node = node.nodes[0]
    return node.keys[0], node.ids[0]


def last(node: Leaf | Inner) -> tuple[object, int]:
    while isinstance(node, Inner):
        node = node.nodes[-1]
    return node.keys[-1], node.ids[-1]


@pytest.mark.parametrize("size", [0, 1, MOST, 5 * MOST, LARGE])
@pytest.mark.parametrize("more", [0, 1, 2, MOST + 1, LARGE])
@pytest.mark.parametrize("how", ["behind", "anywhere", "before", "one place", "again"])
def test_many_that_come_together_stand_as_if_they_had_come_one_by_one(size: int, more: int, how: str) -> None:
    random_ = random.Random(size + more)
    keys = [random_.randrange(1, 1000) for _ in range(size)]
    shelf = Shelf.of(range(size), keys, [row(doc_id) for doc_id in range(size)])
    ids = sorted(random_.sample(range(size), min(size, more))) if how == "again" else range(size, size + more)
    key = {"behind": 1000, "before": 0, "one place": 500}
    new = [keys[each] if how == "again" else key.get(how, random_.randrange(1, 1000)) for each in ids]
    rows = [b"[%d]" % doc_id for doc_id in ids]
    together, one_by_one = shelf.put_all(ids, new, rows), shelf
    for doc_id, each, text in zip(ids, new, rows, strict=True):
        one_by_one = one_by_one.put(doc_id, each, text)
    total = len(one_by_one)
    assert len(together) == total
    assert list(together) == list(one_by_one)
    assert together.keys(0, total) == one_by_one.keys(0, total)
    assert together.rows(0, total) == one_by_one.rows(0, total)
    assert list(shelf) == sorted(range(size), key=lambda each: (keys[each], each))
    if together._root is not None:
        assert len(depths(together._root, 1)) == 1
    again = together.put(-1, 500, b"{}").take(-1, 500)
    assert list(again) == list(together)


def test_what_many_do_not_touch_is_shared() -> None:
    old = Shelf.of(range(LARGE), [0] * LARGE, [b"{}"] * LARGE)
    new = old.put_all(range(LARGE, LARGE + 500), [0] * 500, [b"{}"] * 500)
    assert isinstance(old._root, Inner)
    assert isinstance(new._root, Inner)
    assert new._root.nodes[:3] == old._root.nodes[:3]
    assert list(old) == list(range(LARGE))
    assert list(new) == list(range(LARGE + 500))


def test_no_node_is_larger_than_it_may_be_and_all_leaves_are_equally_deep() -> None:
    random_ = random.Random(5)
    shelf = filled({doc_id: random_.randrange(10**6) for doc_id in range(LARGE)})
    root = shelf._root
    assert root is not None
    assert depths(root, 1) == {3}


def test_emptying_it_leaves_an_empty_one() -> None:
    shelf = filled(dict.fromkeys(range(MOST + 5), 1))
    for doc_id in range(MOST + 5):
        shelf = shelf.take(doc_id, 1)
    assert list(shelf) == []
    assert list(shelf.put(3, 2, b"{}")) == [3]
