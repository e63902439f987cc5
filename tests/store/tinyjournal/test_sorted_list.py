"""A sorted list is what a plain list is that is sorted again after each change."""

from __future__ import annotations

import random
from bisect import bisect_left

import pytest

from creditkit.store.tinyjournal import SortedList
from creditkit.store.tinyjournal.indexes import CHUNK


@pytest.mark.parametrize("most", [3, CHUNK, 5 * CHUNK])
def test_it_is_a_plain_list_sorted_after_each_change(most: int) -> None:
    random_ = random.Random(most)
    plain: list[tuple[int, int]] = []
    ours = SortedList()
    versions = []
    for number in range(4 * most):
        if plain and random_.random() < len(plain) / most / 1.5:
            entry = random_.choice(plain)
            plain.remove(entry)
            ours = ours.remove(entry)
        else:
            plain.append((random_.randrange(most), number))
            plain.sort()
            ours = ours.add(plain[bisect_left(plain, max(plain, key=lambda each: each[1]))])
        start = random_.randrange(len(plain) + 1)
        assert ours[start : start + 10] == plain[start : start + 10]
        versions.append((ours, len(plain)))
        if number % 50 == 0:
            assert list(ours) == plain == list(SortedList(plain))
            key = (random_.randrange(most), -1)
            assert ours.place(key) == bisect_left(plain, key)
    assert all(len(version) == size == len(list(version)) for version, size in versions)


def test_it_is_read_as_any_sequence() -> None:
    ours = SortedList(range(1000))
    assert (ours[0], ours[-1], ours[5:3], ours[990:2000], ours[10:0:-5]) == (
        0,
        999,
        [],
        [*range(990, 1000)],
        [10, 5],
    )
    with pytest.raises(IndexError):
        ours[1000]
