"""Every example is valid, and every body has one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from contract.walk import DOCUMENTS, nodes, operations
from creditkit.contract import Schema, inline, resolve


def examples(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any], Any]]:
    """Where it stands, its schema and the example, for each example of a document."""
    for pointer, node in nodes(document):
        if not isinstance(node, Mapping) or "/properties" in pointer:
            continue
        schema = node.get("schema", node)
        if "example" in node:
            yield pointer, schema, node["example"]
        if "schema" in node:
            for name, example in node.get("examples", {}).items():
                yield f"{pointer}/examples/{name}", schema, resolve(document, example)["value"]


EXAMPLES = [
    pytest.param(document, schema, example, id=f"{name}{pointer}")
    for name, document in DOCUMENTS.items()
    for pointer, schema, example in examples(document)
]


@pytest.mark.parametrize(("document", "schema", "example"), EXAMPLES)
def test_an_example_is_valid(document: Mapping[str, Any], schema: Mapping[str, Any], example: Any) -> None:
    assert [fault.message for fault in Schema(inline(document, schema)).errors(example)] == []


def test_every_body_and_every_shared_parameter_has_an_example() -> None:
    for document in DOCUMENTS.values():
        bodies = [node for pointer, node in nodes(document) if pointer.endswith("/content")]
        assert all(media_type["examples"] for body in bodies for media_type in body.values())
        assert all("example" in parameter for parameter in document["components"]["parameters"].values())


def test_no_request_example_holds_a_date_that_passes() -> None:
    document = DOCUMENTS["openapi.yaml"]
    seen = 0
    for _path, _method, operation in operations(document):
        for media_type in operation.get("requestBody", {}).get("content", {}).values():
            for example in media_type["examples"].values():
                seen += 1
                assert resolve(document, example)["value"].get("end_date") is None
    assert seen == 14


def test_examples_speak_of_objects_that_belong_together() -> None:
    """The uuid in a hyperlink is the uuid beside it, for every credit, customer and offering shown."""
    shown = [
        node for document in DOCUMENTS.values() for _, node in nodes(document) if isinstance(node, Mapping)
    ]
    objects = [n for n in shown if isinstance(n.get("uuid"), str) and isinstance(n.get("url"), str)]
    assert len(objects) == 19
    for node in objects:
        assert node["url"].endswith(f"/{node['uuid']}/")
        if "customer_uuid" in node:
            assert node["customer"] == f"https://api.example.com/api/customers/{node['customer_uuid']}/"


def test_the_minimum_in_an_example_follows_from_its_other_fields() -> None:
    """(100 - grace) / 100 of what is expected, for a credit that does not end this month."""
    credits_ = [
        node
        for _, node in nodes(DOCUMENTS["openapi.yaml"])
        if isinstance(node, Mapping) and isinstance(node.get("minimal_consumption"), float)
    ]
    assert len(credits_) == 9
    for credit in credits_:
        expected = float(credit["expected_consumption"])
        assert credit["minimal_consumption"] == pytest.approx(
            (100 - int(credit["grace_coefficient"])) / 100 * expected
        )
