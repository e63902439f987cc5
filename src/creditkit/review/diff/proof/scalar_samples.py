r"""Sample texts and numbers that a schema or a pattern is likely to admit, its boundaries among them.

    >>> [*texts(r"^-?[0-9]{1,3}$")][:4]
    ['0', '-0', '000', '-000']

Candidates only: callers validate each of them. Lookarounds in patterns are ignored; a pattern with back
references has no sample.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from .regex import Characters, Choice, NotRegularError, Part, Ranges, Repeat, Row, parse

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
_COMMON_TEXTS = ("a", "text", "", "1", "0", "-1", "1.5", "true", "A b", "ä")

_MOST = 120
_LONGEST = 300
_UNBOUNDED = 3
"""How often a part without an upper bound is repeated where nothing asks for more."""

_PREFERRED = (*range(97, 123), *range(48, 58), *range(65, 91), *range(33, 127))

Chosen = dict[int, int]
"""How often a repetition repeats, and which row a choice takes, by the identity of the part."""


def texts(pattern: str, least: int = 0) -> Iterator[str]:
    """Texts for a pattern, each once; some of them are at least `least` long if possible."""
    try:
        root = parse(pattern)
    except NotRegularError:
        return
    seen: set[str] = set()
    for text in islice(_drawn(root, least), _MOST):
        around = [text]
        if not pattern.startswith("^"):
            around.append(f"a{text}")
        if not pattern.endswith("$"):
            around.append(f"{text}a")
        for one in around:
            if one not in seen and len(one) <= _LONGEST:
                seen.add(one)
                yield one


def _drawn(root: Choice, least: int) -> Iterator[str]:
    """The shortest text, then each repetition and each choice varied alone, then the longest text."""
    repeats = [part for part in _parts(root) if isinstance(part, Repeat)]
    choices = [part for part in _parts(root) if isinstance(part, Choice)]
    for which in (0, -1):
        short = _text(root, {}, which)
        yield short
        longest: Chosen = {}
        for repeat in repeats:
            wished = repeat.least + max(_UNBOUNDED, least)
            longest[id(repeat)] = wished if repeat.most is None else repeat.most
            for count in sorted({repeat.least + 1, longest[id(repeat)], min(wished, longest[id(repeat)])}):
                if repeat.most is None or count <= repeat.most:
                    yield _text(root, {id(repeat): count}, which)
        for choice in choices:
            for number in range(1, len(choice.rows)):
                yield _text(root, {id(choice): number}, which)
                yield _text(root, {**longest, id(choice): number}, which)
        yield _text(root, longest, which)


def _parts(part: Part) -> Iterator[Part]:
    yield part
    if isinstance(part, Row):
        inner = part.parts
    elif isinstance(part, Choice):
        inner = [*part.rows]
    else:
        inner = [part.part] if isinstance(part, Repeat) else []
    for one in inner:
        yield from _parts(one)


def _text(part: Part, chosen: Chosen, which: int) -> str:
    if isinstance(part, Characters):
        return _character(part.ranges, which)
    if isinstance(part, Row):
        return "".join(_text(one, chosen, which) for one in part.parts)
    if isinstance(part, Choice):
        return _text(part.rows[chosen.get(id(part), 0)], chosen, which)
    if isinstance(part, Repeat):
        text = _text(part.part, chosen, which)
        return text * min(chosen.get(id(part), part.least), _LONGEST // max(1, len(text)) + 1)
    return ""


@lru_cache(maxsize=1_000)
def _character(ranges: Ranges, which: int) -> str:
    """The first or last character of the ranges (`which` is 0 or -1), a readable one if there is any."""
    known = [one for one in _PREFERRED if any(low <= one <= high for low, high in ranges)]
    return chr(known[which] if known else ranges[which][which]) if ranges else ""


def strings(schema: Mapping[str, Any]) -> Iterator[str]:
    """Texts for a schema."""
    least, most = schema.get("minLength", 0), schema.get("maxLength", math.inf)
    if "pattern" in schema:
        yield from (text for text in texts(schema["pattern"], least) if least <= len(text) <= most)
    named = _FORMATS.get(schema.get("format", ""), ())
    for text in (*named, *_COMMON_TEXTS):
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
    except OverflowError:  # a bound that is too large for a float
        found = [one for one in (low, high) if one is not None]
    for number in found:
        value = int(number) if isinstance(number, float) and number.is_integer() else number
        within = (low is None or value >= low) and (high is None or value <= high)
        if within and (kind == "number" or isinstance(value, int)):
            yield value


def _candidates(low: int | float | None, high: int | float | None, step: int | float) -> list[int | float]:
    """The bounds and their neighbours, multiples of the step, and common numbers."""
    found: list[int | float] = []
    if low is not None:
        start = math.ceil(low / step) * step
        middle = (low + high) / 2 if high is not None else low + 1
        found += [low, start, start + step, start + 2 * step, low + 0.5, middle]
    if high is not None:
        end = math.floor(high / step) * step
        found += [high, end, end - step, high - 0.5]
    return [*found, 0, 1, -1, 2, 3, step, 10, 100, 1_000_000, 0.5, 1.25, -0.5]
