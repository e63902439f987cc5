"""Rules about responses and what they carry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from creditkit.documents import join, last

from .contract import Contract, Fault, Operation, is_json

_BODILESS = ("204", "304", "205")


def error_response(contract: Contract) -> Iterator[Fault]:
    """An operation says nothing of requests that it refuses."""
    for operation in contract.operations:
        statuses = operation.value.get("responses")
        if isinstance(statuses, dict) and not any(_is_refusal(status) for status in statuses):
            yield Fault(
                join(operation.pointer, "responses"), f"{operation.label} documents no response of 400 to 499"
            )


def response_bodiless(contract: Contract) -> Iterator[Fault]:
    """A response that has no body by HTTP is given one."""
    told: set[str] = set()
    for _operation, status, pointer, response in _responses(contract):
        bodiless = status in _BODILESS or status.startswith("1")
        if bodiless and response.get("content") and pointer not in told:
            told.add(pointer)
            yield Fault(join(pointer, "content"), f"a response of {status} has no body")


def response_content(contract: Contract) -> Iterator[Fault]:
    """A response to GET does not say what it carries."""
    for operation, status, pointer, response in _responses(contract):
        if operation.method == "get" and status in ("200", "203", "206") and not response.get("content"):
            yield Fault(pointer, f"{operation.label} answers {status} with no content type")


def media_type_name(contract: Contract) -> Iterator[Fault]:
    """The key of a content is no media type."""
    for node in contract.of("request-body", "response", "parameter", "header"):
        content = node.value.get("content")
        for name in content if isinstance(content, dict) else ():
            if name.count("/") != 1 or not all(name.split(";")[0].strip().split("/")):
                yield Fault(join(node.pointer, "content", name), f"{name!r} is no media type")


def content_schema(contract: Contract) -> Iterator[Fault]:
    """JSON without a schema."""
    for node in contract.of("media-type"):
        if "schema" not in node.value and is_json(last(node.pointer)):
            yield Fault(node.pointer, "the JSON here has no schema")


def _responses(contract: Contract) -> Iterator[tuple[Operation, str, str, dict[str, Any]]]:
    for operation in contract.operations:
        statuses = operation.value.get("responses")
        for status in statuses if isinstance(statuses, dict) else ():
            pointer, response = contract.end(join(operation.pointer, "responses", status))
            if isinstance(response, dict) and not status.startswith("x-"):
                yield operation, status, pointer, response


def _is_refusal(status: str) -> bool:
    return status == "default" or (len(status) == 3 and status.startswith("4"))
