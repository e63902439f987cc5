"""Keywords that hold no schema, compared side by side.

>>> [one.what for one in keyword_changes(view_of({"maxLength": 150}), view_of({"maxLength": 100}))]
['max-length-decreased']
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from creditkit.review.wire import INTEGER_RANGES, Json, View, identity

_NUMBERS = (
    *("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "minLength", "maxLength"),
    *("minItems", "maxItems", "minProperties", "maxProperties"),
)
_LISTS = ("pattern", "format", "multipleOf", "contentEncoding", "contentMediaType")
UNCHECKED = ("contentEncoding", "contentMediaType")
"""Keywords by which no validator refuses anything."""

_LONGEST = 80
"""Characters of a value in a message."""


@dataclass(frozen=True, slots=True)
class KeywordChange:
    """One keyword that differs; `what` ends the kind of the change.

    `harmless` names the versions that cannot refuse anything by it, if they are the accepting one.
    """

    what: str
    keyword: str
    message: str
    harmless: tuple[str, ...] = ()

    def constraint(self, accepting: View, *, of_new: bool) -> Json:
        """The keyword as a schema of the accepting contract, the new one or the old one."""
        if ("new" if of_new else "old") in self.harmless or self.keyword not in accepting.keywords:
            return True
        value = accepting.keywords[self.keyword]
        if self.keyword == "type":
            return {"type": [*value]}
        if self.keyword == "format":
            return {"allOf": [INTEGER_RANGES.get(one, {"format": one}) for one in value]}
        if isinstance(value, tuple):
            return {"allOf": [{self.keyword: one} for one in value]}
        return {self.keyword: value}


def keyword_changes(old: View, new: View) -> Iterator[KeywordChange]:
    """Every keyword without schemas that differs."""
    if old.keywords == new.keywords and "enum" not in old.keywords:
        return  # most schemas; listed values are compared below, since Python takes True for 1
    yield from _types(old, new)
    yield from _values(old, new)
    for keyword in _NUMBERS:
        one, other = old.keywords.get(keyword), new.keywords.get(keyword)
        if one != other:
            if one is None or other is None:
                way = "added" if one is None else "removed"
            else:
                way = "increased" if other > one else "decreased"
            yield KeywordChange(f"{_kebab(keyword)}-{way}", keyword, _from_to(keyword, one, other))
    for keyword in _LISTS:
        before, after = old.keywords.get(keyword, ()), new.keywords.get(keyword, ())
        if set(before) != set(after):
            way = "changed"
            if set(before) < set(after) or set(before) > set(after):
                way = "added" if len(set(before)) < len(set(after)) else "removed"
            message = _from_to(keyword, _joined(before), _joined(after))
            yield KeywordChange(f"{_kebab(keyword)}-{way}", keyword, message)
    if old.keywords.get("uniqueItems") != new.keywords.get("uniqueItems"):
        is_new = bool(new.keywords.get("uniqueItems"))
        way, message = ("added", "items must differ now") if is_new else ("removed", "items may be equal now")
        yield KeywordChange(f"unique-items-{way}", "uniqueItems", message)


def _types(old: View, new: View) -> Iterator[KeywordChange]:
    before, after = old.types, new.types
    if before == after:
        return
    if before is None or after is None:
        what = "type-narrowed" if before is None else "type-widened"
    elif {*before} ^ {*after} == {"null"}:
        if "null" in after:
            yield KeywordChange("became-nullable", "type", "may now be null")
        else:
            yield KeywordChange("became-not-nullable", "type", "may no longer be null")
        return
    else:
        # Every integer is a number.
        wide = [{*types, *(("integer",) if "number" in types else ())} for types in (before, after)]
        what = (
            "type-widened" if wide[0] < wide[1] else "type-narrowed" if wide[0] > wide[1] else "type-changed"
        )
    names = ["any" if types is None else " or ".join(types) for types in (before, after)]
    yield KeywordChange(what, "type", f"the type was {names[0]} and is now {names[1]}")


def _values(old: View, new: View) -> Iterator[KeywordChange]:
    before, after = old.keywords.get("enum"), new.keywords.get("enum")
    if before is None and after is None:
        return
    if before is None:
        yield KeywordChange("enum-added", "enum", "only listed values are admitted now")
        return
    if after is None:
        yield KeywordChange("enum-removed", "enum", "values are no longer listed")
        return
    # A null that comes or goes with the type is reported there.
    nullable = (
        old.types is not None and new.types is not None and ("null" in old.types) != ("null" in new.types)
    )
    known = [
        {identity(one): one for one in values if not (one is None and nullable)} for values in (before, after)
    ]
    gone = [value for key, value in known[0].items() if key not in known[1]]
    come = [value for key, value in known[1].items() if key not in known[0]]
    if gone:
        message = f"{_listed(gone)} {'are' if len(gone) > 1 else 'is'} no longer listed"
        yield KeywordChange("enum-value-removed", "enum", message, ("old",))
    if come:
        message = f"{_listed(come)} {'are' if len(come) > 1 else 'is'} listed now"
        yield KeywordChange("enum-value-added", "enum", message, ("new",))


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
    return f"`{text if len(text) <= _LONGEST else text[:_LONGEST] + '…'}`"


def _kebab(keyword: str) -> str:
    return re.sub("[A-Z]", lambda found: f"-{found[0].lower()}", keyword)
