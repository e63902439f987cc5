"""Compiled schemas admit what OpenAPI 3.0 says, formats included."""

from __future__ import annotations

from typing import Any

import pytest

from creditkit.contract import Schema, SchemaError, to_json_schema

DASHED = "c4ed1700-0000-4000-8000-00000000000a"


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": "string", "nullable": True}, [None, ""], [1]),
        ({"type": "string"}, [""], [None]),
        ({"type": "string", "enum": ["a"], "nullable": True}, [None, "a"], ["b"]),
        ({"oneOf": [{"type": "string"}], "nullable": True}, [None, "a"], [1]),
        ({"type": "integer", "minimum": 1, "exclusiveMinimum": True}, [2], [1]),
        ({"type": "integer", "maximum": 1, "exclusiveMaximum": False}, [1], [2]),
        ({"type": "string", "format": "date"}, ["2028-02-29"], ["2027-02-29", "2027-2-1", "soon"]),
        ({"type": "string", "format": "uri"}, ["https://api.example.com/"], ["/api/customers/", "x"]),
        ({"type": "string", "format": "uuid"}, [DASHED, DASHED.replace("-", "")], [f"{{{DASHED}}}", "x"]),
        ({"type": "string", "pattern": "^a$"}, ["a"], ["a\n", "ba"]),
    ],
)
def test_a_schema_admits_and_refuses(schema: dict[str, Any], good: list[Any], bad: list[Any]) -> None:
    compiled = Schema(schema)
    assert [value for value in good if not compiled.accepts(value)] == []
    assert [value for value in bad if compiled.accepts(value)] == []


def test_a_field_may_be_called_like_an_annotation() -> None:
    schema = Schema(
        {"type": "object", "properties": {"title": {"type": "string"}, "x-y": {"type": "string"}}}
    )
    assert schema.accepts({"title": "t", "x-y": "z"})
    assert not schema.accepts({"title": 1})
    assert not schema.accepts({"x-y": 1})


def test_annotations_and_extensions_fall_away() -> None:
    schema = {"type": "string", "description": "d", "example": "e", "x-source": "creditkit: test"}
    assert to_json_schema(schema) == {"type": "string"}


def test_every_fault_is_told_with_its_place() -> None:
    schema = Schema(
        {
            "type": "object",
            "required": ["b"],
            "properties": {"a": {"type": "array", "items": {"type": "integer"}}},
        }
    )
    faults = sorted(schema.errors({"a": [1, "x"]}), key=lambda fault: fault.keyword)
    assert [(f.instance, f.schema, f.keyword) for f in faults] == [
        ("", "/required", "required"),
        ("/a/1", "/properties/a/items/type", "type"),
    ]
    assert all(isinstance(fault, SchemaError) for fault in faults)
    assert list(schema.errors({"b": 1})) == []


UUIDS = (
    "5a1c0de0-0000-4000-8000-000000000001",
    "5A1C0DE00000400080000000000000FF",
    "5a1c0de0-00004000-8000-000000000001",
    "5a1c0de0-0000-4000-8000-00000000001",
    "5a1c0de0-0000-4000-8000-000000000001\n",
    " 5a1c0de0-0000-4000-8000-000000000001",
    "{5a1c0de0-0000-4000-8000-000000000001}",
    "g" * 32,
    "",
    None,
    7,
)


@pytest.mark.parametrize("uuid", UUIDS)
def test_what_is_accepted_is_what_has_no_fault(uuid: Any) -> None:
    one = {"type": "string", "format": "uuid", "nullable": True}
    named = {"type": "object", "properties": {"required": one, "format": {"type": "array", "items": one}}}
    for schema, value in ((one, uuid), (named, {"required": uuid}), (named, {"format": [uuid]})):
        compiled = Schema(schema)
        assert compiled.accepts(value) is (list(compiled.errors(value)) == [])
    assert Schema(one).accepts(uuid) is (uuid in (*UUIDS[:2], None))
