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

`_snapshots` holds, for each snapshot, its tables with their next ids, and the documents in which it
differs from the tables above. `_journal` comes last, in one line: the journals from that generation on follow
upon this file. `blocks` are the length and the checksum of each part of the lines above, in order; `crc32`
covers its own line up to its digits. `journal` is 1 as long as there must be a journal: it alone is changed
in the file as it stands, so that a file that has lost what was written last does not pass for whole.

Format 1 had no blocks, no `journal`, and one checksum for all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zlib import crc32

import orjson

from creditkit.errors import DataFileError

from .document import dump, load
from .state import State, differences

FORMAT = 2
JOURNAL, SNAPSHOTS = "_journal", "_snapshots"
HEAD = b"{\n"
BLOCK, MOST_BLOCKS = 1 << 16, 1 << 13
"""How large a block is at least, in bytes, and about how many there may be."""
_DOCUMENTS = re.compile(rb'"(-?[0-9]+)":(\{.*\}),?\n')
_HEADS = re.compile(rb'^("(?:[^"\\]|\\.)*"):\{\n', re.MULTILINE)
"""A document, by id and row, and the head of a table."""
_LAST = b'"_journal":{"1":'
_END = re.compile(rb'"crc32":"([0-9a-f]{8})"(,"journal":[01])?\}\}\}\n')
_TAIL = 1 << 20
"""In how many bytes from the end the line of `_journal` must begin."""
MARK = -5
"""Where, from the end of the file, the digit of `journal` stands."""

Blocks = Sequence[tuple[int, int]]
"""For each part of a base: its length in bytes, and its checksum."""

Rows = dict[int, bytes]
"""The documents of a table, as JSON, by id."""


@dataclass(frozen=True, slots=True)
class Meta:
    """What the `_journal` table says. `journal` is whether there must be one."""

    database: str
    generation: int
    journal: bool
    next_ids: Mapping[str, int] = field(default_factory=dict)
    blocks: Blocks = ()


@dataclass(slots=True)
class Content:
    """The documents of a file before they are filed: rows, and, where it is known, the next id of a table."""

    tables: dict[str, Rows] = field(default_factory=dict)
    next_ids: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Base:
    """What a base file says; `meta` is None for a file that knows nothing of journals."""

    meta: Meta | None
    content: Content
    snapshots: dict[str, Content]
    size: int


def lines(state: State, snapshots: Mapping[str, State]) -> Iterator[bytes]:
    """The base file but for its last line, in pieces of whole lines."""
    yield HEAD
    for name, table in state.tables.items():
        yield from _table(name, table.ids.parts())
    if snapshots:
        kept = list(_kept(state, snapshots))
        yield from _table(SNAPSHOTS, [(range(1, len(kept) + 1), kept)])


def last_line(state: State, meta: Meta, blocks: Blocks) -> bytes:
    """The line of `_journal`, below these blocks."""
    about = {
        "format": FORMAT,
        "database": meta.database,
        "generation": meta.generation,
        "next": {name: table.next_id for name, table in state.tables.items()},
        "blocks": blocks,
    }
    line = b'%b%b,"crc32":"' % (_LAST, orjson.dumps(about)[:-1])
    return b'%b%08x","journal":%d}}}\n' % (line, crc32(line), meta.journal)


def _table(name: str, parts: Iterable[tuple[Sequence[int], Sequence[bytes]]]) -> Iterator[bytes]:
    yield b"%b:{\n" % orjson.dumps(name)
    before = b""
    for ids, rows in parts:
        if before:
            yield before + b",\n"
        before = b",\n".join([b'"%d":%b' % each for each in zip(ids, rows, strict=True)])
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


def read_last(path: Path, line: bytes, offset: int) -> tuple[Meta, int]:
    """The `_journal` line, which must be as it was written; of format 1 the checksum of the file, else 0."""
    found = _END.fullmatch(line, max(line.rfind(b'"crc32":"'), 0))
    if found is None:
        raise damaged(path, offset, "its end is missing")
    try:
        about = orjson.loads(line[len(_LAST) : -3])
        written, checksum = about["format"], int(found[1], 16)
        if not 1 <= written <= FORMAT:
            raise DataFileError(
                f"{path}: written in journal format {written}, this release reads up to {FORMAT}",
                "use the release of creditkit that wrote it, or a newer one",
            )
        if written > 1 and (found[2] is None or crc32(unsealed(line)) != checksum):
            raise damaged(path, offset, "the checksum of the last line does not fit")
        meta = Meta(
            about["database"],
            about["generation"],
            about.get("journal") == 1,
            about["next"],
            [(int(length), int(crc)) for length, crc in about.get("blocks", ())],
        )
        return meta, checksum if written == 1 else 0
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged(path, offset, str(error)) from None


def unsealed(line: bytes) -> bytes:
    """What the checksum of the `_journal` line covers, besides, in format 1, all before it."""
    return line[: line.rfind(b'"crc32":"') + 9]


def is_sound(line: bytes) -> bool:
    """Whether a line of a base reads as one: a document, the head of a table, or what stands between."""
    document = _DOCUMENTS.fullmatch(line)
    if document is None:
        return line in (HEAD, b"},\n", b"}\n") or _HEADS.fullmatch(line) is not None
    try:
        load(document[2])
    except ValueError:
        return False
    return True


def find_last(path: Path, size: int) -> tuple[bytes, int] | None:
    """The `_journal` line and its offset; None where there is none."""
    with path.open("rb") as stream:
        stream.seek(max(size - _TAIL, 0))
        tail = stream.read()
    at = tail.rfind(b"\n" + _LAST)
    return None if at < 0 else (tail[at + 1 :], max(size - _TAIL, 0) + at + 1)


def take_lines(content: Content, rows: Rows, lines: bytes) -> Rows:
    """Take the documents on some lines that are as they were written; the table that they end in."""
    at = 0
    for head in _HEADS.finditer(lines) if b'":{\n' in lines else ():
        rows.update({int(doc_id): row for doc_id, row in _DOCUMENTS.findall(lines, at, head.start())})
        rows = content.tables.setdefault(orjson.loads(head[1]), {})
        at = head.end()
    rows.update({int(doc_id): row for doc_id, row in _DOCUMENTS.findall(lines, at)})
    return rows


def how_to_save(path: Path) -> str:
    """The hint for a database that does not open."""
    return f"save what can be saved: creditkit store repair {path} --to NEW-FILE"


def damaged(path: Path, offset: int | None, what: str = "") -> DataFileError:
    """The error for a base file that is not as it was written."""
    where = "" if offset is None else f" at byte {offset}"
    return DataFileError(
        f"{path}: damaged or edited by another program{where}" + (f": {what}" if what else ""),
        how_to_save(path),
    )


def snapshots_of(live: Content, kept: Iterable[bytes]) -> dict[str, Content]:
    """The snapshots: what holds, and the differences that were written down."""
    found: dict[str, Content] = {}
    for line in kept:
        item = load(line)
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
