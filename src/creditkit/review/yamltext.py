"""YAML text, read event by event into a tree."""

from __future__ import annotations

from typing import Any

import yaml

from creditkit.errors import ReviewInputError

from .limits import Limits
from .tree import Builder, Mark, Tree, mark, unreadable

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_STANDARD = "tag:yaml.org,2002:"
_TIMESTAMP = _STANDARD + "timestamp"
_TEXTS = frozenset({_STANDARD + "str", _TIMESTAMP})
_CONTAINERS = {dict: _STANDARD + "map", list: _STANDARD + "seq"}

_constructor = yaml.constructor.SafeConstructor()
_SCALARS: dict[str, Any] = {
    _STANDARD + "null": _constructor.construct_yaml_null,
    _STANDARD + "bool": _constructor.construct_yaml_bool,
    _STANDARD + "int": _constructor.construct_yaml_int,
    _STANDARD + "float": _constructor.construct_yaml_float,
}


class _Resolver(yaml.resolver.Resolver):
    """YAML 1.1's reading of plain scalars, in which dates stay text."""


_Resolver.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _TIMESTAMP]
    for first, resolvers in yaml.resolver.Resolver.yaml_implicit_resolvers.items()
}


def parse_yaml(text: str, name: str, limits: Limits) -> Tree:
    """The tree of a YAML text that holds one document; raises ReviewInputError with the line at fault."""
    reader = _Reader(name, limits)
    try:
        for event in yaml.parse(text, Loader=_Loader):
            reader.take(event)
    except yaml.MarkedYAMLError as error:
        raise _syntax(error, name) from error
    except yaml.reader.ReaderError as error:
        raise _control(error, text, name) from error
    return reader.builder.tree()


class _Reader:
    """What happens at each event."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.builder = Builder(name, limits)
        self._anchors: dict[str, Any] = {}
        self._open: list[str | None] = []
        self._plain: dict[str, Any] = {}
        self._resolver: Any = _Resolver()  # PyYAML's stubs leave out its types
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, _at(event))
        elif isinstance(event, yaml.MappingStartEvent):
            self._start(event, {})
        elif isinstance(event, yaml.SequenceStartEvent):
            self._start(event, [])
        elif isinstance(event, yaml.CollectionEndEvent):
            self._remember(self._open.pop(), self.builder.close())
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event, _at(event))
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise self.builder.error(
                    "a second YAML document begins", _at(event), "give one contract a file"
                )

    def _start(self, event: yaml.CollectionStartEvent, value: dict[str, Any] | list[Any]) -> None:
        if event.tag not in (None, "!", _CONTAINERS[type(value)]):
            raise self._unknown(event.tag, _at(event))
        self.builder.open(value, _at(event))
        self._open.append(event.anchor)

    def _scalar(self, event: yaml.ScalarEvent, at: Mark) -> None:
        if self.builder.wants_key:
            self._remember(event.anchor, event.value)
            merging = event.value == "<<" and event.implicit[0] and not event.style
            self.builder.key(event.value, at, merging=merging)
            return
        value = self._value(event, at)
        self._remember(event.anchor, value)
        self.builder.add(value, at)

    def _alias(self, event: yaml.AliasEvent, at: Mark) -> None:
        name = event.anchor
        if name in self._open:
            raise self.builder.error(
                f"*{name} stands within what it repeats", at, "a schema refers to itself by $ref"
            )
        if name not in self._anchors:
            raise self.builder.error(f"*{name} repeats nothing: there is no &{name} above", at)
        value = self._anchors[name]
        if not self.builder.wants_key:
            self.builder.repeat(value, at)
        elif isinstance(value, str):
            self.builder.key(value, at)
        else:
            raise self.builder.error("a key must be a text, not a list or an object", at)

    def _remember(self, anchor: str | None, value: Any) -> None:
        if anchor is not None:
            self._anchors[anchor] = value

    def _value(self, event: yaml.ScalarEvent, at: Mark) -> Any:
        plain, quoted = event.implicit
        if quoted and not plain:
            return event.value
        if plain and event.tag is None:
            if event.value not in self._plain:
                tag = self._resolver.resolve(yaml.ScalarNode, event.value, (True, False))
                self._plain[event.value] = self._typed(tag, event.value, at)
            return self._plain[event.value]
        return self._typed(event.tag or "!", event.value, at)

    def _typed(self, tag: str, text: str, at: Mark) -> Any:
        if tag in _TEXTS or tag == "!":
            return text
        if tag not in _SCALARS:
            raise self._unknown(tag, at)
        try:
            value = _SCALARS[tag](yaml.ScalarNode(tag, text))
        except (ValueError, KeyError, IndexError) as error:
            raise self.builder.error(f"{text[:40]!r} is none of what {_short(tag)} says", at) from error
        return self.builder.number(value, at) if isinstance(value, float) else value

    def _unknown(self, tag: str, at: Mark) -> ReviewInputError:
        hint = "a contract says what JSON can say: objects, arrays, texts, numbers, booleans and null"
        return self.builder.error(f"the tag {_short(tag)} is not known here", at, hint)


def _at(event: yaml.Event) -> Mark:
    start: Any = event.start_mark  # every event that is read from a text has one
    return mark(start.line, start.column)


def _short(tag: str) -> str:
    return tag.replace(_STANDARD, "!!")


def _syntax(error: yaml.MarkedYAMLError, name: str) -> ReviewInputError:
    where = error.problem_mark or error.context_mark
    line, column = (where.line, where.column) if where else (0, 0)
    context = f", {error.context}" if error.context else ""
    if error.context and error.context_mark and error.context_mark.line != line:
        context += f" that begins in line {error.context_mark.line + 1}"
    return unreadable(name, line, column, f"not YAML: {error.problem}{context}")


def _control(error: yaml.reader.ReaderError, text: str, name: str) -> ReviewInputError:
    """The error for a character that YAML does not allow; PyYAML counts it in bytes of UTF-8."""
    before = text.encode("utf-8", "surrogatepass")[: error.position].decode("utf-8", "replace")
    line = before.count("\n")
    character = f"U+{error.character:04X}" if isinstance(error.character, int) else str(error.character)
    problem = f"the character {character} may not stand in YAML"
    return unreadable(
        name, line, len(before) - before.rfind("\n") - 1, problem, "remove it, or write it as an escape"
    )
