"""The table of facts is complete, and a contract that loses or changes one is caught."""

from __future__ import annotations

import copy
import csv
from collections import Counter
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest

from creditkit.contract import Contract, Fact, inline, load_facts, missing_facts
from creditkit.contract.facts import stated

FACTS = load_facts()
SUCCESS = {fact.operation: fact.name for fact in FACTS if fact.place == "status"}


def below(fact: Fact) -> set[Fact]:
    """The fact and those that cannot stand without it: fields inside a field, fields of a body."""
    if fact.place == "status":
        return {f for f in FACTS if f.operation == fact.operation and f.place in ("status", "response")}
    inside = f"{fact.name}."
    same_place = (f for f in FACTS if (f.operation, f.place) == (fact.operation, fact.place))
    return {f for f in same_place if f is fact or f.name.startswith(inside)}


@pytest.fixture(scope="module")
def paths(api: Contract) -> dict[str, Any]:
    """The paths of the contract without references: each operation has all its parameters of its own."""
    found = inline(api.document, api.document["paths"])
    for item in found.values():
        shared = item.pop("parameters", [])
        for node in item.values():
            if isinstance(node, dict) and "operationId" in node:
                node["parameters"] = [*copy.deepcopy(shared), *node.get("parameters", [])]
    return dict(found)


def missing_after(
    paths: dict[str, Any], change: Callable[[dict[str, Any], Fact], None], fact: Fact
) -> set[Fact]:
    """The facts that a contract lacks after a change of one operation."""
    path, method = next(
        (path, method)
        for path, item in paths.items()
        for method, node in item.items()
        if isinstance(node, dict) and node.get("operationId") == fact.operation
    )
    operation = copy.deepcopy(paths[path][method])
    change(operation, fact)
    return set(missing_facts(FACTS, {"paths": {**paths, path: {**paths[path], method: operation}}}))


def field_holder(operation: dict[str, Any], fact: Fact) -> tuple[dict[str, Any], str]:
    """The `properties` with a field, and the field's name there."""
    answer = operation["responses"][SUCCESS[fact.operation]]
    holder = operation["requestBody"] if fact.place == "request" else answer
    schema = holder["content"]["application/json"]["schema"]
    *outer, name = fact.name.split(".")
    for step in ("", *outer):
        schema = schema["properties"][step] if step else schema
        schema = schema["items"] if schema["type"] == "array" else schema
    return schema["properties"], name


def take_out(operation: dict[str, Any], fact: Fact) -> None:
    if fact.place == "status":
        del operation["responses"][fact.name]
    elif fact.place in ("path", "query"):
        operation["parameters"] = [p for p in operation["parameters"] if p["name"] != fact.name]
    else:
        properties, name = field_holder(operation, fact)
        del properties[name]


def change_type(operation: dict[str, Any], fact: Fact) -> None:
    """Another type or format, no further away than need be."""
    if fact.place == "status":
        response = operation["responses"][fact.name]
        if "content" not in response:
            response["content"] = {"application/json": {"schema": {"type": "object"}}}
            return
        schema = response["content"]["application/json"]["schema"]
        schema["type"] = "object" if schema["type"] == "array" else "array"
        return
    if fact.place in ("path", "query"):
        (schema,) = (p["schema"] for p in operation["parameters"] if p["name"] == fact.name)
    else:
        properties, name = field_holder(operation, fact)
        schema = properties[name]
    if "format" in schema:
        del schema["format"]
    elif schema["type"] == "array":
        schema["type"] = "object"
    else:
        schema["format"] = "password"


def test_there_are_196_facts_in_their_places() -> None:
    assert Counter(fact.place for fact in FACTS) == {
        "response": 130,
        "request": 38,
        "query": 12,
        "path": 7,
        "status": 9,
    }


def test_the_table_gives_each_fact_an_id_of_its_own() -> None:
    assert len({fact.id for fact in FACTS}) == 196
    text = (files("creditkit.contract") / "facts.csv").read_text(encoding="utf-8")
    assert [row["id"] for row in csv.DictReader(text.splitlines())] == [fact.id for fact in FACTS]


def test_the_table_keeps_the_order_of_the_page() -> None:
    of_create = [f"{f.name}: {f.type}" for f in FACTS if f.operation == "customer_credits_create"][:10]
    assert of_create == [
        "value: string (decimal)",
        "customer: string (uri)",
        "offerings: array of string (uri)s",
        "end_date: string (date)",
        "expected_consumption: string (decimal)",
        "minimal_consumption_logic: string",
        "grace_coefficient: string (decimal)",
        "apply_as_minimal_consumption: boolean",
        "201: ",
        "uuid: string (uuid)",
    ]


def test_the_contract_and_the_official_schema_say_every_fact(api: Contract, official: dict[str, Any]) -> None:
    assert missing_facts(FACTS, api.document) == missing_facts(FACTS, official) == ()
    assert missing_facts(FACTS, {"paths": {}}) == FACTS


def test_beyond_the_facts_the_contract_says_only_the_count(api: Contract) -> None:
    beyond = set(stated(api.document)) - set(FACTS)
    assert {fact.operation for fact in beyond} == {"customer_credits_count"}


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.id)
def test_a_fact_taken_out_or_with_another_type_is_missing_and_nothing_else(
    paths: dict[str, Any], fact: Fact
) -> None:
    assert missing_after(paths, take_out, fact) == below(fact)
    assert {fact} <= missing_after(paths, change_type, fact) <= below(fact)


def test_the_contract_without_references_says_every_fact(paths: dict[str, Any]) -> None:
    assert missing_facts(FACTS, {"paths": paths}) == ()


def test_an_operation_of_another_name_loses_its_facts(api: Contract) -> None:
    document = copy.deepcopy(api.document)
    document["paths"]["/api/customer-credits/{uuid}/"]["delete"]["operationId"] = "customer_credits_delete"
    assert [fact.id for fact in missing_facts(FACTS, document)] == [
        "customer_credits_destroy.path.uuid",
        "customer_credits_destroy.status.204",
    ]


def test_a_parameter_of_the_operation_takes_the_place_of_the_path_items(api: Contract) -> None:
    document = copy.deepcopy(api.document)
    own = {"name": "uuid", "in": "path", "required": True, "schema": {"type": "integer"}}
    document["paths"]["/api/customer-credits/{uuid}/"]["delete"]["parameters"] = [own]
    assert [fact.id for fact in missing_facts(FACTS, document)] == ["customer_credits_destroy.path.uuid"]
