"""The preferences of a request, parsed.

The header `Prefer` is that of RFC 7240: names in either case, values bare or quoted, several in one header or
in several headers, and of a repeated one the first counts. Each has a twin in the query, which wins; of a
repeated twin the last counts, as of every query parameter of the API. Other preferences are ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

if TYPE_CHECKING:
    from starlette.types import Scope

NAMES = ("code", "example", "wait")

_TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]"  # noqa: S105 - a character of HTTP's tokens
# A quote that nobody closes reaches to the end; so no text is read twice.
_PART = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*(?:"|\\?$))+', re.DOTALL)
_PREFERENCE = re.compile(
    rf'\s*({_TOKEN}+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|({_TOKEN}*))\s*)?(?:;|$)', re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Preference:
    """One preference: its `value` as sent, and whether it came in the header or in the query."""

    value: str
    location: str

    def field(self, name: str) -> str:
        """The client's name for it."""
        return f"__{name}" if self.location == "query" else "Prefer"


Preferences = dict[str, Preference]
"""By name; only those that were sent."""


def may_prefer(scope: Scope) -> bool:
    """Whether a request may have preferences, found without parsing."""
    if b"__" in scope["query_string"]:
        return True
    for name, _ in scope["headers"]:  # noqa: SIM110 - any() of a generator takes twice as long
        if name == b"prefer":
            return True
    return False


def preferences_of(scope: Scope) -> tuple[Preferences, bytes]:
    """The preferences of a request, and its query without them."""
    found: Preferences = {}
    sent = [value for name, value in scope["headers"] if name == b"prefer"]
    if sent:
        found = {
            name: Preference(value, "header")
            for name, value in preferred(value.decode("latin-1") for value in sent).items()
            if name in NAMES
        }
    query: bytes = scope["query_string"]
    if b"__" not in query:
        return found, query
    kept = []
    for part in query.split(b"&"):
        name, _, value = part.decode("latin-1").partition("=")
        if name.startswith("__") and name[2:] in NAMES:
            found[name[2:]] = Preference(unquote_plus(value), "query")
        else:
            kept.append(part)
    return found, b"&".join(kept)


def preferred(headers: Iterable[str]) -> dict[str, str]:
    """Names and values of all preferences in `Prefer` headers; what is not one is skipped."""
    found: dict[str, str] = {}
    for header in headers:
        for part in _PART.findall(header):
            preference = _PREFERENCE.match(part)
            if preference is not None:
                name, quoted, bare = preference.groups()
                value = bare or "" if quoted is None else re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL)
                found.setdefault(name.lower(), value)
    return found


def applied(preferences: Preferences) -> bytes:
    """The value of `Preference-Applied` for granted preferences."""
    granted = (f"{name}={_word(preferences[name].value)}" for name in NAMES if name in preferences)
    return ", ".join(granted).encode("latin-1", "replace")


def _word(value: str) -> str:
    """A value as a token, quoted where it is none."""
    if re.fullmatch(f"{_TOKEN}+", value):
        return value
    return '"' + re.sub(r'(["\\])', r"\\\1", value) + '"'
