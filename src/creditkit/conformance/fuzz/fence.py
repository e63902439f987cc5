r"""The fence: whether a request that changes things could reach beyond the records of this check.

The guard knows the spellings that a probe uses. A fuzzer makes others (`%7B…%7D`, `\u002f`, `urn:uuid:`), so
what is written in a request is unwrapped before it is looked at. What names nothing can change nothing:
`/api/customer-credits/abc/` may be sent, since no record has a uuid like that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from urllib.parse import unquote, unquote_plus

from creditkit.conformance.asking import CREDITS

_COLLECTION = re.escape(CREDITS)
_DETAIL = re.compile(_COLLECTION + r"([^/]+)/(?:(?:apply|clear)_compensations/|consumptions/)?")
_CUSTOMER = re.compile(r"customers?/([^/\s\"'<>&]*)", re.IGNORECASE)
_HEX = re.compile(r"[0-9a-f]{32}")
_NOISE = re.compile(r"urn:|uuid:|[^0-9a-z]", re.IGNORECASE)
_WRAPPINGS = 4


def is_harmless(method: str, target: str, body: bytes, known: Collection[str]) -> bool:
    """Whether a request changes at most records whose uuids are `known` (32 hex digits, in lower case)."""
    path = target.partition("?")[0]
    if path == CREDITS:
        if method != "POST":
            return False
    else:
        found = _DETAIL.fullmatch(path)
        if found is None or not _is_segment(found[1]) or not _is_known(found[1], known):
            return False
    return all(_is_known(name, known) for name in _customers(body))


def _is_segment(text: str) -> bool:
    """Whether a path segment stays one segment, however often proxies decode it."""
    bare = _unwrapped(text)
    return not set(bare) & set("/\\?#;") and bare.strip(". \0\t\r\n") != ""


def _is_known(name: str, known: Collection[str]) -> bool:
    """Whether a text names one of the known records, or cannot name any."""
    digits = _NOISE.sub("", _unwrapped(name)).lower()
    return digits in known or not _HEX.search(digits)


def _customers(body: bytes) -> list[str]:
    """The uuid part of each customer hyperlink in a body."""
    text = body.decode("utf-8", "ignore")
    try:
        text = json.dumps(json.loads(text), ensure_ascii=False)
    except (ValueError, RecursionError):
        text = unquote_plus(text)
    return _CUSTOMER.findall(_unwrapped(text))


def _unwrapped(text: str) -> str:
    """The text with percent-encoding taken off, several times over, and JSON's escaped slashes made plain."""
    for _ in range(_WRAPPINGS):
        text = unquote(text).replace("\\/", "/").replace("\\u002f", "/").replace("\\u002F", "/")
    return text
