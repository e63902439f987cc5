"""A loaded contract knows its operations, and which path a request is for."""

from __future__ import annotations

import pytest

from creditkit.contract import Contract, match

CREDITS = "/api/customer-credits/"


def test_an_operation_knows_where_it_stands(api: Contract) -> None:
    create = api.operations["customer_credits_create"]
    assert (create.method, create.path, create.role) == ("POST", CREDITS, "staff")
    assert create.pointer == "#/paths/~1api~1customer-credits~1/post"
    assert api.operations["customer_credits_list"].role == ""


def test_a_path_items_parameters_belong_to_its_operations(api: Contract) -> None:
    parameters = api.operations["customer_credits_consumptions_list"].parameters
    assert [f"{p.location} {p.name}" for p in parameters] == [
        "path uuid",
        "query customer_name",
        "query customer_slug",
        "query customer_uuid",
        "query o",
        "query page",
        "query page_size",
    ]


def test_a_body_has_its_fields_in_the_order_of_the_contract(api: Contract) -> None:
    body = api.operations["customer_credits_create"].bodies["application/json"]
    assert [p.name for p in body.properties] == [
        "value",
        "customer",
        "offerings",
        "end_date",
        "expected_consumption",
        "minimal_consumption_logic",
        "grace_coefficient",
        "apply_as_minimal_consumption",
    ]
    assert [p.name for p in body.properties if p.required] == ["customer"]
    assert [p.name for p in body.properties if p.nullable] == ["end_date"]


def test_a_field_points_to_its_place_in_the_contract(api: Contract) -> None:
    value, *_ = api.operations["customer_credits_create"].bodies["application/json"].properties
    assert value.pointer == "#/components/schemas/ValueInput"
    assert value.schema["x-decimal"] == {"digits": 16, "places": 5, "minimum": "0"}


def test_a_response_knows_its_headers(api: Contract) -> None:
    headers = api.operations["customer_credits_list"].responses[200].headers
    assert [(h.name, h.required, h.is_integer) for h in headers] == [
        ("x-result-count", True, True),
        ("link", True, False),
        ("allow", True, False),
    ]
    assert [h.name for h in headers if h.schema.is_any_text] == ["link", "allow"]
    location, allow = api.operations["customer_credits_create"].responses[201].headers
    assert (location.schema.is_any_text, allow.schema.is_any_text) == (False, True), "a location is a URI"
    consumptions = api.operations["customer_credits_consumptions_list"].responses[200].headers
    assert [(h.name, h.required) for h in consumptions] == [("x-result-count", False), ("allow", True)]


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        (CREDITS, {"GET", "POST", "HEAD", "OPTIONS"}),
        (f"{CREDITS}{{uuid}}/", {"GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"}),
        (f"{CREDITS}{{uuid}}/consumptions/", {"GET", "HEAD", "OPTIONS"}),
        (f"{CREDITS}{{uuid}}/apply_compensations/", {"POST", "OPTIONS"}),
        (f"{CREDITS}{{uuid}}/clear_compensations/", {"POST", "OPTIONS"}),
    ],
)
def test_a_path_allows_what_the_server_allows(api: Contract, path: str, allow: set[str]) -> None:
    (item,) = (item for item in api.paths if item.template == path)
    assert set(item.allow) == allow
    assert item.method_not_allowed.status == 405


def test_a_path_is_matched_whole(api: Contract) -> None:
    found = match(api.paths, f"{CREDITS}abc/consumptions/")
    assert found is not None
    assert (found[0].template, found[1]) == (f"{CREDITS}{{uuid}}/consumptions/", {"uuid": "abc"})
    for path in (CREDITS[:-1], f"{CREDITS}abc", f"{CREDITS}a/b/", f"{CREDITS}abc/other/", f"/x{CREDITS}"):
        assert match(api.paths, path) is None


def test_the_supporting_contract_is_read_only(supporting: Contract) -> None:
    assert {name: (o.method, o.path) for name, o in supporting.operations.items()} == {
        "customers_list": ("GET", "/api/customers/"),
        "customers_retrieve": ("GET", "/api/customers/{uuid}/"),
        "marketplace_provider_offerings_list": ("GET", "/api/marketplace-provider-offerings/"),
        "marketplace_provider_offerings_retrieve": ("GET", "/api/marketplace-provider-offerings/{uuid}/"),
    }


def test_the_two_contracts_share_no_path_and_no_operation(api: Contract, supporting: Contract) -> None:
    assert api.operations.keys().isdisjoint(supporting.operations)
    assert {item.template for item in api.paths}.isdisjoint(item.template for item in supporting.paths)


def test_a_named_schema_can_be_asked_for(supporting: Contract) -> None:
    problem = supporting.schema("#/components/schemas/Problem")
    assert problem.accepts({"type": "about:blank", "title": "Not Found", "status": 404, "detail": ""})
    assert not problem.accepts({"type": "about:blank", "title": "OK", "status": 200, "detail": ""})
