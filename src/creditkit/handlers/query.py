"""A query: the decoded parameters of one request, in the order sent.

    >>> query = Query.of("page=3&customer_name=Dune&page_size=5")
    >>> query.last["page"], query.beside_page
    ('3', ('customer_name=Dune&', '&page_size=5'))

Clients ask for the same pages over and over, so what was read of the latest short queries is kept: a query is
one value, and the same text always means the same one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode

PAGE = "page"
"""The parameter that `Link` replaces."""

SHORT = 256
"""Bytes: longer queries are read anew each time, so that what is kept stays small."""


class Query:
    """The pairs of a query, and what they come to. Nobody changes one.

    `last` is what counts of each parameter: of a repeated one the last.
    """

    __slots__ = ("_beside_page", "last", "pairs")

    def __init__(self, pairs: tuple[tuple[str, str], ...] = ()) -> None:
        self.pairs = pairs
        self.last: Mapping[str, str] = dict(pairs)
        self._beside_page: tuple[str, str] | None = None

    @classmethod
    def of(cls, text: str) -> Query:
        """The query that a URL has behind its question mark."""
        return _kept(text) if len(text) <= SHORT else cls(_parsed(text))

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.pairs)

    def __len__(self) -> int:
        return len(self.pairs)

    @property
    def beside_page(self) -> tuple[str, str]:
        """What stands before and behind `page=` where the parameters are sorted by name, `&` included."""
        if self._beside_page is None:
            pairs = sorted(self.pairs, key=lambda pair: pair[0])
            before = urlencode([pair for pair in pairs if pair[0] < PAGE])
            behind = urlencode([pair for pair in pairs if pair[0] > PAGE])
            self._beside_page = f"{before}&" if before else "", f"&{behind}" if behind else ""
        return self._beside_page


def _parsed(text: str) -> tuple[tuple[str, str], ...]:
    return tuple(parse_qsl(text, keep_blank_values=True))


@lru_cache(maxsize=256)
def _kept(text: str) -> Query:
    return Query(_parsed(text))
