"""Renderings: representations as bytes, in one of two forms and with the hyperlinks of one request."""

from __future__ import annotations

from msgspec import Struct
from msgspec.json import Encoder

from creditkit.store import CreditView

from .links import Links
from .representation import read_form, write_form

_encode = Encoder().encode


class Reading(Struct, frozen=True):
    """A credit as list, retrieve and the two actions show it. The world keeps what it makes."""

    links: Links

    def __call__(self, view: CreditView) -> bytes:
        """The credit as JSON."""
        return _bytes(read_form(view, self.links))


def written(view: CreditView, links: Links) -> bytes:
    """A credit as create, update and partial update answer it."""
    return _bytes(write_form(view, links))


def _bytes(form: Struct) -> bytes:
    # What an encoder makes holds on to more than its length, so those who keep it get a copy.
    return bytes(memoryview(_encode(form)))
