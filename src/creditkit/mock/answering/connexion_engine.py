"""The stock engine (`--engine stock`): Connexion's own pipeline, with our validators in its `validator_map`.

Connexion's own validators stop at the first violation and check no format. Ours keep what they find in the
context until the handler asks, because permission and existence come before the body (observed D24). Some
requests Connexion answers before any validator; `tests/mock/test_engines.py` lists the differences.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator, Mapping
from typing import TYPE_CHECKING, Any

import orjson
from connexion.datastructures import MediaTypeDict
from connexion.exceptions import NonConformingResponseBody
from connexion.validators import AbstractRequestBodyValidator, AbstractResponseBodyValidator

from creditkit.contract import Schema
from creditkit.errors import Malformed, Refusal, UnsupportedMediaType
from creditkit.mock.reading import bodies, forms, queries

from .request_context import context_of

if TYPE_CHECKING:
    from connexion.exceptions import ProblemException
    from starlette.types import Scope

    from creditkit.contract import Operation, PathItem


def validator_map(paths: tuple[PathItem, ...]) -> Mapping[str, Any]:
    """Connexion's `validator_map`: our readers for parameters and bodies, our schemas for answers."""
    readers = bodies.Readers(paths)
    # Connexion makes a validator for each request of the same schema objects, which live as long as the app.
    compiled: dict[int, Schema] = {}

    class Parameters:
        """The validator of parameters. A path parameter that is no uuid is an object that is not found."""

        def __init__(self, *_: object, **__: object) -> None:
            pass

        def validate(self, scope: Scope) -> None:
            queries.read(_operation(scope), context_of(scope).query)

    class Body(AbstractRequestBodyValidator):
        """The validator of a request body: keeps what it finds for the handler."""

        async def _parse(self, stream: AsyncGenerator[bytes, None], scope: Scope) -> None:
            context = context_of(scope)
            content = b"".join([part async for part in stream])
            raw_body = await forms.receive(content, context.headers.get("content-type", ""))
            try:
                context.found = readers.of(_operation(scope)).read(raw_body)
            except Refusal as refusal:
                context.found = refusal

    class Answer(AbstractResponseBodyValidator):
        """The validator of an answer's body."""

        def _parse(self, stream: Generator[bytes, None, None]) -> bytes:
            return b"".join(stream)

        def _validate(self, body: bytes) -> None:
            if not self._schema:
                return  # the contract has no body here, which the check of what leaves holds it to
            schema = compiled.get(id(self._schema))
            if schema is None:
                plain = {key: value for key, value in self._schema.items() if key != "components"}
                schema = compiled[id(self._schema)] = Schema(plain)
            if not schema.accepts(orjson.loads(body)):
                raise NonConformingResponseBody(message="the answer is not what the contract documents")

    return {
        "parameter": Parameters,
        "body": MediaTypeDict({"*": Body}),
        "response": MediaTypeDict({"*/*json": Answer}),
    }


def refusal_of(problem: ProblemException, media_type: str) -> Refusal | None:
    """What Connexion refuses by itself, in the kit's terms; None for a fault of the mock.

    `media_type` is that of the request's body.
    """
    match problem.status:
        case 400:
            return Malformed(problem.detail or "")
        case 415:
            return UnsupportedMediaType(f'Unsupported media type "{media_type}" in request.')
    return None


def _operation(scope: Scope) -> Operation:
    context = context_of(scope)
    assert context.item is not None
    return context.item.operations[context.method]
