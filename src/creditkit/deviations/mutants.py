"""Mutants: every answer that the contract documents, made wrong in one place at a time.

    >>> mutants = load_mutants()
    >>> mutants[0].id
    'customer_credits_list.200.uuid.dropped'

They are generated from the contract by one rule, nobody chooses them, and frozen in `mutants.csv` with its
checksum beside it in `mutants.sha256`: a share of mutants that a suite catches is of one and the same set,
from one version to the next, until somebody freezes it anew on purpose, with
`python -m creditkit.deviations.freezing`.

The rule. For each field of each documented answer that succeeds, also those in nested objects and in entries
of lists, one mutant of each kind that the field's type has:

    dropped   the field is not there
    null      it is null; not where the contract allows null
    type      it has another type
    format    it breaks its format, pattern, choice or length; not where it has none of these
    value     it is valid and wrong

For each object an undocumented field (`extra`). For each documented answer, refusals included, another status
(`status`), another media type (`media-type`), no body (`empty`) or one where none is documented (`body`); for
refusals another body (`shape`). For each header that the contract requires of an answer, the header is
`dropped` or has a valid and wrong `value`.

What no client could know is named, with the reason, in `mutants-unknowable.csv`.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from creditkit.contract import API, inline, load, resolve
from creditkit.errors import ContractError

_FOLDER = files("creditkit.deviations")
_COLUMNS = ("operation", "status", "place", "name", "type", "kind")
_KINDS = {
    "uuid": ("dropped", "null", "type", "format", "value"),
    "uri": ("dropped", "null", "type", "format", "value"),
    "date": ("dropped", "null", "type", "format", "value"),
    "decimal": ("dropped", "null", "type", "format", "value"),
    "choice": ("dropped", "null", "type", "format", "value"),
    "short": ("dropped", "null", "type", "format", "value"),
    "text": ("dropped", "null", "type", "value"),
    "number": ("dropped", "null", "type", "format", "value"),
    "boolean": ("dropped", "null", "type", "value"),
    "list": ("dropped", "null", "type", "value"),
}
"""The kinds of mutants of a field, by its type."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One documented answer of one operation with one thing wrong.

    `place` is `answer`, `header` or `body`; `name` is the field as `offerings.name`, an entry of a list of
    plain values as `offerings[]`, the header, or empty for the whole. `type` is the field's. `unknowable` is
    the reason why no client could know, empty where one could.
    """

    operation: str
    status: int
    place: str
    name: str
    type: str
    kind: str
    unknowable: str = ""

    @property
    def id(self) -> str:
        """The mutant's name: `operationId.status.name.kind`."""
        return ".".join(part for part in (self.operation, str(self.status), self.name, self.kind) if part)


@cache
def load_mutants() -> tuple[Mutant, ...]:
    """The frozen mutants, in the contract's order; raises ContractError where the file is not as frozen."""
    text = _read("mutants.csv")
    if checksum(text) != _read("mutants.sha256").split()[0]:
        raise ContractError(
            "mutants.csv is not what its checksum says",
            "restore both files, or freeze anew: python -m creditkit.deviations.freezing",
        )
    reasons = {
        row["id"]: row["reason"] for row in csv.DictReader(io.StringIO(_read("mutants-unknowable.csv")))
    }
    found = tuple(_mutant(row, reasons) for row in csv.DictReader(io.StringIO(text)))
    unknown = reasons.keys() - {mutant.id for mutant in found}
    if unknown:
        raise ContractError(f"mutants-unknowable.csv: there is no mutant {min(unknown)}")
    return found


def as_csv(mutants: Iterable[Mutant]) -> str:
    """The mutants as the text of `mutants.csv`."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(_COLUMNS)
    table.writerows([getattr(mutant, column) for column in _COLUMNS] for mutant in mutants)
    return out.getvalue()


def checksum(text: str) -> str:
    """SHA-256 of a text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def mutants_of_contract() -> Iterator[Mutant]:
    """The mutants of the contract as it is now."""
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
                    yield from _of_header(operation.id, status, header.name)


def _of_answer(operation: str, status: int, schema: Mapping[str, Any] | None) -> Iterator[Mutant]:
    if schema is not None and status < 400:
        entry = schema["items"] if schema["type"] == "array" else schema
        yield from _of_object(operation, status, entry, "")
    yield Mutant(operation, status, "answer", "", "", "status")
    if schema is not None:
        yield Mutant(operation, status, "answer", "", "", "media-type")
        yield Mutant(operation, status, "answer", "", "", "empty")
        if status >= 400:
            yield Mutant(operation, status, "answer", "", "", "shape")
    elif status == 204:
        yield Mutant(operation, status, "answer", "", "", "body")


def _of_object(operation: str, status: int, schema: Mapping[str, Any], prefix: str) -> Iterator[Mutant]:
    for name, field in schema["properties"].items():
        yield from _of_field(operation, status, f"{prefix}{name}", field)
        if field.get("type") != "array":
            continue
        if field["items"]["type"] == "object":
            yield from _of_object(operation, status, field["items"], f"{prefix}{name}.")
        else:
            for mutant in _of_field(operation, status, f"{prefix}{name}[]", field["items"]):
                if mutant.kind != "dropped":  # a list with an entry less is the list with a wrong value
                    yield mutant
    yield Mutant(operation, status, "body", prefix.rstrip("."), "object", "extra")


def _of_field(operation: str, status: int, name: str, schema: Mapping[str, Any]) -> Iterator[Mutant]:
    kind_of_value = _type(schema)
    for kind in _KINDS[kind_of_value]:
        if kind != "null" or not schema.get("nullable"):
            yield Mutant(operation, status, "body", name, kind_of_value, kind)


def _of_header(operation: str, status: int, name: str) -> Iterator[Mutant]:
    yield Mutant(operation, status, "header", name, "header", "dropped")
    if name != "www-authenticate":  # any scheme in it is a valid one
        yield Mutant(operation, status, "header", name, "header", "value")


def _type(schema: Mapping[str, Any]) -> str:
    """The type of a field by what the contract says of it: a key of the table of kinds."""
    if schema["type"] == "string":
        if "enum" in schema:
            return "choice"
        return str(schema.get("format") or ("short" if "maxLength" in schema else "text"))
    return "list" if schema["type"] == "array" else str(schema["type"])


def _mutant(row: Mapping[str, str], reasons: Mapping[str, str]) -> Mutant:
    plain = Mutant(row["operation"], int(row["status"]), row["place"], row["name"], row["type"], row["kind"])
    return Mutant(
        plain.operation,
        plain.status,
        plain.place,
        plain.name,
        plain.type,
        plain.kind,
        reasons.get(plain.id, ""),
    )


def _read(name: str) -> str:
    try:
        return (_FOLDER / name).read_text(encoding="utf-8")
    except OSError as error:
        raise ContractError(f"{name}: cannot be read: {error.strerror}") from error
