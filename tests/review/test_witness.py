"""Witnesses: what is said to break is shown, and holds before judges that are not ours."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from openapi_schema_validator import OAS30ReadValidator, OAS30WriteValidator, OAS31Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from creditkit.review.diff import Change, Witness
from mutants.table import Mutant, all_mutants, changes_of

BREAKING = [one for one in all_mutants() if one.breaking]


def witnesses(mutant: Mutant) -> list[tuple[Change, Witness]]:
    changes = changes_of(mutant)
    return [(one, one.witness) for one in changes if one.witness is not None]


def is_valid(document: dict[str, Any], witness: Witness) -> bool | None:
    """What a validator for OpenAPI makes of the body, by the schema as it is written; None without one."""
    value = witness.value
    found = next((path for path in document["paths"] if path.count("/") == value["path"].count("/")), None)
    found = value["path"] if value["path"] in document["paths"] else found
    method = value["method"].lower()
    operation = document["paths"].get(found, {}).get(method, {})
    is_request = witness.direction == "request"
    parts = ["requestBody"] if is_request else ["responses", str(value["status"])]
    content = operation
    for part in parts:
        content = content.get(part, {})
    if "schema" not in content.get("content", {}).get(value.get("content_type"), {}):
        return None
    pointer = [found, method, *parts, "content", value["content_type"], "schema"]
    fragment = "/".join(
        quote(str(part).replace("~", "~0").replace("/", "~1")) for part in ["paths", *pointer]
    )
    registry = Registry().with_resource("urn:contract", DRAFT202012.create_resource(document))
    kind: Any = OAS30WriteValidator if is_request else OAS30ReadValidator
    if document["openapi"].startswith("3.1"):
        kind = OAS31Validator
    schema = {"$ref": f"urn:contract#/{fragment}"}
    return bool(kind(schema, registry=registry, format_checker=kind.FORMAT_CHECKER).is_valid(value["body"]))


@pytest.mark.parametrize("mutant", BREAKING, ids=str)
def test_every_breaking_change_has_a_witness_and_a_reason(mutant: Mutant) -> None:
    changes = changes_of(mutant)
    breaking = [one for one in changes if one.judgement == "breaking"]
    assert breaking
    for one in breaking:
        assert one.witness is not None
        assert one.reason
        assert {one.witness.admitted_by, one.witness.refused_by} == {"old", "new"}
    assert [one.witness for one in changes if one.judgement != "breaking"] == [None] * (
        len(changes) - len(breaking)
    )


def test_a_validator_for_openapi_agrees_with_the_bodies_of_witnesses() -> None:
    told: dict[str, int] = {"admitted": 0, "refused": 0}
    for mutant in BREAKING:
        documents = {"old": mutant.old, "new": mutant.new}
        for change, witness in witnesses(mutant):
            if "body" not in witness.value:
                continue
            if mutant.name == "nullable beside an allOf means that null is admitted":
                continue  # by the text of 3.0 it means nothing there
            admitted = is_valid(documents[witness.admitted_by], witness)
            assert admitted is not False, (mutant.name, change.kind, str(witness))
            told["admitted"] += admitted is True
            refused = is_valid(documents[witness.refused_by], witness)
            # What is no longer named is lost; a validator lets it pass.
            lost = change.kind.endswith(("-removed", "read-only", "write-only"))
            assert not refused or lost, (mutant.name, change.kind, str(witness))
            told["refused"] += refused is False
    assert told["admitted"] > 50
    assert told["refused"] > 45


def witness_of(name: str) -> list[str]:
    mutant = next(one for one in BREAKING if one.name == name)
    return [str(witness) for _, witness in witnesses(mutant)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "a shared query parameter gets a maximum",
            'GET /api/customer-credits/ query {"page_size": "11"} with header authorization',
        ),
        ("a new query parameter is required", "GET /api/customer-credits/ with header authorization"),
        (
            "a request property takes fewer digits",
            "POST /api/customer-credits/ with header authorization application/json "
            '{"customer": "https://example.com/a", "value": "0000000000"}',
        ),
        (
            "a tree of requests gets shorter names, deep down",
            'POST /things/ with no credentials application/json {"name": "aaaa"}',
        ),
        ("a response may have another value", 'POST /things/ -> 200 application/json {"s": "c"}'),
        ("an alternative is gone", "GET /a/ with http bearer"),
        (
            "a list in a query is written with commas",
            'POST /things/ query {"q": ["a", "a"]} with no credentials',
        ),
        (
            "an object in a query is written in brackets",
            'POST /things/ query {"a": "a"} with no credentials',
        ),
        ("a header is no longer always sent", "POST /things/ -> 200"),
        ("a response header is gone", 'GET /api/customer-credits/ -> 200 headers {"x-result-count": "42"}'),
        (
            "a pattern that a character takes",
            'POST /things/ with no credentials application/json {"s": "\\u0000"}',
        ),
        (
            "an operation is gone",
            "DELETE /api/customer-credits/b9a5d1c4-6f3e-4c8a-9d27-5e1f0a3b7c42/ with header authorization",
        ),
    ],
)
def test_a_witness_is_the_least_exchange_that_shows_the_break(name: str, expected: str) -> None:
    assert witness_of(name)[0] == expected


def test_a_witness_is_plain_json() -> None:
    mutant = next(one for one in BREAKING if one.name == "a request property becomes required")
    ((_, witness), *_) = witnesses(mutant)
    assert witness.value == {
        "method": "POST",
        "path": "/api/customer-credits/",
        "credentials": ["header authorization"],
        "content_type": "application/json",
        "body": {"customer": "https://example.com/a"},
    }
    assert (witness.direction, witness.admitted_by, witness.refused_by) == ("request", "old", "new")
