"""Encodings: how the parts of a form are written, which no schema says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from creditkit.documents import join
from creditkit.review.wire import Media

from .pair import Pair
from .proof import COMPATIBLE, POSSIBLE

Encoding = Mapping[str, Any]


def compare_encodings(pair: Pair, old: Media, new: Media, where: str) -> None:
    """Tell the parts of a form that a client must write otherwise. Witnesses are values, so there is none."""
    for part in sorted({*old.encodings, *new.encodings}):
        ours, theirs = old.encodings.get(part, {}), new.encodings.get(part, {})
        places = [join(one.at, "encoding", part) if part in one.encodings else one.at for one in (old, new)]
        for message, is_harmless in _differences(ours, theirs):
            verdict = COMPATIBLE if is_harmless else POSSIBLE
            told = f"{where} part `{part}`"
            pair.tell(
                "request-body-encoding-changed", told, message, (places[0], places[1]), "senders", verdict
            )


def _differences(old: Encoding, new: Encoding) -> list[tuple[str, bool]]:
    """What has changed, and whether a client that writes in the old way is still understood."""
    found = []
    ours, theirs = _types(old), _types(new)
    if ours != theirs:
        message = f"its media type was {_named(ours)} and is now {_named(theirs)}"
        found.append((message, not theirs or bool(ours and ours <= theirs)))
    styles = _style(old), _style(new)
    if styles[0] != styles[1]:
        found.append((f"it was written as {styles[0]} and is now as {styles[1]}", False))
    return found


def _types(encoding: Encoding) -> set[str]:
    text = encoding.get("contentType")
    return {one.strip().lower() for one in text.split(",")} if isinstance(text, str) else set()


def _named(types: set[str]) -> str:
    return " or ".join(f"`{one}`" for one in sorted(types)) or "that of its schema"


def _style(encoding: Encoding) -> str:
    style = encoding.get("style", "form")
    return f"`{style}`{' exploded' if encoding.get('explode', style == 'form') is True else ''}"
