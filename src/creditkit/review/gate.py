"""The gate: what openapi-spec-validator says of a contract, each error at its place.

Two things are asked: whether the document has the form of OpenAPI 3.0 or 3.1 (the validator's JSON Schemas),
and whether it keeps the rules that those cannot say (unique operation ids, path parameters, defaults).

- An error of form is told by its inner cause, not by the `oneOf` above it.
- The validator's errors of the second kind carry no path. Its keyword validators are told to say where they
  stand.
- The validator stops at objects that it cannot read, and at schemas that hold themselves. What it said before
  counts; the rules of `lint` look at all of what it would have looked at.

Nothing is ever fetched: what a reference to another file or host leads to is the business of `references.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NoReturn

import jsonschema_rs
from jsonschema_path.paths import SchemaPath
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator
from openapi_spec_validator.schemas import schema_v30, schema_v31
from openapi_spec_validator.validation import exceptions
from openapi_spec_validator.validation.keywords import KeywordValidator, ValueValidator
from openapi_spec_validator.validation.registries import KeywordValidatorRegistry

from creditkit.documents import Missing, join

from .loops import HEAVY, depths, weights
from .references import follow
from .source import Source
from .violations import violations

VALID = "openapi-valid"
_DEEP = 60

_Error = Any
"""jsonschema's ValidationError, for which there is no type information."""

_RULES: Mapping[type[Exception], str] = {
    exceptions.DuplicateOperationIDError: "operation-id-unique",
    exceptions.UnresolvableParameterError: "path-parameter",
    exceptions.ParameterDuplicateError: "parameter-unique",
    exceptions.ExtraParametersError: "required-property",
}
_VALIDATORS = {"3.0": OpenAPIV30SpecValidator, "3.1": OpenAPIV31SpecValidator}


@dataclass(frozen=True, slots=True)
class GateError:
    """One error: the rule of `lint` that it belongs to, where it stands, and what is wrong."""

    rule: str
    pointer: str
    message: str


def gate(source: Source) -> Iterator[GateError]:
    """What is not valid OpenAPI in a contract, each fault once."""
    form = dict.fromkeys(_form(source))
    sense = dict.fromkeys(_sense(source))
    yield from form
    # On an object of wrong form the validator's other errors are its form's, told again.
    yield from (error for error in sense if not (form and error.rule == VALID))


def _form(source: Source) -> Iterator[GateError]:
    """Errors against the JSON Schema of OpenAPI, and in 3.1 of schemas against theirs."""
    for violation in violations(_validator(source.version), source.document):
        yield GateError(VALID, violation.pointer, violation.message)
    if source.version == "3.1":
        for pointer, schema in _outermost(source):
            for violation in violations(_validator("schema"), schema):
                yield GateError(VALID, pointer + violation.pointer, violation.message)


@cache
def _validator(of: str) -> jsonschema_rs.Validator:
    if of == "3.0":
        # Patterns are the business of a rule, which knows what each engine makes of them.
        return jsonschema_rs.Draft4Validator(dict(schema_v30), formats={"regex": lambda _text: True})
    if of == "3.1":
        return jsonschema_rs.Draft202012Validator(dict(schema_v31))
    return jsonschema_rs.Draft202012Validator({"$ref": "https://json-schema.org/draft/2020-12/schema"})


def _outermost(source: Source) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The schemas that stand in no other schema."""
    last = "\0"
    for node in source.walk():
        if node.kind == "schema" and not node.pointer.startswith(last):
            last = node.pointer + "/"
            yield node.pointer, node.value


def _sense(source: Source) -> Iterator[GateError]:
    """Errors against the rules that a JSON Schema cannot say, as far as the validator comes.

    It writes out the parts of every schema, so a contract with a heavy or very deep one is not given to it,
    nor one whose references lead nowhere.
    """
    if source.broken:
        return
    if max(weights(source).values(), default=0) > HEAVY or max(depths(source).values(), default=0) > _DEEP:
        return
    validator = _VALIDATORS[source.version](source.document)
    path = SchemaPath.from_dict(
        source.document, handlers=dict.fromkeys(("<all_urls>", "http", "https", "file"), _refuse)
    )
    located = {name: _located(keyword) for name, keyword in validator.keyword_validators.items()}
    registry: dict[str, Any] = KeywordValidatorRegistry(located)
    registry["schema"].visited_schema_ids = _Ids()
    registry["schema"].meta_checked_schema_ids = _Ids()
    try:
        for error in registry["__root__"](path):
            # Formats are judged with the form; here patterns of ECMA 262 would be held to Python's.
            if error.validator != "format":
                yield _placed(source, error)
    except Exception:  # noqa: S110 - whatever it stumbles over is told by the form or by the rules
        pass


class _Ids(list[int]):
    """The validator's list of what it has seen, which it searches for every schema, quick to search."""

    def __init__(self) -> None:
        super().__init__()
        self._known: set[int] = set()

    def append(self, number: int) -> None:
        self._known.add(number)

    def __contains__(self, number: object) -> bool:
        return number in self._known


def _refuse(uri: str) -> NoReturn:
    raise LookupError(uri)


def _located(keyword: type[KeywordValidator]) -> type[KeywordValidator]:
    """The keyword validator, whose errors say where the object that it was called with stands."""

    def errors(self: KeywordValidator, *args: Any, **options: Any) -> Iterator[_Error]:
        where = next(arg for arg in args if isinstance(arg, SchemaPath))
        for error in keyword.__call__(self, *args, **options):
            if not hasattr(error, "where"):
                error.where = (*where.parts, *(["default"] if issubclass(keyword, ValueValidator) else []))
            yield error

    return type(keyword.__name__, (keyword,), {"__call__": errors})


def _placed(source: Source, error: _Error) -> GateError:
    steps = [*error.where, *error.absolute_path]
    rule = _RULES.get(type(error), VALID)
    if "default" in error.where[-1:]:
        rule = "default-valid"
    elif error.message.startswith("Duplicate tag"):
        rule = "tag-unique"
    elif rule == "operation-id-unique":
        steps.append("operationId")
    elif error.validator == "uniqueItems":
        steps += [n for n, item in enumerate(error.instance) if item in error.instance[:n]][:1]
    return GateError(rule, _through(source.document, steps), error.message)


def _through(document: Any, steps: list[str | int]) -> str:
    """The pointer to what stands some steps down, where a step may lead through references."""
    pointer = ""
    for step in steps:
        try:
            pointer = join(follow(document, pointer)[0], step)
        except Missing:
            break
    return pointer
