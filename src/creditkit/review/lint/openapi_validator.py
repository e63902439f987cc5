"""The errors that openapi-spec-validator finds in a contract, each at its place.

It is asked two things: whether the document has the form of OpenAPI 3.0 or 3.1 (its JSON Schemas), and
whether it keeps the rules that those cannot express (unique operation ids, path parameters, defaults).

- An error of form is reported by its inner cause, not by the `oneOf` above it.
- Errors of the second kind carry no path: the keyword validators are wrapped so that they add it.
- The validator stops at objects that it cannot read and at schemas that contain themselves. Its errors up
to there
  count; the other rules look at everything that it did not reach.

Nothing is ever fetched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
from creditkit.review.source import Source, follow

from .contract import Diagnostic
from .loops import HEAVY, depths, weights
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


def validation_errors(source: Source) -> Iterator[tuple[str, Diagnostic]]:
    """Everything in a contract that is not valid OpenAPI, each error once, with the rule it belongs to."""
    form = dict.fromkeys(_errors_of_form(source))
    rules = dict.fromkeys(_broken_rules(source))
    yield from ((VALID, error) for error in form)
    # For an object of wrong form the validator's other errors repeat those of form.
    yield from ((name, error) for name, error in rules if not (form and name == VALID))


def _errors_of_form(source: Source) -> Iterator[Diagnostic]:
    """Errors against the JSON Schema of OpenAPI, and in 3.1 of schemas against theirs."""
    for violation in violations(_validator(source.version), source.document):
        yield Diagnostic(violation.pointer, violation.message)
    if source.version == "3.1":
        for pointer, schema in _outermost(source):
            for violation in violations(_validator("schema"), schema):
                yield Diagnostic(pointer + violation.pointer, violation.message)


@cache
def _validator(of: str) -> jsonschema_rs.Validator:
    if of == "3.0":
        # A rule of its own judges patterns, which engines read differently.
        return jsonschema_rs.Draft4Validator(dict(schema_v30), formats={"regex": lambda _text: True})
    if of == "3.1":
        return jsonschema_rs.Draft202012Validator(dict(schema_v31))
    return jsonschema_rs.Draft202012Validator({"$ref": "https://json-schema.org/draft/2020-12/schema"})


def _outermost(source: Source) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The schemas that are inside no other schema."""
    last = "\0"
    for node in source.walk():
        if node.kind == "schema" and not node.pointer.startswith(last):
            last = node.pointer + "/"
            yield node.pointer, node.value


def _broken_rules(source: Source) -> Iterator[tuple[str, Diagnostic]]:
    """Errors against the rules that a JSON Schema cannot express, as far as the validator gets.

    It writes out the parts of every schema: a contract with a heavy or very deep one is not given to it,
    nor one with references that lead nowhere.
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
            # Formats are judged with the form; here patterns of ECMA 262 would be read as Python's.
            if error.validator != "format":
                yield _placed(source, error)
    except Exception:  # noqa: S110 - the errors of form and the other rules report what it fails on
        pass


class _Ids(list[int]):
    """The validator's list of schemas it has seen, with a quick search: every schema is searched for."""

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
    """The keyword validator, with the path of the object it was called with added to its errors."""

    def errors(self: KeywordValidator, *args: Any, **options: Any) -> Iterator[_Error]:
        where = next(arg for arg in args if isinstance(arg, SchemaPath))
        for error in keyword.__call__(self, *args, **options):
            if not hasattr(error, "where"):
                error.where = (*where.parts, *(["default"] if issubclass(keyword, ValueValidator) else []))
            yield error

    return type(keyword.__name__, (keyword,), {"__call__": errors})


def _placed(source: Source, error: _Error) -> tuple[str, Diagnostic]:
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
    return rule, Diagnostic(_through(source.document, steps), error.message)


def _through(document: Any, steps: list[str | int]) -> str:
    """The pointer to the value some steps down, where a step may lead through references."""
    pointer = ""
    for step in steps:
        try:
            pointer = join(follow(document, pointer)[0], step)
        except Missing:
            break
    return pointer
