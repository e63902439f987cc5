"""Renderings: representations as bytes, kept for as long as the view that they show.

A view is immutable and the world makes another one when anything in it changes, so a rendering is known by
which view it shows, in which form and with which hyperlinks. It cannot be out of date.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from creditkit.store import CreditView

from .links import Links
from .representation import read_form, write_form

MOST = 4096
"""How many renderings are kept; when there are more, all go."""

Form = Callable[[CreditView, Links], dict[str, Any]]

_kept: dict[tuple[int, Form, Links], tuple[CreditView, bytes]] = {}


def read_bytes(view: CreditView, links: Links) -> bytes:
    """A credit as list, retrieve and the two actions show it."""
    return _rendered(view, links, read_form)


def write_bytes(view: CreditView, links: Links) -> bytes:
    """A credit as create, update and partial update answer it."""
    return _rendered(view, links, write_form)


def _rendered(view: CreditView, links: Links, form: Form) -> bytes:
    # The view is kept with its rendering: as long as it is, no other object has its id.
    key = (id(view), form, links)
    kept = _kept.get(key)
    if kept is not None:
        return kept[1]
    if len(_kept) >= MOST:
        _kept.clear()
    # What orjson makes holds eight times the memory that it needs, so a copy is kept.
    rendered = bytes(memoryview(orjson.dumps(form(view, links))))
    _kept[key] = (view, rendered)
    return rendered
