"""Patterns admit the documented values, and refuse others that the official patterns admit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from contract.walk import DOCUMENTS, nodes
from creditkit.contract import Schema

ANY_TEXT = r"^[^\x00]*$"
NAMES = ("^[A-Za-z0-9]", "^[a-z")
"""The beginnings of patterns of names, which admit `NaN`."""
SCHEMA_NODES = {
    f"{name}{pointer}": node
    for name, document in DOCUMENTS.items()
    for pointer, node in nodes(document)
    if isinstance(node, Mapping)
}
PATTERNS = {w: n["pattern"] for w, n in SCHEMA_NODES.items() if isinstance(n.get("pattern"), str)}
NARROW = {w: p for w, p in PATTERNS.items() if p != ANY_TEXT and not p.startswith(NAMES)}
UUIDS = {where: node for where, node in SCHEMA_NODES.items() if node.get("format") == "uuid"}
SCHEMAS = DOCUMENTS["openapi.yaml"]["components"]["schemas"]
SHAPES = ("CustomerCredit", "CreateCustomerCredit")

DASHED = "c4ed1700-0000-4000-8000-00000000000a"
HEX = DASHED.replace("-", "")


def accepted(pattern: str, *texts: str) -> list[str]:
    """The texts that a pattern admits."""
    schema = Schema({"type": "string", "pattern": pattern})
    return [text for text in texts if schema.accepts(text)]


@pytest.mark.parametrize("pattern", sorted(set(PATTERNS.values())))
def test_a_pattern_holds_from_end_to_end(pattern: str) -> None:
    assert pattern.startswith("^")
    assert pattern.endswith("$")
    assert "\\d" not in pattern


@pytest.mark.parametrize("pattern", sorted(set(NARROW.values())))
def test_a_pattern_of_an_amount_date_or_uuid_admits_nothing_else(pattern: str) -> None:
    bad = ("", "-", ".", "-.", "5\n", "5 ", " 5", "\u0665", "5,0", "+5", "1e3", "NaN")
    assert accepted(pattern, *bad) == []


def test_a_filter_may_be_any_text_but_nul() -> None:
    parameters = DOCUMENTS["openapi.yaml"]["components"]["parameters"]
    for name in ("CustomerName", "CustomerSlug"):
        text = Schema(parameters[name]["schema"])
        assert all(text.accepts(good) for good in ("", "a\nb\n", "%", "\u0665"))
        assert not text.accepts("a\x00b")


PLAIN = ("0", "0.5", "12.5", "007", "99999999999", "99999999999.99999")
NOT_PLAIN = ("-1", "-0", ".5", "5.", "1.000000", "100000000000", "1 000", "1_000", 5, None)
PLACES = ("500.00000", "-0.00000"), ("500.0000", "500")


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ("ValueInput", PLAIN, NOT_PLAIN),
        ("ExpectedConsumptionInput", PLAIN, NOT_PLAIN),
        ("GraceCoefficientInput", ("0", "7", "100", "-1", "-999", "999"), ("12.5", "1000", "--1", 7, None)),
        *((f"{shape}.{name}", *PLACES) for shape in SHAPES for name in ("value", "expected_consumption")),
        *((f"{shape}.grace_coefficient", ("7",), ("7.0",)) for shape in SHAPES),
        (
            "CustomerCreditConsumption.price",
            ("12345678901234567890.00",),
            ("1.0", "123456789012345678901.00"),
        ),
    ],
)
def test_a_number_has_the_documented_form(schema: str, good: Sequence[Any], bad: Sequence[Any]) -> None:
    name, _, field = schema.partition(".")
    node = SCHEMAS[name]["properties"][field] if field else SCHEMAS[name]
    assert [value for value in (*good, *bad) if Schema(node).accepts(value)] == list(good)


@pytest.mark.parametrize("where", UUIDS)
def test_both_forms_of_a_uuid_are_admitted_and_no_other(where: str) -> None:
    schema = UUIDS[where]
    assert all(Schema(schema).accepts(text) for text in (DASHED, DASHED.upper(), HEX, HEX.upper()))
    bad = (HEX[:-1], f"{HEX}0", f"{{{DASHED}}}", f"urn:uuid:{DASHED}", DASHED[:-1] + "g")
    assert accepted(schema["pattern"], *bad) == []


@pytest.mark.parametrize("uuid", [DASHED, HEX])
@pytest.mark.parametrize("query", ["", "?format=json"])
@pytest.mark.parametrize("base", ["https://api.example.com", "http://127.0.0.1:8000", "http://[::1]:8000"])
def test_a_hyperlink_in_an_answer_names_its_object(base: str, uuid: str, query: str) -> None:
    fields = SCHEMAS["CustomerCredit"]["properties"]
    customer, url = Schema(fields["customer"]), Schema(fields["url"])
    assert customer.accepts(f"{base}/api/customers/{uuid}/{query}")
    assert url.accepts(f"{base}/api/customer-credits/{uuid}/{query}")
    assert not customer.accepts(f"{base}/api/customer/{uuid}/{query}")
    assert not customer.accepts(f"{base}/api/customers/{uuid}{query}")
    assert not customer.accepts(f"/api/customers/{uuid}/{query}")
    assert not url.accepts(f"{base}/api/customers/{uuid}/{query}")


def test_the_official_patterns_admit_what_ours_refuse(official: dict[str, Any]) -> None:
    """The reason for patterns of our own: if a release corrects its patterns, look again."""
    theirs = Schema(official["components"]["schemas"]["CreateCustomerCreditRequest"]["properties"]["value"])
    assert all(theirs.accepts(text) for text in ("", "-", ".", "-1"))


def test_the_shapes_of_a_refused_body_exclude_each_other() -> None:
    document = DOCUMENTS["openapi.yaml"]
    shapes = {
        name: Schema({**SCHEMAS[name], "properties": {k: {} for k in SCHEMAS[name]["properties"]}})
        for name in ("Detail", "FieldErrors", "NonFieldErrors", "ParameterErrors")
    }
    bodies = [
        node["value"]
        for pointer, node in nodes(document)
        if "/examples/" in pointer and isinstance(node, Mapping) and isinstance(node.get("value"), dict)
    ]
    fits = [[name for name, shape in shapes.items() if shape.accepts(body)] for body in bodies]
    refusals = [names for names in fits if names]
    assert {len(names) for names in refusals} == {1}
    assert {name for names in refusals for name in names} == set(shapes)
    assert not any(shape.accepts({}) for shape in shapes.values())
