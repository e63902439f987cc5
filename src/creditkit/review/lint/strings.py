"""Rules about texts: patterns and formats."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from typing import Any

import jsonschema_rs

from creditkit.documents import join

from .contract import Contract, Fault, types_of
from .tables import table

_ESCAPES = re.compile(r"\\x\{|(?P<ours>\\[^AZzGQE])|\\[AZzGQE]|\(\?(?:P[<=>]|>|#|[a-zA-Z]+\))|\[:\w+:\]")
"""Constructs of Perl and Python that ECMA 262 has not, and the escapes that are to be passed over."""

_LONE = ("-", "+", ".", "-.", "+.")
_NUMBERS = frozenset(("decimal",))
_DIGITS = re.compile(r"(?:\\d|\[0-9\]|\\\.|\[\.\]|\[,\.\]|[-+?*.^$():|{},0-9]|\[-\+\]|\[\+-\])+")


def pattern_readable(contract: Contract) -> Iterator[Fault]:
    """A pattern that is no regular expression, or one of another dialect than JSON Schema's."""
    for pointer, _schema, pattern in _patterns(contract):
        if _matcher({"pattern": pattern}) is None and not _python_reads(pattern):
            yield Fault(pointer, f"{pattern!r} is no regular expression")
            continue
        foreign = next((found[0] for found in _ESCAPES.finditer(pattern) if not found["ours"]), None)
        if foreign is not None:
            yield Fault(pointer, f"{foreign} is not of ECMA 262: engines differ in what they take it for")


def pattern_loose(contract: Contract) -> Iterator[Fault]:
    """A pattern that lets through what the format never is: the empty text, or a sign without digits."""
    for pointer, schema, pattern in _patterns(contract):
        format_ = schema.get("format")
        if not isinstance(format_, str | None):
            continue
        numeric = format_ in _NUMBERS or (format_ is None and _is_of_digits(pattern))
        candidates = [""] if format_ in table("formats.yaml")["never-empty"] else []
        candidates += _LONE if numeric else ()
        matcher = (
            _matcher(_lengths(schema) | {"pattern": pattern}) if candidates and "enum" not in schema else None
        )
        if matcher is None:
            continue
        accepted = [text for text in candidates if matcher.is_valid(text)]
        if accepted:
            told = ", ".join(f'"{text}"' for text in accepted)
            yield Fault(pointer, f"accepts {told}, which is no {format_ or 'number'}")


def format_known(contract: Contract) -> Iterator[Fault]:
    """A format that nobody checks, on a value that nothing else checks either."""
    declared = contract.document.get("x-formats")
    ours = set(declared) if isinstance(declared, (dict, list)) else set()
    known = table("formats.yaml")
    for node in contract.of("schema"):
        name = node.value.get("format")
        if not isinstance(name, str) or name.startswith("x-") or name in ours:
            continue
        types = types_of(node.value)
        if name in known["checked"] and types and not types & {"string"}:
            kinds = " or ".join(sorted(types))
            yield Fault(join(node.pointer, "format"), f"{name} is a format of texts, and the type is {kinds}")
        elif not any(
            name in known[kind] for kind in ("checked", "open", "numeric")
        ) and not _is_held_otherwise(node.value, types):
            yield Fault(
                join(node.pointer, "format"),
                f"nothing checks the format {name}, and no pattern stands beside it",
            )


def _patterns(contract: Contract) -> Iterator[tuple[str, dict[str, Any], str]]:
    for node in contract.of("schema"):
        pattern = node.value.get("pattern")
        if isinstance(pattern, str):
            yield join(node.pointer, "pattern"), node.value, pattern


def _matcher(schema: dict[str, Any]) -> jsonschema_rs.Validator | None:
    try:
        return jsonschema_rs.Draft202012Validator({"type": "string", **schema})
    except ValueError:
        return None


def _python_reads(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return False
    return True


def _lengths(schema: dict[str, Any]) -> dict[str, Any]:
    return {key: schema[key] for key in ("minLength", "maxLength") if isinstance(schema.get(key), int)}


def _is_of_digits(pattern: str) -> bool:
    """Whether a pattern speaks of digits, and of nothing but digits, signs and points."""
    return bool(_DIGITS.fullmatch(pattern)) and ("\\d" in pattern or "[0-9]" in pattern)


def _is_held_otherwise(schema: dict[str, Any], types: Set[str]) -> bool:
    """Whether something else says which values there are; numbers need no more than their type."""
    return bool(types & {"integer", "number"}) or any(key in schema for key in ("pattern", "enum", "const"))
