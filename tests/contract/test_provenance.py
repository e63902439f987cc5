"""Everything beyond the documented page says where it comes from."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any

import pytest

from contract.provenance import Walk
from contract.walk import DOCUMENTS, at, nodes
from creditkit.contract import load_facts

FACTS = load_facts()

_ORIGIN = (
    r"(schema \d+\.\d+\.\d+|observed \((D24|BP|SRC)(, (D24|BP|SRC))*\))([:,] [^;]+)?|creditkit[:,] [^;]+"
)
SOURCE = re.compile(rf"({_ORIGIN})(; ({_ORIGIN}))*")


def unexplained(document: Mapping[str, Any]) -> list[str]:
    return list(Walk(document, FACTS).unexplained())


@pytest.mark.parametrize("name", list(DOCUMENTS))
def test_everything_beyond_the_page_has_a_source_that_nothing_else_makes_up_for(name: str) -> None:
    document = DOCUMENTS[name]
    assert unexplained(document) == []
    every = ((pointer, node) for pointer, node in nodes(document) if isinstance(node, dict))
    sources = {pointer: node for pointer, node in every if "x-source" in node}
    for pointer, node in sources.items():
        assert SOURCE.fullmatch(node["x-source"]), pointer
        # A source inside another one only says more than the outer one, which would do.
        if not any(pointer.startswith(f"{outer}/") for outer in sources):
            source = node.pop("x-source")
            assert unexplained(document) != [], pointer
            node["x-source"] = source


LIST = "/api/customer-credits/"
OF_LIST = "#/paths/~1api~1customer-credits~1/get"
ADDITIONS: dict[str, tuple[str, Any]] = {
    "withdrawable_balance": ("#/components/schemas/CustomerCredit/properties", {"type": "number"}),
    "state": ("#/components/schemas/NestedProviderOffering/properties", {"type": "string"}),
    "multipleOf": ("#/components/schemas/ValueInput", 1),
    "429": (f"{OF_LIST}/responses", {"description": "", "headers": {}}),
    "ETag": (f"{OF_LIST}/responses/200/headers", {"schema": {"type": "string"}}),
    "text/csv": (f"{OF_LIST}/responses/200/content", {"schema": {"type": "string"}}),
    "next": (f"{OF_LIST}/responses/200/links", {"operationId": "x"}),
}


@pytest.mark.parametrize("key", ADDITIONS)
def test_an_addition_without_a_source_is_noticed(key: str) -> None:
    document = copy.deepcopy(DOCUMENTS["openapi.yaml"])
    pointer, addition = ADDITIONS[key]
    parent = at(document, pointer)
    parent[key] = addition
    parent.pop("x-source", None)
    assert any(key in where for where in unexplained(document))


def test_a_parameter_or_an_operation_without_a_source_is_noticed() -> None:
    for name in ("query", "field"):
        document = copy.deepcopy(DOCUMENTS["openapi.yaml"])
        added = {"name": name, "in": "query", "schema": {"type": "string"}}
        document["paths"][LIST]["get"]["parameters"].append(added)
        assert unexplained(document) == [f"customer_credits_list query {name}"]
    del document["paths"][LIST]["head"]["x-source"]
    assert "customer_credits_count" in unexplained(document)
