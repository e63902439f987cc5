"""Pages of a collection, and the two headers that tell a client about them.

Observed (D24): 10 on a page, `page_size` silently capped at 300 and ignored when it is no positive
number; a bad `page` is 404; an empty one is page 1, and `last` is a page. `Link` names first, prev, next
and last, those that there are, with the other query parameters kept and sorted by name, and without
`page` for the first page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar
from urllib.parse import parse_qsl, urlencode

from creditkit.errors import NotFound

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


Item = TypeVar("Item")

PAGE_SIZE = 10
LARGEST_PAGE = 300


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page of a collection; `number` counts from 1, `pages` is at least 1, `total` counts all items."""

    items: Sequence[Item]
    number: int
    pages: int
    total: int


def page_of(items: Sequence[Item], query: Query) -> Page[Item]:
    """The page of `items` that the query asks for; NotFound("Invalid page.") where there is none."""
    sent = query.last
    size = _page_size(sent.get("page_size", ""))
    pages = max(1, -(-len(items) // size))
    number = _page_number(sent.get("page", "") or "1", pages)
    start = (number - 1) * size
    return Page(items=items[start : start + size], number=number, pages=pages, total=len(items))


def headers_of(page: Page[Item], address: str, query: Query) -> dict[str, str]:
    """`X-Result-Count` and `Link` of a page; `address` is the collection's URL without its query."""
    before, behind = query.beside_page
    others = (before + behind.removeprefix("&")).removesuffix("&")
    first = f"{address}?{others}" if others else address
    start = f"{address}?{before}page="
    links = [f'<{first}>; rel="first"']
    for rel, number in (("prev", page.number - 1), ("next", page.number + 1), ("last", page.pages)):
        if rel == "last" or 1 <= number <= page.pages:
            url = f"{start}{number}{behind}" if number > 1 else first
            links.append(f'<{url}>; rel="{rel}"')
    return {"X-Result-Count": str(page.total), "Link": ", ".join(links)}


def _page_size(text: str) -> int:
    try:
        size = int(text)
    except ValueError:
        return PAGE_SIZE
    return min(size, LARGEST_PAGE) if size > 0 else PAGE_SIZE


def _page_number(text: str, pages: int) -> int:
    if text == "last":
        return pages
    try:
        number = int(text)
    except ValueError:
        number = 0
    if not 1 <= number <= pages:
        raise NotFound("Invalid page.")
    return number
