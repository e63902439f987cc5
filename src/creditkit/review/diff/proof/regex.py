r"""Regular expressions parsed into a tree: the common constructs of ECMA 262.

    >>> parse("^[0-9]+$").rows[0].parts
    [Edge('^'), Repeat(Characters(((48, 57),)), 1, None), Edge('$')]

Characters are ranges of code points. A construct that is not regular or not known (back references, `\p`)
raises NotRegularError; conditions of no length other than the edges of the text (lookarounds, `\b`) are
`Unread`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

Ranges = tuple[tuple[int, int], ...]

LAST = 0x10FFFF
_SURROGATES = (0xD800, 0xDFFF)
ANY: Ranges = ((0, _SURROGATES[0] - 1), (_SURROGATES[1] + 1, LAST))
"""Every character that a text can have."""

_DIGITS: Ranges = ((48, 57),)
_WORD: Ranges = ((48, 57), (65, 90), (95, 95), (97, 122))
_BREAKS: Ranges = ((10, 10), (13, 13), (0x2028, 0x2029))
_BLANKS: Ranges = (
    *((9, 13), (32, 32), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029)),
    *((0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF)),
)
_CLASSES = {"d": _DIGITS, "w": _WORD, "s": _BLANKS}
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "0": "\0"}


class NotRegularError(ValueError):
    """The pattern is not understood, or is no regular expression in the strict sense."""


@dataclass(frozen=True, slots=True)
class Characters:
    """One character out of some ranges."""

    ranges: Ranges


@dataclass(frozen=True, slots=True)
class Edge:
    """The beginning (`^`) or the end (`$`) of the text."""

    sign: str


@dataclass(frozen=True, slots=True)
class Unread:
    """A condition on the surrounding text, which is ignored."""


@dataclass(slots=True)
class Row:
    """Parts, one after the other."""

    parts: list[Part] = field(default_factory=list)


@dataclass(slots=True)
class Choice:
    """One of some rows."""

    rows: list[Row]


@dataclass(slots=True)
class Repeat:
    """A part several times; `most` is None if there is no upper bound."""

    part: Part
    least: int
    most: int | None


Part = Characters | Edge | Unread | Row | Choice | Repeat


def parse(pattern: str) -> Choice:
    """The tree of a pattern; raises NotRegularError."""
    try:
        parser = _Parser(pattern)
        root = parser.choice()
    except (IndexError, ValueError, RecursionError) as error:
        raise NotRegularError(pattern) from error
    if not parser.is_done:
        raise NotRegularError(pattern)
    return root


def inverse(ranges: Ranges) -> Ranges:
    """Every character that is not in the ranges."""
    found: list[tuple[int, int]] = []
    for first, last in ANY:
        at = first
        for low, high in sorted(ranges):
            if high >= at and low <= last:
                if low > at:
                    found.append((at, low - 1))
                at = max(at, high + 1)
        if at <= last:
            found.append((at, last))
    return tuple(found)


class _Parser:
    """Reads one pattern from left to right."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    @property
    def is_done(self) -> bool:
        """Whether all of the pattern has been read."""
        return self._at == len(self._pattern)

    def choice(self) -> Choice:
        """Rows between bars, up to a closing parenthesis or the end."""
        rows = [self._row()]
        while self._peek() == "|":
            self._at += 1
            rows.append(self._row())
        return Choice(rows)

    def _peek(self) -> str:
        return self._pattern[self._at] if self._at < len(self._pattern) else ""

    def _take(self) -> str:
        self._at += 1
        return self._pattern[self._at - 1]

    def _row(self) -> Row:
        row = Row()
        while self._peek() not in ("", "|", ")"):
            row.parts.append(self._repeated(self._part()))
        return row

    def _part(self) -> Part:
        one = self._take()
        if one == "(":
            return self._group()
        if one == "[":
            return Characters(self._class())
        if one == "\\":
            return Unread() if self._peek() in ("b", "B") and self._take() else Characters(self._escape())
        if one in "^$":
            return Edge(one)
        if one in "*+?":
            raise NotRegularError
        return Characters(inverse(_BREAKS) if one == "." else ((ord(one), ord(one)),))

    def _group(self) -> Part:
        ignored = False
        if self._peek() == "?":
            self._take()
            kind = self._take()
            if kind == "<" and self._peek() not in "=!":
                while self._take() != ">":
                    pass
            elif kind != ":":
                ignored = True
                if kind == "<":
                    self._take()
                elif kind not in "=!":
                    raise NotRegularError
        inner = self.choice()
        if self._take() != ")":
            raise NotRegularError
        return Unread() if ignored else inner

    def _repeated(self, part: Part) -> Part:
        one = self._peek()
        if one == "{":
            end = self._pattern.find("}", self._at)
            low, comma, high = self._pattern[self._at + 1 : end].partition(",")
            if not low.isdecimal() or not (high.isdecimal() or not high):
                return part
            self._at = end + 1
            bounds = (int(low), int(high) if high else None if comma else int(low))
        elif one and one in "*+?":
            self._take()
            bounds = {"*": (0, None), "+": (1, None), "?": (0, 1)}[one]
        else:
            return part
        if self._peek() == "?":
            self._take()
        return Repeat(part, *bounds)

    def _class(self) -> Ranges:
        negated = self._peek() == "^"
        if negated:
            self._take()
        found: list[tuple[int, int]] = []
        while self._peek() != "]":
            start = self._member()
            single = len(start) == 1 and start[0][0] == start[0][1]
            if single and self._peek() == "-" and self._pattern[self._at + 1] != "]":
                self._take()
                end = self._member()
                if end[0][0] < start[0][0]:
                    raise NotRegularError
                found.append((start[0][0], end[-1][1]))
            else:
                found += start
        self._take()
        return inverse(tuple(found)) if negated else tuple(found)

    def _member(self) -> Ranges:
        one = self._take()
        if one != "\\":
            return ((ord(one), ord(one)),)
        if self._peek() == "b":
            self._take()
            return ((8, 8),)
        return self._escape()

    def _escape(self) -> Ranges:
        one = self._take()
        if one.lower() in _CLASSES:
            known = _CLASSES[one.lower()]
            return known if one.islower() else inverse(known)
        if one in "xu":
            digits = self._pattern[self._at : self._at + (2 if one == "x" else 4)]
            self._at += len(digits)
            return ((int(digits, 16), int(digits, 16)),)
        if one in _CONTROLS:
            one = _CONTROLS[one]
        elif one.isalnum():
            raise NotRegularError
        return ((ord(one), ord(one)),)
