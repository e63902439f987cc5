"""What openapi-spec-validator says is told with the place that it leaves out, and by the inner cause."""

from __future__ import annotations

import socket
import textwrap
from pathlib import Path

import pytest

from creditkit.review.lint.openapi_validator import validation_errors

from .planted_mistakes import BASES, plant, source_of


def errors(replace: str, put: str, base: str = "3.0") -> list[tuple[str, int, str]]:
    read = source_of(plant(BASES[base], replace, put))
    return [(rule, read.place(one.pointer).line, one.message) for rule, one in validation_errors(read)]


def line(text: str, base: str = "3.0") -> int:
    """The first line of the base that holds a text."""
    return BASES[base][: BASES[base].index(text)].count("\n") + 1


@pytest.mark.parametrize("base", list(BASES))
def test_a_valid_contract_has_no_error(base: str) -> None:
    assert list(validation_errors(source_of(BASES[base]))) == []


def test_an_error_of_form_is_told_by_what_is_wrong_within_the_alternatives() -> None:
    found = errors("description: Taken.\n", "descripton: Taken.\n")
    at = line("description: Taken.")
    assert ("openapi-valid", at, "there is no 'descripton' here") in found
    assert ("openapi-valid", at - 1, "description is missing") in found
    assert len(found) == 2


def test_what_excludes_each_other_is_told_by_name() -> None:
    put = "example: {title: Not found}\nexamples: {none: {value: {}}}\n"
    [(_rule, _line, message)] = errors("example: {title: Not found}\n", put)
    assert message == "example and examples exclude each other"


TWICE = "- {name: page, in: query, schema: {type: integer}}\n"


@pytest.mark.parametrize(
    ("replace", "put", "rule", "at", "message"),
    [
        (
            "type: integer\nminimum: 1\n",
            "type: integr\nminimum: 1\n",
            "openapi-valid",
            line("minimum: 1") - 1,
            '"integr" is none of ["array", "boolean", "integer", "number", "object", "string"]',
        ),
        (
            "- $ref: '#/components/parameters/PageSize'\n",
            "- $ref: 5\n",
            "openapi-valid",
            line("parameters/PageSize"),
            "5 is not of type string",
        ),
        (
            "operationId: credits_delete\n",
            "operationId: credits_read\n",
            "operation-id-unique",
            line("operationId: credits_delete"),
            "Operation ID 'credits_read' for 'delete' in '/api/credits/{uuid}/' is not unique",
        ),
        (
            TWICE,
            TWICE + TWICE.replace("integer", "string"),
            "parameter-unique",
            line("name: page,") - 1,
            "Duplicate parameter 'page'",
        ),
        (
            "default: 10\n",
            "default: ten\n",
            "default-valid",
            line("default: 10"),
            "'ten' is not of type 'integer'",
        ),
    ],
)
def test_an_error_is_placed_at_its_cause(replace: str, put: str, rule: str, at: int, message: str) -> None:
    assert errors(replace, put) == [(rule, at, message)]


def test_a_missing_path_parameter_is_told_at_each_operation() -> None:
    found = errors("/api/credits/{uuid}/:\n", "/api/credits/{uuid}/{part}/:\n")
    lines = [line("credits_read\n      responses:") - 1, line("operationId: credits_delete") - 1]
    assert sorted(found) == [
        (
            "path-parameter",
            at,
            f"Path parameter 'part' for '{method}' operation in '/api/credits/{{uuid}}/{{part}}/' "
            "was not resolved",
        )
        for at, method in zip(lines, ("get", "delete"), strict=True)
    ]


def test_schemas_of_3_1_are_held_to_the_dialect() -> None:
    [found] = errors("type: object\nrequired: [value]\n", "type: object\nrequired: value\n", "3.1")
    assert found == ("openapi-valid", line("required: [value]", "3.1"), '"value" is not of type array')


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(socket, "create_connection", lambda *_args, **_options: pytest.fail("fetched"))
    (tmp_path / "schema.yaml").write_text("type: strange\n", encoding="utf-8")
    for reference in ("http://127.0.0.1:1/a.yaml", (tmp_path / "schema.yaml").as_uri(), "schema.yaml"):
        assert errors("$ref: '#/components/schemas/Folder'\n", f"$ref: {reference}\n") == []


@pytest.mark.parametrize("times", [2, 40])
def test_schemas_that_would_stop_it_are_not_given_to_it(times: int) -> None:
    parts = "".join(
        f"S{n}:\n  allOf:\n" + f"    - $ref: '#/components/schemas/S{n + 1}'\n" * times for n in range(40)
    )
    put = f"schemas:\n  S40:\n    type: strin\n{textwrap.indent(parts, '  ')}"
    assert [message for _rule, _line, message in errors("schemas:\n", put)] == [
        '"strin" is none of ["array", "boolean", "integer", "number", "object", "string"]'
    ]
