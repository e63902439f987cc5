"""Requests made from the contract: valid and invalid ones for every operation, each one difference at a time.

What a property or parameter is tried with depends on its schema alone, so a new one is covered when it is
documented.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from creditkit.contract import API, Operation, Property, load

OPERATIONS = load(API).operations
STORED = "c4ed1700-0000-4000-8000-000000000001"
FREE = "http://mock.test/api/customers/5a1c0de0-0000-4000-8000-0000000000f1/"
OFFERING = "http://mock.test/api/marketplace-provider-offerings/0ffe4000-0000-4000-8000-000000000001/"
JSON = {"Content-Type": "application/json"}
PROBLEM = {"Accept": "application/problem+json"}

USERS = ("staff", "support", "owner", "nobody", "expired", None)
UUIDS = (
    STORED,
    STORED.replace("-", ""),
    STORED.upper(),
    "00000000-0000-4000-8000-00000000dead",
    "zzz",
    "a b",
)

_ODD: tuple[Any, ...] = ("", " ", "x", None, True, 0, -1, 1.5, [], {}, "\u0000", "💶", "-", ".", "1e3")
_VALUES: Mapping[str, tuple[Any, ...]] = {
    "decimal": (
        "5",
        "0",
        "5.5",
        ".5",
        "5.",
        "+5",
        7,
        "1_0",
        "1.123456",
        "9" * 12,
        "9" * 20,
        "NaN",
        "-0",
        "1" * 1001,
    ),
    "uri": (FREE, FREE[16:], FREE[:-1], OFFERING, "http://[::1", FREE.replace("5a1c", "0000"), "/", 5),
    "date": ("2027-01-01", "2027-01-02", "20270201", "2027-1-1", "2020-01-01", "2026-02-30", "01.01.2027"),
    "boolean": (False, "yes", "off", "1", "maybe", 2),
    "array": ([], [OFFERING], [OFFERING, OFFERING], [None], ["x"], "x", {"a": 1}),
    "enum": ("fixed", "linear", "LINEAR", "fixed "),
}
_TEXTS = (
    "",
    "x",
    "%00",
    "5a1c0de0-0000-4000-8000-000000000001",
    "value",
    "-value",
    "value,-end_date",
    "o",
    "0",
    "-1",
)


@dataclass(frozen=True, slots=True)
class Sent:
    """One request; `expects_change` where it may change the world."""

    method: str
    path: str
    user: str | None = "staff"
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""


def corpus() -> Iterator[Sent]:
    """Every request."""
    for operation in OPERATIONS.values():
        yield from _by_user_and_path(operation)
        yield from _by_query(operation)
        yield from _by_headers(operation)
        if operation.bodies:
            yield from _by_field(operation)
            yield from _by_bytes(operation)


def _path(operation: Operation, uuid: str = STORED) -> str:
    return operation.path.replace("{uuid}", uuid)


def _valid(operation: Operation) -> bytes:
    if not operation.bodies:
        return b""
    return json.dumps({"customer": FREE} if operation.method == "POST" else {"value": "7"}).encode()


def _by_user_and_path(operation: Operation) -> Iterator[Sent]:
    for user, uuid in itertools.product(USERS, UUIDS if "{" in operation.path else UUIDS[:1]):
        yield Sent(operation.method, _path(operation, uuid), user, JSON, _valid(operation))


def _by_query(operation: Operation) -> Iterator[Sent]:
    names = [parameter.name for parameter in operation.parameters if parameter.location == "query"]
    for name, text in itertools.product(
        [*names, "unknown", "format"], (*_TEXTS, "last", "2", "300", "json", "xml")
    ):
        yield Sent(
            operation.method,
            f"{_path(operation)}?{urlencode({name: text})}",
            "staff",
            JSON,
            _valid(operation),
        )
    for pair in itertools.combinations(names, 2):
        query = urlencode([(name, text) for name in pair for text in ("x", "1")])
        yield Sent(operation.method, f"{_path(operation)}?{query}", "owner", JSON, _valid(operation))


def _by_headers(operation: Operation) -> Iterator[Sent]:
    accepts = ("*/*", "application/json", "application/*", "text/html", "application/xml, */*;q=0.1", "")
    for accept in accepts:
        yield Sent(operation.method, _path(operation), "staff", {**JSON, "Accept": accept}, _valid(operation))
    authorizations = (
        "Token",
        "Token  ",
        "token " + "c0ffee00" * 5,
        "Bearer x",
        "Token a b",
        "Token zz",
        "Basic eA==",
    )
    for authorization in authorizations:
        yield Sent(operation.method, _path(operation), None, {**JSON, "Authorization": authorization})


def _by_field(operation: Operation) -> Iterator[Sent]:
    """One field at a time, on its own and beside a second one that is wrong."""
    for item in operation.bodies["application/json"].properties:
        for value in (*_ODD, *_VALUES.get(_kind(item), ())):
            whole = {**json.loads(_valid(operation)), item.name: value}
            for body in (whole, {item.name: value, "minimal_consumption_logic": "sometimes"}):
                content = json.dumps(body).encode()
                yield Sent(operation.method, _path(operation), "staff", {**JSON, **PROBLEM}, content)
        for depth in (300, 1000):
            content = b'{"%b": %b%b}' % (item.name.encode(), b"[" * depth, b"]" * depth)
            yield Sent(operation.method, _path(operation), "staff", {**JSON, **PROBLEM}, content)


def _by_bytes(operation: Operation) -> Iterator[Sent]:
    """Bodies that are no object, and media types."""
    for content in (
        b"",
        b"{",
        b"[]",
        b"null",
        b"5",
        b'"x"',
        b"\xff\xfe",
        b"[" * 2000,
        b'{"value": NaN}',
        b'{"a":1}x',
    ):
        yield Sent(operation.method, _path(operation), "staff", {**JSON, **PROBLEM}, content)
    for media_type in (
        *(
            "APPLICATION/JSON",
            "application/json; charset=utf-8",
            "text/plain",
            "application/merge-patch+json",
            "",
        ),
        *(
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "multipart/form-data; boundary=x",
            "x/y",
        ),
    ):
        yield Sent(
            operation.method, _path(operation), "staff", {"Content-Type": media_type}, _valid(operation)
        )


def _kind(item: Property) -> str:
    schema = item.schema
    return "enum" if "enum" in schema else str(schema.get("format") or schema["type"])
