"""The stamp: which contract an export was made from, and whether it is still the same.

The hash is over the contracts as documents, so that comments and the order of keys do not count.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from creditkit.contract import API, SUPPORTING, Contract, read
from creditkit.errors import UsageError

MARK = "// creditkit-export: "

_DATA = re.compile(r"^const answers[^=]*= (\[\n.*?^\]);$", re.MULTILINE | re.DOTALL)
_HINT = "name a file that `creditkit export` wrote"


@dataclass(frozen=True, slots=True)
class Stamped:
    """An exported file as read: what its stamp says, and its answers."""

    stamp: Mapping[str, Any]
    answers: tuple[Mapping[str, Any], ...]


def contract_hash(contract: Contract | None = None) -> str:
    """The hash of a contract, with that of what the mock adds; None is the packaged one."""
    documents = [contract.document if contract else read(API), read(SUPPORTING)]
    return "sha256:" + hashlib.sha256(orjson.dumps(documents, option=orjson.OPT_SORT_KEYS)).hexdigest()


def is_stamped(path: Path) -> bool:
    """Whether a file is an export, which another one may replace."""
    with path.open(encoding="utf-8", errors="replace") as file:
        return any(line.startswith(MARK) for _, line in zip(range(10), file, strict=False))


def read_stamped(path: Path) -> Stamped:
    """An exported file. Raises UsageError for what is none."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {error}", _HINT) from error
    line = next((line for line in text.splitlines() if line.startswith(MARK)), None)
    data = _DATA.search(text)
    if line is None or data is None:
        raise UsageError(f"{path}: is no export of creditkit", _HINT)
    try:
        stamp = orjson.loads(line.removeprefix(MARK))
        answers = orjson.loads(re.sub(r",\s*\]\Z", "]", data[1]))
    except orjson.JSONDecodeError as error:
        raise UsageError(
            f"{path}: its stamp or its answers were edited: {error}", "export it again"
        ) from error
    return Stamped(stamp, tuple(answers))
