"""Request bodies, read by the contract, with all violations at once.

`documented.py` takes a valid body. Of any other, each documented property is read (`fields.py`) and its value
held to the property's schema. Unknown and read-only fields are ignored, as by the real server (observed D24).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.datastructures import FormData

from creditkit.contract import Body, Operation, Property, Schema
from creditkit.errors import Malformed, Rejected, UnsupportedMediaType, Violation
from creditkit.handlers import Input

from .documented import DocumentedBody
from .fields import Paths, Unreadable, reader_of
from .forms import RawBody

_NO_BODY = Body("application/json", (), "", {}, Schema({}))


class Reader:
    """Reads the bodies of one operation, if it has any; hyperlinks lead to one of `paths`."""

    def __init__(self, operation: Operation, paths: Paths) -> None:
        self._bodies = operation.bodies
        # In a whole form an unticked box and an empty list are not sent: absent means false and empty.
        whole = operation.method in ("POST", "PUT")
        self._absent = {"boolean": False, "array": []} if whole else {}
        # Forms are read by the properties of the JSON body: so the real server reads all media types alike.
        self._body = operation.bodies.get("application/json", _NO_BODY)
        self._documented = DocumentedBody(self._body, paths)
        self._fields = [
            (item, item.name, item.schema.get("format") == "uri", reader_of(item.schema, paths))
            for item in self._body.properties
        ]

    def read(self, raw_body: RawBody) -> Input:
        """The values of a body, by the operation's properties.

        Raises UnsupportedMediaType, Malformed, and Rejected for a body that is no object at all. Faults of
        single fields are returned, not raised: the world adds its own before anybody answers.
        """
        if not raw_body.content:
            # Without content the media type does not count, and nothing was sent (observed D24).
            return self._read({})
        if raw_body.media_type not in self._bodies:
            raise UnsupportedMediaType(f'Unsupported media type "{raw_body.media_type}" in request.')
        if raw_body.fault:
            raise Malformed(raw_body.fault)
        if raw_body.form is None:
            return self._read(_json_object(raw_body.content))
        return self._read(_form_fields(raw_body.form, self._body, self._absent))

    def _read(self, sent: Mapping[str, Any]) -> Input:
        plain = self._documented.values(sent)
        return self.look_closer(sent) if plain is None else Input(plain, (), sent)

    def look_closer(self, sent: Mapping[str, Any]) -> Input:
        """The values and violations of a body in any spelling."""
        values: dict[str, Any] = {}
        documented: dict[str, Any] = {}
        violations: list[Violation] = []
        for item, name, is_uri, read in self._fields:
            if name not in sent:
                if item.required:
                    violations.append(
                        _violation(item, "required", "This field is required.", "a value", None)
                    )
                continue
            raw = sent[name]
            try:
                if raw is None or (is_uri and raw == ""):
                    if not item.nullable:
                        raise Unreadable("null", "This field may not be null.", "a value")
                    values[name] = None
                else:
                    values[name], documented[name] = read(raw)
            except Unreadable as fault:
                violations.append(_violation(item, fault.rule, fault.message, fault.expected, raw))
        if not self._body.compiled.accepts(documented):
            _refuse_undocumented(values, documented, violations, sent, self._body)
        return Input(values, tuple(violations), sent)


class Readers:
    """The readers of all operations, each made when it is first asked for."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._made: dict[str, Reader] = {}

    def of(self, operation: Operation) -> Reader:
        """The reader of an operation."""
        if operation.id not in self._made:
            self._made[operation.id] = Reader(operation, self._paths)
        return self._made[operation.id]


def told(refusal: Rejected, operation: Operation, sent: Mapping[str, Any]) -> Rejected:
    """The refusal in the contract's order of fields, each violation with its place there and what was sent.

    The world's rules know neither: they judge values, and have an order of their own.
    """
    body = operation.bodies.get("application/json")
    if body is None:
        return refusal
    places = body.places

    def complete(violation: Violation) -> Violation:
        if violation.contract:
            return violation
        return violation._replace(
            contract=places.get(violation.field, (0, body.pointer))[1],
            got=sent.get(violation.field, violation.got),
        )

    last = (len(places), "")
    by_field = sorted(refusal.violations, key=lambda violation: places.get(violation.field, last)[0])
    return Rejected([complete(violation) for violation in by_field])


def _json_object(content: bytes) -> Mapping[str, Any]:
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise Malformed(f"JSON parse error - {error}") from error
    if isinstance(document, dict):
        return document
    if document is None:
        message = "No data provided"
    else:
        message = f"Invalid data. Expected a dictionary, but got {type(document).__name__}."
    raise Rejected([Violation("", "object", message, expected="an object", got=document)])


def _form_fields(form: FormData, body: Body, absent: Mapping[str, Any]) -> dict[str, Any]:
    """The form's fields as a JSON body would have them: lists repeat their key, of others the last counts.

    An empty text is null for a field that may be null, and was not sent for another that is not required.
    `absent` holds what a field of a type is when it was not sent.
    """
    fields: dict[str, Any] = {}
    for item in body.properties:
        sent = [value for value in form.getlist(item.name) if isinstance(value, str)]
        kind = item.schema["type"]
        if not sent:
            if kind in absent:
                fields[item.name] = absent[kind]
        elif kind == "array":
            fields[item.name] = sent
        elif sent[-1] or item.required:
            fields[item.name] = sent[-1]
        elif item.nullable:
            fields[item.name] = None
    return fields


def _refuse_undocumented(
    values: dict[str, Any],
    documented: Mapping[str, Any],
    violations: list[Violation],
    sent: Mapping[str, Any],
    body: Body,
) -> None:
    """Add a violation for each value that was read, but that its schema does not allow.

    The readers use the server's messages; these violations use those of the schema validator.
    """
    for item in body.properties:
        fault = next(item.compiled.errors(documented[item.name]), None) if item.name in documented else None
        if fault is not None:
            del values[item.name]
            violations.append(
                _violation(item, fault.keyword, fault.message, "a valid value", sent[item.name])
            )


def _violation(item: Property, rule: str, message: str, expected: str, got: Any) -> Violation:
    return Violation(item.name, rule, message, expected, got, contract=item.pointer)
