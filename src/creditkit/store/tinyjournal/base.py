"""The base file: all documents at one moment, as plain TinyDB JSON, one document to a line.

::

    {
    "credits":{
    "1":{"value":"10.00"},
    "2":{"value":"20.00"}
    },
    "_snapshots":{
    "1":{"snapshot":"before","next":{"credits":3}},
    "2":{"snapshot":"before","table":"credits","document":2,"row":null}
    },
    "_journal":{"1":{"format":2,"database":"5d3c…","generation":4,"next":{"credits":3},
        "blocks":[[186,2309737967]],"crc32":"89abcdef","journal":0}}}

`_snapshots` holds the documents in which each snapshot differs from the tables above. `_journal` is the last
line: journals from that generation on follow this file. `blocks` are length and checksum of each part of the
lines above, `crc32` covers its own line up to its digits. `journal` is 1 while there must be a journal; this
digit alone is changed in place, so that a file that has lost its journal does not pass for whole.
Format 1 had no blocks, no `journal`, and one checksum for all.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from zlib import crc32

import orjson

from .document import dump
from .states import SNAPSHOTS, State, differences

FORMAT = 2
BLOCK, MOST_BLOCKS = 1 << 16, 1 << 13
"""A block has at least so many bytes; a base has about so many blocks at most."""
BLOCKS_PER_SYNC = 128
"""The disk is waited for after so many blocks, so that the last wait is not for all of them."""
MARK = -5
"""Where, counted from the end of the file, the digit of `journal` is."""
LAST = b'"_journal":{"1":'
DOCUMENT = re.compile(rb'"(-?[0-9]{1,18})":(\{.*\}),?\n')
HEAD = re.compile(rb'("(?:[^"\\]|\\.)*"):\{\n')
BETWEEN = (b"{\n", b"},\n", b"}\n")
"""The lines of a base: a document, the head of a table, and what stands between tables."""
_END = re.compile(rb'"crc32":"([0-9a-f]{8})"(,"journal":[01])?\}\}\}\n')

Rows = dict[int, bytes]
"""The documents of a table, as JSON, by id."""


@dataclass(frozen=True, slots=True)
class Meta:
    """What the last line says. `journal` is whether there must be one; `whole` the checksum of format 1."""

    database: str
    generation: int
    journal: bool
    next_ids: Mapping[str, int] = field(default_factory=dict)
    blocks: Sequence[tuple[int, int]] = ()
    whole: int = 0


@dataclass(slots=True)
class Content:
    """Documents before they are filed: rows by table, and the next ids where they are known."""

    tables: dict[str, Rows] = field(default_factory=dict)
    next_ids: dict[str, int] = field(default_factory=dict)


def write_base(handle: int, state: State, snapshots: Mapping[str, State], meta: Meta) -> int:
    """Write a base and wait for the disk; its size. Raises OSError."""
    size, blocks = 0, []
    for block in _blocks(_lines(state, snapshots), max(BLOCK, state.size // MOST_BLOCKS)):
        blocks.append((len(block), crc32(block)))
        size += _write_all(handle, block)
        if len(blocks) % BLOCKS_PER_SYNC == 0:
            os.fsync(handle)
    size += _write_all(handle, last_line(state, meta, blocks))
    os.fsync(handle)
    return size


def last_line(state: State, meta: Meta, blocks: Sequence[tuple[int, int]]) -> bytes:
    """The line of `_journal`, below these blocks."""
    about = {
        "format": FORMAT,
        "database": meta.database,
        "generation": meta.generation,
        "next": {name: table.next_id for name, table in state.tables.items()},
        "blocks": blocks,
    }
    line = b'%b%b,"crc32":"' % (LAST, orjson.dumps(about)[:-1])
    return b'%b%08x","journal":%d}}}\n' % (line, crc32(line), meta.journal)


def read_last(line: bytes) -> Meta:
    """What the line of `_journal` says. Raises ValueError where it is not as it was written."""
    sealed = line.rfind(b'"crc32":"')
    end = _END.fullmatch(line, max(sealed, 0))
    if end is None:
        raise ValueError("its end is missing")
    try:
        about = orjson.loads(line[len(LAST) : -3])
        written, checksum = about["format"], int(end[1], 16)
        if not 1 <= written <= FORMAT:
            raise LaterFormatError(written)
        if written > 1 and (end[2] is None or crc32(line[: sealed + 9]) != checksum):
            raise ValueError("the checksum of the last line does not fit")
        blocks = [(int(length), int(crc)) for length, crc in about.get("blocks", ())]
        return Meta(
            about["database"],
            about["generation"],
            about.get("journal") == 1,
            about["next"],
            blocks,
            checksum if written == 1 else 0,
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(str(error)) from None


class LaterFormatError(Exception):
    """A base of a format that only a later release reads; its argument is the format."""


def snapshots_of(live: Content, kept: Iterable[bytes]) -> dict[str, Content]:
    """The snapshots: the live tables, with the differences that were written down."""
    found: dict[str, Content] = {}
    for row in kept:
        item = orjson.loads(row)
        if "next" in item:
            tables = {name: dict(live.tables.get(name, {})) for name in item["next"]}
            found[item["snapshot"]] = Content(tables, item["next"])
        else:
            rows = found[item["snapshot"]].tables[item["table"]]
            if item["row"] is None:
                rows.pop(item["document"], None)
            else:
                rows[item["document"]] = dump(item["row"])
    return found


def _lines(state: State, snapshots: Mapping[str, State]) -> Iterator[bytes]:
    """The base but for its last line, in pieces of whole lines."""
    yield b"{\n"
    for name, table in state.tables.items():
        rows = table.rows
        yield from _table(name, ([(doc_id, rows[doc_id]) for doc_id in ids] for ids in table.ids.chunks()))
    if snapshots:
        yield from _table(SNAPSHOTS, [list(enumerate(_kept(state, snapshots), 1))])


def _table(name: str, parts: Iterable[Sequence[tuple[int, bytes]]]) -> Iterator[bytes]:
    yield b"%b:{\n" % orjson.dumps(name)
    before = b""
    for part in parts:
        if before:
            yield before + b",\n"
        before = b",\n".join([b'"%d":%b' % each for each in part])
    if before:
        yield before + b"\n"
    yield b"},\n"


def _kept(state: State, snapshots: Mapping[str, State]) -> Iterator[bytes]:
    for name, kept in snapshots.items():
        next_ids = {table: each.next_id for table, each in kept.tables.items()}
        yield dump({"snapshot": name, "next": next_ids})
        for table, content in kept.tables.items():
            key = b'{"snapshot":%b,"table":%b' % (orjson.dumps(name), orjson.dumps(table))
            for doc_id, row in differences(state.table(table), content):
                yield b'%b,"document":%d,"row":%b}' % (key, doc_id, b"null" if row is None else row)


def _blocks(pieces: Iterable[bytes], least: int) -> Iterator[bytes]:
    """The pieces joined to blocks of at least so many bytes."""
    part: list[bytes] = []
    size = 0
    for piece in pieces:
        part.append(piece)
        size += len(piece)
        if size >= least:
            yield b"".join(part)
            part, size = [], 0
    if part:
        yield b"".join(part)


def _write_all(handle: int, piece: bytes) -> int:
    view = memoryview(piece)
    while view:
        view = view[os.write(handle, view) :]
    return len(piece)
