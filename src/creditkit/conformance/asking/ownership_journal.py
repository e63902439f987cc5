"""The ownership journal: records what a check creates, on disk before it exists. One writer at a time.

Each entry is a line of JSON, forced to disk before its request is sent. After a crash `open_customers` and
`open_credits` name what may be left over: a taken customer had no credit, so any it has later is the check's.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from creditkit.errors import DataFileError, DeploymentError

try:
    import fcntl
except ImportError:  # a system without such locks: nothing holds two checks apart there
    fcntl = None  # type: ignore[assignment]


class OwnershipJournal:
    """One file of entries, appended to; `path` None keeps them in memory for a check that only reads."""

    def __init__(self, path: Path | None, url: str) -> None:
        self.path = path
        self._url = url
        text = _read(path) if path is not None and path.exists() else ""
        self._entries = list(_entries(text))
        self._is_whole = text == "" or text.endswith("\n")

    def take(self, customer: str) -> None:
        """A credit is about to be created for this free customer."""
        self._append("take", customer=customer)

    def created(self, uuid: str) -> None:
        """A credit was created."""
        self._append("created", credit=uuid)

    def deleted(self, uuid: str) -> None:
        """A credit of ours is gone."""
        self._append("deleted", credit=uuid)

    def released(self, customer: str) -> None:
        """A customer that was taken has no credit any more."""
        self._append("released", customer=customer)

    @property
    def open_credits(self) -> tuple[str, ...]:
        """The credits that were created and not yet deleted, oldest first."""
        return self._open("created", "deleted", "credit")

    @property
    def open_customers(self) -> tuple[str, ...]:
        """The customers that were taken and not yet released, oldest first."""
        return self._open("take", "released", "customer")

    def taken_at(self, customer: str) -> datetime:
        """When a customer was taken last; `datetime.min` if the journal does not say."""
        for entry in reversed(self._entries):
            if entry["event"] == "take" and entry.get("customer") == customer:
                return datetime.fromisoformat(entry["at"])
        return datetime.min.replace(tzinfo=UTC)

    def _open(self, begin: str, end: str, key: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for entry in self._entries:
            if entry["url"] != self._url or key not in entry:
                continue
            if entry["event"] == begin:
                found[entry[key]] = None
            elif entry["event"] == end:
                found.pop(entry[key], None)
        return tuple(found)

    def _append(self, event: str, **what: str) -> None:
        """Write an entry. If it is interrupted, a cleanup looks once too often rather than too seldom."""
        entry = {"event": event, "url": self._url, "at": datetime.now(UTC).isoformat(), **what}
        is_end = event in ("deleted", "released")
        if not is_end:
            self._entries.append(entry)
        if self.path is not None:
            try:
                with self.path.open("a", encoding="utf-8") as stream:
                    # The rest of a line that a kill cut off would swallow the next entry.
                    stream.write(("" if self._is_whole else "\n") + json.dumps(entry) + "\n")
                    stream.flush()
                    os.fsync(stream.fileno())
            except OSError as error:
                if not is_end:
                    self._entries.remove(entry)
                raise DataFileError(
                    f"cannot write the ownership journal {self.path}: {error.strerror}",
                    "nothing is created without it: name a writable file with --journal",
                ) from error
        self._is_whole = True
        if is_end:
            self._entries.append(entry)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise DataFileError(f"cannot read the ownership journal {path}: {error.strerror}") from error


def _entries(text: str) -> Iterator[dict[str, Any]]:
    for line in text.splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue  # the last line of a process that was killed while it wrote
        if isinstance(entry, dict) and entry.keys() >= {"event", "url", "at"}:
            yield entry


@contextmanager
def alone(journal: Path) -> Iterator[None]:
    """Hold the lock beside a journal for the length of the block; makes the folder.

    Raises DeploymentError if another check holds it and DataFileError if it cannot be made. It ends with the
    process, however that ends.
    """
    path = journal.with_name(f"{journal.name}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        stream = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise DataFileError(
            f"cannot write the ownership journal {journal}: {error.strerror}",
            "nothing is created without it: name a writable file with --journal",
        ) from error
    with stream:
        if fcntl is not None:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                stream.seek(0)
                holder = stream.read().strip()
                raise DeploymentError(
                    f"another check writes to this deployment{f' (process {holder})' if holder else ''}",
                    "wait until it is over",
                ) from error
            stream.truncate(0)
            stream.write(str(os.getpid()))
            stream.flush()
        yield
