"""Everything beyond the documented page says where it comes from."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any

import pytest

from contract.provenance import Walk
from contract.walk import DOCUMENTS, at, nodes
from creditkit.contract import Contract, load_facts

FACTS = load_facts()

_ORIGIN = (
    r"(schema \d+\.\d+\.\d+|observed \((D24|BP|SRC)(, (D24|BP|SRC))*\))([:,] [^;]+)?|creditkit[:,] [^;]+"
)
SOURCE = re.compile(rf"({_ORIGIN})(; ({_ORIGIN}))*")

SOURCES = [
    (name, pointer)
    for name, document in DOCUMENTS.items()
    for pointer, node in nodes(document)
    if isinstance(node, Mapping) and "x-source" in node
]
# Inside another, a source only says more than the one around it, which would do.
OUTERMOST = [
    (name, pointer)
    for name, pointer in SOURCES
    if not any(name == other and pointer.startswith(f"{outer}/") for other, outer in SOURCES)
]


def unexplained(document: Mapping[str, Any]) -> list[str]:
    return list(Walk(document, FACTS).unexplained())


@pytest.mark.parametrize("name", list(DOCUMENTS))
def test_everything_beyond_the_page_has_a_source(name: str) -> None:
    assert unexplained(DOCUMENTS[name]) == []


@pytest.mark.parametrize(("name", "pointer"), SOURCES)
def test_a_source_is_named_in_the_agreed_words(name: str, pointer: str) -> None:
    assert SOURCE.fullmatch(at(DOCUMENTS[name], pointer)["x-source"])


@pytest.mark.parametrize(("name", "pointer"), OUTERMOST)
def test_no_source_can_be_taken_away_unnoticed(name: str, pointer: str) -> None:
    node = at(DOCUMENTS[name], pointer)
    source = node.pop("x-source")
    try:
        assert unexplained(DOCUMENTS[name]) != []
    finally:
        node["x-source"] = source


LIST = "/api/customer-credits/"
ADDITIONS = [
    ("#/components/schemas/CustomerCredit/properties", "withdrawable_balance", {"type": "number"}),
    ("#/components/schemas/NestedProviderOffering/properties", "state", {"type": "string"}),
    ("#/components/schemas/ValueInput", "multipleOf", 1),
    ("#/paths/~1api~1customer-credits~1/get/responses", "429", {"description": "", "headers": {}}),
    ("#/paths/~1api~1customer-credits~1/get/responses/200/headers", "ETag", {"schema": {"type": "string"}}),
    (
        "#/paths/~1api~1customer-credits~1/get/responses/200/content",
        "text/csv",
        {"schema": {"type": "string"}},
    ),
    ("#/paths/~1api~1customer-credits~1/get/responses/200/links", "next", {"operationId": "x"}),
]


@pytest.mark.parametrize(("pointer", "key", "addition"), ADDITIONS, ids=[key for _, key, _ in ADDITIONS])
def test_an_addition_without_a_source_is_noticed(pointer: str, key: str, addition: Any) -> None:
    document = copy.deepcopy(DOCUMENTS["openapi.yaml"])
    parent = at(document, pointer)
    parent[key] = addition
    parent.pop("x-source", None)
    assert any(key in where for where in unexplained(document))


@pytest.mark.parametrize("name", ["query", "field"])
def test_a_parameter_without_a_source_is_noticed(name: str) -> None:
    document = copy.deepcopy(DOCUMENTS["openapi.yaml"])
    operation = document["paths"][LIST]["get"]
    operation["parameters"].append({"name": name, "in": "query", "schema": {"type": "string"}})
    assert unexplained(document) == [f"customer_credits_list query {name}"]


def test_the_count_is_beyond_the_page(api: Contract) -> None:
    document = copy.deepcopy(api.document)
    del document["paths"][LIST]["head"]["x-source"]
    assert "customer_credits_count" in unexplained(document)
