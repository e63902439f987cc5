"""All rules, and their run over one contract."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from creditkit.documents import read_document
from creditkit.review.source import Place, Source

from . import operations, properties, references, schemas, values
from .contract import Contract, Diagnostic
from .openapi_validator import VALID, validation_errors

Severity = Literal["error", "warning"]
"""An error breaks somebody who relies on the contract; a warning misleads somebody who reads it."""

FUNCTIONS: Mapping[str, Callable[[Contract], Iterable[Diagnostic]]] = {
    "reference-resolves": references.reference_resolves,
    "reference-kind": references.reference_kind,
    "reference-siblings": references.reference_siblings,
    "schema-loop": references.schema_loop,
    "component-used": references.component_used,
    "link-target": references.link_target,
    "security-declared": references.security_declared,
    "operation-id-unique": operations.operation_id_unique,
    "path-ambiguous": operations.path_ambiguous,
    "path-parameter": operations.path_parameter,
    "parameter-unique": operations.parameter_unique,
    "header-reserved": operations.header_reserved,
    "body-ignored": operations.body_ignored,
    "server-variable": operations.server_variable,
    "tag-unique": operations.tag_unique,
    "error-response": operations.error_response,
    "response-bodiless": operations.response_bodiless,
    "response-content": operations.response_content,
    "media-type-name": operations.media_type_name,
    "content-schema": operations.content_schema,
    "pattern-readable": values.pattern_readable,
    "pattern-loose": values.pattern_loose,
    "format-known": values.format_known,
    "example-valid": values.example_valid,
    "default-valid": values.default_valid,
    "enum-member": values.enum_member,
    "bounds-contradict": schemas.bounds_contradict,
    "schema-unsatisfiable": schemas.schema_unsatisfiable,
    "required-property": properties.required_property,
    "schema-heavy": schemas.schema_heavy,
    "array-items": schemas.array_items,
    "keyword-without-effect": schemas.keyword_without_effect,
    "nullable-effect": schemas.nullable_effect,
    "discriminator-property": properties.discriminator_property,
    "read-only-required": properties.read_only_required,
}
"""Every rule but `openapi-valid`, which is that of the OpenAPI validator."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `example` is YAML with the mistake; the comment `here` ends the line that is reported."""

    id: str
    severity: Severity
    reason: str
    hint: str
    example: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake: the rule, its severity, the place, what is wrong, why it matters and what to do."""

    rule: str
    severity: Severity
    place: Place
    message: str
    reason: str
    hint: str


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, in the order of the table (`rules.yaml`)."""
    text = (files(__package__) / "rules.yaml").read_text(encoding="utf-8")
    return tuple(Rule(**row) for row in read_document(text, "rules.yaml").value)


def lint(source: Source) -> tuple[Finding, ...]:
    """The mistakes of a contract, by place; each once, whether the validator or a rule finds it."""
    contract = Contract(source)
    table = {rule.id: rule for rule in rules()}
    found = [(name, one) for name, rule in FUNCTIONS.items() for one in rule(contract)]
    names, pointers = {name for name, _ in found}, {one.pointer for _, one in found}
    for name, error in validation_errors(source):
        # A rule knows the place and the cause better than the validator.
        if error.pointer not in pointers if name == VALID else name not in names:
            found.append((name, error))
    findings = sorted(
        (_finding(source, table[name], one) for name, one in found),
        key=lambda finding: (finding.place, finding.rule, finding.message),
    )
    # What YAML repeats by an alias is in several places of the document, and in one of the file.
    once = {(one.rule, one.message, str(one.place)): one for one in reversed(findings)}
    return tuple(reversed(once.values()))


def _finding(source: Source, rule: Rule, one: Diagnostic) -> Finding:
    return Finding(rule.id, rule.severity, source.place(one.pointer), one.message, rule.reason, rule.hint)
