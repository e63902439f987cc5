"""Contracts as what goes over the wire."""

from __future__ import annotations

from typing import Any

import pytest

from creditkit.review.wire import Mode, Operation, Wire, emit, read_wire
from mutants.table import source, whole


def wire_of(part: dict[str, Any]) -> Wire:
    return read_wire(source(whole(part)))


def operation_of(part: dict[str, Any]) -> Operation:
    (operation,) = wire_of(part).operations.values()
    return operation


def emitted(part: dict[str, Any], mode: Mode = "closed") -> Any:
    wire = wire_of(part)
    (operation,) = wire.operations.values()
    if operation.body is not None:
        return emit(wire.requests, operation.body.media["application/json"].node, mode)
    return emit(wire.responses, operation.responses["200"].media["application/json"].node, mode)


def schema_of(schema: dict[str, Any], openapi: str = "3.0.3") -> Any:
    return emitted({"openapi": openapi, "request": schema})


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ({"type": "string", "nullable": True}, {"type": ["null", "string"]}),
        ({"nullable": True}, {}),
        (
            {"type": "number", "minimum": 0, "exclusiveMinimum": True},
            {"type": "number", "exclusiveMinimum": 0},
        ),
        ({"type": "number", "minimum": 0, "exclusiveMinimum": False}, {"type": "number", "minimum": 0}),
        ({"type": "string", "minLength": 0, "description": "D.", "x-a": 1}, {"type": "string"}),
        ({"type": "array", "uniqueItems": False, "items": {}}, {"type": "array"}),
        (
            {"type": "integer", "format": "int32", "maximum": 9},
            {"type": "integer", "format": "int32", "maximum": 9, "minimum": -(2**31)},
        ),
        (
            {"allOf": [{"type": "string"}, {"maxLength": 5}, {"maxLength": 3}]},
            {"type": "string", "maxLength": 3},
        ),
        ({"allOf": [{"type": "number"}, {"type": "integer"}]}, {"type": "integer"}),
        ({"allOf": [{"enum": [1, 2]}, {"enum": [2, 3]}]}, {"enum": [2]}),
        ({"oneOf": [{"type": "string"}]}, {"type": "string"}),
        (
            {"allOf": [{"type": "string", "enum": ["a"]}], "nullable": True},
            {"type": ["null", "string"], "enum": ["a", None]},
        ),
        (
            {"allOf": [{"type": "string", "pattern": "^a"}, {"pattern": "b$"}]},
            {"type": "string", "pattern": "^a", "allOf": [{"pattern": "b$"}]},
        ),
    ],
)
def test_a_schema_of_3_0_is_said_in_the_words_of_json_schema(
    written: dict[str, Any], meant: dict[str, Any]
) -> None:
    assert schema_of(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ({"const": "a"}, {"enum": ["a"]}),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, {"type": ["null", "string"]}),
        ({"oneOf": [{}, {"type": "null"}]}, {"oneOf": [{}, {"type": "null"}]}),
        (
            {"type": ["string", "null"], "exclusiveMinimum": 3},
            {"type": ["null", "string"], "exclusiveMinimum": 3},
        ),
        ({"type": "string", "nullable": True}, {"type": "string"}),
        ({"prefixItems": [{"const": 1}], "items": False}, {"prefixItems": [{"enum": [1]}], "items": False}),
        (
            {"if": {"const": 1}, "then": {"type": "integer"}},
            {"if": {"enum": [1]}, "then": {"type": "integer"}},
        ),
        ({"contains": {"const": 1}, "minContains": 2}, {"contains": {"enum": [1]}, "minContains": 2}),
        ({"dependentRequired": {"a": ["b"]}}, {"dependentRequired": {"a": ["b"]}}),
        ({"not": {"type": "string"}}, {"not": {"type": "string"}}),
        ({"propertyNames": {"maxLength": 3}}, {"propertyNames": {"maxLength": 3}}),
    ],
)
def test_a_schema_of_3_1_is_taken_as_it_is(written: dict[str, Any], meant: dict[str, Any]) -> None:
    assert schema_of(written, "3.1.0") == meant


OBJECT = {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": False}


def test_members_that_are_not_named_are_refused_admitted_or_overlooked_by_the_mode() -> None:
    bare = {key: value for key, value in OBJECT.items() if key != "additionalProperties"}
    assert [emitted({"request": bare}, mode) for mode in ("closed", "plain", "tolerant")] == [
        OBJECT,
        bare,
        bare,
    ]
    assert [emitted({"request": OBJECT}, mode) for mode in ("closed", "plain", "tolerant")] == [
        OBJECT,
        OBJECT,
        bare,
    ]


def test_a_schema_that_contains_itself_is_numbered_and_not_named() -> None:
    tree = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/T"}}}
    assert emitted(
        {"request": {"$ref": "#/components/schemas/T"}, "components": {"schemas": {"T": tree}}}
    ) == {
        "$ref": "#/$defs/0",
        "$defs": {
            "0": {
                "type": "object",
                "properties": {"next": {"$ref": "#/$defs/0"}},
                "additionalProperties": False,
            }
        },
    }


def test_schemas_that_would_grow_without_measure_are_not_written_out() -> None:
    schemas: dict[str, Any] = {
        f"S{n}": {"properties": {key: {"$ref": f"#/components/schemas/S{n + 1}"} for key in "abcd"}}
        for n in range(12)
    }
    schemas["S12"] = {"type": "string"}
    found = emitted({"request": {"$ref": "#/components/schemas/S0"}, "components": {"schemas": schemas}})
    assert len(found["$defs"]) == 12


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#/nowhere"},
        {"$ref": "#/components/schemas/Loop"},
        {"allOf": "x"},
        {"type": 5},
        {"required": "x", "properties": []},
    ],
)
def test_a_schema_that_cannot_be_read_admits_anything(schema: dict[str, Any]) -> None:
    loop: dict[str, Any] = {"schemas": {"Loop": {"$ref": "#/components/schemas/Loop"}}}
    assert emitted({"request": schema, "components": loop}) == {}


PATHS = {
    "/a/{one}/b/{two}/": {
        "parameters": [
            {"in": "path", "name": "two", "required": True, "schema": {"type": "string"}},
            {"in": "query", "name": "q", "schema": {"type": "string"}},
            {"in": "header", "name": "Authorization", "schema": {"type": "string"}},
        ],
        "get": {
            "parameters": [
                {"$ref": "#/components/parameters/One"},
                {"in": "query", "name": "q", "required": True, "schema": {"type": "integer"}},
                {"in": "header", "name": "X-Trace", "schema": {"type": "string"}},
            ],
            "responses": {
                "2xx": {
                    "description": "",
                    "content": {"Application/JSON; charset=UTF-8": {"schema": {}}},
                    "headers": {"X-Count": {"schema": {}}, "Content-Type": {"schema": {}}},
                }
            },
        },
    },
    "x-path": {},
}
PARAMETERS = {
    "parameters": {"One": {"in": "path", "name": "one", "required": True, "schema": {"type": "string"}}}
}


def test_an_operation_is_known_by_method_and_shape_and_its_parameters_by_place() -> None:
    wire = wire_of({"paths": PATHS, "components": PARAMETERS})
    assert [*wire.operations] == [("GET", "/a/{}/b/{}/")]
    operation = wire.operations["GET", "/a/{}/b/{}/"]
    assert sorted(operation.parameters) == ["header x-trace", "path 0", "path 1", "query q"]
    assert [operation.parameters[key].name for key in ("path 0", "path 1")] == ["one", "two"]
    assert operation.parameters["query q"].required
    assert operation.parameters["path 0"].at == "/components/parameters/One"


SCHEMES = {
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "Id"},
    "bearer": {"type": "http", "scheme": "Bearer"},
    "oauth": {"type": "oauth2", "flows": {}},
    "oidc": {"type": "openIdConnect", "openIdConnectUrl": "https://example.com/"},
    "tls": {"type": "mutualTLS"},
}


@pytest.mark.parametrize(
    ("requirements", "expected"),
    [
        (None, [[]]),
        ([], [[]]),
        ([{}], [[]]),
        ([{"key": []}, {"bearer": []}], [["header x-key"], ["http bearer"]]),
        ([{"key": [], "cookie": []}], [["cookie Id", "header x-key"]]),
        ([{"oauth": ["read"]}], [["OAuth token", "scope read"]]),
        ([{"oidc": []}, {"tls": []}], [["token of https://example.com/"], ["client certificate"]]),
        ([{"unknown": []}], [["unknown"]]),
    ],
)
def test_credentials_are_told_by_what_they_look_like(requirements: Any, expected: list[list[str]]) -> None:
    part: dict[str, Any] = {
        "paths": {"/a/": {"get": {"responses": {}}}},
        "components": {"securitySchemes": SCHEMES},
    }
    if requirements is not None:
        part["security"] = requirements
    assert [sorted(one) for one in operation_of(part).security] == expected
