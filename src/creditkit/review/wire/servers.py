"""Servers: the addresses that a client may call, and base paths that moved between servers and paths.

    >>> zones = {"default": "eu", "enum": ["eu", "us"]}
    >>> sorted(addresses([{"url": "https://{zone}.example", "variables": {"zone": zones}}]))
    ['https://eu.example', 'https://us.example']

The path of an operation follows the path of its server. Where one contract has `/v1` in its server and the
other in its paths, nothing has moved on the wire.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice, product
from typing import Any
from urllib.parse import urlsplit

from .operations import Wire

_MOST = 100
"""The most addresses that one server with variables stands for."""


def addresses(servers: Any) -> frozenset[str]:
    """The addresses of a list of servers, `/` without a list; a variable without enum stays in braces."""
    listed = servers if isinstance(servers, list) and servers else [{"url": "/"}]
    return frozenset(url for one in listed if isinstance(one, dict) for url in islice(_written(one), _MOST))


def _written(server: Mapping[str, Any]) -> Iterator[str]:
    url, variables = str(server.get("url")), server.get("variables")
    values = {
        name: one["enum"]
        for name, one in (variables.items() if isinstance(variables, dict) else ())
        if isinstance(one, dict) and isinstance(one.get("enum"), list) and one["enum"]
    }
    for chosen in product(*values.values()):
        written = url
        for name, value in zip(values, chosen, strict=True):
            written = written.replace(f"{{{name}}}", str(value))
        yield written


def aligned(old: Wire, new: Wire) -> tuple[Wire, Wire]:
    """Both contracts with the base paths put into their paths, if more operations are the same that way.

    Contracts whose servers have different paths, or variables in them, are left as they are.
    """
    bases = _base_path(old), _base_path(new)
    if bases[0] is None or bases[1] is None or bases[0] == bases[1]:
        return old, new
    whole = _with_base_path(old, bases[0]), _with_base_path(new, bases[1])
    return whole if _common(*whole) > _common(old, new) else (old, new)


def _base_path(wire: Wire) -> str | None:
    """The one base path of a contract; None without one, or with several."""
    found = {_split(url)[1] for operation in wire.operations.values() for url in operation.servers}
    return found.pop() if len(found) == 1 and "{" not in next(iter(found)) else None


def _with_base_path(wire: Wire, base: str) -> Wire:
    operations = {
        (method, base + shape): replace(
            operation,
            path=base + operation.path,
            shape=base + shape,
            servers=frozenset(_split(url)[0] for url in operation.servers),
        )
        for (method, shape), operation in wire.operations.items()
    }
    return replace(wire, operations=operations)


def _split(address: str) -> tuple[str, str]:
    """The origin of an address (`/` for one on the contract's own server), and its path."""
    try:
        parts = urlsplit(address)
        return parts._replace(path="", query="", fragment="").geturl() or "/", parts.path.rstrip("/")
    except ValueError:
        return address, ""


def _common(old: Wire, new: Wire) -> int:
    return len(old.operations.keys() & new.operations.keys())
