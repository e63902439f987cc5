"""The lock: one check at a time writes to a deployment.

Two checks with one journal would tidy up each other's records, and take customers from each other.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from creditkit.errors import DataFileError, DeploymentError

try:
    import fcntl
except ImportError:  # a system without such locks: nothing holds two checks apart there
    fcntl = None  # type: ignore[assignment]


@contextmanager
def alone(journal: Path) -> Iterator[None]:
    """Hold the lock beside a journal, whose folder is made, for the length of the block.

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
