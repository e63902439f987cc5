"""Pages of a collection, and the two headers that tell a client about them.

Observed (D24): 10 on a page, `page_size` silently capped at 300 and ignored when it is no positive
number; a bad `page` is 404; an empty one is page 1, and `last` is a page. `Link` names first, prev, next
and last, those that there are, with the other query parameters kept and sorted by name, and without
`page` for the first page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from creditkit.errors import NotFound

from .query import Query

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
