"""Scalars: texts and numbers that a JSON Schema is likely to admit, its boundaries among them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .patterns import texts

_FORMATS: Mapping[str, Sequence[str]] = {
    "uuid": ("b9a5d1c4-6f3e-4c8a-9d27-5e1f0a3b7c42", "00000000-0000-4000-8000-000000000000"),
    "uri": ("https://example.com/a", "https://example.com/b"),
    "uri-reference": ("/a", "/b"),
    "iri": ("https://example.com/a",),
    "iri-reference": ("/a",),
    "uri-template": ("/a/{b}",),
    "date": ("2030-01-01", "2030-12-31"),
    "date-time": ("2030-01-01T00:00:00Z", "2030-12-31T23:59:59Z"),
    "time": ("12:00:00Z",),
    "duration": ("P1D",),
    "email": ("someone@example.com",),
    "idn-email": ("someone@example.com",),
    "hostname": ("example.com",),
    "idn-hostname": ("example.com",),
    "ipv4": ("192.0.2.1",),
    "ipv6": ("2001:db8::1",),
    "json-pointer": ("/a",),
    "relative-json-pointer": ("0",),
    "regex": ("a",),
    "byte": ("YQ==",),
    "decimal": ("1", "1.5", "-1"),
    "double": ("1.5",),
}
_TEXTS = ("a", "text", "", "1", "0", "-1", "1.5", "true", "A b", "ä")


def strings(schema: Mapping[str, Any]) -> Iterator[str]:
    """Texts for a schema."""
    least, most = schema.get("minLength", 0), schema.get("maxLength", math.inf)
    if "pattern" in schema:
        yield from (text for text in texts(schema["pattern"], least) if least <= len(text) <= most)
    named = _FORMATS.get(schema.get("format", ""), ())
    for text in (*named, *_TEXTS):
        if least <= len(text) <= most:
            yield text
    for text in (*named, "a"):
        if len(text) < least <= 100_000:
            yield text + text[-1] * (least - len(text))
        if most < 100_000 and len(text) < most:
            yield text + text[-1] * (int(most) - len(text))


def numbers(kind: str, schema: Mapping[str, Any]) -> Iterator[int | float]:
    """Numbers for a schema of the type `integer` or `number`."""
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    try:
        found = _candidates(low, high, schema.get("multipleOf", 1) or 1)
    except OverflowError:  # numbers beyond all that computers count with
        found = [one for one in (low, high) if one is not None]
    for number in found:
        value = int(number) if isinstance(number, float) and number.is_integer() else number
        within = (low is None or value >= low) and (high is None or value <= high)
        if within and (kind == "number" or isinstance(value, int)):
            yield value


def _candidates(low: int | float | None, high: int | float | None, step: int | float) -> list[int | float]:
    """The bounds and what is near them, multiples of the step, and numbers that people think of."""
    found: list[int | float] = []
    if low is not None:
        start = math.ceil(low / step) * step
        middle = (low + high) / 2 if high is not None else low + 1
        found += [low, start, start + step, start + 2 * step, low + 0.5, middle]
    if high is not None:
        end = math.floor(high / step) * step
        found += [high, end, end - step, high - 0.5]
    return [*found, 0, 1, -1, 2, 3, step, 10, 100, 1_000_000, 0.5, 1.25, -0.5]
