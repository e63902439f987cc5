"""Whole answers made of the contract's examples.

A body is a named example, else the first one. A header has the contract's example, or follows from the body
(Link, Location, counts). Hyperlinks lead to this mock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from creditkit.contract import lookup, resolve
from creditkit.handlers import Query, Reply, headers_of, page_of
from creditkit.mock.answering.answers import Outgoing, outgoing

if TYPE_CHECKING:
    from creditkit.contract import Contract, Operation
    from creditkit.mock.answering.request_context import RequestContext

EXAMPLE_BASE = "https://api.example.com"
"""The base URL of every hyperlink in the contracts' examples."""


class Examples:
    """The examples of some contracts, by operation, status and name."""

    def __init__(self, contracts: Sequence[Contract]) -> None:
        self._documents = {name: one.document for one in contracts for name in one.operations}

    def names(self, operation: Operation, status: int) -> tuple[str, ...]:
        """The names of the examples of one response, in the contract's order; none where it has no body."""
        _, examples = self._content(operation, status)
        return tuple(examples)

    def answer(self, operation: Operation, status: int, name: str, context: RequestContext) -> Outgoing:
        """The answer with this status, and with this example as body; an empty name for one without a body.

        HEAD's answer is that of GET without its body.
        """
        media_type, examples = self._content(operation, status)
        body = None
        if name:
            example = resolve(self._documents[operation.id], examples[name])
            body = _rebased(example["value"], context.base)
        headers = self._headers(operation, status, body, context)
        answer = outgoing(Reply(status, body, headers), media_type)
        if context.method == "HEAD":
            answer.body = b""
        return answer

    def _response(self, operation: Operation, status: int) -> Mapping[str, Any]:
        document = self._documents[operation.id]
        return resolve(document, lookup(document, operation.responses[status].pointer))

    def _content(self, operation: Operation, status: int) -> tuple[str, Mapping[str, Any]]:
        for media_type, content in self._response(operation, status).get("content", {}).items():
            return media_type, content.get("examples", {})
        return "", {}

    def _headers(
        self, operation: Operation, status: int, body: Any, context: RequestContext
    ) -> dict[str, str]:
        """The required headers of a response, but `Allow`, which every answer gets."""
        document = self._documents[operation.id]
        made = {}
        for name, node in self._response(operation, status).get("headers", {}).items():
            header = resolve(document, node)
            if header.get("required") and name != "Allow":
                made[name] = str(_rebased(header["example"], context.base))
        if isinstance(body, list) and "Link" in made:
            whole = page_of(body, Query.of(f"page_size={len(body)}"))
            made |= headers_of(whole, context.base + context.path, Query.of(""))
        if "Location" in made:
            made["Location"] = body["url"]
        return made


def _rebased(value: Any, base: str) -> Any:
    """The value with every hyperlink of an example leading to the mock."""
    if isinstance(value, str):
        return value.replace(EXAMPLE_BASE, base)
    if isinstance(value, list):
        return [_rebased(item, base) for item in value]
    if isinstance(value, dict):
        return {key: _rebased(item, base) for key, item in value.items()}
    return value
