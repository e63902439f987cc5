"""The one reader of base and journals, for opening, checking and repairing alike.

Each place that is not as it was written is a `Damage`, handed to `report`: opening raises the first one,
checking collects them all. So a file that passes a check opens. Nothing here takes a lock or writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zlib import crc32

import orjson

from creditkit.errors import DataFileError

from .base import (
    BETWEEN,
    DOCUMENT,
    HEAD,
    LAST,
    Content,
    LaterFormatError,
    Meta,
    Rows,
    read_last,
    snapshots_of,
)
from .document import dump, load, parse
from .indexes import DuplicateError, Layout, Schema
from .journal import (
    Flaw,
    Keeping,
    Kept,
    Record,
    Step,
    decode,
    is_header,
    is_part_of_end,
    journal_path,
    journals,
    scan,
)
from .states import JOURNAL, SNAPSHOTS, Row, State, TableState


@dataclass(frozen=True, slots=True)
class Damage:
    """One thing that is not as it was written: in which file, at which byte, and what."""

    file: Path
    offset: int
    what: str

    def error(self, path: Path) -> DataFileError:
        """The error of a database at `path` that does not open for this reason."""
        hint = f"save what can be saved: creditkit store repair {path} --to NEW-FILE"
        if self.what == MISSING:
            message = f"{path}: its journal {self.file} is missing, and in it what was written last"
            return DataFileError(message, f"put it back beside the file, or go on without it: {hint}")
        if self.what.startswith("record "):
            return DataFileError(f"{self.file}: damaged at byte {self.offset}, in {self.what}", hint)
        how = "damaged or edited by another program"
        return DataFileError(f"{self.file}: {how} at byte {self.offset}: {self.what}", hint)


class BaseDamageError(ValueError):
    """A base is not as it was written, from that byte on."""

    def __init__(self, offset: int, what: str) -> None:
        super().__init__(what)
        self.offset = offset


Report = Callable[[Damage], None]

MISSING = "this journal is missing, and in it what was written last"


class Replay:
    """The rows of a database while its records are taken one after another.

    A snapshot shares its tables with what holds now; a shared table is copied before it changes.
    """

    def __init__(self, live: Content, snapshots: dict[str, Content]) -> None:
        self.live = live
        self.snapshots = snapshots
        self._shared: set[str] = set()

    def take(self, steps: Iterable[Step]) -> None:
        """Take the steps of one record. Raises KeyError for a snapshot that is not there."""
        for step in steps:
            if isinstance(step, Row):
                rows = self._rows(step.table)
                if step.row is None:
                    rows.pop(step.doc_id, None)
                else:
                    rows[step.doc_id] = step.row
                next_ids = self.live.next_ids
                next_ids[step.table] = max(next_ids.get(step.table, 1), step.doc_id + 1)
            elif isinstance(step, Kept):
                self._keep(step)
            elif isinstance(step.change, bool):
                self._shared.discard(step.table)
                self.live.tables.pop(step.table, None)
                self.live.next_ids.pop(step.table, None)
                if step.change:
                    self.live.tables[step.table] = {}
            else:
                self.live.tables.setdefault(step.table, {})
                self.live.next_ids[step.table] = step.change

    def _rows(self, table: str) -> Rows:
        if table in self._shared:
            self.live.tables[table] = dict(self.live.tables[table])
            self._shared.discard(table)
        return self.live.tables.setdefault(table, {})

    def _keep(self, step: Kept) -> None:
        if step.action is Keeping.FORGET:
            del self.snapshots[step.name]
            return
        source = self.live if step.action is Keeping.SNAPSHOT else self.snapshots[step.name]
        copy = Content(dict(source.tables), dict(source.next_ids))
        self._shared = set(source.tables)
        if step.action is Keeping.SNAPSHOT:
            self.snapshots[step.name] = copy
        else:
            self.live = copy


@dataclass(slots=True)
class Survey:
    """What base and journals say together.

    `number` is that of the last journal, `end` where its whole records end, `following` the number of its
    next record, 0 where it cannot be continued; `older` are the bytes of those before it. `cut` is a last
    record that was cut short: opening drops it, and nothing that was acknowledged is lost.
    """

    path: Path
    meta: Meta | None
    replay: Replay
    base_size: int
    number: int = 0
    end: int = 0
    following: int = 0
    older: int = 0
    cut: Damage | None = None
    cut_bytes: int = 0
    damage: list[Damage] = field(default_factory=list)


def read(path: Path, report: Report) -> Survey:
    """Read a database; an empty one where there are no files. Raises OSError and `DataFileError`."""
    text = path.read_bytes() if path.exists() else b""
    meta, content, snapshots = _read_base(path, text, report)
    generation = meta.generation if meta else 1
    found = [each for each in journals(path) if each[0] >= generation]
    if meta is None and found:
        generation = found[0][0]
        what = "there are journals beside it that belong to another file" if text else "this file is missing"
        report(Damage(path, 0, what))
    if meta and meta.journal and not found:
        report(Damage(journal_path(path, generation), 0, MISSING))
    survey = Survey(path, meta, Replay(content, snapshots), len(text), number=generation - 1)
    for at, (number, file) in enumerate(found):
        if number != survey.number + 1:
            report(Damage(file, 0, f"journal {survey.number + 1}, which comes before it, is missing"))
        survey.older += survey.end
        survey.number = number
        if _read_journal(survey, file, last=at == len(found) - 1, report=report):
            report(Damage(journal_path(path, number + 1), 0, MISSING))
    return survey


def _read_base(path: Path, text: bytes, report: Report) -> tuple[Meta | None, Content, dict[str, Content]]:
    """The documents of a base, or of a TinyDB file that knows nothing of journals."""
    begin = text.rfind(b"\n" + LAST) + 1
    if not begin and not text.strip():
        return None, Content(), {}
    try:
        meta = read_last(text[begin:]) if begin else None
        content = Content() if meta is None else _sealed(text, begin, meta)
        if meta is None:
            return None, _plain(path, text), {}
        kept = content.tables.pop(SNAPSHOTS, {})
        return meta, content, snapshots_of(content, kept.values())
    except LaterFormatError as error:
        raise DataFileError(
            f"{path}: written in journal format {error}, which this release does not read",
            "use the release of creditkit that wrote it, or a newer one",
        ) from None
    except ValueError as error:
        offset = error.offset if isinstance(error, BaseDamageError) else begin
        return _salvage(text, Damage(path, offset, str(error)), report)


def _sealed(text: bytes, begin: int, meta: Meta) -> Content:
    """The documents of a base whose checksums fit. Raises ValueError where one does not."""
    content = Content(next_ids=dict(meta.next_ids))
    rows: Rows = {}
    offset = 0
    for length, checksum in meta.blocks or [(begin, meta.whole)]:
        block = text[offset : offset + length]
        sealed = crc32(block)
        if not meta.blocks:
            sealed = crc32(text[begin : text.rfind(b'"crc32":"') + 9], sealed)
        if sealed != checksum:
            raise BaseDamageError(offset, f"the checksum of the {len(block):,} bytes from there does not fit")
        at = 0
        for head in HEAD.finditer(block) if b'":{\n' in block else ():
            if head.start() and block[head.start() - 1] != ord("\n"):
                continue
            rows.update((int(doc_id), row) for doc_id, row in DOCUMENT.findall(block, at, head.start()))
            rows = content.tables.setdefault(orjson.loads(head[1]), {})
            at = head.end()
        rows.update((int(doc_id), row) for doc_id, row in DOCUMENT.findall(block, at))
        offset += length
    if offset != begin:
        raise BaseDamageError(offset, "it goes on behind what was written")
    return content


_LAST_BY_ANOTHER_NAME = b'"database":"'


def _plain(path: Path, text: bytes) -> Content:
    """The documents of a TinyDB file. Raises ValueError for damage, `DataFileError` for another file."""
    try:
        data = parse(text)
    except orjson.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg}, at byte {error.pos}") from None
    except ValueError as error:
        raise DataFileError(f"{path}: holds {error}", "write it as text, or as a decimal") from None
    if isinstance(data, dict) and (
        {JOURNAL, SNAPSHOTS} & data.keys() or (_LAST_BY_ANOTHER_NAME in text and b'"crc32":"' in text)
    ):
        raise ValueError("another program has changed it: the line of `_journal` is not the last one")
    try:
        return Content(
            {
                name: {int(key): dump(_object(each)) for key, each in table.items()}
                for name, table in data.items()
            }
        )
    except (ValueError, TypeError, AttributeError):
        raise DataFileError(f"{path}: JSON, but not a TinyDB file", "name another file") from None


def _object(document: object) -> Mapping[str, object]:
    if not isinstance(document, dict):
        raise TypeError("not an object")
    return document


def _salvage(text: bytes, first: Damage, report: Report) -> tuple[Meta | None, Content, dict[str, Content]]:
    """What can be read of a damaged base: line by line or, where a program wrote it anew, as a whole."""
    found: list[Damage] = []
    path = first.file
    meta, content = _lines(path, text, found)
    try:  # another program may have written all of it in a form of its own
        data = orjson.loads(text)
        about = data.pop(JOURNAL, {}).get("1", {})
        whole = {name: {int(key): dump(each) for key, each in rows.items()} for name, rows in data.items()}
        if sum(map(len, whole.values())) > sum(map(len, content.tables.values())):
            content, found = Content(whole, dict(about.get("next", {}))), []
            if about:
                meta = Meta(str(about["database"]), int(about["generation"]), bool(about.get("journal")))
    except (ValueError, TypeError, AttributeError, KeyError):
        pass
    if not found or LAST not in text:
        found.insert(0, first)
    for damage in found:
        report(damage)
    kept = content.tables.pop(SNAPSHOTS, {})
    try:
        return meta, content, snapshots_of(content, kept.values())
    except (ValueError, KeyError, TypeError) as error:
        report(Damage(path, 0, f"snapshots: {error}"))
        return meta, content, {}


def _lines(path: Path, text: bytes, damage: list[Damage]) -> tuple[Meta | None, Content]:
    """The lines of a base that can be read, each for itself."""
    content, meta = Content(), None
    rows: Rows | None = None
    offset = 0
    for line in text.splitlines(keepends=True):
        at, offset = offset, offset + len(line)
        if line in BETWEEN:
            rows = None
        elif line.startswith(b'"_journal":'):
            try:
                meta = read_last(line)
                content.next_ids = dict(meta.next_ids)
            except (ValueError, LaterFormatError) as error:
                damage.append(Damage(path, at, str(error)))
        elif rows is None:
            head = HEAD.fullmatch(line)
            name = f"recovered-{at}"
            try:
                name = orjson.loads(head[1]) if head else name
            except orjson.JSONDecodeError:
                head = None
            if head is None:
                damage.append(Damage(path, at, f"not the head of a table; its documents are in {name}"))
            rows = content.tables.setdefault(name, {})
        else:
            document = DOCUMENT.fullmatch(line if line.endswith(b"\n") else line + b"\n")
            try:
                if document is None or int(document[1]) in rows:
                    raise ValueError
                load(document[2])
                rows[int(document[1])] = document[2]
            except ValueError:
                damage.append(Damage(path, at, f"not a document: {line[:40]!r}"))
    content.tables = {
        name: rows for name, rows in content.tables.items() if rows or not name.startswith("recovered-")
    }
    return meta, content


def _read_journal(survey: Survey, file: Path, *, last: bool, report: Report) -> bool:
    """Take what is whole in one journal; whether it says that another follows, which is not there."""
    data = file.read_bytes()
    survey.end, survey.following = 0, 0
    expected, ended, numbered = 1, False, True
    start: int | None = 0
    while start is not None:
        items, start = scan(data, start), None
        for item in items:
            if isinstance(item, Flaw):
                found = Damage(file, item.offset, f"record {expected}: {item.what}")
                if item.cut and last:
                    survey.cut, survey.cut_bytes = found, len(data) - item.offset
                elif not (item.cut and is_part_of_end(data[item.offset :], expected, survey.number)):
                    report(found)
                start, expected = item.resume, expected + (not item.cut)
                break
            numbered = item.number is not None if expected == 1 else numbered
            try:
                ended |= _take(survey, item, expected, expected if numbered else None)
            except (ValueError, KeyError, TypeError) as error:
                report(Damage(file, item.offset, f"record {expected}: {error}"))
                expected = max(expected, item.number or 0)
            survey.end = item.end
            expected += 1
    if not survey.end and not last:
        report(Damage(file, 0, "record 1: its header is missing"))
    survey.following = expected if numbered and survey.end else 0
    return ended and last


def _take(survey: Survey, record: Record, place: int, number: int | None) -> bool:
    """Take one record, which must have that number; whether it says that another journal follows."""
    if record.number != number:
        raise ValueError(f"it has the number {record.number}: one is missing, doubled or exchanged")
    if place == 1:
        if survey.meta and not is_header(record.payload, survey.meta.database, survey.number):
            raise ValueError("it belongs to another file")
        return False
    if record.payload == {"next": survey.number + 1}:
        return True
    survey.replay.take(decode(record.payload))
    return False


def build(
    path: Path | None, schema: Schema, live: Content, kept: Mapping[str, Content], *, known: bool
) -> tuple[State, dict[str, State]]:
    """The state of these documents, and those of the snapshots, which share with it what they can.

    `known` documents were filed when they were written. Others are filed in every index at once. Raises
    `DataFileError` for a document that cannot be filed.
    """
    names = [*(name for name in schema if name in live.tables), *live.tables]
    tables = {name: _table(path, schema, name, live, known) for name in dict.fromkeys(names)}
    state = State(schema, {name: tables[name] for name in live.tables})
    return state, {name: _like(state, content) for name, content in kept.items()}


_UNFIT = (KeyError, ValueError, TypeError, ArithmeticError, AttributeError)
"""What the function of an index raises for a document that it does not understand."""


def _table(path: Path | None, schema: Schema, name: str, content: Content, known: bool) -> TableState:
    rows, layout = content.tables[name], schema.get(name) or Layout(name)
    try:
        table = TableState.of(layout, rows, content.next_ids.get(name, 1))
        for place in () if known else range(len(layout.indexes)):
            table.get(place)
        return table
    except DuplicateError as error:
        raise _cannot_be_filed(path, "", error) from error
    except _UNFIT as error:
        raise _cannot_be_filed(path, f": table {name}{_first_unfit(layout, rows)}", error) from error


def _first_unfit(layout: Layout, rows: Rows) -> str:
    """The first document that an index cannot file, by itself or beside the one before it."""
    table = TableState.of(layout, {})
    for doc_id, row in rows.items():
        try:
            table = table.with_puts({doc_id: row})
            for place in range(len(layout.indexes)):
                table.get(place)
        except _UNFIT:
            return f", document {doc_id}"
    return ""


def _cannot_be_filed(path: Path | None, where: str, error: Exception) -> DataFileError:
    return DataFileError(
        f"{path}: a document cannot be filed{where}: {error}",
        "put it right in a copy: creditkit store export, then import",
    )


def _like(state: State, content: Content) -> State:
    """The state of a snapshot, made from what holds now by the differences."""
    tables: dict[str, TableState] = {}
    for name, rows in content.tables.items():
        table = state.table(name)
        puts: dict[int, bytes | None] = {doc_id: None for doc_id in table.ids if doc_id not in rows}
        puts |= {doc_id: row for doc_id, row in rows.items() if table.rows.get(doc_id) != row}
        tables[name] = table.with_puts(puts).with_next_id(content.next_ids.get(name, 1))
    return State(state.schema, tables)
