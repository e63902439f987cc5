"""Demands compared: the keywords without schemas of two schemas, side by side.

>>> [one.what for one in differences(view_of({"maxLength": 150}), view_of({"maxLength": 100}))]
['max-length-decreased']
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from creditkit.review.wire import Json, View, identity

_NUMBERS = (
    *("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "minLength", "maxLength"),
    *("minItems", "maxItems", "minProperties", "maxProperties"),
)
_LISTS = ("pattern", "format", "multipleOf", "contentEncoding", "contentMediaType")
_RANGES = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
UNCHECKED = ("contentEncoding", "contentMediaType")
"""Keywords by which no validator refuses anything."""

_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Difference:
    """One keyword that demands something else.

    `free` names the versions that cannot refuse anything by it, if they are the accepting one.
    """

    what: str
    keyword: str
    message: str
    free: tuple[str, ...] = ()

    def demand(self, accepting: View, *, of_new: bool) -> Json:
        """What the keyword demands in the accepting contract, the new one or the old one."""
        if ("new" if of_new else "old") in self.free or self.keyword not in accepting.demands:
            return True
        value = accepting.demands[self.keyword]
        if self.keyword == "type":
            return {"type": [*value]}
        if self.keyword == "format":
            return {"allOf": [_format(one) for one in value]}
        return (
            {"allOf": [{self.keyword: one} for one in value]}
            if isinstance(value, tuple)
            else {self.keyword: value}
        )


def differences(old: View, new: View) -> Iterator[Difference]:
    """Every keyword without schemas that differs."""
    yield from _types(old, new)
    yield from _values(old, new)
    for keyword in _NUMBERS:
        one, other = old.demands.get(keyword), new.demands.get(keyword)
        if one != other:
            way = (
                "added"
                if one is None
                else "removed"
                if other is None
                else "increased"
                if other > one
                else "decreased"
            )
            yield Difference(f"{_kebab(keyword)}-{way}", keyword, _from_to(keyword, one, other))
    for keyword in _LISTS:
        before, after = old.demands.get(keyword, ()), new.demands.get(keyword, ())
        if set(before) != set(after):
            way = (
                "added" if set(before) < set(after) else "removed" if set(before) > set(after) else "changed"
            )
            yield Difference(
                f"{_kebab(keyword)}-{way}", keyword, _from_to(keyword, _joined(before), _joined(after))
            )
    if old.demands.get("uniqueItems") != new.demands.get("uniqueItems"):
        way, message = (
            ("added", "items must differ now")
            if new.demands.get("uniqueItems")
            else ("removed", "items may be equal now")
        )
        yield Difference(f"unique-items-{way}", "uniqueItems", message)


def _types(old: View, new: View) -> Iterator[Difference]:
    before, after = old.types, new.types
    if before == after:
        return
    if before is None or after is None:
        what = "type-narrowed" if before is None else "type-widened"
    elif {*before} ^ {*after} == {"null"}:
        what, message = (
            ("became-nullable", "may now be null")
            if "null" in after
            else ("became-not-nullable", "may no longer be null")
        )
        yield Difference(what, "type", message)
        return
    else:
        # Every integer is a number.
        wide = [{*types, *(("integer",) if "number" in types else ())} for types in (before, after)]
        what = (
            "type-widened" if wide[0] < wide[1] else "type-narrowed" if wide[0] > wide[1] else "type-changed"
        )
    yield Difference(what, "type", f"the type was {_types_named(before)} and is now {_types_named(after)}")


def _values(old: View, new: View) -> Iterator[Difference]:
    before, after = old.demands.get("enum"), new.demands.get("enum")
    if before is None and after is None:
        return
    if before is None or after is None:
        what, message = (
            ("enum-added", "only listed values are admitted now")
            if before is None
            else ("enum-removed", "values are no longer listed")
        )
        yield Difference(what, "enum", message)
        return
    nullable = (
        old.types is not None and new.types is not None and ("null" in old.types) != ("null" in new.types)
    )
    known = [
        {identity(one): one for one in values if not (one is None and nullable)} for values in (before, after)
    ]
    gone = [value for key, value in known[0].items() if key not in known[1]]
    come = [value for key, value in known[1].items() if key not in known[0]]
    if gone:
        yield Difference(
            "enum-value-removed",
            "enum",
            f"{_listed(gone)} {'are' if len(gone) > 1 else 'is'} no longer listed",
            ("old",),
        )
    if come:
        yield Difference(
            "enum-value-added",
            "enum",
            f"{_listed(come)} {'are' if len(come) > 1 else 'is'} listed now",
            ("new",),
        )


def _format(name: str) -> Json:
    if name in _RANGES:
        return {"minimum": _RANGES[name][0], "maximum": _RANGES[name][1]}
    return {"format": name}


def _types_named(types: tuple[str, ...] | None) -> str:
    return "any" if types is None else " or ".join(types)


def _from_to(keyword: str, old: Any, new: Any) -> str:
    if old is None:
        return f"`{keyword}` is now {_shown(new)}"
    if new is None:
        return f"`{keyword}` was {_shown(old)} and is gone"
    return f"`{keyword}` was {_shown(old)} and is now {_shown(new)}"


def _joined(values: tuple[Any, ...]) -> Any:
    return None if not values else values[0] if len(values) == 1 else [*values]


def _listed(values: list[Any]) -> str:
    shown = [_shown(one) for one in values]
    return ", ".join(shown) if len(shown) <= 5 else f"{', '.join(shown[:5])} and {len(shown) - 5} more"


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"`{text if len(text) <= _SHOWN else text[:_SHOWN] + '…'}`"


def _kebab(keyword: str) -> str:
    return re.sub("[A-Z]", lambda found: f"-{found[0].lower()}", keyword)
