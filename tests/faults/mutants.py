"""Mutants: every answer that the contract documents, made wrong in one place at a time.

For each field of each documented answer that succeeds, also of nested objects and of entries of lists, there
is one mutant of each kind that its type has:

    dropped   the field is missing
    null      it is null (not where the contract allows null)
    type      it has another type
    format    it breaks its format, pattern, choice or length (not where it has none of these)
    value     it is valid and wrong

Each object also gets an undocumented field (`extra`). Each documented answer, refusals included, gets another
status (`status`), another media type (`media-type`), no body (`empty`), or a body where none is documented
(`body`); a refusal gets another body (`shape`). Each header that the contract requires is `dropped`, or has a
valid and wrong `value`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from creditkit.contract import API, inline, load, resolve
from creditkit.deviations import Condition, Shown

UNKNOWABLE = frozenset(["customer_credits_consumptions_list.200.date.value"])
"""The mutants that no client can detect: no other answer of this API names the month of an invoice, and the
clock of a deployment may differ from the client's."""

_NO_FORMAT = ("text", "boolean", "list")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One documented answer of one operation with one thing wrong.

    `place` is `answer`, `header` or `body`. `name` is the field as `offerings.name`, an entry of a list of
    plain values as `offerings[]`, the header, or empty for the whole. `type` is the field's type.
    """

    operation: str
    status: int
    place: str
    name: str
    type: str
    kind: str

    @property
    def id(self) -> str:
        """The mutant's name: `operationId.status.name.kind`."""
        return ".".join(part for part in (self.operation, str(self.status), self.name, self.kind) if part)

    @property
    def shown(self) -> Shown:
        """How the mock shows it."""
        arguments = {"status": self.status, "place": self.place, "name": self.name}
        return Shown(
            where=Condition(operations=(self.operation,)),
            function="mutated",
            arguments={**arguments, "of_type": self.type, "kind": self.kind},
        )


@cache
def load_mutants() -> tuple[Mutant, ...]:
    """The mutants of the contract, in its order."""
    return tuple(_mutants())


def _mutants() -> Iterator[Mutant]:
    contract = load(API)
    for operation in contract.operations.values():
        node = contract.document["paths"][operation.path][operation.method.lower()]
        for status, response in operation.responses.items():
            found = resolve(contract.document, node["responses"][str(status)])
            content = found.get("content", {}).get("application/json")
            schema = inline(contract.document, content["schema"]) if content else None
            yield from _of_answer(operation.id, status, schema)
            if operation.method == "HEAD" and status >= 400:
                continue
            for header in response.headers:
                if header.required:
                    yield Mutant(operation.id, status, "header", header.name, "header", "dropped")
                    if header.name != "www-authenticate":  # any scheme is a valid value
                        yield Mutant(operation.id, status, "header", header.name, "header", "value")


def _of_answer(operation: str, status: int, schema: Mapping[str, Any] | None) -> Iterator[Mutant]:
    if schema is not None and status < 400:
        entry = schema["items"] if schema["type"] == "array" else schema
        yield from _of_object(operation, status, entry, "")
    kinds = ["status"]
    if schema is not None:
        kinds += ["media-type", "empty", *(["shape"] if status >= 400 else [])]
    elif status == 204:
        kinds += ["body"]
    for kind in kinds:
        yield Mutant(operation, status, "answer", "", "", kind)


def _of_object(operation: str, status: int, schema: Mapping[str, Any], prefix: str) -> Iterator[Mutant]:
    for name, field in schema["properties"].items():
        yield from _of_field(operation, status, f"{prefix}{name}", field)
        if field.get("type") != "array":
            continue
        if field["items"]["type"] == "object":
            yield from _of_object(operation, status, field["items"], f"{prefix}{name}.")
        else:
            yield from _of_field(operation, status, f"{prefix}{name}[]", field["items"])
    yield Mutant(operation, status, "body", prefix.rstrip("."), "object", "extra")


def _of_field(operation: str, status: int, name: str, schema: Mapping[str, Any]) -> Iterator[Mutant]:
    type_ = _type(schema)
    for kind in ("dropped", "null", "type", "format", "value"):
        is_absent = (
            (kind == "null" and schema.get("nullable"))
            or (kind == "format" and type_ in _NO_FORMAT)
            # A list that lacks an entry is already the list with a wrong value.
            or (kind == "dropped" and name.endswith("[]"))
        )
        if not is_absent:
            yield Mutant(operation, status, "body", name, type_, kind)


def _type(schema: Mapping[str, Any]) -> str:
    """The type of a field: a choice, the format or length of a string, else the type of its schema."""
    if schema["type"] == "string":
        if "enum" in schema:
            return "choice"
        return str(schema.get("format") or ("short" if "maxLength" in schema else "text"))
    return "list" if schema["type"] == "array" else str(schema["type"])
