r"""Patterns: texts that a regular expression is likely to match, its boundaries among them.

    >>> [*texts(r"^-?[0-9]{1,3}$")][:4]
    ['0', '-0', '000', '-000']

Good enough for candidates: whoever takes one tests it. What is not understood (lookarounds) is taken for
nothing; what cannot be drawn at all (back references) yields no text.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from .regex import Characters, Choice, NotRegularError, Part, Ranges, Repeat, Row, parse

_MOST = 120
_LONGEST = 300
_UNBOUNDED = 3
"""How often what may be repeated without end is repeated where nothing asks for more."""

_PREFERRED = (*range(97, 123), *range(48, 58), *range(65, 91), *range(33, 127))

Chosen = dict[int, int]
"""How often a repetition repeats, and which row a choice takes, by the identity of the part."""


def texts(pattern: str, least: int = 0) -> Iterator[str]:
    """Texts for a pattern, each once; `least` is a length that some of them should reach."""
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
    """All as short as can be; each repetition and each choice varied alone; all as long as can be."""
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
    """A character of the ranges, a readable one if there is any: the first of them, or the last."""
    known = [one for one in _PREFERRED if any(low <= one <= high for low, high in ranges)]
    return chr(known[which] if known else ranges[which][which]) if ranges else ""
