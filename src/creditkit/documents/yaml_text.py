"""The YAML parser: PyYAML's events turned into a tree, scalars read by YAML 1.1 but for dates."""

from __future__ import annotations

from typing import Any

import yaml

from .tree import Builder, DocumentError, Mark, Tree, mark

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_STANDARD = "tag:yaml.org,2002:"
_TIMESTAMP = _STANDARD + "timestamp"
_TEXTS = frozenset({"!", _STANDARD + "str", _TIMESTAMP})
_NUMBERS = frozenset({_STANDARD + "int", _STANDARD + "float"})
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


def parse_yaml(text: str, builder: Builder, *, scalars_as_text: bool, aliases: bool) -> Tree:
    """The tree of a YAML text that holds one document; raises DocumentError."""
    parser = _Parser(builder, scalars_as_text, aliases)
    try:
        for event in yaml.parse(text, Loader=_Loader):
            parser.take(event)
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(error) from error
    except yaml.reader.ReaderError as error:
        raise _character_error(error, text) from error
    return builder.tree()


class _Parser:
    """Turns each event into a call of the builder."""

    def __init__(self, builder: Builder, scalars_as_text: bool, aliases: bool) -> None:
        self._builder = builder
        self._aliases = aliases
        self._texts = _TEXTS | _NUMBERS if scalars_as_text else _TEXTS
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
            self._remember(self._open.pop(), self._builder.close())
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event, _at(event))
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise DocumentError(
                    "a second YAML document begins", _at(event), "write each document into its own file"
                )

    def _start(self, event: yaml.CollectionStartEvent, value: dict[str, Any] | list[Any]) -> None:
        if event.tag not in (None, "!", _CONTAINERS[type(value)]):
            raise _unknown_tag(event.tag, _at(event))
        self._builder.open(value, _at(event))
        self._open.append(event.anchor)

    def _scalar(self, event: yaml.ScalarEvent, at: Mark) -> None:
        if self._builder.wants_key:
            self._remember(event.anchor, event.value)
            merging = event.value == "<<" and event.implicit[0] and not event.style
            self._builder.key(event.value, at, merging=merging)
            return
        value = self._value(event, at)
        self._remember(event.anchor, value)
        self._builder.add(value, at)

    def _alias(self, event: yaml.AliasEvent, at: Mark) -> None:
        name = event.anchor
        if not self._aliases:
            raise DocumentError("anchors and aliases are not allowed here", at, "write the part out")
        if name in self._open:
            raise DocumentError(
                f"*{name} stands within what it repeats", at, "a schema refers to itself by $ref"
            )
        if name not in self._anchors:
            raise DocumentError(f"*{name} repeats nothing: there is no &{name} above", at)
        value = self._anchors[name]
        if not self._builder.wants_key:
            self._builder.repeat(value, at)
        elif isinstance(value, str):
            self._builder.key(value, at)
        else:
            raise DocumentError("a key must be a text, not a list or an object", at)

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
        """The value of a scalar by its tag."""
        if tag in self._texts:
            return text
        if tag not in _SCALARS:
            raise _unknown_tag(tag, at)
        try:
            value = _SCALARS[tag](yaml.ScalarNode(tag, text))
        except (ValueError, KeyError, IndexError) as error:
            raise DocumentError(f"{text[:40]!r} is none of what {_short(tag)} says", at) from error
        return self._builder.number(value, at) if isinstance(value, float) else value


def _at(event: yaml.Event) -> Mark:
    start: Any = event.start_mark  # every event that is read from a text has one
    return mark(start.line, start.column)


def _short(tag: str) -> str:
    return tag.replace(_STANDARD, "!!")


def _unknown_tag(tag: str, at: Mark) -> DocumentError:
    hint = "only the values that JSON has are read: objects, arrays, texts, numbers, booleans and null"
    return DocumentError(f"the tag {_short(tag)} is not known here", at, hint)


def _syntax_error(error: yaml.MarkedYAMLError) -> DocumentError:
    where = error.problem_mark or error.context_mark
    line, column = (where.line, where.column) if where else (0, 0)
    context = f", {error.context}" if error.context else ""
    if error.context and error.context_mark and error.context_mark.line != line:
        context += f" that begins in line {error.context_mark.line + 1}"
    hint = "look at this line and the one before it: indentation, a missing quote or bracket"
    return DocumentError(f"not YAML: {error.problem}{context}", mark(line, column), hint)


def _character_error(error: yaml.reader.ReaderError, text: str) -> DocumentError:
    """The error for a character that YAML does not allow; PyYAML counts its position in bytes of UTF-8."""
    before = text.encode("utf-8", "surrogatepass")[: error.position].decode("utf-8", "replace")
    character = f"U+{error.character:04X}" if isinstance(error.character, int) else str(error.character)
    at = mark(before.count("\n"), len(before) - before.rfind("\n") - 1)
    problem = f"the character {character} may not stand in YAML"
    return DocumentError(problem, at, "remove it, or write it as an escape")
