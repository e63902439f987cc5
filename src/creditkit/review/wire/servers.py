"""Servers: the addresses that a client of an operation may call.

    >>> zones = {"default": "eu", "enum": ["eu", "us"]}
    >>> sorted(addresses([{"url": "https://{zone}.example", "variables": {"zone": zones}}]))
    ['https://eu.example', 'https://us.example']

A variable without an enum stays in the address, in its braces.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import Any
from urllib.parse import urlsplit

_MOST = 100
"""The most addresses that one server with variables is written out to."""


def addresses(servers: Any) -> frozenset[str]:
    """The addresses of a list of servers, variables that have an enum put in; `/` where there is no list."""
    listed = servers if isinstance(servers, list) and servers else [{"url": "/"}]
    return frozenset(url for one in listed if isinstance(one, dict) for url in islice(_written(one), _MOST))


def base_path(address: str) -> str:
    """The path that an address puts before those of its operations."""
    try:
        return urlsplit(address).path.rstrip("/")
    except ValueError:
        return ""


def without_path(address: str) -> str:
    """An address without its path: the origin, or `/` for one on the server that has the contract."""
    try:
        return urlsplit(address)._replace(path="", query="", fragment="").geturl() or "/"
    except ValueError:
        return address


def _written(server: Mapping[str, Any]) -> Iterator[str]:
    url, variables = str(server.get("url")), server.get("variables")
    named = (
        {name: one for name, one in variables.items() if isinstance(one, dict)}
        if isinstance(variables, dict)
        else {}
    )
    listed = {
        name: one["enum"] for name, one in named.items() if isinstance(one.get("enum"), list) and one["enum"]
    }
    for chosen in product(*listed.values()):
        written = url
        for name, value in zip(listed, chosen, strict=True):
            written = written.replace(f"{{{name}}}", str(value))
        yield written
