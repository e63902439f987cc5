from __future__ import annotations

import pytest
import yaml

from creditkit.contract import API, read
from mock.conftest import CREDITS, Api


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_path_without_its_slash_is_redirected_before_anything_else(api: Api, method: str) -> None:
    answer = api(method, "/api/customer-credits?page=2", as_=None)
    assert (answer.status_code, answer.headers["location"]) == (301, "/api/customer-credits/?page=2")


@pytest.mark.parametrize("path", ["/api/nothing/", "/api/nothing", "/api/customer-credits/x/y/"])
def test_an_unknown_path_is_a_page_not_found(api: Api, path: str) -> None:
    answer = api("GET", path)
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("*/*", 200),
        ("application/json", 200),
        ("application/json; indent=4", 200),
        ("text/html, application/*;q=0.5", 200),
        ("application/problem+json", 200),
        ("text/html", 406),
        ("application/xml", 406),
        ("", 406),
    ],
)
def test_only_json_can_be_had(api: Api, accept: str, status: int) -> None:
    answer = api("GET", CREDITS, headers={"Accept": accept})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    if status == 406:
        assert answer.json() == {"detail": "Could not satisfy the request Accept header."}


def test_format_json_leaks_into_every_hyperlink(api: Api) -> None:
    first = api("GET", CREDITS + "?format=json&page_size=1").json()[0]
    assert first["url"].endswith("/?format=json")
    assert first["customer"].endswith("/?format=json")
    made = api("POST", CREDITS + "?format=json", json={"customer": api.free_customer()})
    assert made.headers["location"] == made.json()["url"]
    assert made.headers["location"].endswith("/?format=json")


def test_another_format_is_not_found_even_without_credentials(api: Api) -> None:
    answer = api("GET", CREDITS + "?format=xml", as_=None)
    assert (answer.status_code, answer.json()) == (404, {"detail": "Not found."})


def test_options_tell_what_the_contract_says(api: Api) -> None:
    told = api("OPTIONS", CREDITS).json()
    assert told["renders"] == ["application/json"]
    assert told["parses"] == ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"]
    fields = told["actions"]["POST"]
    assert fields["customer"] == {
        "type": "field",
        "required": True,
        "read_only": False,
        "label": "Customer",
    }
    assert [c["value"] for c in fields["minimal_consumption_logic"]["choices"]] == ["fixed", "linear"]
    assert {name: f["type"] for name, f in fields.items() if name in ("value", "end_date")} == {
        "value": "decimal",
        "end_date": "date",
    }
    assert "actions" not in api("OPTIONS", CREDITS, as_="support").json()
    assert list(api("OPTIONS", api.first_credit()).json()["actions"]) == ["PUT"]


def test_every_answer_has_the_headers_of_the_real_server(api: Api) -> None:
    for answer in (api("GET", CREDITS), api("GET", CREDITS, as_=None), api("OPTIONS", CREDITS)):
        assert answer.headers["vary"].startswith("Accept, Accept-Language, Cookie")  # CORS adds Origin
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["content-language"] == "en"


def test_head_is_get_without_its_body(api: Api) -> None:
    got, head = api("GET", CREDITS + "?page_size=3"), api("HEAD", CREDITS + "?page_size=3")
    assert (head.status_code, head.content) == (200, b"")
    for name in ("x-result-count", "link", "allow"):
        assert head.headers[name] == got.headers[name]
    assert api("HEAD", api.first_credit()).status_code == 200
    assert api("HEAD", CREDITS + "?page=99").status_code == 404


def test_a_page_on_another_origin_may_read_what_it_needs(api: Api) -> None:
    origin = {"Origin": "https://app.example.com"}
    asked = {**origin, "Access-Control-Request-Method": "PATCH"}
    asked["Access-Control-Request-Headers"] = "authorization,content-type"
    preflight = api("OPTIONS", CREDITS, as_=None, headers=asked)
    assert (preflight.status_code, preflight.content) == (200, b"")
    assert "PATCH" in preflight.headers["access-control-allow-methods"]
    assert "authorization" in preflight.headers["access-control-allow-headers"].lower()
    for answer in (api("GET", CREDITS, headers=origin), api("GET", CREDITS, as_=None, headers=origin)):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["access-control-expose-headers"] == (
            "Link, X-Result-Count, Location, Retry-After, Preference-Applied, X-Mock-Answer"
        )


@pytest.mark.parametrize("path", ["/docs/", "/docs-supporting/", "/openapi.json", "/supporting.json"])
def test_the_pages_are_there_without_credentials(api: Api, path: str) -> None:
    assert api("GET", path, as_=None).status_code == 200


def test_the_contract_that_is_served_is_the_one_in_the_repository(api: Api) -> None:
    assert api("GET", "/openapi.json", as_=None).json() == read(API)
    assert (
        yaml.safe_load(api("GET", "/openapi.yaml", as_=None).text)["paths"].keys()
        == read(API)["paths"].keys()
    )


def test_the_root_leads_to_the_docs(api: Api) -> None:
    answer = api("GET", "/", as_=None)
    assert (answer.status_code, answer.headers["location"]) == (302, "/docs/")
