"""The comparison as a whole: places, order, kinds, and both versions of OpenAPI."""

from __future__ import annotations

import time
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import pytest

from creditkit.contract import API, SUPPORTING
from creditkit.review import Source, parse_source, read_source
from creditkit.review.diff import JUDGEMENTS, KINDS, Change, compare
from mutants.table import all_mutants, changes_of, edited, load, source

CONTRACT = """\
openapi: 3.0.3
info: {title: T, version: '1'}
paths:
  /b/:
    post:
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Thing'}
      responses:
        '201':
          description: ''
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Thing'}
    get:
      responses: {'200': {description: ''}}
  /a/:
    get:
      responses: {'200': {description: ''}}
components:
  schemas:
    Thing:
      type: object
      required: [name]
      properties:
        name: {type: string, maxLength: 10}
        kind: {type: string, enum: [x, y]}
"""


def contract(text: str, name: str) -> Source:
    def nothing(name: str) -> bytes:
        raise FileNotFoundError(2, f"{name}: there is no other file")

    return parse_source(name, text.encode(), nothing)


def between(old: str, new: str) -> tuple[Change, ...]:
    return compare(contract(old, "old.yaml"), contract(new, "new.yaml"))


def test_a_contract_and_itself_differ_in_nothing() -> None:
    assert between(CONTRACT, CONTRACT) == ()


def test_a_change_has_the_line_of_what_changed_in_both_contracts() -> None:
    changes = between(CONTRACT, "# One line more.\n" + CONTRACT.replace("maxLength: 10", "maxLength: 5"))
    assert [(str(one.old), str(one.new), one.where) for one in changes] == [
        ("old.yaml:28:30", "new.yaml:29:30", "body /name"),
        ("old.yaml:28:30", "new.yaml:29:30", "201 body /name"),
    ]
    assert changes[0].old is not None
    assert changes[0].old.pointer == "/components/schemas/Thing/properties/name/maxLength"


def test_one_change_is_judged_for_senders_and_readers_apart() -> None:
    changes = between(CONTRACT, CONTRACT.replace("[x, y]", "[x, z]"))
    assert [(one.kind, one.judgement, sorted(one.breaks)) for one in changes] == [
        ("response-property-enum-value-added", "breaking", ["readers"]),
        ("request-property-enum-value-removed", "breaking", ["senders"]),
        ("response-property-enum-value-removed", "compatible", []),
        ("request-property-enum-value-added", "compatible", []),
    ]


def test_changes_come_by_path_and_method_and_the_worst_first() -> None:
    new = CONTRACT.replace("required: [name]", "required: [name, kind]").replace(
        "  /a/:\n    get:", "  /a/:\n    head:"
    )
    changes = between(CONTRACT, new)
    assert [(one.operation, one.judgement, one.kind) for one in changes] == [
        ("GET /a/", "breaking", "operation-removed"),
        ("HEAD /a/", "compatible", "operation-added"),
        ("POST /b/", "breaking", "request-property-became-required"),
        ("POST /b/", "compatible", "response-property-became-required"),
    ]


def test_writing_a_contract_in_another_way_is_no_change() -> None:
    new = """\
    {"openapi": "3.1.0", "info": {"title": "Other", "version": "2"}, "tags": [{"name": "t"}],
     "components": {"schemas": {"N": {"type": "string", "description": "A name.", "maxLength": 10}}},
     "paths": {
      "/a/": {"get": {"summary": "S", "tags": ["t"], "responses": {"200": {"description": "D"}}}},
      "/b/": {"get": {"responses": {"200": {"description": ""}}},
       "post": {"parameters": [],
        "requestBody": {"required": true, "content": {"application/json": {"schema":
          {"allOf": [{"properties": {"name": {"$ref": "#/components/schemas/N"}}, "required": ["name"]},
                     {"properties": {"kind": {"enum": ["y", "x"], "type": ["string"]}}, "type": "object"}]
          }}}},
        "responses": {"201": {"description": "", "content": {"application/json;charset=utf-8": {"schema":
          {"properties": {"kind": {"type": "string", "enum": ["x", "y"], "title": "K"},
                          "name": {"maxLength": 10, "type": "string", "examples": ["n"]}},
           "required": ["name"], "type": "object"}}}}}}}}}
    """
    assert between(CONTRACT, new) == ()


def test_every_change_is_of_a_kind_in_the_tables_and_says_why_if_it_breaks() -> None:
    assert KINDS["response-property-became-optional"] == "A reader that relies on it finds it missing."
    told = [one for row in all_mutants() for one in changes_of(row)]
    assert {one.judgement for one in told} == set(JUDGEMENTS)
    for one in told:
        assert one.kind in KINDS
        assert bool(one.reason) == (one.judgement in ("breaking", "possible"))


def test_the_order_is_the_same_whatever_the_order_in_the_file() -> None:
    old = load("base.yaml")
    new = edited(old, [{"set": "/components/schemas/CustomerCredit/required/0", "value": "value"}])

    def reordered(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: reordered(value[key]) for key in sorted(value, reverse=True)}
        return [reordered(one) for one in value] if isinstance(value, list) else value

    def told(*documents: dict[str, Any]) -> list[tuple[str, str, str, str]]:
        return [(one.operation, one.where, one.kind, one.message) for one in compare(*map(source, documents))]

    assert told(old, new) == told(reordered(old), reordered(new))


@pytest.mark.parametrize("contract", [API, SUPPORTING], ids=lambda file: file.name)
def test_our_own_contracts_differ_from_themselves_in_nothing_and_soon(contract: Traversable) -> None:
    own = read_source(Path(str(contract)))
    start = time.process_time()
    assert compare(own, own) == ()
    assert time.process_time() - start < 0.3
