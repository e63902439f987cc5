"""The rules: what each is called, why it is there, and the function that looks for its fault."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from creditkit.review.findings import Severity

from . import objects, operations, references, responses, schemas, strings, values
from .contract import Contract, Fault
from .tables import table

FUNCTIONS: Mapping[str, Callable[[Contract], Iterable[Fault]]] = {
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
    "error-response": responses.error_response,
    "response-bodiless": responses.response_bodiless,
    "response-content": responses.response_content,
    "media-type-name": responses.media_type_name,
    "content-schema": responses.content_schema,
    "pattern-readable": strings.pattern_readable,
    "pattern-loose": strings.pattern_loose,
    "format-known": strings.format_known,
    "example-valid": values.example_valid,
    "default-valid": values.default_valid,
    "enum-member": values.enum_member,
    "bounds-contradict": schemas.bounds_contradict,
    "schema-unsatisfiable": schemas.schema_unsatisfiable,
    "required-property": objects.required_property,
    "schema-heavy": schemas.schema_heavy,
    "array-items": schemas.array_items,
    "keyword-without-effect": schemas.keyword_without_effect,
    "nullable-effect": schemas.nullable_effect,
    "discriminator-property": objects.discriminator_property,
    "read-only-required": objects.read_only_required,
}
"""Every rule but `openapi-valid`, which is the gate's."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `example` is YAML that shows the fault; the comment `here` ends the line that is told."""

    id: str
    severity: Severity
    reason: str
    hint: str
    example: str


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, in the order of the table (`rules.yaml`)."""
    return tuple(Rule(**row) for row in table("rules.yaml"))
