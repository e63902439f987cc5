"""The schema algebra: the values that one schema admits and another refuses. It is jsonschema-rs's.

    >>> covers({"type": "number"}, {"type": "integer"})
    True
    >>> difference({"type": "integer"}, {"type": "integer", "maximum": 10})
    {'minimum': 11, 'type': 'integer'}

The library is young: where it fails, the answer here is None, never an error.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jsonschema_rs
from jsonschema_rs import canonical

from creditkit.review.wire import Json

from .regex_inclusion import counterexamples

# Patterns that admit at least the texts of a format: enough to prove that another schema admits them.
_FORMATS = {
    "uuid": "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
    "date": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    "date-time": "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}",
    "ipv4": r"^[0-9]{1,3}(\.[0-9]{1,3}){3}$",
}
_TEXTUAL = frozenset(("pattern", "minLength", "maxLength", "allOf"))

Admits = Callable[[Any], bool]
_FAILURES = (
    canonical.CanonicalizationError,
    jsonschema_rs.ValidationError,
    jsonschema_rs.ReferencingError,
    ValueError,
)


def covers(accepting: Json, admitted: Json) -> bool | None:
    """Whether the first schema admits every value that the second admits; None if unknown."""
    try:
        answer = _canonical(accepting).covers(_canonical(admitted))
    except _FAILURES:
        return None
    if answer == canonical.Containment.YES:
        return True
    return False if answer == canonical.Containment.NO else None


def difference(admitted: Json, accepting: Json) -> Json | None:
    """A schema of the values that the first admits and the second refuses; None if unknown."""
    try:
        found = _canonical(admitted).subtract(_canonical(accepting)).to_json_schema()
    except _FAILURES:
        return None
    if isinstance(found, dict):
        return {key: value for key, value in found.items() if key != "$schema"}
    return found if isinstance(found, bool) else None


def shortest_texts(admitted: Json, accepting: Json) -> list[str] | None:
    """Some texts that the patterns and lengths of the first schema admit and those of the second refuse.

    An empty list proves that there are none. None if a schema has other demands on texts, or if unknown.
    """
    if not isinstance(admitted, dict) or not isinstance(accepting, dict):
        return None
    ours, theirs = _patterns(admitted), _patterns(accepting)
    if not theirs or "$ref" in admitted or not _TEXTUAL.issuperset(accepting):
        return None
    found: list[str] = []
    for pattern in theirs:
        texts = counterexamples(tuple(ours), pattern)
        if texts is None:
            return None
        found += texts
    return found


def _patterns(schema: dict[str, Any]) -> list[str]:
    """The patterns, lengths and formats of a schema, all as patterns."""
    found = [schema["pattern"]] if "pattern" in schema else []
    found += [_FORMATS[schema["format"]]] if schema.get("format") in _FORMATS else []
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    if least or most is not None:
        found.append(f"^[\\s\\S]{{{least},{'' if most is None else most}}}$")
    for one in schema.get("allOf", ()):
        found += _patterns(one) if isinstance(one, dict) else []
    return found


def validator_of(schema: Json) -> Admits | None:
    """A function that tests values by a schema, formats included; None if the schema is unusable."""
    try:
        validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    except _FAILURES:
        return None

    def admits(value: Any) -> bool:
        try:
            return validator.is_valid(value)
        except _FAILURES:  # a pattern that takes too long, a number that is too large
            return False

    return admits


def _canonical(schema: Json) -> jsonschema_rs.CanonicalSchema:
    return jsonschema_rs.canonicalize(
        schema, draft=jsonschema_rs.Draft202012, validate_formats=True, offline=True
    )
