"""What can still be read of a base file that is not as it was written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import orjson

from creditkit.errors import DataFileError

from .base import JOURNAL, SNAPSHOTS, Base, Content, Meta, Rows, read_last, snapshots_of
from .document import dump, load

_DOCUMENT = re.compile(rb'"(-?[0-9]{1,18})":(\{.*\}),?\n?')


@dataclass(frozen=True, slots=True)
class Damage:
    """One thing that is not as it was written: in which file, at which byte, and what."""

    file: Path
    offset: int
    what: str


def salvage(path: Path, damage: list[Damage]) -> Base:
    """What can be read, line by line, or, where another program wrote all anew, as a whole.

    What cannot be read is added to `damage`.
    """
    text = path.read_bytes()
    found: list[Damage] = []
    base = _lines(path, text, found)
    whole = _whole(text)
    if whole is not None and _count(whole) > _count(base):
        base, found = whole, []
    damage += found or _blocks(path, text, base.meta)
    return base


def _blocks(path: Path, text: bytes, meta: Meta | None) -> list[Damage]:
    """The parts whose checksums do not fit, where every line reads as one."""
    offset, found = 0, []
    for length, checksum in meta.blocks if meta else ():
        if crc32(text[offset : offset + length]) != checksum:
            found.append(
                Damage(path, offset, f"the checksum of the {length:,} bytes from there does not fit")
            )
        offset += length
    return found or [Damage(path, 0, "the checksum does not fit: another program, or the disk, changed it")]


def _count(base: Base) -> int:
    return sum(len(rows) for rows in base.content.tables.values())


def _lines(path: Path, text: bytes, damage: list[Damage]) -> Base:
    """The lines that can be read, each for itself."""
    content = Content()
    meta: Meta | None = None
    rows: Rows | None = None
    offset = 0
    for line in text.splitlines(keepends=True):
        at, offset = offset, offset + len(line)
        if line in (b"{\n", b"},\n", b"}\n"):
            rows = None
        elif line.startswith(b'"_journal":'):
            try:
                meta = read_last(path, line, at)[0]
            except DataFileError as error:
                damage.append(Damage(path, at, error.message.removeprefix(f"{path}: ")))
        elif rows is None:
            name = _table_name(line)
            if name is None:
                name = f"recovered-{at}"
                damage.append(Damage(path, at, f"not the head of a table; its documents are in {name}"))
            rows = content.tables.setdefault(name, {})
        else:
            document = _DOCUMENT.fullmatch(line)
            if document and int(document[1]) not in rows and _is_document(document[2]):
                rows[int(document[1])] = document[2]
            else:
                damage.append(Damage(path, at, f"not a document: {line[:40]!r}"))
    tables = content.tables
    for name in [name for name in tables if name.startswith("recovered-") and not tables[name]]:
        del tables[name]
    if meta is not None:
        content.next_ids = dict(meta.next_ids)
    kept = tables.pop(SNAPSHOTS, {})
    try:
        snapshots = snapshots_of(content, kept.values())
    except (ValueError, KeyError, TypeError) as error:
        damage.append(Damage(path, 0, f"snapshots: {error}"))
        snapshots = {}
    return Base(meta, content, snapshots, len(text))


def _whole(text: bytes) -> Base | None:
    """A base that is JSON; None for one that is not, or not TinyDB's."""
    try:
        data = orjson.loads(text)
        about = data.pop(JOURNAL, {}).get("1", {})
        tables = {name: {int(key): dump(each) for key, each in rows.items()} for name, rows in data.items()}
        kept = tables.pop(SNAPSHOTS, {})
        content = Content(tables, {name: int(each) for name, each in about.get("next", {}).items()})
        meta = (
            Meta(str(about["database"]), int(about["generation"]), bool(about.get("journal")))
            if about
            else None
        )
        return Base(meta, content, snapshots_of(content, kept.values()), len(text))
    except (ValueError, TypeError, AttributeError, KeyError):
        return None


def _table_name(line: bytes) -> str | None:
    if not line.endswith(b":{\n"):
        return None
    try:
        return str(orjson.loads(line[:-3]))
    except orjson.JSONDecodeError:
        return None


def _is_document(row: bytes) -> bool:
    try:
        load(row)
    except ValueError:
        return False
    return True
