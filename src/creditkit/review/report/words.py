"""Words that all reports share, and texts made fit to be shown."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from creditkit.review.review import Part, Remark

_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_TITLES: dict[Part, str] = {"lint": "Faults", "trace": "Gaps of the trace", "waivers": "Waivers"}
_CHANGES = {
    "breaking": "Breaking changes",
    "possible": "Possibly breaking changes",
    "compatible": "Compatible changes",
    "documentation": "Changes of the documentation",
}
_SIDES = {"senders": "send", "readers": "read"}


def titles(part: Part, remarks: Sequence[Remark]) -> Iterator[tuple[str, list[Remark]]]:
    """The remarks of a part under their titles; changes by their judgement, the worst first."""
    if part != "diff":
        if remarks:
            yield f"{_TITLES[part]}: {len(remarks)}", list(remarks)
        return
    for judgement, title in _CHANGES.items():
        listed = [r for r in remarks if r.change is not None and r.change.judgement == judgement]
        if listed:
            yield f"{title}: {len(listed)}", listed


def whom(breaks: Collection[str]) -> str:
    """Whom a change breaks: clients that send, that read, or both."""
    return " and ".join(word for side, word in _SIDES.items() if side in breaks)


def visible(text: str) -> str:
    """The text with every character that cannot be seen spelt out."""
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def one_line(text: str) -> str:
    """The text on one line, with every character to be seen."""
    return " ".join(visible(text).split())


def cut(text: str, length: int) -> str:
    """The text, or its beginning with the number of characters that were left out."""
    return text if len(text) <= length else f"{text[:length]}… ({len(text) - length:,} more characters)"
