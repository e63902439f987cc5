"""HAR 1.2: every exchange of a run, for viewers of HTTP archives.

What the format does not know is under names with an underscore, as it asks: `_number`, `_operation`, `_role`.
"""

from __future__ import annotations

from http import HTTPStatus
from importlib.metadata import version
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from creditkit.conformance.asking import Exchange
from creditkit.conformance.judging import Run

from .evidence import Evidence, encoded, to_json

_UNKNOWN = -1
_HTTP = "HTTP/1.1"


def to_har(run: Run) -> bytes:
    """The exchanges of a run as a HAR file."""
    log = {
        "version": "1.2",
        "creator": {"name": "creditkit", "version": version("creditkit")},
        "comment": f"creditkit check {run.url}, mode {run.mode}",
        "entries": [_entry(number, exchange) for number, exchange in Evidence(run)],
    }
    return to_json({"log": log})


def _entry(number: int, exchange: Exchange) -> dict[str, Any]:
    milliseconds = round(exchange.seconds * 1000, 3)
    return {
        "startedDateTime": exchange.started.isoformat(),
        "time": milliseconds,
        "request": _request(exchange),
        "response": _response(exchange),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "_number": number,
        "_operation": exchange.operation,
        "_role": exchange.role,
    }


def _request(exchange: Exchange) -> dict[str, Any]:
    query = parse_qsl(urlsplit(exchange.url).query, keep_blank_values=True)
    request: dict[str, Any] = {
        "method": exchange.method,
        "url": exchange.url,
        "httpVersion": _HTTP,
        "cookies": [],
        "headers": _headers(exchange.request_headers),
        "queryString": [{"name": name, "value": value} for name, value in query],
        "headersSize": _UNKNOWN,
        "bodySize": len(exchange.request_body),
    }
    if exchange.request_body:
        content_type = next((v for n, v in exchange.request_headers if n.lower() == "content-type"), "")
        text, encoding = encoded(exchange.request_body)
        request["postData"] = {"mimeType": content_type, "text": text}
        if encoding == "base64":
            request["postData"]["_encoding"] = encoding
    return request


def _response(exchange: Exchange) -> dict[str, Any]:
    text, encoding = encoded(exchange.body)
    content = {
        "size": len(exchange.body),
        "mimeType": exchange.headers.get("content-type", "x-unknown"),
        "text": text,
    }
    if encoding == "base64":
        content["encoding"] = encoding
    return {
        "status": exchange.status,
        "statusText": _phrase(exchange.status),
        "httpVersion": _HTTP,
        "cookies": [],
        "headers": _headers(exchange.headers.items()),
        "content": content,
        "redirectURL": exchange.headers.get("location", ""),
        "headersSize": _UNKNOWN,
        "bodySize": len(exchange.body),
    }


def _headers(pairs: Any) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
