"""The changes of fields that the catalogue declares.

A name with a dot, such as `offerings.name`, is a field of every object in a list or of an object.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from creditkit.deviations import Edit

_ABSENT = object()


def edit_all(document: Any, edits: Mapping[str, Edit]) -> None:
    """Edit every object of a body in place: the object that it is, or those in the list that it is."""
    for entry in document if isinstance(document, list) else [document]:
        if isinstance(entry, dict):
            for name, edit in edits.items():
                _edit(entry, name, edit)


def _edit(entry: dict[str, Any], name: str, edit: Edit) -> None:
    outer, _, inner = name.rpartition(".")
    for owner in _objects(entry, outer):
        _ACTIONS[edit.action](owner, inner, edit.value)


def _objects(entry: dict[str, Any], path: str) -> Iterator[dict[str, Any]]:
    """The objects that a path leads to; the entry itself for an empty one."""
    if not path:
        yield entry
        return
    below = entry.get(path)
    yield from (o for o in (below if isinstance(below, list) else [below]) if isinstance(o, dict))


def _drop(owner: dict[str, Any], name: str, _value: Any) -> None:
    owner.pop(name, None)


def _set(owner: dict[str, Any], name: str, value: Any) -> None:
    owner[name] = value


def _rename(owner: dict[str, Any], name: str, value: str) -> None:
    if name in owner:
        owner[value] = owner.pop(name)


def _copy(owner: dict[str, Any], name: str, value: str) -> None:
    if value in owner:
        owner[name] = owner[value]


def _as(owner: dict[str, Any], name: str, value: str) -> None:
    if name in owner:
        owner[name] = _TYPES[value](owner[name])


def _add(owner: dict[str, Any], name: str, value: float) -> None:
    """A number that is larger; of an amount in a text the number of places stays."""
    was = owner.get(name, _ABSENT)
    if isinstance(was, str):
        try:
            owner[name] = str(Decimal(was) + Decimal(str(value)).quantize(Decimal(was)))
        except InvalidOperation:
            return
    elif isinstance(was, int | float) and not isinstance(was, bool):
        owner[name] = was + value


def _replace(owner: dict[str, Any], name: str, value: list[str]) -> None:
    pattern, replacement = value
    if isinstance(owner.get(name), str):
        owner[name] = re.sub(pattern, replacement, owner[name])


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else str(value)


def _as_number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return 0


_ACTIONS: Mapping[str, Callable[[dict[str, Any], str, Any], None]] = {
    "drop": _drop,
    "set": _set,
    "rename": _rename,
    "copy": _copy,
    "as": _as,
    "add": _add,
    "replace": _replace,
}

_TYPES: Mapping[str, Callable[[Any], Any]] = {
    "text": _as_text,
    "number": _as_number,
    "boolean": bool,
    "list": lambda value: [value],
    "object": lambda value: {"value": value},
}
