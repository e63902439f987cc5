"""How a mock shows a mutant: the honest answer with one thing wrong, as `mutants` describes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from creditkit.mock.deviate import Answer, Ask, Request

_STATUSES = {400: 422, 401: 403, 403: 404, 404: 400, 406: 400, 415: 400}
_LAST_DIGIT = re.compile(r"[0-9a-f](?=/?(?:\?.*)?$)", re.IGNORECASE)


async def mutated(
    request: Request, ask: Ask, *, status: int, place: str, name: str, of_type: str, kind: str
) -> Answer:
    """The honest answer, with one thing wrong if it has the status."""
    answer = await ask(request)
    if answer.status == status:
        if place == "header":
            _change_header(answer, name, kind)
        elif place == "answer":
            _ANSWERS[kind](answer)
        else:
            _change_body(answer, name, of_type, kind)
    return answer


# The answer as a whole


def _another_status(answer: Answer) -> None:
    answer.status = _STATUSES.get(answer.status, 202)


def _another_media_type(answer: Answer) -> None:
    answer.headers["content-type"] = "text/html; charset=utf-8"


def _no_body(answer: Answer) -> None:
    answer.body = b""


def _some_body(answer: Answer) -> None:
    answer.headers["content-type"] = "application/json"
    answer.body = b'{"deleted": true}'


def _another_shape(answer: Answer) -> None:
    answer.json = {"error": {"code": answer.status, "message": "No."}}


_ANSWERS: Mapping[str, Callable[[Answer], None]] = {
    "status": _another_status,
    "media-type": _another_media_type,
    "empty": _no_body,
    "body": _some_body,
    "shape": _another_shape,
}


# Headers


def _change_header(answer: Answer, name: str, kind: str) -> None:
    was = answer.headers.pop(name, None)
    if kind == "value" and was is not None:
        answer.headers[name] = _HEADERS[name](was)


_HEADERS: Mapping[str, Callable[[str], str]] = {
    "x-result-count": lambda was: str(int(was) + 1),
    "link": lambda was: was.replace("page=2", "page=3"),
    "location": lambda was: _another_digit(was),
    "allow": lambda was: f"{was}, TRACE",
}


# Fields


def _change_body(answer: Answer, name: str, type_: str, kind: str) -> None:
    document = answer.json
    for entry in document if isinstance(document, list) else [document]:
        for owner, key in _places(entry, name, kind):
            if kind == "extra":
                owner["internal_id"] = 7
            elif kind == "dropped":
                owner.pop(key, None)
            else:
                owner[key] = None if kind == "null" else _CHANGES[kind](type_, owner[key])
    answer.json = document


def _places(entry: Any, name: str, kind: str) -> Iterator[tuple[Any, Any]]:
    """The places that a name selects in an object: objects with keys, or lists with indices."""
    if not isinstance(entry, dict):
        return
    outer, _, inner = name.rpartition(".")
    if kind == "extra":
        outer, inner = name, ""
    if name.endswith("[]"):
        items = entry.get(name.removesuffix("[]"), ())
        yield from ((items, place) for place in range(len(items)))
    elif outer:
        yield from ((item, inner) for item in entry.get(outer, ()) if isinstance(item, dict))
    elif not inner or inner in entry:
        yield entry, inner


def _another_type(type_: str, was: Any) -> Any:
    if type_ == "decimal":
        return float(was)
    if type_ in ("number", "boolean"):
        return "0" if was is None else str(was).lower()
    if type_ == "list":
        return {str(place): item for place, item in enumerate(was)}
    return [was] if type_ == "uri" else 7


def _another_format(type_: str, was: Any) -> Any:
    if type_ == "number":
        return float("nan")
    if type_ == "date":
        return "01/02/2031"
    text = str(was)
    if type_ == "uri":
        return text.partition("://")[2]
    changed = {"uuid": f"{text}0", "decimal": text.replace(".", ",") if "." in text else f"{text} %"}
    return changed.get(type_) or (text.upper() if type_ == "choice" else text * 200)


def _another_value(type_: str, was: Any) -> Any:
    if type_ in ("uuid", "uri"):
        return _another_digit(was)
    if type_ == "date":
        return "2031-01-01" if was is None else _a_month_later(was)
    if type_ == "decimal":
        return str(Decimal(was) + 1)
    if type_ == "number":
        return (was or 0) + 7.5
    if type_ == "boolean":
        return not was
    if type_ == "list":
        return was[:-1]
    return {"fixed": "linear", "linear": "fixed"}.get(was, f"{was} II")


def _another_digit(text: str) -> str:
    """Another uuid, also at the end of a hyperlink."""
    return _LAST_DIGIT.sub(lambda digit: "1" if digit[0] != "1" else "2", text)


def _a_month_later(text: str) -> str:
    day = date.fromisoformat(text)
    return (day.replace(day=1) + timedelta(days=32)).replace(day=day.day if day.day < 28 else 1).isoformat()


_CHANGES: Mapping[str, Callable[[str, Any], Any]] = {
    "type": _another_type,
    "format": _another_format,
    "value": _another_value,
}
