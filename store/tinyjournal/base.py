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
    "_journal":{"1":{"format":1,"database":"5d3c…","generation":4,"next":{"credits":3},"crc32":"89abcdef"}}}

`_snapshots` holds, for each snapshot, its tables with their next ids, and the documents in which it
differs from the tables above. `_journal` comes last: the journals from that generation on follow upon
this file; the checksum covers every byte before its own eight digits.

A file without `_journal` is TinyDB's own or an older release's; it is read as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zlib import crc32

import orjson

from creditkit.errors import DataFileError

from .document import dump, load, parse
from .state import State, differences

FORMAT = 1
JOURNAL, SNAPSHOTS = "_journal", "_snapshots"
HEAD = b"{\n"
_TABLE_HEADS = (b'":{\n', b'":{},\n')
_LAST = b'"_journal":{"1":'
_LAST_OF_ITS_KIND = re.compile(rb'"database":"[0-9a-f]{32}","generation":\d+,"next":\{[^}]*\},"crc32":"')
"""The line of `_journal` under whatever name: one wrong bit can make it a table of the user's."""
_TAIL = 1 << 20
"""In how many bytes from the end the line of `_journal` must begin."""

Rows = dict[int, bytes]
"""The documents of a table, as JSON, by id."""


@dataclass(frozen=True, slots=True)
class Meta:
    """What the `_journal` table says."""

    database: str
    generation: int
    next_ids: Mapping[str, int]


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


def lines(state: State, snapshots: Mapping[str, State], meta: Meta) -> Iterator[bytes]:
    """The base file, in pieces; the last comes without its checksum and end (see `end`)."""
    yield HEAD
    for name, table in state.tables.items():
        yield from _table(name, ((i, table.rows[i]) for i in table.ids))
    if snapshots:
        yield from _table(SNAPSHOTS, enumerate(_kept(state, snapshots), 1))
    about = {
        "format": FORMAT,
        "database": meta.database,
        "generation": meta.generation,
        "next": {name: table.next_id for name, table in state.tables.items()},
    }
    yield b'%b%b,"crc32":"' % (_LAST, orjson.dumps(about)[:-1])


def end(checksum: int) -> bytes:
    """What follows upon the last of `lines`."""
    return b'%08x"}}}\n' % checksum


def _table(name: str, rows: Iterable[tuple[int, bytes]]) -> Iterator[bytes]:
    before = b"%b:{\n" % orjson.dumps(name)
    for doc_id, row in rows:
        yield b'%b"%d":%b' % (before, doc_id, row)
        before = b",\n"
    yield (b"\n},\n" if before == b",\n" else before + b"},\n")


def _kept(state: State, snapshots: Mapping[str, State]) -> Iterator[bytes]:
    for name, kept in snapshots.items():
        next_ids = {table: each.next_id for table, each in kept.tables.items()}
        yield dump({"snapshot": name, "next": next_ids})
        for table, content in kept.tables.items():
            key = b'{"snapshot":%b,"table":%b' % (orjson.dumps(name), orjson.dumps(table))
            for doc_id, row in differences(state.table(table), content):
                yield b'%b,"document":%d,"row":%b}' % (key, doc_id, b"null" if row is None else row)


def read(path: Path) -> Base:
    """Read a base file. Raises `DataFileError` for one that is damaged, FileNotFoundError, OSError."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(len(HEAD))
        stream.seek(max(size - _TAIL, 0))
        tail = stream.read()
    last = tail.rfind(b"\n" + _LAST)
    if last < 0:
        return _read_plain(path, size)
    if head != HEAD:
        raise damaged(path, 0)
    begin = max(size - _TAIL, 0) + last + 1
    meta, checksum = read_last(path, tail[last + 1 :], begin)
    content, crc = _read_lines(path, begin)
    if crc32(tail[last + 1 : -len(end(0))], crc) != checksum:
        raise damaged(path, None)
    content.next_ids = dict(meta.next_ids)
    kept = content.tables.pop(SNAPSHOTS, {})
    return Base(meta, content, snapshots_of(content, kept.values()), size)


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


def read_last(path: Path, line: bytes, offset: int) -> tuple[Meta, int]:
    """The `_journal` line, whose checksum must stand exactly where it was written."""
    length = len(end(0))
    try:
        checksum = int(line[-length:-5], 16)
        if line[-length:] != end(checksum):
            raise ValueError("its end is missing")
        about = orjson.loads(line[len(_LAST) : -3])
        if about["format"] != FORMAT:
            raise DataFileError(
                f"{path}: written in journal format {about['format']}, this release reads format {FORMAT}",
                "use the release of creditkit that wrote it, or a newer one",
            )
        return Meta(about["database"], about["generation"], about["next"]), checksum
    except (ValueError, KeyError, TypeError) as error:
        raise damaged(path, offset, str(error)) from None


def _read_lines(path: Path, stop: int) -> tuple[Content, int]:
    """The documents before byte `stop`, and the checksum of these bytes."""
    content = Content()
    rows: Rows = {}
    offset = crc = 0
    with path.open("rb") as stream:
        try:
            for line in stream:
                if offset >= stop:
                    break
                crc = crc32(line, crc)
                offset += len(line)
                if line.endswith(_TABLE_HEADS):
                    rows = content.tables.setdefault(orjson.loads(line[: line.rindex(b":")]), {})
                elif line.startswith(b'"'):
                    colon = line.index(b":")
                    rows[int(line[1 : colon - 1])] = line[colon + 1 : -2 if line[-2] == 44 else -1]
        except ValueError as error:
            raise damaged(path, offset - len(line), str(error)) from None
    return content, crc


def _read_plain(path: Path, size: int) -> Base:
    """A file of TinyDB's own making."""
    text = path.read_bytes()
    if not text.strip():
        return Base(None, Content(), {}, size)
    hint = f"name another file, or {how_to_save(path)}"
    try:
        data = parse(text)
    except orjson.JSONDecodeError as error:
        raise DataFileError(f"{path}: not JSON: {error.msg}, at byte {error.pos}", hint) from None
    except ValueError as error:
        raise DataFileError(f"{path}: holds {error}", "write it as text, or as a decimal") from None
    if isinstance(data, dict) and ({JOURNAL, SNAPSHOTS} & data.keys() or _LAST_OF_ITS_KIND.search(text)):
        raise damaged(path, None)
    try:
        tables = {name: {int(key): _row(each) for key, each in table.items()} for name, table in data.items()}
    except (ValueError, TypeError, AttributeError):
        raise DataFileError(f"{path}: JSON, but not a TinyDB file", hint) from None
    return Base(None, Content(tables), {}, size)


def _row(document: Any) -> bytes:
    if not isinstance(document, dict):
        raise TypeError("not an object")
    return dump(document)


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
