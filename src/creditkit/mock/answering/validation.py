"""Whether the bytes and headers of an answer are what the contract documents.

The result depends only on the bytes and the schema, so valid bodies are remembered, bounded in number and
size; `remember=False` turns that off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import orjson

from creditkit.contract import Contract, Header, PathItem, Response, Schema

from .problems import PROBLEM

_PROBLEM = PROBLEM.encode()
_MOST_BODIES = 4096
_MOST_BYTES = 16_000_000


class AnswerValidator:
    """Holds answers to the contract; `supporting` has the schemas of problem details and of OPTIONS."""

    def __init__(self, supporting: Contract, *, remember: bool = True) -> None:
        answers = supporting.document["x-answers"]
        self._problem = {PROBLEM: supporting.schema(answers["problem"]["$ref"])}
        self._metadata = {"application/json": supporting.schema(answers["options"]["$ref"])}
        self._remember = remember
        self._valid: dict[tuple[int, bytes], None] = {}
        self._held = 0

    def faults(
        self, method: str, item: PathItem, status: int, headers: Mapping[bytes, bytes], body: bytes
    ) -> Sequence[str]:
        """The violations of an answer, a sentence each. A 500 is exempt, since it has been logged.

        `headers` have lower-case names.
        """
        if status >= 500:
            return ()
        if method == "OPTIONS" and status == 200:
            return self._body_faults(self._metadata, headers, body, self._remember)
        documented = documented_response(item, method, status)
        if documented is None:
            return (f"status {status} is not documented",)
        faults: list[str] = []
        # The answer to a create has a new uuid, so its bytes never come again.
        remember = self._remember and status != 201
        for header in documented.headers:
            faults += _header_faults(header, headers.get(header.key))
        if method != "HEAD":
            content = documented.content
            if status >= 400 and headers.get(b"content-type") == _PROBLEM:
                content = self._problem
            faults += self._body_faults(content, headers, body, remember)
        return faults

    def _body_faults(
        self,
        content: Mapping[str, Schema],
        headers: Mapping[bytes, bytes],
        body: bytes,
        remember: bool,
    ) -> Sequence[str]:
        if not content:
            return ("a body where the contract has none",) if body else ()
        media_type = _media_type(headers.get(b"content-type", b""))
        schema = content.get(media_type)
        if schema is None:
            return (f"media type {media_type or '(none)'} is not documented",)
        # A schema lives as long as its contract, so its id is not given to another one.
        key = (id(schema), body) if remember else None
        if key in self._valid:
            return ()
        try:
            document = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            return (f"the body is not JSON: {error}",)
        if schema.accepts(document):
            if key is not None:
                self._keep(key)
            return ()
        return [f"{fault.instance or '/'}: {fault.message}" for fault in schema.errors(document)]

    def _keep(self, key: tuple[int, bytes]) -> None:
        self._held += len(key[1])
        if len(self._valid) >= _MOST_BODIES or self._held > _MOST_BYTES:
            self._valid.clear()
            self._held = len(key[1])
        self._valid[key] = None


@lru_cache(maxsize=64)
def _media_type(content_type: bytes) -> str:
    return content_type.partition(b";")[0].decode("latin-1")


def documented_response(item: PathItem, method: str, status: int) -> Response | None:
    """The documented response; None for an undocumented status.

    A method that the path does not have is refused alike on every path, so any operation documents it.
    """
    operation = item.operation(method)
    if operation is not None:
        return operation.responses.get(status)
    if status == 405:
        return item.method_not_allowed
    return next(iter(item.operations.values())).responses.get(status)


def _header_faults(header: Header, sent: bytes | None) -> Sequence[str]:
    if sent is None:
        return (f"header {header.name} is missing",) if header.required else ()
    if header.schema.is_any_text:
        return ()
    text = sent.decode("latin-1")
    value: Any = int(text) if header.is_integer and text.isdigit() else text
    if header.schema.accepts(value):
        return ()
    return [f"header {header.name}: {fault.message}" for fault in header.schema.errors(value)]
