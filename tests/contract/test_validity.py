"""All contracts are valid, complete and used to the last component."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import pytest
import yaml
from openapi_spec_validator import OpenAPIV30SpecValidator

from contract.walk import DOCUMENTS, nodes, operations
from creditkit.contract import API, CONTROL, SUPPORTING, Contract, resolve

TEXTS = {source.name: source.read_text(encoding="utf-8") for source in (API, SUPPORTING, CONTROL)}
OPERATIONS = [
    pytest.param(document, node, id=node["operationId"])
    for name, document in DOCUMENTS.items()
    if name != "control.yaml"
    for _path, _method, node in operations(document)
]
CONTROLS = [
    pytest.param(DOCUMENTS["control.yaml"], node, id=node["operationId"])
    for _path, _method, node in operations(DOCUMENTS["control.yaml"])
]

every_contract = pytest.mark.parametrize("name", list(DOCUMENTS))
every_operation = pytest.mark.parametrize(("document", "operation"), OPERATIONS)
every_control = pytest.mark.parametrize(("document", "operation"), CONTROLS)


@every_contract
def test_the_contract_is_valid_openapi(name: str) -> None:
    assert [error.message for error in OpenAPIV30SpecValidator(DOCUMENTS[name]).iter_errors()] == []


@every_contract
def test_connexion_loads_the_contract(name: str, specification: Any) -> None:
    assert specification.load(copy.deepcopy(DOCUMENTS[name]))["openapi"] == "3.0.3"


@every_contract
def test_the_contract_is_plain_yaml_without_anchors(name: str) -> None:
    shortcuts = (yaml.AnchorToken, yaml.AliasToken)
    assert [token for token in yaml.scan(TEXTS[name]) if isinstance(token, shortcuts)] == []


@every_contract
def test_every_component_is_used(name: str) -> None:
    document = DOCUMENTS[name]
    used = {node["$ref"] for _, node in nodes(document) if isinstance(node, Mapping) and "$ref" in node}
    used |= {
        f"#/components/securitySchemes/{scheme}"
        for _path, _method, operation in operations(document)
        for requirement in operation["security"]
        for scheme in requirement
    }
    made = {f"#/components/{kind}/{key}" for kind, group in document["components"].items() for key in group}
    assert made == used


@every_contract
def test_every_path_says_what_other_methods_are_answered(name: str) -> None:
    document = DOCUMENTS[name]
    for item in document["paths"].values():
        answer = resolve(document, item["x-method-not-allowed"])
        assert list(answer["headers"]) == ["Allow"]
        plain = "application/problem+json" if name == "control.yaml" else "application/json"
        assert list(answer["content"]) == [plain]


@every_operation
def test_an_operation_is_described(document: Mapping[str, Any], operation: Mapping[str, Any]) -> None:
    assert 10 < len(operation["summary"]) < 60
    assert not operation["summary"].endswith(".")
    assert len(operation["description"]) > 15
    (tag,) = operation["tags"]
    assert tag in [known["name"] for known in document["tags"]]
    assert operation["security"] == [{"tokenAuth": []}, {"waldurOIDCAuth": []}]


@every_control
def test_an_operation_of_control_is_described_and_selects_a_world(
    document: Mapping[str, Any], operation: Mapping[str, Any]
) -> None:
    assert 10 < len(operation["summary"]) < 60
    assert len(operation["description"]) > 15
    (tag,) = operation["tags"]
    assert tag in [known["name"] for known in document["tags"]]
    secured: list[object] = [] if operation["operationId"] == "page_read" else [{"controlToken": []}]
    assert operation["security"] == [*secured, {}]
    assert operation["parameters"][0] == {"$ref": "#/components/parameters/World"}


@every_control
def test_an_operation_of_control_is_refused_with_problem_details(
    document: Mapping[str, Any], operation: Mapping[str, Any]
) -> None:
    refusals = {status: resolve(document, node) for status, node in operation["responses"].items()}
    del refusals[min(refusals)]
    assert {"400", "403", "507"} <= set(refusals)
    assert ("401" in refusals) == ({"controlToken": []} in operation["security"])
    assert ("415" in refusals) == ("requestBody" in operation)
    for refusal in refusals.values():
        assert list(refusal["content"]) == ["application/problem+json"]


@every_operation
def test_every_answer_to_an_operation_has_allow(
    document: Mapping[str, Any], operation: Mapping[str, Any]
) -> None:
    for node in operation["responses"].values():
        headers = resolve(document, node)["headers"]
        assert resolve(document, headers["Allow"])["required"] is True


@every_operation
def test_an_operation_has_the_refusals_that_every_operation_has(
    document: Mapping[str, Any], operation: Mapping[str, Any]
) -> None:
    assert {"401", "404", "406"} - set(operation["responses"]) <= {"404"}
    unauthorized = resolve(document, operation["responses"]["401"])
    assert "WWW-Authenticate" in unauthorized["headers"]
    assert ("403" in operation["responses"]) == (operation.get("x-role") == "staff")


@every_operation
def test_a_link_leads_to_an_operation_and_fills_its_path(
    document: Mapping[str, Any], operation: Mapping[str, Any]
) -> None:
    known = {node["operationId"] for _path, _method, node in operations(document)}
    for response in operation["responses"].values():
        for link in resolve(document, response).get("links", {}).values():
            target = resolve(document, link)
            assert target["operationId"] in known
            assert list(target["parameters"]) == ["uuid"]


def test_the_answers_of_the_api_are_those_that_can_occur(api: Contract) -> None:
    assert {name: " ".join(map(str, o.responses)) for name, o in api.operations.items()} == {
        "customer_credits_count": "200 400 401 404 406",
        "customer_credits_list": "200 400 401 404 406",
        "customer_credits_create": "201 400 401 403 404 406 415",
        "customer_credits_retrieve": "200 400 401 404 406",
        "customer_credits_update": "200 400 401 403 404 406 415",
        "customer_credits_partial_update": "200 400 401 403 404 406 415",
        "customer_credits_destroy": "204 400 401 403 404 406",
        "customer_credits_consumptions_list": "200 401 404 406",
        "customer_credits_apply_compensations": "200 401 403 404 406",
        "customer_credits_clear_compensations": "200 401 403 404 406",
    }


def test_only_staff_may_write(api: Contract) -> None:
    staff = {o.id for o in api.operations.values() if o.role == "staff"}
    assert staff == {o.id for o in api.operations.values() if o.method not in ("GET", "HEAD")}


def test_head_stands_before_get(api: Contract) -> None:
    methods = list(api.document["paths"]["/api/customer-credits/"])
    assert methods.index("head") < methods.index("get")


def test_an_answer_to_head_has_no_body(api: Contract) -> None:
    assert [dict(r.content) for r in api.operations["customer_credits_count"].responses.values()] == [{}] * 5


def test_create_and_list_link_to_every_operation_on_one_credit(api: Contract) -> None:
    on_one = {o.id for o in api.operations.values() if "{uuid}" in o.path}
    responses = api.document["paths"]["/api/customer-credits/"]
    for method, status in (("post", "201"), ("get", "200")):
        links = responses[method]["responses"][status]["links"].values()
        assert {resolve(api.document, link)["operationId"] for link in links} == on_one


def test_answers_are_closed_and_requests_are_open(api: Contract) -> None:
    schemas = api.document["components"]["schemas"]
    closed = {name for name, schema in schemas.items() if schema.get("additionalProperties") is False}
    objects = {name for name, schema in schemas.items() if schema["type"] == "object"}
    assert objects - closed == {
        "CreateCustomerCreditForm",
        "CreateCustomerCreditRequest",
        "CustomerCreditRequest",
        "PatchedCreateCustomerCreditForm",
        "PatchedCreateCustomerCreditRequest",
    }


def test_the_two_shapes_of_a_credit_differ_in_offerings_only(api: Contract) -> None:
    schemas = api.document["components"]["schemas"]
    read_, written = (schemas[name]["properties"] for name in ("CustomerCredit", "CreateCustomerCredit"))
    assert list(read_) == list(written)
    assert [name for name in read_ if read_[name] != written[name]] == ["offerings"]


def test_a_form_has_the_fields_of_the_json_body(api: Contract) -> None:
    for operation in api.operations.values():
        bodies = [[p.name for p in body.properties] for body in operation.bodies.values()]
        assert all(names == bodies[0] for names in bodies)


def test_no_field_of_a_form_can_be_null(api: Contract) -> None:
    create = api.operations["customer_credits_create"]
    nullable = {kind: [p.name for p in body.properties if p.nullable] for kind, body in create.bodies.items()}
    assert nullable == {
        "application/json": ["end_date"],
        "application/x-www-form-urlencoded": [],
        "multipart/form-data": [],
    }


def test_what_the_server_reads_beyond_the_contract_is_marked(api: Contract) -> None:
    marked = {
        node.get("name", pointer.rsplit("/", 1)[-1]): node["x-lenient"]
        for pointer, node in nodes(api.document["components"])
        if isinstance(node, Mapping) and "x-lenient" in node
    }
    assert marked == {
        "uuid": "coerced",
        "customer_uuid": "coerced",
        "o": "coerced",
        "page": "coerced",
        "page_size": "ignored",
        "ValueInput": "coerced",
        "CustomerInput": "coerced",
        "items": "coerced",
        "EndDateInput": "coerced",
        "ExpectedConsumptionInput": "coerced",
        "GraceCoefficientInput": "coerced",
        "ApplyAsMinimalConsumptionInput": "coerced",
        "EndDateFormInput": "coerced",
    }


def test_nothing_that_is_sent_with_consumptions_and_actions_is_looked_at(api: Contract) -> None:
    consumptions = api.operations["customer_credits_consumptions_list"].parameters
    assert [p.lenient for p in consumptions if p.location == "query"] == ["ignored"] * 6
    for action in ("apply", "clear"):
        operation = api.document["paths"][f"/api/customer-credits/{{uuid}}/{action}_compensations/"]["post"]
        assert operation["requestBody"]["x-lenient"] == "ignored"
        assert operation["requestBody"]["required"] is False
