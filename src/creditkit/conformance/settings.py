"""Settings: what one check is told, from flags, the environment and `creditkit.toml`.

Flags win over the environment (the command line has put those two together), the environment over the file.
Everything that is wrong is one UsageError that names the place.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from creditkit.conformance.asking.target import Mode, Target
from creditkit.conformance.judging.expectations import Expectations, load_expectations
from creditkit.errors import UsageError

from .config import TOKEN_KEYS, Table, read_table


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for by flags and the environment; None or empty where nothing was.

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
    """All that one check needs to know. The journal need not exist yet; `only` are ids and groups.

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
    """The settings that the options, the file and the defaults come to; raises UsageError."""
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
        # Not repeated here: what stands before the @ may be a password.
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
    """What is expected by a flag, or by the file: its paths begin at the file's folder."""
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
