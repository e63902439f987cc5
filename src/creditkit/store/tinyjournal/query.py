"""Which `field == value` a TinyDB query asks for, so that an index can answer it.

TinyDB tells this only in a private attribute, the hash of a query. So it is tried out when this module is
imported; should a release of TinyDB change it, every query is answered by looking at every document.
"""

from __future__ import annotations

from collections.abc import Sequence

from tinydb import where
from tinydb.queries import QueryLike

from .tablestate import TableState

Scalar = str | int | float | bool | None
_SCALARS = frozenset((str, int, float, bool))


def candidates(table: TableState, condition: QueryLike) -> tuple[Sequence[int], bool]:
    """The documents among which all that fulfil the condition are: as few as an index can tell.

    And whether they are those that fulfil it, and no others, so that none needs to be looked at.
    """
    fewest: Sequence[int] | None = None
    by_field = table.layout.by_field
    asked = equalities(condition) if by_field else []
    for field, value in asked:
        for number, index in by_field.get(field, ()):
            if value is not None or index.knows_none:
                found = index.find(table.filed(number), value)
                if fewest is None or len(found) < len(fewest):
                    fewest = found
    if fewest is None:
        return table.ids, False
    return fewest, len(asked) == 1 and condition._hash[0] == "=="  # type: ignore[attr-defined]


def equalities(condition: QueryLike) -> list[tuple[str, Scalar]]:
    """The (field, value) of which every document that fulfils the condition has all."""
    return _equalities(getattr(condition, "_hash", None)) if _UNDERSTOOD else []


def _equalities(form: object) -> list[tuple[str, Scalar]]:
    if type(form) is not tuple or not form:
        return []
    if form[0] == "==":
        _, path, value = form
        if len(path) == 1 and type(path[0]) is str and (value is None or type(value) in _SCALARS):
            return [(path[0], value)]
    elif form[0] == "and":
        return [found for part in form[1] for found in _equalities(part)]
    return []


def _is_understood() -> bool:
    """Whether this release of TinyDB writes its queries as this module reads them."""
    one, two = where("a") == 1, where("b") == "x"
    different = [where("a") != 1, one | two, ~one, where("a").any([1]), where("a")["b"] == 1]
    return (
        _equalities(getattr(one, "_hash", None)) == [("a", 1)]
        and sorted(_equalities(getattr(one & two, "_hash", None))) == [("a", 1), ("b", "x")]
        and not any(_equalities(getattr(each, "_hash", None)) for each in different)
    )


_UNDERSTOOD = _is_understood()
