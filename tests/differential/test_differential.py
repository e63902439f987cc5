"""The mock answers as the independent deployment does, but for what the table names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from .corpus import Request, distinct
from .exchange import Server
from .servers import deployment, mock, tokens
from .table import Row, compare, rows

SHARE = 12
"""In `make test` every so manieth request is sent; `make soak` sends all of them."""


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Server]]:
    with deployment(tmp_path_factory.mktemp("deployment")) as theirs, mock() as ours:
        pair = Server(theirs, tokens(), {"X-Dry-Run": "1"}), Server(ours, tokens())
        yield pair
        for server in pair:
            server.close()


def unexplained(requests: Iterable[Request], servers: tuple[Server, Server]) -> tuple[list[str], set[Row]]:
    _, found = compare(requests, *servers, rows())
    told = [
        f"{each.kind}: {each.request.name} as {each.request.user}: {each.theirs} {each.ours}"
        for each in found
        if each.row is None
    ]
    return told, {each.row for each in found if each.row}


def test_a_sample_is_answered_alike(servers: tuple[Server, Server]) -> None:
    assert unexplained(distinct()[::SHARE], servers)[0] == []


@pytest.mark.soak
def test_all_is_answered_alike_and_every_row_of_the_table_occurs(servers: tuple[Server, Server]) -> None:
    told, used = unexplained(distinct(), servers)
    assert told == []
    assert [row for row in rows() if row not in used] == []


def test_the_corpus_is_large_and_its_names_are_unique() -> None:
    names = [(request.name, request.user) for request in distinct()]
    assert len(names) >= 2000
    assert len(set(names)) == len(names)
