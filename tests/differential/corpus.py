"""Single requests, made from the contract's fields and from the habits of web frameworks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import yaml

CREDITS = "/api/customer-credits/"
AURORA = "c4ed1700-0000-4000-8000-000000000001"
FREE = "/api/customers/5a1c0de0-0000-4000-8000-0000000000f1/"
OTHER = "/api/customers/5a1c0de0-0000-4000-8000-0000000000f2/"
TAKEN = "/api/customers/5a1c0de0-0000-4000-8000-000000000002/"
OFFERING = "/api/marketplace-provider-offerings/0ffe4000-0000-4000-8000-000000000001/"
ONE = f"{CREDITS}{AURORA}/"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
USERS = ("staff", "support", "owner", "nobody")


@dataclass(frozen=True, slots=True)
class Request:
    """One request: who sends it, what, and a name that the table of differences can match."""

    name: str
    method: str
    path: str
    user: str | None = "staff"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


_TABLES: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
FIELDS: Mapping[str, list[Any]] = {
    "value": _TABLES["decimals"],
    "expected_consumption": _TABLES["decimals"],
    "grace_coefficient": _TABLES["graces"],
    "end_date": _TABLES["dates"],
    "apply_as_minimal_consumption": _TABLES["booleans"],
    "minimal_consumption_logic": _TABLES["choices"],
    "customer": _TABLES["hyperlinks"],
    "offerings": _TABLES["offerings"],
    "uuid": ["x", None, AURORA],
    "minimal_consumption": [5, "x", None],
    "nothing": [5, None],
}
FILTERS: Mapping[str, list[str]] = {
    "customer_name": _TABLES["texts"],
    "customer_slug": _TABLES["texts"],
    **_TABLES["filters"],
}
BODIES = (
    *(
        b"",
        b" ",
        b"{}",
        b"[]",
        b"null",
        b"true",
        b"5",
        b'"x"',
        b"{",
        b"}",
        b"[{}]",
        b"{}{}",
        b"{,}",
        b'{"value":}',
        b"\xff",
    ),
    *(
        b"\xef\xbb\xbf{}",
        b'{"value": 5, "value": 6}',
        b'{"value": NaN}',
        b'{"value": 1e400}',
        b'{"value": "\\ud800"}',
    ),
    *(
        b"[" * 2000,
        b'{"a":' * 500 + b"1" + b"}" * 500,
        b"{'value': 5}",
        b'{"value": 05}',
        b'{"value": 5,}',
        b"\x00",
        b"{}\x00",
    ),
    *(
        b'{"value": "\xe9"}',
        b'{"\\u0076alue": 5}',
        b"value=5",
        b'{"__proto__": {"value": 5}}',
        b"// x\n{}",
        b"{\n}\n",
    ),
)


def encoded(body: Any) -> bytes:
    """JSON with every character as it stands; a lone surrogate stays an escape."""
    return json.dumps(body).encode()


def distinct() -> list[Request]:
    """Every single request once, in a fixed order."""
    return list({(request.name, request.user): request for request in _all()}.values())


def _all() -> Iterator[Request]:
    yield from _lists()
    yield from _addressed()
    yield from _bodies()
    yield from _fields()
    yield from _forms()
    yield from _headers()


def _lists() -> Iterator[Request]:
    for name, values in FILTERS.items():
        for value, user in product(values, ("staff", "owner")):
            query = urlencode({name: value})
            yield Request(f"list {name}={value!r:.40}", "GET", f"{CREDITS}?{query}", user)
            if user == "staff":
                yield Request(f"count {name}={value!r:.40}", "HEAD", f"{CREDITS}?{query}")
                yield Request(f"retrieve {name}={value!r:.40}", "GET", f"{ONE}?{query}")
                yield Request(f"consumptions {name}={value!r:.40}", "GET", f"{ONE}consumptions/?{query}")
    pairs = ("o=value&page=2&page_size=3", "o=value&o=-end_date", "page=1&page=2", "page_size=3&page=last")
    several = (
        "customer_uuid=x&o=x",
        "o=x&customer_name=%00&customer_uuid=x",
        "customer_name=a&o=-value&page_size=2&page=2",
    )
    odd = (
        "customer_name",
        "customer_name=%ff",
        "customer_name=%",
        "a=b;c=d",
        "&&",
        "customer_name=a+b",
        "o[]=value",
        "page%5B%5D=2",
    )
    for query in (*pairs, *several, *odd):
        for user in USERS:
            yield Request(f"list ?{query}", "GET", f"{CREDITS}?{query}", user)


def _addressed() -> Iterator[Request]:
    for uuid, (method, rest) in product(
        _TABLES["uuids"],
        (
            ("GET", ""),
            ("DELETE", ""),
            ("PATCH", ""),
            ("GET", "consumptions/"),
            ("POST", "apply_compensations/"),
        ),
    ):
        for user in ("staff", "owner"):
            target = quote(f"{CREDITS}{uuid}/{rest}", safe="/%{}:")
            body = b"{}" if method == "PATCH" else b""
            name = f"{method} uuid={uuid} {rest}".strip()
            yield Request(name, method, target, user, {"Content-Type": JSON}, body)
    for path, method in product(_TABLES["paths"], _TABLES["methods"]):
        callers = ("staff", "owner", None) if method in ("GET", "POST", "OPTIONS") else ("staff",)
        for caller in callers:
            yield Request(f"{method} {path}", method, path, caller)


WRITES: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("POST", CREDITS, {"customer": FREE}),
    ("PUT", ONE, {"customer": FREE}),
    ("PATCH", ONE, {}),
)


def _bodies() -> Iterator[Request]:
    for body, (method, path, _) in product(BODIES, WRITES):
        yield Request(f"{method} body={body[:24]!r}", method, path, "staff", {"Content-Type": JSON}, body)
    for body, action in product(BODIES[:8], ("apply_compensations/", "clear_compensations/")):
        yield Request(
            f"POST {action} body={body[:24]!r}", "POST", ONE + action, "staff", {"Content-Type": JSON}, body
        )
    for body, user in product((b"{}", b"{", encoded({"customer": FREE})), (*USERS, None)):
        yield Request(
            f"POST as {user} body={body[:24]!r}", "POST", CREDITS, user, {"Content-Type": JSON}, body
        )
    for media_type, (method, path, least) in product(_TABLES["media_types"], WRITES):
        headers = {"Content-Type": media_type}
        yield Request(
            f"{method} type={media_type}", method, path, "staff", headers, encoded({**least, "value": 7})
        )
        yield Request(f"{method} type={media_type} empty", method, path, "staff", headers)


def _fields() -> Iterator[Request]:
    for (name, values), (method, path, least) in product(FIELDS.items(), WRITES):
        for value in values:
            body = encoded(
                {
                    **least,
                    **({} if name == "value" else {"value": "1000"} if method == "POST" else {}),
                    name: value,
                }
            )
            yield Request(
                f"{method} {name}={value!r:.40}", method, path, "staff", {"Content-Type": JSON}, body
            )
    logics = (
        {"minimal_consumption_logic": "linear", "end_date": end} for end in (None, "2026-12-01", "2027-02-01")
    )
    amounts = ({"value": value, "expected_consumption": 5} for value in (0, 5, 5.00001, 6, None, "x"))
    several: tuple[dict[str, Any], ...] = (
        {"expected_consumption": 5},
        {"value": "x", "end_date": "x", "customer": "x", "offerings": "x"},
        {"value": 1},
    )
    cases: list[dict[str, Any]] = [*logics, *amounts, *several]
    for (method, path, least), more in product(WRITES, cases):
        yield Request(
            f"{method} {more}", method, path, "staff", {"Content-Type": JSON}, encoded({**least, **more})
        )


def _forms() -> Iterator[Request]:
    for (name, values), (method, path, least) in product(FIELDS.items(), WRITES):
        for value in (one for one in values if isinstance(one, str) and "\u0000" not in one):
            body = urlencode({**least, name: value}).encode()
            yield Request(
                f"{method} form {name}={value!r:.40}", method, path, "staff", {"Content-Type": FORM}, body
            )
    for method, path, least in WRITES:
        for text in (
            "",
            "offerings=",
            f"offerings={OFFERING}&offerings={OFFERING}",
            "value=1&value=2",
            "value",
            "%ff=1",
            "a[b]=1",
        ):
            body = (urlencode(least) + "&" + text).strip("&").encode()
            yield Request(f"{method} form {text[:40]}", method, path, "staff", {"Content-Type": FORM}, body)
        for part in (
            'name="value"\r\n\r\n7',
            'name="value"; filename="x"\r\n\r\n7',
            'name="customer"\r\n\r\n',
            'name=""\r\n\r\n7',
        ):
            parts = [*(f'name="{name}"\r\n\r\n{value}' for name, value in least.items()), part]
            body = (
                "".join(f"--x\r\nContent-Disposition: form-data; {one}\r\n" for one in parts).encode()
                + b"--x--\r\n"
            )
            headers = {"Content-Type": "multipart/form-data; boundary=x"}
            yield Request(f"{method} multipart {part[:30]!r}", method, path, "staff", headers, body)


def _headers() -> Iterator[Request]:
    places = (
        ("GET", CREDITS, b""),
        ("GET", ONE, b""),
        ("POST", CREDITS, b"{}"),
        ("OPTIONS", CREDITS, b""),
        ("OPTIONS", ONE, b""),
    )
    for (method, path, body), accept in product(places, _TABLES["accepts"]):
        yield Request(
            f"{method} accept={accept}", method, path, "staff", {"Accept": accept, "Content-Type": JSON}, body
        )
    for (method, path, body), credentials in product(places, _TABLES["credentials"]):
        headers = {"Authorization": credentials, "Content-Type": JSON}
        yield Request(f"{method} authorization={credentials}", method, path, None, headers, body)
    for (method, path, body), user in product(places, (*USERS, "expired", None)):
        yield Request(f"{method} as {user}", method, path, user, {"Content-Type": JSON}, body)
    broken = (
        ("GET", f"{CREDITS}?o=x", b""),
        ("GET", f"{CREDITS}?page=0", b""),
        ("GET", f"{CREDITS}x/", b""),
        ("POST", CREDITS, b"{}"),
    )
    for (method, path, body), language in product(broken, _TABLES["languages"]):
        headers = {"Accept-Language": language, "Content-Type": JSON}
        yield Request(f"{method} language={language}", method, path, "staff", headers, body)
    odd = (
        *(
            ("X-HTTP-Method-Override", "DELETE"),
            ("X-Forwarded-Host", "elsewhere.example"),
            ("X-Forwarded-Proto", "https"),
        ),
        *(
            ("Cookie", "sessionid=x"),
            ("Range", "bytes=0-1"),
            ("If-None-Match", "*"),
            ("If-Match", '"x"'),
            ("Prefer", "return=minimal"),
        ),
        *(
            ("Accept-Encoding", "gzip"),
            ("Accept-Charset", "utf-16"),
            ("Cache-Control", "no-cache"),
            ("Content-Encoding", "gzip"),
        ),
        *(
            ("X-Requested-With", "XMLHttpRequest"),
            ("Referer", "http://elsewhere.example/"),
            ("Content-Language", "de"),
        ),
    )
    for (method, path, body), (name, value) in product(places, odd):
        yield Request(
            f"{method} {name}: {value}", method, path, "staff", {name: value, "Content-Type": JSON}, body
        )
