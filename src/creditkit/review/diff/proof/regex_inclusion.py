"""Inclusion of regular expressions: whether some patterns match a text that another pattern does not match.

    >>> counterexamples(("^[a-f]{2,4}$",), "^[a-z]+$")
    ()
    >>> counterexamples(("^[0-9]{1,3}$",), "^[0-9]{1,2}$")[:1]
    ('000',)

The textbook method: each pattern becomes a nondeterministic automaton, and the tuples of sets of states
that texts lead to are searched, short texts first. If that would take too long, or a pattern is not
regular, the answer is None.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from .regex import ANY, Characters, Choice, Edge, NotRegularError, Part, Ranges, Repeat, Row, parse

_STATES = 3_000
"""The most states of one automaton."""

_TUPLES = 6_000
"""The most tuples of sets of states that are searched: about half a second."""

_FOUND = 12
"""How many counterexamples are enough."""

States = frozenset[int]


class _Automaton:
    """The automaton of one pattern: moves over characters, and free moves, some only at an edge of the text.

    A pattern may match anywhere in the text: any character leads from the first state to itself, and from the
    last one to itself.
    """

    def __init__(self, pattern: str) -> None:
        self.moves: list[list[tuple[Ranges, int]]] = []
        self.free: list[list[tuple[str, int]]] = []
        first = self.state()
        self.moves[first].append((ANY, first))
        self.last = self.add(parse(pattern), first)
        self.moves[self.last].append((ANY, self.last))
        self.start = self.reach(frozenset((first,)), "^")

    def state(self) -> int:
        """A new state."""
        if len(self.moves) >= _STATES:
            raise NotRegularError
        self.moves.append([])
        self.free.append([])
        return len(self.moves) - 1

    def add(self, part: Part, start: int) -> int:
        """Add a part of a pattern after a state; returns the state after the part."""
        if isinstance(part, Characters):
            end = self.state()
            self.moves[start].append((part.ranges, end))
            return end
        if isinstance(part, Edge):
            end = self.state()
            self.free[start].append((part.sign, end))
            return end
        if isinstance(part, Row):
            for one in part.parts:
                start = self.add(one, start)
            return start
        if isinstance(part, Choice):
            end = self.state()
            for row in part.rows:
                self.free[self.add(row, self._after(start))].append(("", end))
            return end
        if isinstance(part, Repeat):
            return self._repeat(part, start)
        raise NotRegularError

    def _after(self, start: int) -> int:
        end = self.state()
        self.free[start].append(("", end))
        return end

    def _repeat(self, part: Repeat, start: int) -> int:
        if max(part.least, part.most or 0) > _STATES:
            raise NotRegularError
        for _ in range(part.least):
            start = self.add(part.part, start)
        if part.most is None:
            start = self._after(start)
            self.free[self.add(part.part, start)].append(("", start))
            return self._after(start)
        end = self.state()
        for _ in range(part.most - part.least):
            self.free[start].append(("", end))
            start = self.add(part.part, self._after(start))
        self.free[start].append(("", end))
        return end

    def reach(self, states: States, sign: str) -> States:
        """All states that free moves lead to, at an edge of the text (`^` or `$`) or within it."""
        found, waiting = set(states), [*states]
        while waiting:
            for needed, end in self.free[waiting.pop()]:
                if end not in found and (not needed or needed in sign):
                    found.add(end)
                    waiting.append(end)
        return frozenset(found)

    def step(self, states: States, character: int) -> States:
        """All states after one more character."""
        ends = {
            end
            for one in states
            for ranges, end in self.moves[one]
            if any(low <= character <= high for low, high in ranges)
        }
        return self.reach(frozenset(ends), "")

    def matches(self, states: States, *, is_start: bool) -> bool:
        """Whether the text may end in these states."""
        return self.last in self.reach(states, "^$" if is_start else "$")


@lru_cache(maxsize=1_000)  # many operations use the same schema
def counterexamples(admitted: tuple[str, ...], accepting: str) -> tuple[str, ...] | None:
    """Some of the shortest texts that match all of `admitted` and not `accepting`; None if unknown."""
    try:
        automata = [_Automaton(one) for one in (*admitted, accepting)]
    except NotRegularError:
        return None
    alphabet = _alphabet(automata)
    start = tuple(one.start for one in automata)
    waiting: list[tuple[tuple[States, ...], str]] = [(start, "")]
    # The start is not in it: `^` only holds there, so its states differ from the same states later on.
    seen: set[tuple[States, ...]] = set()
    found: list[str] = []
    for states, text in waiting:
        answers = [one.matches(at, is_start=not text) for one, at in zip(automata, states, strict=True)]
        if all(answers[:-1]) and not answers[-1]:
            found.append(text)
            if len(found) >= _FOUND:
                return tuple(found)
        for character in alphabet:
            after = tuple(one.step(at, character) for one, at in zip(automata, states, strict=True))
            if after not in seen and all(after):
                if len(seen) >= _TUPLES:
                    return tuple(found) or None
                seen.add(after)
                waiting.append((after, text + chr(character)))
    return tuple(found)


def _alphabet(automata: Sequence[_Automaton]) -> list[int]:
    """One character of each set that the automata do not distinguish, readable ones first."""
    cuts = {low for low, _ in ANY}
    for automaton in automata:
        for moves in automaton.moves:
            for ranges, _ in moves:
                for low, high in ranges:
                    cuts |= {low, high + 1}
    ordered = sorted(cut for cut in cuts if any(low <= cut <= high for low, high in ANY))
    chosen = []
    for cut, following in zip(ordered, [*ordered[1:], 0x110000], strict=True):
        readable = next(
            (one for one in (*range(97, 123), *range(48, 58), *range(33, 127)) if cut <= one < following), cut
        )
        chosen.append(readable)
    return sorted(
        chosen,
        key=lambda one: (not chr(one).isascii() or not chr(one).isprintable(), not chr(one).isalnum(), one),
    )
