"""Violations: how a value breaks a schema, reported by the inner cause and in one short sentence.

>>> validator = jsonschema_rs.validator_for({"required": ["value"]})
>>> [str(violation) for violation in violations(validator, {"customer": "Aurora"})]
['value is missing']
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from creditkit.documents import join

_LONGEST = 80
_ALTERNATIVES = ("oneOf", "anyOf")


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule: pointer into the value, and message. `missing` is the name of a missing member."""

    pointer: str
    message: str
    missing: str = ""

    def __str__(self) -> str:
        return f"{self.pointer}: {self.message}" if self.pointer else self.message


def violations(validator: jsonschema_rs.Validator, value: Any) -> Iterator[Violation]:
    """Every violation of a value, in the validator's order."""
    for error in _plain_first(list(validator.iter_errors(value))):
        for cause in _causes(error):
            yield from _violations_of(cause)


def shown(value: Any) -> str:
    """A value as JSON, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _causes(error: jsonschema_rs.ValidationError) -> Iterator[jsonschema_rs.ValidationError]:
    """The errors of the alternative that was meant, down to the innermost alternatives."""
    branches = [branch for branch in getattr(error.kind, "context", ()) if branch]
    meant = _meant(branches, error) if branches and error.kind.name in _ALTERNATIVES else None
    if meant is None:
        yield error
        return
    for cause in _plain_first(meant):
        yield from _causes(cause)


def _plain_first(errors: Sequence[jsonschema_rs.ValidationError]) -> list[jsonschema_rs.ValidationError]:
    """The errors, without those of alternatives for an object that has other errors already."""
    plain = {tuple(error.instance_path) for error in errors if error.kind.name not in _ALTERNATIVES}
    return [
        one for one in errors if one.kind.name not in _ALTERNATIVES or tuple(one.instance_path) not in plain
    ]


def _meant(
    branches: Sequence[Sequence[jsonschema_rs.ValidationError]], error: jsonschema_rs.ValidationError
) -> Sequence[jsonschema_rs.ValidationError] | None:
    """The alternative that was meant: a reference if there is a `$ref`, else that with the fewest errors."""
    references = [branch for branch in branches if _lacks_reference(branch)]
    others = [branch for branch in branches if not _lacks_reference(branch)]
    if references and others and isinstance(error.instance, dict):
        return min(references if "$ref" in error.instance else others, key=len)
    here = len(error.instance_path)
    near = [branch for branch in branches if not any(_refuses_type(one, here) for one in branch)]
    return min(near, key=len) if near else None


def _lacks_reference(branch: Sequence[jsonschema_rs.ValidationError]) -> bool:
    return any(one.kind.name == "required" and one.kind.as_dict()["property"] == "$ref" for one in branch)


def _refuses_type(error: jsonschema_rs.ValidationError, depth: int) -> bool:
    return error.kind.name in ("type", "const") and len(error.instance_path) == depth


def _violations_of(error: jsonschema_rs.ValidationError) -> Iterator[Violation]:
    kind = error.kind.name
    if kind in ("additionalProperties", "unevaluatedProperties"):
        for name in error.kind.as_dict()["unexpected"]:
            yield Violation(join("", *error.instance_path, name), f"there is no {name!r} here")
        return
    pointer = join("", *error.instance_path)
    if kind == "uniqueItems":
        items: Any = error.instance
        for number, item in enumerate(items):
            if item in items[:number]:
                yield Violation(f"{pointer}/{number}", f"{shown(item)} stands here twice")
        return
    missing = error.kind.as_dict()["property"] if kind == "required" else ""
    yield Violation(pointer, _message(kind, error), missing)


def _message(kind: str, error: jsonschema_rs.ValidationError) -> str:
    value = shown(error.instance)
    if kind in _ALTERNATIVES:
        several = "Multiple" in type(error.kind).__name__ or "more than one" in error.message
        return f"{value} fits {'more than one' if several else 'none'} of the alternatives"
    details = error.kind.as_dict()
    if kind == "required":
        return f"{details['property']} is missing"
    if kind == "type":
        return f"{value} is not of type {' or '.join(details['types'])}"
    if kind == "enum":
        return f"{value} is none of {shown(details['options'])}"
    if kind == "pattern":
        return f"{value} does not match {details['pattern']}"
    if kind == "format":
        return f"{value} is no {details['format']}"
    denied = details.get("schema")
    if kind == "not" and isinstance(denied, dict) and set(denied) == {"required"}:
        return f"{' and '.join(denied['required'])} exclude each other"
    return error.message.replace(json.dumps(error.instance, ensure_ascii=False), value)[:200]
