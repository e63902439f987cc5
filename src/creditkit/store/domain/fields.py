"""The plain fields of a credit: those that are stored and shown as they are sent.

`Credit` in `model.py` is the one list of them. Rows, spreadsheets, seeds, answers, the control API, recorded
seeds and comparisons go through `PLAIN`. A new field is added to `Credit`, `openapi.yaml`, `seed.schema.yaml`
and `control.yaml`, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, get_args, get_origin

from msgspec import structs

from .model import AMOUNT, Credit, rounded

REFERENCES = ("uuid", "customer", "created", "offerings")
"""Fields of `Credit` that lead elsewhere or that nobody sends: each is handled by its name."""


@dataclass(frozen=True, slots=True)
class FieldKind:
    """A kind of value: how it is read from JSON, settled at its scale, and written as JSON.

    `read` takes the form that rows, seeds and answers share, and raises ValueError for any other. `show` is
    a number with all places of its scale, as answers have it; `is_number` tells numbers from the rest.
    """

    read: Callable[[Any], Any]
    settle: Callable[[Any], Any]
    write: Callable[[Any], Any]
    show: Callable[[Any], Any]
    is_number: bool = False


def amount(text: str) -> Decimal:
    """The amount that a text says. Raises ValueError."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text!r} is not an amount") from None
    if not number.is_finite():
        raise ValueError(f"{text!r} is not an amount")
    return number


def _as_it_is(value: Any) -> Any:
    return value


def _kind(annotation: Any) -> FieldKind:
    """The kind of a field by its annotation; `Annotated[Decimal, scale]` is a number of another scale."""
    scale = AMOUNT
    if get_origin(annotation) is Annotated:
        annotation, scale = get_args(annotation)
    if annotation is Decimal:
        places = f".{-int(scale.as_tuple().exponent)}f"
        # A stored number has its scale already; a struct's encoder writes it quicker than `format` does.
        return FieldKind(
            amount,
            lambda value: rounded(value, scale),
            str,
            lambda value: value if value.same_quantum(scale) else format(value, places),
            is_number=True,
        )
    if date in (annotation, *get_args(annotation)):
        return FieldKind(
            lambda text: text and date.fromisoformat(text),
            _as_it_is,
            lambda value: value and value.isoformat(),
            _as_it_is,
        )
    return FieldKind(_as_it_is, _as_it_is, _as_it_is, _as_it_is)


PLAIN: Mapping[str, FieldKind] = {
    field.name: _kind(field.type) for field in structs.fields(Credit) if field.name not in REFERENCES
}
"""The plain fields, in the order of `Credit`."""


def plain_fields(credit: Credit) -> dict[str, Any]:
    """The plain fields of a credit, as JSON has them."""
    return {name: kind.write(getattr(credit, name)) for name, kind in PLAIN.items()}


def settled(values: Mapping[str, Any], before: Credit) -> dict[str, Any]:
    """The plain fields at their scales: those in `values`, and the others as they are in `before`."""
    return {
        name: kind.settle(values[name] if name in values else getattr(before, name))
        for name, kind in PLAIN.items()
    }
