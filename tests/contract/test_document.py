"""Contracts are read with the types of JSON, and references are followed only within them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from creditkit.contract import API, inline, lookup, read, resolve
from creditkit.errors import ContractError

MINIMAL = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\n"
LOOP: dict[str, Any] = {"a": {"$ref": "#/b"}, "b": {"items": {"$ref": "#/b"}}}


def written(folder: Path, text: str) -> Path:
    path = folder / "contract.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_dates_and_statuses_are_text(tmp_path: Path) -> None:
    document = read(written(tmp_path, f"{MINIMAL}x: 2026-11-22\ny: {{200: ok}}\n"))
    assert document["x"] == "2026-11-22"
    assert document["y"] == {"200": "ok"}


def test_a_missing_file_and_broken_yaml_are_contract_errors(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"absent\.yaml: cannot be read"):
        read(tmp_path / "absent.yaml")
    with pytest.raises(ContractError, match=r"contract\.yaml:4: not YAML"):
        read(written(tmp_path, f"{MINIMAL}: [\n"))


@pytest.mark.parametrize("text", ["", "- 1\n", "openapi: 3.1.0\n", "openapi: 3.0\n", "swagger: '2.0'\n"])
def test_only_openapi_3_0_is_read(tmp_path: Path, text: str) -> None:
    with pytest.raises(ContractError, match=r"not an OpenAPI 3\.0 document"):
        read(written(tmp_path, text))


def test_a_pointer_unescapes_its_tokens_and_must_lead_somewhere() -> None:
    document = read(API)
    path = lookup(document, "#/paths/~1api~1customer-credits~1/head/operationId")
    assert path == "customer_credits_count"
    with pytest.raises(ContractError, match="leads nowhere: there is no 'Nothing'"):
        lookup(document, "#/components/schemas/Nothing")


def test_a_chain_of_references_is_followed_to_its_end() -> None:
    assert resolve({"a": {"$ref": "#/b"}, "b": {"type": "string"}}, {"$ref": "#/a"}) == {"type": "string"}


@pytest.mark.parametrize("reference", ["other.yaml#/a", "https://api.example.com/a"])
def test_a_reference_out_of_the_document_is_refused(reference: str) -> None:
    with pytest.raises(ContractError, match="only references within the contract"):
        resolve({}, {"$ref": reference})


def test_inlining_leaves_no_reference_and_no_shared_part() -> None:
    document = {"shared": {"type": "string"}}
    node = [{"$ref": "#/shared"}, {"items": {"$ref": "#/shared"}}]
    inlined = inline(document, node)
    assert inlined == [{"type": "string"}, {"items": {"type": "string"}}]
    assert inlined[0] is not inlined[1]["items"]
    assert inlined[0] is not document["shared"]


def test_a_schema_that_contains_itself_is_a_contract_error() -> None:
    with pytest.raises(ContractError, match="contains itself"):
        inline(LOOP, LOOP["a"])
