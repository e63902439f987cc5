"""`Judge` holds any deployment's requests and answers to the contract; the proxy and the export use it.

It uses the mock's own readers and `AnswerValidator`. It cannot check what only a world knows: permission,
existence, rules over stored data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from creditkit.contract import API, SUPPORTING, load, lookup
from creditkit.errors import MethodNotAllowed, Refusal, Rejected
from creditkit.mock.reading import bodies, forms, queries

from .request_context import RequestContext, negotiate, open_context
from .validation import AnswerValidator, documented_response

if TYPE_CHECKING:
    from starlette.types import Scope

    from creditkit.contract import Contract, Operation

_PLACED = re.compile(r"(/[^ :]*): (.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Finding:
    """One violation: `where` it was found (`request` or `answer`), the JSON Pointer, and what is wrong.

    The pointer leads into the body; a query parameter is `?name`, and it is empty for what is no part of
    either. In a list `*` stands for every item that has the same fault, `times` of them.
    """

    where: str
    pointer: str
    message: str
    times: int = 1

    def __str__(self) -> str:
        place = f" {self.pointer}" if self.pointer else ""
        times = f" ({self.times} times)" if self.times > 1 else ""
        return f"{self.where}{place}: {self.message}{times}"


class Judge:
    """Holds requests and answers to a contract; None is the packaged one."""

    def __init__(self, contract: Contract | None = None) -> None:
        api, supporting = contract or load(API), load(SUPPORTING)
        self._paths = (*api.paths, *supporting.paths)
        self._documents = {id(item): api.document for item in api.paths}
        self._readers = bodies.Readers(self._paths)
        self._validator = AnswerValidator(supporting)

    def open(self, scope: Scope) -> RequestContext:
        """The context of a request; its `item` is None for a path that no contract has."""
        return open_context(scope, self._paths)

    def context(self, method: str, path: str, query: str = "") -> RequestContext:
        """The context of a request that is no more than its method and its target."""
        scope = {"type": "http", "scheme": "http", "method": method, "path": path, "headers": []}
        return self.open({**scope, "query_string": query.encode()})

    def operation(self, context: RequestContext) -> Operation | None:
        """The operation that a request is meant for, if there is one."""
        return context.item.operation(context.method) if context.item else None

    async def request(self, context: RequestContext, content: bytes) -> Sequence[Finding]:
        """What is wrong with a request, each broken rule; nothing for a path that no contract has."""
        if context.item is None or context.method == "OPTIONS":
            return ()
        found: list[Finding] = []
        operation = self.operation(context)
        if operation is None:
            return (_of_refusal(MethodNotAllowed(f'Method "{context.method}" not allowed.')),)
        try:
            negotiate(context)
        except Refusal as refusal:
            found.append(_of_refusal(refusal))
        try:
            queries.read(operation, context.query)
        except Rejected as refusal:
            found += [Finding("request", f"?{v.field}", v.message) for v in refusal.violations]
        if operation.bodies and not self._is_unread(context, operation):
            raw_body = await forms.receive(content, context.headers.get("content-type"))
            found += self._of_body(raw_body, operation)
        return found

    def answer(
        self, context: RequestContext, status: int, headers: Mapping[bytes, bytes], body: bytes
    ) -> Sequence[Finding]:
        """What is wrong with an answer, whose header names are in lower case."""
        item = context.item
        if item is None:
            return ()
        if status >= 500 and documented_response(item, context.method, status) is None:
            return (Finding("answer", "", f"status {status} is not documented"),)
        return _gathered(self._validator.faults(context.method, item, status, headers, body))

    def _of_body(self, raw_body: forms.RawBody, operation: Operation) -> Iterable[Finding]:
        try:
            violations = self._readers.of(operation).read(raw_body).violations
        except Rejected as refusal:
            violations = refusal.violations
        except Refusal as refusal:
            return (_of_refusal(refusal),)
        return [Finding("request", f"/{v.field}" if v.field else "", v.message) for v in violations]

    def _is_unread(self, context: RequestContext, operation: Operation) -> bool:
        """Whether the contract says that the body is not looked at."""
        document = self._documents.get(id(context.item))
        node = lookup(document, operation.pointer) if document else {}
        return bool(node.get("requestBody", {}).get("x-lenient") == "ignored")


def _of_refusal(refusal: Refusal) -> Finding:
    return Finding("request", "", refusal.detail)


def _gathered(faults: Sequence[str]) -> Sequence[Finding]:
    """The faults of an answer, those of the same field of many items as one."""
    first: dict[str, Finding] = {}
    for fault in faults:
        placed = _PLACED.fullmatch(fault)
        pointer = re.sub(r"/\d+(?=/|$)", "/*", placed[1]) if placed else ""
        message = placed[2] if placed else fault
        # The words for what is wrong with a value begin with the value; the rest is the same for all.
        key = f"{pointer} {message.rpartition(' is ')[2] if pointer else message}"
        known = first.get(key)
        if known is None:
            first[key] = Finding("answer", placed[1] if placed else "", message)
        else:
            first[key] = Finding("answer", pointer, known.message, known.times + 1)
    return tuple(first.values())
