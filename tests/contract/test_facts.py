"""The table of facts is complete, and a contract that loses or changes one is caught."""

from __future__ import annotations

import copy
import csv
from collections import Counter
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


class Page:
    """A contract whose operations share nothing, so that one can be changed and no other with it."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.paths = inline(document, document["paths"])
        self._places = {
            node["operationId"]: (path, method)
            for path, item in self.paths.items()
            for method, node in item.items()
            if isinstance(node, dict) and "operationId" in node
        }

    def copy_for(self, fact: Fact) -> tuple[dict[str, Any], dict[str, Any]]:
        """A document with a path item of its own for the fact's operation, and that path item's operation."""
        path, method = self._places[fact.operation]
        item = copy.deepcopy(self.paths[path])
        operation = item[method]
        # What a path item says for all its operations is said by each of them, and can be taken from one.
        for node in item.values():
            if isinstance(node, dict) and "operationId" in node:
                shared = copy.deepcopy(item.get("parameters", []))
                node["parameters"] = [*shared, *node.get("parameters", [])]
        item.pop("parameters", None)
        return {"paths": {**self.paths, path: item}}, operation


@pytest.fixture(scope="module")
def page(api: Contract) -> Page:
    return Page(api.document)


def body(operation: dict[str, Any], place: str) -> dict[str, Any]:
    holder = (
        operation["requestBody"]
        if place == "request"
        else operation["responses"][SUCCESS[operation["operationId"]]]
    )
    schema = holder["content"]["application/json"]["schema"]
    return schema["items"] if schema["type"] == "array" else schema  # type: ignore[no-any-return]


def field_holder(operation: dict[str, Any], fact: Fact) -> tuple[dict[str, Any], str]:
    """The `properties` in which a field stands, and its name there."""
    schema = body(operation, fact.place)
    *outer, name = fact.name.split(".")
    for step in outer:
        schema = schema["properties"][step]["items"]
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
        change_body(operation["responses"][fact.name])
    elif fact.place in ("path", "query"):
        (parameter,) = (p for p in operation["parameters"] if p["name"] == fact.name)
        change_schema(parameter["schema"])
    else:
        properties, name = field_holder(operation, fact)
        change_schema(properties[name])


def change_schema(schema: dict[str, Any]) -> None:
    if "format" in schema:
        del schema["format"]
    elif schema["type"] == "array":
        schema["type"] = "object"
    else:
        schema["format"] = "password"


def change_body(response: dict[str, Any]) -> None:
    if "content" in response:
        schema = response["content"]["application/json"]["schema"]
        schema["type"] = "object" if schema["type"] == "array" else "array"
    else:
        response["content"] = {"application/json": {"schema": {"type": "object"}}}


def test_there_are_196_facts_in_their_places() -> None:
    assert Counter(fact.place for fact in FACTS) == {
        "response": 130,
        "request": 38,
        "query": 12,
        "path": 7,
        "status": 9,
    }


def test_every_fact_has_an_id_of_its_own() -> None:
    assert len({fact.id for fact in FACTS}) == 196


def test_the_table_gives_each_fact_the_id_that_it_has() -> None:
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


def test_the_contract_says_every_fact(api: Contract) -> None:
    assert missing_facts(FACTS, api.document) == ()


def test_the_official_schema_says_every_fact(official: dict[str, Any]) -> None:
    assert missing_facts(FACTS, official) == ()


def test_beyond_the_facts_the_contract_says_only_the_count(api: Contract) -> None:
    beyond = set(stated(api.document)) - set(FACTS)
    assert {fact.operation for fact in beyond} == {"customer_credits_count"}


def test_an_empty_contract_says_nothing() -> None:
    assert missing_facts(FACTS, {"paths": {}}) == FACTS


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.id)
def test_a_fact_taken_out_is_missing_and_nothing_else(page: Page, fact: Fact) -> None:
    document, operation = page.copy_for(fact)
    assert missing_facts(FACTS, document) == ()
    take_out(operation, fact)
    assert set(missing_facts(FACTS, document)) == below(fact)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.id)
def test_a_fact_with_another_type_is_missing_and_nothing_else(page: Page, fact: Fact) -> None:
    document, operation = page.copy_for(fact)
    change_type(operation, fact)
    lost = set(missing_facts(FACTS, document))
    assert fact in lost
    assert lost <= below(fact)


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
