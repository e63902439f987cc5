"""Probes of paging: page sizes, the partition of the list, counts and links."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from urllib.parse import parse_qs, urlencode, urlsplit

from creditkit.conformance.asking import CREDITS, CannotJudge, Exchange, Lab
from creditkit.conformance.judging import Failure
from creditkit.conformance.probes.toolkit import (
    Credit,
    answers,
    body_of,
    confirmed,
    first_few,
    ids,
    populated,
)

_MOST_PAGES = 20
_LINK = re.compile(r'<([^>]*)>\s*;\s*rel="?(\w+)"?')
_SIZE = "#/components/parameters/PageSize"
_PAGE = "#/components/parameters/Page"
_COUNT = "#/components/headers/ResultCount"
_LINKS = "#/components/headers/Link"


@confirmed
def size(lab: Lab) -> Iterator[Failure]:
    """A page holds as many credits as `page_size` says, if there are as many."""
    with _several(lab) as credits_:
        for wanted in (1, 2, len(credits_) - 1, len(credits_)):
            if wanted <= 300:
                exchange = lab.list(f"page_size={wanted}")
                got = len(body_of(exchange))
                if got != wanted:
                    yield Failure(
                        f"page_size={wanted} gives that many", str(wanted), str(got), exchange, _SIZE
                    )


def size_cap(lab: Lab) -> Iterator[Failure]:
    """More than 300 is read as 300."""
    total = len(lab.credits())
    for asked in (301, 100000):
        exchange = lab.list(f"page_size={asked}")
        yield from answers(lab, exchange, 200, f"page_size={asked} is read as 300")
        got = len(exchange.json() or ())
        if exchange.status == 200 and got != min(total, 300):
            yield Failure(
                f"page_size={asked} is read as 300", str(min(total, 300)), str(got), exchange, _SIZE
            )


@confirmed
def size_bad(lab: Lab) -> Iterator[Failure]:
    """A `page_size` that is no positive number is ignored."""
    usual = ids(body_of(lab.list()))
    for asked in ("0", "-1", "ten", "1.5", ""):
        exchange = lab.list(f"page_size={asked}")
        yield from answers(lab, exchange, 200, f"page_size={asked} is not refused")
        if exchange.status == 200 and ids(exchange.json() or []) != usual:
            yield Failure(
                f"page_size={asked} is ignored",
                f"{len(usual)} credits",
                str(len(exchange.json() or ())),
                exchange,
                _SIZE,
            )


@confirmed
def size_default(lab: Lab) -> Iterator[Failure]:
    """Ten, where nothing is asked for."""
    total = len(lab.credits())
    if total < 11:
        raise CannotJudge("ten credits or fewer fit on one page anyway")
    exchange = lab.list()
    got = len(body_of(exchange))
    if got != 10:
        yield Failure("a page holds 10 unless page_size is sent", "10", str(got), exchange, _SIZE)


@confirmed
def partition(lab: Lab) -> Iterator[Failure]:
    """The pages of any size, one after the other, are the whole list: nothing twice, nothing missed."""
    with _several(lab) as credits_:
        whole = ids(credits_)
        for each in _sizes(len(whole)):
            found: list[str] = []
            for page in range(1, -(-len(whole) // each) + 1):
                exchange = lab.list(f"page_size={each}&page={page}")
                found += ids(body_of(exchange))
            if found != whole:
                lost, twice = set(whole) - set(found), len(found) - len(set(found))
                yield Failure(
                    f"the pages of {each} are the whole list",
                    f"{len(whole)} credits in the order of the list",
                    f"{len(found)}: {len(lost)} missed, {twice} repeated"
                    + ("" if lost or twice else ", in another order"),
                    exchange,
                    _PAGE,
                )


@confirmed
def first(lab: Lab) -> Iterator[Failure]:
    """Page 1 equals the list without `page`."""
    usual = ids(body_of(lab.list()))
    exchange = lab.list("page=1")
    yield from answers(lab, exchange, 200, "there is a page 1, also of an empty list")
    if exchange.status == 200 and ids(exchange.json() or []) != usual:
        yield Failure(
            "page=1 is the first page",
            first_few(usual, 2),
            first_few(ids(exchange.json() or []), 2),
            exchange,
            _PAGE,
        )


@confirmed
def last(lab: Lab) -> Iterator[Failure]:
    """`page=last` is the last page, and an empty `page` the first."""
    with _several(lab) as credits_:
        for asked, wanted in (("last", credits_[-1:]), ("", credits_[:1])):
            exchange = lab.list(f"page_size=1&page={asked}")
            yield from answers(lab, exchange, 200, f"page={asked} is a page")
            if exchange.status == 200 and ids(exchange.json() or []) != ids(wanted):
                yield Failure(
                    f"page={asked} is that page",
                    first_few(ids(wanted)),
                    first_few(ids(exchange.json() or [])),
                    exchange,
                    _PAGE,
                )


def beyond(lab: Lab) -> Iterator[Failure]:
    """A page after the last is not found."""
    pages = len(lab.credits()) + 1000
    for exchange in (lab.list(f"page_size=1&page={pages}"), lab.count(f"page_size=1&page={pages}")):
        yield from answers(lab, exchange, 404, f"there is no page {pages}")


def bad(lab: Lab) -> Iterator[Failure]:
    """A `page` that is no page number is 404."""
    for asked in ("0", "-1", "one", "1.5"):
        yield from answers(lab, lab.list(f"page={asked}"), 404, f"page={asked} is no page")


@confirmed
def count(lab: Lab) -> Iterator[Failure]:
    """`X-Result-Count` is how many credits there are, on every page."""
    total = str(len(lab.credits()))
    for query in ("", "page_size=1", "page_size=300"):
        yield from _counted(lab.list(query), total)


@confirmed
def count_filtered(lab: Lab) -> Iterator[Failure]:
    """With a filter, it is how many match."""
    with _several(lab) as credits_:
        slug = str(credits_[-1]["customer_slug"])
        wanted = sum(credit["customer_slug"] == slug for credit in credits_)
        yield from _counted(lab.list(urlencode({"customer_slug": slug})), str(wanted))
        yield from _counted(lab.list(urlencode({"customer_slug": lab.absent_uuid()})), "0")


@confirmed
def count_head(lab: Lab) -> Iterator[Failure]:
    """HEAD counts what GET counts, whatever is asked."""
    credits_ = lab.credits()
    slugs = [urlencode({"customer_slug": str(credit["customer_slug"])}) for credit in credits_[-1:]]
    for query in ("", "page_size=1", *slugs, urlencode({"customer_slug": lab.absent_uuid()})):
        listed, counted = lab.list(query), lab.count(query)
        yield from answers(lab, counted, listed.status, f"HEAD ?{query} has the status of GET")
        yield from _counted(counted, listed.headers.get("x-result-count", "a number"))


@confirmed
def links(lab: Lab) -> Iterator[Failure]:
    """`Link` names the first and last page, the one before and the one after, if there are such."""
    with _several(lab) as credits_:
        each, pages = _pages_of(len(credits_))
        for page in sorted({1, 2, pages}):
            exchange = lab.list(f"page_size={each}&page={page}")
            body_of(exchange)
            wanted = {"first": 1, "prev": page - 1, "next": page + 1, "last": pages}
            if page == 1:
                del wanted["prev"]
            if page == pages:
                del wanted["next"]
            got = {rel: _page_of(url) for rel, url in _links(exchange).items()}
            if got != wanted:
                yield Failure(f"Link of page {page} of {pages}", str(wanted), str(got), exchange, _LINKS)


@confirmed
def links_single(lab: Lab) -> Iterator[Failure]:
    """A list on one page has no page before it or after it."""
    if len(lab.credits()) > 300:
        raise CannotJudge("the list does not fit on one page")
    for exchange in (lab.list("page_size=300"), lab.list(urlencode({"customer_slug": lab.absent_uuid()}))):
        got = sorted(_links(exchange))
        if got != ["first", "last"]:
            yield Failure("Link of an only page", "first, last", ", ".join(got), exchange, _LINKS)


@confirmed
def links_followed(lab: Lab) -> Iterator[Failure]:
    """Following `next` from the first page gives every credit once."""
    with _several(lab) as credits_:
        each, pages = _pages_of(len(credits_))
        exchange, found = lab.list(f"page_size={each}"), list[str]()
        for _ in range(pages + 1):
            found += ids(body_of(exchange))
            following = _links(exchange).get("next")
            if following is None:
                break
            exchange = lab.list(urlsplit(following).query)
        if found != ids(credits_):
            yield Failure(
                "next leads through the whole list",
                f"{len(credits_)} credits",
                f"{len(found)}",
                exchange,
                _LINKS,
            )


@confirmed
def links_keep(lab: Lab) -> Iterator[Failure]:
    """The links keep the other parameters, and lead to the collection."""
    with _several(lab):
        asked = {"o": ["-value"], "page_size": ["1"]}
        exchange = lab.list("o=-value&page_size=1&page=2")
        body_of(exchange)
        for rel, url in _links(exchange).items():
            parts = urlsplit(url)
            kept = {name: values for name, values in parse_qs(parts.query).items() if name != "page"}
            if kept != asked or not parts.path.endswith(CREDITS) or not parts.netloc:
                yield Failure(
                    f"the link {rel} keeps what was asked", "o=-value&page_size=1", url, exchange, _LINKS
                )


def _counted(exchange: Exchange, wanted: str) -> Iterator[Failure]:
    got = exchange.headers.get("x-result-count", "no X-Result-Count")
    if exchange.status == 200 and got != wanted:
        yield Failure("X-Result-Count is how many match", wanted, got, exchange, _COUNT)


def _several(lab: Lab) -> AbstractContextManager[list[Credit]]:
    """Every credit, three at least, so that there are several pages."""
    return populated(
        lab, lambda credits_: len(credits_) > 2, "three credits are needed to page through", {}, {}, {}
    )


def _sizes(total: int) -> Sequence[int]:
    """Page sizes that divide the list into not too many pages: 1, 2 and 3 where it is short."""
    least = -(-total // _MOST_PAGES)
    return [each for each in (least, least + 1, least + 2) if each <= 300] or [300]


def _pages_of(total: int) -> tuple[int, int]:
    """A page size that makes several pages, and how many."""
    each = min(300, max(1, total // 3))
    return each, -(-total // each)


def _links(exchange: Exchange) -> dict[str, str]:
    return {rel: url for url, rel in _LINK.findall(exchange.headers.get("link", ""))}


def _page_of(url: str) -> int:
    page = parse_qs(urlsplit(url).query).get("page", ["1"])[-1]
    return int(page) if page.isdecimal() else -1
