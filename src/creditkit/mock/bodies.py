"""Bodies: a request body read by what the contract says of it, with everything wrong in it at once.

Bytes become a mapping (`Source`), each documented property of it is read (`creditkit.mock.fields`), and
what was read is held to the property's schema. Unknown and read-only fields are ignored, as the real
server ignores them (observed D24).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.datastructures import FormData, Headers
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser

from creditkit.contract import Body, Operation, Property
from creditkit.errors import Malformed, Rejected, UnsupportedMediaType, Violation
from creditkit.handlers import Input

from .fields import Paths, Unreadable, plain, reader_of

_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"


@dataclass(frozen=True, slots=True)
class Source:
    """The body of one request as it came: its bytes, and for a form what it parsed to.

    Nothing is judged yet: the operation may not read it at all, or may first have to find its object.
    """

    media_type: str
    content: bytes
    form: FormData | None = None
    fault: str = ""


async def receive(content: bytes, content_type: str) -> Source:
    """The source of a request; forms are parsed here, since their parsers are asynchronous."""
    media_type = content_type.split(";")[0].strip().lower()
    parser = {_FORM: FormParser, _MULTIPART: MultiPartParser}.get(media_type)
    if parser is None or not content:
        return Source(media_type, content)

    async def stream() -> Any:
        yield content
        yield b""

    try:
        form = await parser(Headers({"content-type": content_type}), stream()).parse()
    except (MultiPartException, KeyError, ValueError) as error:
        return Source(media_type, content, fault=f"Multipart form parse error - {error}")
    return Source(media_type, content, form=form)


def read(source: Source, operation: Operation, paths: Paths) -> Input:
    """What the body says, by the operation's own properties.

    Raises UnsupportedMediaType, Malformed, and Rejected for a body that is no object at all. Faults of
    single fields are returned, not raised: the world adds its own before anybody answers. Forms are read
    by the properties of the JSON body, as the real server reads all media types alike.
    """
    body = operation.bodies["application/json"]
    if not source.content:
        # Without content the media type does not count, and nothing was sent (observed D24).
        return _read_fields({}, body, paths)
    if source.media_type not in operation.bodies:
        raise UnsupportedMediaType(f'Unsupported media type "{source.media_type}" in request.')
    if source.fault:
        raise Malformed(source.fault)
    if source.form is None:
        return _read_fields(_json_object(source.content), body, paths)
    # An unticked box and an empty list are not sent: in a whole form, absent means false and empty.
    absent = {"boolean": False, "array": []} if operation.method in ("POST", "PUT") else {}
    return _read_fields(_form_fields(source.form, body, absent), body, paths)


def told(refusal: Rejected, operation: Operation, sent: Mapping[str, Any]) -> Rejected:
    """The refusal in the contract's order of fields, each violation with its place there and what was sent.

    The world's rules know neither: they judge values, and have an order of their own.
    """
    body = operation.bodies.get("application/json")
    if body is None:
        return refusal
    order = {item.name: number for number, item in enumerate(body.properties)}
    places = {item.name: item.pointer for item in body.properties}

    def complete(violation: Violation) -> Violation:
        if violation.contract:
            return violation
        return dataclasses.replace(
            violation,
            contract=places.get(violation.field, body.pointer),
            got=sent.get(violation.field, violation.got),
        )

    by_field = sorted(refusal.violations, key=lambda violation: order.get(violation.field, len(order)))
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


def _read_fields(sent: Mapping[str, Any], body: Body, paths: Paths) -> Input:
    values: dict[str, Any] = {}
    violations: list[Violation] = []
    for item in body.properties:
        if item.name not in sent:
            if item.required:
                violations.append(_violation(item, "required", "This field is required.", "a value", None))
            continue
        outcome = _read_field(item, sent[item.name], paths)
        if isinstance(outcome, Violation):
            violations.append(outcome)
        else:
            values[item.name] = outcome[0]
    return Input(values, tuple(violations), sent)


def _read_field(item: Property, raw: Any, paths: Paths) -> tuple[Any] | Violation:
    if raw is None or (raw == "" and item.schema.get("format") == "uri"):
        if item.nullable:
            return (None,)
        return _violation(item, "null", "This field may not be null.", "a value", raw)
    try:
        value = reader_of(item.schema)(item.schema, raw, paths)
    except Unreadable as fault:
        return _violation(item, fault.rule, fault.message, fault.expected, raw)
    for schema_fault in item.compiled.faults(plain(value, item.schema)):
        # The readers speak the server's words; whatever else the contract forbids is refused in its own.
        return _violation(item, schema_fault.keyword, schema_fault.message, "a valid value", raw)
    return (value,)


def _violation(item: Property, rule: str, message: str, expected: str, got: Any) -> Violation:
    return Violation(item.name, rule, message, expected, got, contract=item.pointer)
