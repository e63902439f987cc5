"""All contracts are valid and complete, and use each of their components."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from importlib.resources.abc import Traversable
from typing import Any

import pytest
import yaml
from openapi_spec_validator import OpenAPIV30SpecValidator

from contract.walk import DOCUMENTS, nodes, operations
from creditkit.contract import API, CONTROL, SUPPORTING, Contract, resolve

every_contract = pytest.mark.parametrize("name", list(DOCUMENTS))
every_operation = pytest.mark.parametrize(
    ("name", "operation"),
    [
        pytest.param(name, node, id=node["operationId"])
        for name, document in DOCUMENTS.items()
        for _path, _method, node in operations(document)
    ],
)


@every_contract
def test_the_contract_is_valid_openapi_that_connexion_loads(name: str, specification: Any) -> None:
    assert [error.message for error in OpenAPIV30SpecValidator(DOCUMENTS[name]).iter_errors()] == []
    assert specification.load(copy.deepcopy(DOCUMENTS[name]))["openapi"] == "3.0.3"


@pytest.mark.parametrize("source", [API, SUPPORTING, CONTROL])
def test_the_contract_is_plain_yaml_without_anchors(source: Traversable) -> None:
    shortcuts = (yaml.AnchorToken, yaml.AliasToken)
    assert [t for t in yaml.scan(source.read_text(encoding="utf-8")) if isinstance(t, shortcuts)] == []


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
def test_an_operation_is_described_and_secured(name: str, operation: Mapping[str, Any]) -> None:
    document = DOCUMENTS[name]
    assert 10 < len(operation["summary"]) < 60
    assert not operation["summary"].endswith(".")
    assert len(operation["description"]) > 15
    (tag,) = operation["tags"]
    assert tag in [known["name"] for known in document["tags"]]
    if name == "control.yaml":
        secured: list[object] = [] if operation["operationId"] == "page_read" else [{"controlToken": []}]
        assert operation["security"] == [*secured, {}]
        assert operation["parameters"][0] == {"$ref": "#/components/parameters/World"}
    else:
        assert operation["security"] == [{"tokenAuth": []}, {"waldurOIDCAuth": []}]


@every_operation
def test_an_operation_has_the_answers_that_all_have(name: str, operation: Mapping[str, Any]) -> None:
    document = DOCUMENTS[name]
    answers = {status: resolve(document, node) for status, node in operation["responses"].items()}
    if name == "control.yaml":
        del answers[min(answers)]
        assert {"400", "403", "507"} <= set(answers)
        assert ("401" in answers) == ({"controlToken": []} in operation["security"])
        assert ("415" in answers) == ("requestBody" in operation)
        assert all(list(answer["content"]) == ["application/problem+json"] for answer in answers.values())
    else:
        assert all(resolve(document, a["headers"]["Allow"])["required"] for a in answers.values())
        assert {"401", "404", "406"} - set(answers) <= {"404"}
        assert "WWW-Authenticate" in answers["401"]["headers"]
        assert ("403" in answers) == (operation.get("x-role") == "staff")


def test_a_link_leads_to_an_operation_and_fills_its_path() -> None:
    for document in DOCUMENTS.values():
        known = {node["operationId"] for _path, _method, node in operations(document)}
        for _path, _method, operation in operations(document):
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


def test_head_stands_before_get_and_is_answered_without_a_body(api: Contract) -> None:
    methods = list(api.document["paths"]["/api/customer-credits/"])
    assert methods.index("head") < methods.index("get")
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


def test_a_form_has_the_fields_of_the_json_body_and_no_null(api: Contract) -> None:
    for operation in api.operations.values():
        bodies = [[p.name for p in body.properties] for body in operation.bodies.values()]
        assert all(names == bodies[0] for names in bodies)
    create = api.operations["customer_credits_create"].bodies
    assert {kind: [p.name for p in body.properties if p.nullable] for kind, body in create.items()} == {
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
