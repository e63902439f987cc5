"""Settings of one check, from flags, the environment and named targets in `creditkit.toml`.

    [targets.staging]
    url = "https://waldur.staging.example.com"
    token = "${STAGING_TOKEN}"

Flags win over the environment (the command line merges those two), the environment over the file. A key is
named as its flag. `${NAME}` becomes that environment variable when the value is used, so that no token need
stand in the file; relative paths begin at the file's folder. Every mistake is one UsageError with its place.
"""

from __future__ import annotations

import hashlib
import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from creditkit.conformance.asking import ROLES, Mode, Target
from creditkit.conformance.judging import Expectations, load_expectations
from creditkit.errors import UsageError

CONFIG = Path("creditkit.toml")
"""The default file of named targets."""

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
    """The values of one target in the file. Absent keys are empty, None or false."""

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
        """A boolean."""
        return bool(self._values.get(key))

    def place(self, key: str) -> str:
        """The place of a key, for errors."""
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


@dataclass(frozen=True, slots=True)
class Options:
    """The values of flags and environment variables; None or empty if not given.

    `target` is a URL or the name of a target in the file `config`. `tokens` are by role.
    """

    target: str
    mode: str | None = None
    tokens: Mapping[str, str | None] = field(default_factory=dict, repr=False)
    insecure: bool | None = None
    ca: Path | None = None
    proxy: str | None = None
    rate: float | None = None
    timeout: float | None = None
    customers: Sequence[str] = ()
    config: Path | None = None
    journal: Path | None = None
    only: Sequence[str] = ()
    report: Path | None = None
    waivers: Path | None = None
    expect: str | None = None
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that one check needs. The journal need not exist yet; `only` has ids and groups.

    `expect` holds the deviations that are expected of the target, None where it is to conform.
    """

    target: Target
    mode: Mode
    journal: Path
    only: tuple[str, ...] = ()
    report: Path | None = None
    waivers: Path | None = None
    expect: Expectations | None = None
    quiet: bool = False


def settle(options: Options) -> Settings:
    """The settings that follow from options, file and defaults; raises UsageError."""
    is_url = "://" in options.target
    table = Table() if is_url else read_table(options.target, options.config)
    url = base_url(options.target if is_url else table.text("url"))
    ca = options.ca or table.path("ca")
    if ca is not None and not ca.is_file():
        raise UsageError(f"there is no file {ca}", "--ca names a file of certificates in PEM form")
    insecure = table.switch("insecure") if options.insecure is None else options.insecure
    target = Target(
        url=url,
        tokens=_tokens(options, table),
        verify=False if insecure else str(ca) if ca else True,
        proxy=table.text("proxy") if options.proxy is None else options.proxy,
        rate=_number("rate", options.rate, table, default=0),
        timeout=_number("timeout", options.timeout, table, default=10),
        customers=tuple(_uuid(text) for text in options.customers or table.texts("customer")),
    )
    return Settings(
        target=target,
        mode=_mode(options.mode or table.text("mode"), target),
        journal=options.journal or table.path("journal") or default_journal(url),
        only=tuple(options.only or table.texts("only")),
        report=options.report or table.path("report"),
        waivers=options.waivers or table.path("waivers"),
        expect=_expectations(options, table),
        quiet=options.quiet,
    )


def base_url(text: str) -> str:
    """The base URL in a text, without a slash at its end; an `/api/…` that came with it is cut off."""
    text = text.strip()
    try:
        parts = urlsplit(text)
        _ = parts.port  # read for the error that it raises
    except ValueError as error:
        raise UsageError(f"the URL cannot be read: {error}") from error
    if "@" in parts.netloc:
        # Do not repeat the URL: the part before the @ may be a password.
        raise UsageError("the URL holds a user or a password", "a token goes into CREDITKIT_TOKEN")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(f"{text!r} is no URL of a deployment", "it begins with http:// or https://")
    if parts.query or parts.fragment:
        raise UsageError(f"{text!r} is more than a base URL", "leave out what begins with ? or #")
    path = re.sub(r"/api(/customer-credits)?/*$", "", parts.path).rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path}"


def default_journal(url: str) -> Path:
    """The ownership journal of a deployment: a file in the user's state folder, one for each URL."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "creditkit" / f"{hashlib.sha256(url.encode()).hexdigest()[:16]}.jsonl"


def _expectations(options: Options, table: Table) -> Expectations | None:
    """The expected deviations of a flag or of the file, whose paths begin at its folder."""
    if options.expect:
        return load_expectations(options.expect)
    path = table.path("expect")
    if path is None:
        return None
    return load_expectations(str(path) if path.exists() else table.text("expect"))


def _tokens(options: Options, table: Table) -> dict[str, str]:
    found: dict[str, str] = {}
    for role, key in TOKEN_KEYS.items():
        token = (options.tokens.get(role) or table.text(key)).strip().removeprefix("Token ").strip()
        if not re.fullmatch(r"[!-~]*", token):
            # The token itself is never shown.
            raise UsageError(f"--{key}: a token has no spaces, line breaks or letters beyond ASCII")
        if token:
            found[role] = token
    return found


def _mode(text: str, target: Target) -> Mode:
    if not text:
        return Mode.WRITE if target.is_loopback else Mode.READ
    try:
        return Mode(text)
    except ValueError:
        known = ", ".join(mode.value for mode in Mode)
        raise UsageError(f"there is no mode {text!r}", f"modes: {known}") from None


def _number(key: str, asked: float | None, table: Table, *, default: float) -> float:
    """A number that may not be negative; only a rate may be 0, which is no limit."""
    number = asked if asked is not None else table.number(key)
    if number is None:
        return default
    if not 0 <= number < 1e6 or (number == 0 and key == "timeout"):
        raise UsageError(f"--{key}: {number:g} is out of range")
    return number


def _uuid(text: str) -> str:
    """The uuid in a text: a uuid, or a customer's hyperlink that ends with one."""
    try:
        return str(UUID(text.strip().rstrip("/").rpartition("/")[2]))
    except ValueError:
        raise UsageError(f"--customer: {text!r} is no uuid of a customer") from None
