"""The configuration file: named targets in `creditkit.toml`.

    [targets.staging]
    url = "https://waldur.staging.example.com"
    token = "${STAGING_TOKEN}"
    customer = ["5a1c0de0-0000-4000-8000-0000000000f1"]

A key is named as its flag. `${NAME}` becomes the environment variable of that name when the value is used, so
a token need not stand in the file. Relative paths begin at the file's folder.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from creditkit.conformance.asking.target import ROLES
from creditkit.errors import UsageError

CONFIG = Path("creditkit.toml")
"""Where named targets are looked for unless told otherwise."""

TOKEN_KEYS: Mapping[str, str] = {role: "token" if role == "staff" else f"token-{role}" for role in ROLES}
"""The key, and the flag, of each role's token."""

_TEXT, _NUMBER, _SWITCH, _LIST = "a text", "a number", "true or false", "a list of texts"
_KEYS: Mapping[str, str] = {
    "url": _TEXT,
    "mode": _TEXT,
    **dict.fromkeys(TOKEN_KEYS.values(), _TEXT),
    "insecure": _SWITCH,
    "ca": _TEXT,
    "proxy": _TEXT,
    "rate": _NUMBER,
    "timeout": _NUMBER,
    "customer": _LIST,
    "only": _LIST,
    "journal": _TEXT,
    "report": _TEXT,
    "waivers": _TEXT,
    "expect": _TEXT,
}
_VARIABLE = re.compile(r"\$\{(\w+)\}")


class Table:
    """What the file says of one target; `Table()` says nothing. Absent keys are empty, None or false."""

    def __init__(self, file: Path = CONFIG, name: str = "", values: Mapping[str, Any] | None = None) -> None:
        self.name = name
        self._file = file
        self._values = values or {}

    def text(self, key: str) -> str:
        """A text with its variables filled in; raises UsageError for one that is not set."""
        return self._filled(key, self._values.get(key, ""))

    def texts(self, key: str) -> list[str]:
        """A list of texts, likewise."""
        return [self._filled(key, item) for item in self._values.get(key, [])]

    def path(self, key: str) -> Path | None:
        """A path."""
        text = self.text(key)
        return self._file.parent / Path(text).expanduser() if text else None

    def number(self, key: str) -> float | None:
        """A number."""
        return self._values.get(key)

    def switch(self, key: str) -> bool:
        """A truth value."""
        return bool(self._values.get(key))

    def place(self, key: str) -> str:
        """Where a key stands, for errors."""
        return f"{self._file}: targets.{self.name}.{key}"

    def _filled(self, key: str, text: str) -> str:
        def value(found: re.Match[str]) -> str:
            name = found[1]
            if not os.environ.get(name):
                message = f"{self.place(key)}: the environment variable {name} is not set"
                raise UsageError(message, f"set {name}, or give --{key}")
            return os.environ[name]

        return _VARIABLE.sub(value, text)


def read_table(name: str, file: Path | None = None) -> Table:
    """The table of a target in a file, or in `creditkit.toml` of the current folder; raises UsageError."""
    path = file or CONFIG
    if file is None and not path.is_file():
        raise UsageError(
            f"{name!r} is no URL, and there is no {CONFIG} here with a target of that name",
            "a URL begins with http:// or https://; --config names a file of targets",
        )
    targets = _targets(path)
    if name not in targets:
        known = ", ".join(sorted(targets)) or "none"
        raise UsageError(f"{path}: there is no target {name!r}", f"targets there: {known}")
    table = Table(path, name, targets[name])
    for key, value in targets[name].items():
        if key not in _KEYS:
            raise UsageError(f"{table.place(key)}: there is no such key", f"keys: {', '.join(_KEYS)}")
        if not _is(_KEYS[key], value):
            raise UsageError(f"{table.place(key)}: must be {_KEYS[key]}")
    if not targets[name].get("url"):
        raise UsageError(f"{table.place('url')}: is missing", 'url = "https://…"')
    return table


def _targets(path: Path) -> Mapping[str, Mapping[str, Any]]:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise UsageError(f"{path}: is no TOML: {error}") from error
    for key in document:
        if key != "targets":
            raise UsageError(f"{path}: {key}: there is no such key", "targets stand under [targets.NAME]")
    targets = document.get("targets", {})
    if not isinstance(targets, dict) or not all(isinstance(table, dict) for table in targets.values()):
        raise UsageError(f"{path}: targets: must be tables", "as in [targets.staging]")
    return targets


def _is(kind: str, value: Any) -> bool:
    if kind == _LIST:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if kind == _SWITCH:
        return isinstance(value, bool)
    if kind == _NUMBER:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, str)
