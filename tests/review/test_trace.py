"""Each documented fact has its line, each other element its source, and nothing is lost unnoticed."""

from __future__ import annotations

import copy
import csv
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from creditkit.contract import Fact, inline, load_facts
from creditkit.errors import UsageError
from creditkit.review import Source, read_source
from creditkit.review.elements import elements
from creditkit.review.report import to_csv
from creditkit.review.trace import Trace, trace

from .reviews import CONTRACT, FACTS, contract, full, review

ROOT = Path(__file__).parents[2]
RELEASE = Path(__file__).parent / "releases" / "customer-credits-7.9.0.yaml"
ALL = load_facts()
SUCCESS = {fact.operation: fact.name for fact in ALL if fact.place == "status"}


@pytest.fixture(scope="module")
def api() -> Source:
    return read_source(ROOT / "openapi.yaml")


@pytest.fixture(scope="module")
def paths(api: Source) -> dict[str, Any]:
    """The paths of the contract with nothing shared, so that one operation can be changed and no other."""
    found: dict[str, Any] = inline(api.document, api.document["paths"])
    for item in found.values():
        shared = item.pop("parameters", [])
        for node in item.values():
            if isinstance(node, dict) and "operationId" in node:
                node["parameters"] = [*shared, *node.get("parameters", [])]
    return found


def schema_around(operation: dict[str, Any], fact: Fact) -> tuple[dict[str, Any], str]:
    """The `properties` that have a field, and its name there."""
    holder = operation["requestBody"] if fact.place == "request" else None
    holder = holder or operation["responses"][SUCCESS[fact.operation]]
    schema = holder["content"]["application/json"]["schema"]
    *outer, name = fact.name.split(".")
    for step in [None, *outer]:
        schema = schema["properties"][step] if step else schema
        schema = schema.get("items", schema)
    return schema["properties"], name


def take_out(operation: dict[str, Any], fact: Fact) -> None:
    if fact.place == "status":
        del operation["responses"][fact.name]
    elif fact.place in ("path", "query"):
        operation["parameters"] = [p for p in operation["parameters"] if p["name"] != fact.name]
    else:
        properties, name = schema_around(operation, fact)
        del properties[name]


def change_type(operation: dict[str, Any], fact: Fact) -> None:
    """Another type or format, as similar as possible."""
    if fact.place == "status":
        content = operation["responses"][fact.name].setdefault(
            "content", {"application/json": {"schema": {}}}
        )
        schema = content["application/json"]["schema"]
        schema["type"] = "object" if schema.get("type") in (None, "array") else "array"
        return
    if fact.place in ("path", "query"):
        (schema,) = (p["schema"] for p in operation["parameters"] if p["name"] == fact.name)
    else:
        properties, name = schema_around(operation, fact)
        schema = properties[name]
    if "format" in schema:
        del schema["format"]
    elif schema["type"] == "array":
        schema["type"] = "object"
    else:
        schema["format"] = "password"


def changed(
    api: Source, paths: dict[str, Any], fact: Fact, change: Callable[[dict[str, Any], Fact], None]
) -> Source:
    """The contract with one fact of one operation changed."""
    (path, method) = next(
        (path, method)
        for path, item in paths.items()
        for method, node in item.items()
        if isinstance(node, dict) and node.get("operationId") == fact.operation
    )
    item = {**paths[path], method: copy.deepcopy(paths[path][method])}
    change(item[method], fact)
    return replace(api, document={**api.document, "paths": {**paths, path: item}})


def below(fact: Fact) -> set[str]:
    """The fact and those that cannot stand without it: fields inside a field, fields of a body."""
    if fact.place == "status":
        return {f.id for f in ALL if f.operation == fact.operation and f.place in ("status", "response")}
    return {fact.id} | {f.id for f in ALL if f.id.startswith(f"{fact.id}.")}


def missing(found: Trace) -> set[str]:
    return {row.fact.id for row in found.of("missing") if row.fact}


def gaps(text: str, *facts: Fact) -> list[tuple[str, str, int, str]]:
    found = trace(contract(text), facts or FACTS[:3])
    return [(row.state, row.element, row.place.line, row.text) for row in found.gaps]


def test_every_fact_of_the_page_and_every_other_element_is_accounted_for(api: Source) -> None:
    found = trace(api, ALL)
    assert (found.documented, len(found.facts), found.gaps) == (196, 196, ())
    assert {row.fact for row in found.of("documented")} == set(ALL)
    assert all(row.text for row in found.of("explained"))


def test_the_supporting_contract_explains_itself() -> None:
    assert trace(read_source(ROOT / "src" / "creditkit" / "contract" / "supporting.yaml"), ()).gaps == ()


@pytest.mark.parametrize("fact", ALL, ids=lambda fact: fact.id)
def test_a_fact_that_is_gone_or_has_another_type_is_missing_and_nothing_else(
    api: Source, paths: dict[str, Any], fact: Fact
) -> None:
    found = trace(changed(api, paths, fact, take_out), ALL)
    assert missing(found) == below(fact)
    assert {row.place.file for row in found.of("missing")} == {api.origin}
    retyped = missing(trace(changed(api, paths, fact, change_type), ALL))
    assert fact.id in retyped
    assert retyped <= below(fact)


def test_with_nothing_taken_out_nothing_is_missing(api: Source, paths: dict[str, Any]) -> None:
    assert missing(trace(replace(api, document={**api.document, "paths": paths}), ALL)) == set()


def test_the_official_schema_says_every_fact() -> None:
    assert trace(read_source(RELEASE), ALL).documented == 196


def test_beyond_the_facts_the_contract_says_only_the_count(api: Source) -> None:
    said = {element.says for element in elements(api.document, ALL) if element.says}
    assert {fact.operation for fact in said - set(ALL)} == {"customer_credits_count"}


def test_each_fact_has_the_line_on_which_it_is_written(api: Source) -> None:
    lines = (ROOT / "openapi.yaml").read_text(encoding="utf-8").splitlines()
    for row in trace(api, ALL).of("documented"):
        assert row.fact
        name = row.fact.name.rpartition(".")[2]
        shown = "\n".join(lines[row.place.line - 1 : row.place.line + 1])
        assert name in shown, row


def test_a_missing_field_is_told_where_it_should_stand() -> None:
    assert gaps(CONTRACT.replace("        uuid:", "        id:"))[0] == (
        "missing",
        "credits_list",
        9,
        "the field uuid (string (uuid)) is documented and not in the contract",
    )


def test_another_type_is_told_with_both_words() -> None:
    assert gaps(CONTRACT.replace("{type: integer}", "{type: number}"))[0] == (
        "missing",
        "credits_list query page",
        8,
        "documented as integer, the contract says number",
    )


def test_an_operation_that_is_not_there_is_named() -> None:
    state, _, line, text = gaps(CONTRACT.replace("credits_list", "list"))[0]
    assert (state, line, text) == ("missing", 3, "the contract has no operation credits_list")


def test_a_field_beyond_the_documentation_needs_a_source_of_its_own() -> None:
    whole = CONTRACT.replace("    Credit:\n", "    Credit:\n      x-source: decided here\n")
    assert gaps(whole) == [("unexplained", "credits_list 200 value", 29, "decided here")]
    own = whole.replace("value: {", "value: {x-source: seen, ")
    assert gaps(own) == []


def test_a_keyword_beyond_the_documentation_needs_a_source() -> None:
    narrow = CONTRACT.replace("format: uuid}", "format: uuid, maxLength: 36}")
    assert ("unexplained", "credits_list 200 uuid: maxLength", 27, "") in gaps(narrow)
    explained = narrow.replace("maxLength", "x-source: seen, maxLength")
    assert not any("maxLength" in element for _, element, _, _ in gaps(explained))


def test_an_operation_beyond_the_documentation_explains_all_within_it() -> None:
    bare = CONTRACT.replace("      x-source: decided here\n", "")
    beyond = [element for _, element, _, _ in gaps(bare)]
    assert {"credits_clear", "credits_clear 204"} <= set(beyond)
    assert not any("credits_clear" in element for _, element, _, _ in gaps(CONTRACT))


def test_a_source_does_not_reach_through_a_reference() -> None:
    name = "      operationId: credits_list\n"
    listed = CONTRACT.replace(name, f"{name}      x-source: here\n")
    narrow = "{type: object, required: [uuid], properties: {uuid: {type: string, format: uuid}}}"
    within = listed.replace("{$ref: '#/components/schemas/Credit'}", narrow)
    assert gaps(within) == []
    beyond = listed.replace("    Credit:\n", "    Credit:\n      required: [uuid]\n")
    assert ("unexplained", "credits_list 200: required", 25, "") in gaps(beyond)


def test_a_schema_that_contains_itself_is_entered_once() -> None:
    text = CONTRACT.replace(
        "        uuid: {type: string, format: uuid}",
        "        uuid: {type: string, format: uuid}\n        parent: {$ref: '#/components/schemas/Credit'}",
    )
    nested = Fact("credits_list", "response", "parent.uuid", "string (uuid)")
    assert [row.fact for row in trace(contract(text), [nested]).of("missing")] == [nested]


def test_schemas_that_many_use_are_entered_once_each() -> None:
    """Each of 40 schemas refers twice to the next: from use to use these are a million million."""
    chain = "".join(
        f"    S{n}: {{type: object, properties: {{a: {{$ref: '#/components/schemas/S{n + 1}'}}, "
        f"b: {{$ref: '#/components/schemas/S{n + 1}'}}}}}}\n"
        for n in range(40)
    )
    text = CONTRACT.replace("schemas/Credit'", "schemas/S0'") + chain + "    S40: {type: string}\n"
    assert len(tuple(elements(contract(text).document, FACTS))) < 500


def test_null_among_the_types_and_parts_of_a_schema_are_read_as_the_page_puts_them() -> None:
    text = CONTRACT.replace("openapi: 3.0.3", "openapi: 3.1.0")
    nullable = text.replace("{type: string, format: uuid}", "{type: [string, 'null'], format: uuid}")
    assert missing(trace(contract(nullable), FACTS[:3])) == set()
    composed = text.replace(
        "{type: string, format: uuid}", "{anyOf: [{type: 'null'}, {type: string, format: uuid}]}"
    )
    assert missing(trace(contract(composed), FACTS[:3])) == set()


def test_fields_of_all_parts_of_a_schema_are_read() -> None:
    text = CONTRACT.replace(
        "items: {$ref: '#/components/schemas/Credit'}",
        "items: {type: object, allOf: [{$ref: '#/components/schemas/Credit'}]}",
    )
    assert missing(trace(contract(text), FACTS[:3])) == set()


def test_an_operation_without_a_name_is_known_by_method_and_path() -> None:
    fact = Fact("GET /credits/", "query", "page", "integer")
    assert trace(contract(CONTRACT.replace("      operationId: credits_list\n", "")), [fact]).documented == 1


def test_the_matrix_counts_by_operation_and_place() -> None:
    assert trace(contract(), FACTS).matrix() == {
        "credits_list": {"query": (1, 1), "status": (1, 1), "response": (1, 2)}
    }


def test_the_table_has_a_row_for_each_fact_and_element() -> None:
    rows = list(csv.DictReader(io.StringIO(to_csv(full()))))
    assert len(rows) == len(trace(contract(), FACTS).rows)
    assert rows[0] == {
        "state": "documented",
        "fact": "credits_list.query.page",
        "element": "credits_list query page",
        "file": "api/openapi.yaml",
        "line": "8",
        "column": "11",
        "pointer": "/paths/~1credits~1/get/parameters/0",
        "text": "",
    }
    assert to_csv(review()).count("\n") == 1


TABLE = "operation,place,name,type\ncredits_list,query,page,integer\n"


def test_a_table_of_facts_of_another_api_is_read(tmp_path: Path) -> None:
    path = tmp_path / "facts.csv"
    path.write_text("\ufeff" + TABLE, encoding="utf-8")
    assert load_facts(path) == (FACTS[0],)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("operation,place,name\n", ":1: there is no column 'type'"),
        ("", ":1: there is no column 'operation'"),
        (TABLE + "credits_list,header,x,string\n", ":3: there is no place 'header'"),
        (TABLE + ",query,x,string\n", ":3: a fact has an operation and a name"),
        (TABLE + "credits_list\n", ":3: a fact has an operation and a name"),
    ],
)
def test_a_table_that_is_none_is_refused_with_its_line(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "facts.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="facts") as error:
        load_facts(path)
    assert error.value.message.endswith(complaint)


def test_a_table_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load_facts(tmp_path / "none.csv")
