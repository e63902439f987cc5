"""A journal's lines: what was written is read, and whatever is not as it was written is told from it."""

from __future__ import annotations

from zlib import crc32

import pytest

from creditkit.store.tinyjournal.journal import (
    Flaw,
    Keeping,
    Kept,
    Record,
    Step,
    Whole,
    decode,
    encode,
    frame,
    scan,
)
from creditkit.store.tinyjournal.states import Row

STEPS: list[Step] = [
    Row('cre"dits', 17, b'{"value":"10.00","n":1}'),
    Row("credits", 18, None),
    Whole("credits", True),
    Whole("users", False),
    Whole("users", 12),
    Kept(Keeping.SNAPSHOT, "vorher, früh"),
    Kept(Keeping.RESTORE, "vorher, früh"),
    Kept(Keeping.FORGET, "vorher, früh"),
]

LINES = [frame(number, encode([Row("t", number, b'{"n":%d}' % number)])) for number in (1, 2, 3)]
JOURNAL = b"".join(LINES)


def payloads(data: bytes) -> tuple[list[object], Flaw | None]:
    """What is read before the flaw, and the flaw."""
    items = list(scan(data))
    flaw = items.pop() if items and isinstance(items[-1], Flaw) else None
    assert all(isinstance(item, Record) for item in items)
    return [item.payload for item in items if isinstance(item, Record)], flaw  # type: ignore[return-value]


def test_steps_are_read_as_they_were_written() -> None:
    (record,) = scan(frame(1, encode(STEPS)))
    assert isinstance(record, Record)
    assert decode(record.payload) == STEPS


def test_a_line_has_checksum_number_and_length() -> None:
    assert frame(7, encode([Row("t", 1, None)])) == b'%08x 7 14 [["t",1,null]]\n' % crc32(
        b'7 14 [["t",1,null]]'
    )


def test_a_line_of_an_earlier_release_has_no_number() -> None:
    (record,) = scan(b'%08x 14 [["t",1,null]]\n' % crc32(b'14 [["t",1,null]]'))
    assert isinstance(record, Record)
    assert (record.number, decode(record.payload)) == (None, [Row("t", 1, None)])


@pytest.mark.parametrize("cut", range(len(LINES[2])))
def test_a_last_record_cut_short_at_any_byte_is_cut_and_not_damaged(cut: int) -> None:
    data = JOURNAL[: len(JOURNAL) - len(LINES[2]) + cut]
    found, flaw = payloads(data)
    assert len(found) == 2
    if cut:
        assert flaw is not None
        assert (flaw.cut, flaw.offset) == (True, len(LINES[0] * 2))
    else:
        assert flaw is None


@pytest.mark.parametrize("cut", range(0, len(LINES[2]), 5))
def test_nulls_behind_a_cut_count_as_not_there(cut: int) -> None:
    data = JOURNAL[: len(JOURNAL) - len(LINES[2]) + cut] + b"\0" * 100
    found, flaw = payloads(data)
    assert len(found) == 2
    assert flaw is not None
    assert flaw.cut


@pytest.mark.parametrize("at", range(len(JOURNAL)))
def test_any_wrong_bit_is_damage_where_it_is(at: int) -> None:
    for bit in range(8):
        data = bytearray(JOURNAL)
        data[at] ^= 1 << bit
        found, flaw = payloads(bytes(data))
        assert flaw is not None
        assert not flaw.cut
        assert len(found) == at // len(LINES[0])
        assert flaw.offset == len(found) * len(LINES[0])


@pytest.mark.parametrize(
    "payload",
    [1, [1], [["t"]], [["t", "x", {}]], [["t", 1, []]], [[None, "burn", "x"]], [[None, "restore", 1]]],
)
def test_a_payload_of_another_shape_is_refused(payload: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        decode(payload)
