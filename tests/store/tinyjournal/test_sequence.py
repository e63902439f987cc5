"""The persistent sequence: against a plain sorted list, at sizes around the chunk."""

from __future__ import annotations

import random
from bisect import insort

import pytest

from creditkit.store.tinyjournal import SortedSequence
from creditkit.store.tinyjournal.sequence import CHUNK


def test_it_is_the_sorted_list_of_what_was_added() -> None:
    random_ = random.Random(1)
    sequence, model = SortedSequence.of(()), list[int]()
    for item in random_.sample(range(10_000), 3 * CHUNK):
        sequence = sequence.add(item)
        insort(model, item)
    assert list(sequence) == model
    for item in random_.sample(model, 2 * CHUNK):
        sequence = sequence.remove(item)
        model.remove(item)
    assert list(sequence) == model
    assert len(sequence) == len(model) == CHUNK


@pytest.mark.parametrize("size", [0, 1, 2, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_each_slice_is_that_of_a_list(size: int) -> None:
    model = list(range(0, 2 * size, 2))
    sequence = SortedSequence.of(model)
    random_ = random.Random(size)
    for _ in range(50):
        start, stop = random_.randrange(-1, size + 2), random_.randrange(-1, size + 2)
        assert sequence[start:stop] == model[start:stop]
    assert sequence[::-1] == model[::-1]
    assert [sequence[at] for at in range(size)] == model
    with pytest.raises(IndexError):
        sequence[size]


def test_a_change_leaves_the_old_sequence_as_it_was() -> None:
    old = SortedSequence.of(range(2 * CHUNK))
    new = old.remove(7).add(5000)
    assert list(old) == list(range(2 * CHUNK))
    assert 7 not in new
    assert new[-1] == 5000


def test_emptying_it_leaves_an_empty_one() -> None:
    sequence = SortedSequence.of(range(CHUNK + 5))
    for item in range(CHUNK + 5):
        sequence = sequence.remove(item)
    assert list(sequence) == []
    assert list(sequence.add(3)) == [3]
