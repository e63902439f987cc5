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
from urllib.parse import urlencode

from creditkit.errors import NotFound

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


def page_of(items: Sequence[Item], query: Sequence[tuple[str, str]]) -> Page[Item]:
    """The page of `items` that the query asks for; NotFound("Invalid page.") where there is none."""
    sent = dict(query)  # of a repeated parameter the last counts
    size = _page_size(sent.get("page_size", ""))
    pages = max(1, -(-len(items) // size))
    number = _page_number(sent.get("page", "") or "1", pages)
    start = (number - 1) * size
    return Page(items=items[start : start + size], number=number, pages=pages, total=len(items))


def headers_of(page: Page[Item], address: str, query: Sequence[tuple[str, str]]) -> dict[str, str]:
    """`X-Result-Count` and `Link` of a page; `address` is the collection's URL without its query."""
    numbers = {"first": 1}
    if page.number > 1:
        numbers["prev"] = page.number - 1
    if page.number < page.pages:
        numbers["next"] = page.number + 1
    numbers["last"] = page.pages
    link = ", ".join(f'<{_page_url(address, query, n)}>; rel="{rel}"' for rel, n in numbers.items())
    return {"X-Result-Count": str(page.total), "Link": link}


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


def _page_url(address: str, query: Sequence[tuple[str, str]], number: int) -> str:
    kept = [pair for pair in query if pair[0] != "page"]
    if number > 1:
        kept.append(("page", str(number)))
    kept.sort(key=lambda pair: pair[0])
    return f"{address}?{urlencode(kept)}" if kept else address
