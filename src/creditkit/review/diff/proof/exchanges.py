"""Sample exchanges, and how a parameter's value is written into a request and read back from it.

The table of styles is that of the Parameter Object in OpenAPI 3.0.3 and 3.1.0. Values that are read back have
lost their types: they are texts, lists of texts and objects of texts. A list of one is its member, since most
styles write both the same way.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from creditkit.review.wire import Credentials, Parameter

Pairs = tuple[tuple[str, str], ...]
"""Names and texts, as in a query. For path, header and cookie parameters there is one pair."""

Flat = str | list[str] | dict[str, str]
_BETWEEN = {"spaceDelimited": " ", "pipeDelimited": "|"}


class _Absent(Enum):
    ABSENT = "absent"


ABSENT: Any = _Absent.ABSENT
"""The body of an exchange without a body: null is a body."""


@dataclass(frozen=True, slots=True)
class SampleExchange:
    """A request, or with a `status` the response to it: then only method and path of the request count.

    Parameters are as they are written. `meant` has their values by key (`query o`, `path 0`), since the
    same text can be read in more than one way. `credentials` are None where they do not matter.
    """

    method: str
    path: str
    query: Pairs = ()
    headers: Pairs = ()
    cookies: Pairs = ()
    meant: Mapping[str, Any] = field(default_factory=dict)
    credentials: Credentials | None = None
    content_type: str = ""
    body: Any = ABSENT
    status: str = ""

    def to_json(self) -> dict[str, Any]:
        """The exchange as plain JSON, without the parts that it does not have."""
        found: dict[str, Any] = {"method": self.method, "path": self.path}
        if self.status:
            found["status"] = int(self.status)
        for name, pairs in (("query", self.query), ("headers", self.headers), ("cookies", self.cookies)):
            texts = {key: [text for other, text in pairs if other == key] for key, _ in pairs}
            if texts:
                found[name] = {key: one[0] if len(one) == 1 else one for key, one in texts.items()}
        if self.credentials is not None:
            found["credentials"] = sorted(self.credentials)
        if self.content_type:
            found["content_type"] = self.content_type
        if self.body is not ABSENT:
            found["body"] = self.body
        return found


def flat(value: Any) -> Flat | None:
    """A value without its types; None for one that no style can write."""
    if isinstance(value, list):
        row = [flat(one) for one in value]
        texts = [one for one in row if isinstance(one, str)]
        if len(texts) < len(row) or not row:
            return None
        return texts[0] if len(texts) == 1 else texts
    if isinstance(value, dict):
        members = {name: flat(one) for name, one in value.items()}
        named = {name: one for name, one in members.items() if isinstance(one, str)}
        return named if named and len(named) == len(members) else None
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value)


def write(parameter: Parameter, value: Any) -> Pairs | None:
    """A value in its parameter's style; None if it cannot be written."""
    if parameter.content:
        return ((parameter.name, json.dumps(value, ensure_ascii=False)),)
    plain = flat(value)
    if plain is None:
        return None
    style, name = parameter.style, parameter.name
    if isinstance(value, list) and isinstance(plain, str):
        plain = [plain]
    if isinstance(plain, dict):
        return _write_object(parameter, plain)
    if isinstance(plain, str):
        return ((name, {"label": f".{plain}", "matrix": f";{name}={plain}"}.get(style, plain)),)
    if style == "label":
        return ((name, "." + (".".join(plain) if parameter.explode else ",".join(plain))),)
    if style == "matrix":
        together = f";{name}={','.join(plain)}"
        return ((name, "".join(f";{name}={one}" for one in plain) if parameter.explode else together),)
    if style == "simple" or not parameter.explode:
        return ((name, _BETWEEN.get(style, ",").join(plain)),)
    return tuple((name, one) for one in plain)


def _write_object(parameter: Parameter, plain: dict[str, str]) -> Pairs:
    style, name = parameter.style, parameter.name
    if style == "deepObject":
        return tuple((f"{name}[{key}]", one) for key, one in plain.items())
    if style == "form" and parameter.explode:
        return tuple(plain.items())
    start = {"label": ".", "matrix": ";" if parameter.explode else f";{name}="}.get(style, "")
    between = {"label": ".", "matrix": ";"}.get(style, ",") if parameter.explode else ","
    sign = "=" if parameter.explode else ","
    return ((name, start + between.join(f"{key}{sign}{one}" for key, one in plain.items())),)


def claims(parameter: Parameter, name: str, members: Sequence[str]) -> bool:
    """Whether a name in a query belongs to a parameter; `members` are its properties, if it is an object."""
    if parameter.style == "deepObject":
        return name.startswith(f"{parameter.name}[") and name.endswith("]")
    if parameter.style == "form" and parameter.explode and name in members:
        return True
    return name == parameter.name


def read(parameter: Parameter, pairs: Pairs, types: Sequence[str]) -> list[Any]:
    """All values that the pairs can stand for, by the types that the parameter admits."""
    if parameter.content:
        try:
            return [flat(json.loads(pairs[0][1]))] if len(pairs) == 1 else []
        except ValueError:
            return []
    found: list[Any] = []
    if {"string", "integer", "number", "boolean", "null"} & set(types) and len(pairs) == 1:
        start = {"label": ".", "matrix": f";{parameter.name}="}.get(parameter.style, "")
        if pairs[0][1].startswith(start):
            found.append(pairs[0][1].removeprefix(start))
    if "array" in types:
        row = _read_list(parameter, pairs)
        found.append(row[0] if len(row) == 1 else row)
    if "object" in types:
        found.append(_read_object(parameter, pairs))
    return found


def _read_list(parameter: Parameter, pairs: Pairs) -> list[str]:
    style, name = parameter.style, parameter.name
    if style in ("form", "spaceDelimited", "pipeDelimited") and parameter.explode:
        return [text for _, text in pairs]
    text = pairs[0][1] if len(pairs) == 1 else ""
    if style == "label":
        return text.removeprefix(".").split("." if parameter.explode else ",")
    if style == "matrix":
        if parameter.explode:
            return [one.removeprefix(f"{name}=") for one in text.removeprefix(";").split(";")]
        return text.removeprefix(f";{name}=").split(",")
    return text.split(_BETWEEN.get(style, ",")) if len(pairs) == 1 else []


def _read_object(parameter: Parameter, pairs: Pairs) -> dict[str, str]:
    style, name = parameter.style, parameter.name
    if style == "deepObject":
        return {key.removeprefix(f"{name}[").removesuffix("]"): text for key, text in pairs}
    if style == "form" and parameter.explode:
        return dict(pairs)
    text = pairs[0][1] if len(pairs) == 1 else ""
    for start in (f";{name}=", ";", "."):
        text = text.removeprefix(start) if style in ("label", "matrix") else text
    between = {"label": ".", "matrix": ";"}.get(style, ",") if parameter.explode else ","
    parts = text.split(between)
    if parameter.explode:
        return {one.partition("=")[0]: one.partition("=")[2] for one in parts}
    return dict(zip(parts[::2], parts[1::2], strict=False))
