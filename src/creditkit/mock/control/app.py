"""The control app: Connexion's own pipeline for `control.yaml`. `Control` makes it and passes requests to it.

Connexion validates requests and answers; speed does not matter here. Every refusal becomes problem details.
"""

from __future__ import annotations

import functools
from collections.abc import AsyncGenerator, Callable, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import orjson
from connexion import AsyncApp
from connexion.datastructures import MediaTypeDict
from connexion.exceptions import BadRequestProblem, ProblemException
from connexion.lifecycle import ConnexionRequest, ConnexionResponse
from connexion.middleware import ConnexionMiddleware
from connexion.middleware.server_error import ServerErrorMiddleware
from connexion.middleware.swagger_ui import SwaggerUIMiddleware
from connexion.resolver import Resolver
from connexion.validators import JSONRequestBodyValidator
from starlette.exceptions import HTTPException
from starlette.responses import Response

from creditkit.contract import CONTROL, Contract, load, match
from creditkit.errors import CreditkitError, Malformed, Refusal
from creditkit.handlers import Reply
from creditkit.mock.answering import docs
from creditkit.mock.answering.answers import outgoing
from creditkit.mock.answering.problems import PROBLEM, failure, reply_to

from .clock import Clock
from .deviations_and_faults import Deviations, FaultsInForce
from .entries import Entries
from .worlds import Worlds

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from creditkit.mock.worlds.client_worlds import ClientWorlds

DOCS = "/_mock/docs/"
_HEADERS = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"SAMEORIGIN"),
)


def create_control(client_worlds: ClientWorlds) -> ASGIApp:
    """The control API of a mock with these worlds; raises ContractError."""
    contract = load(CONTROL)
    groups = [group(client_worlds) for group in (Worlds, Clock, Deviations, FaultsInForce, Entries)]
    operations = {
        name: _answering(getattr(group, name))
        for name in contract.operations
        for group in groups
        if hasattr(group, name)
    }
    app = AsyncApp(
        "creditkit",
        middlewares=[
            docs.Docs if step is SwaggerUIMiddleware else step
            for step in ConnexionMiddleware.default_middlewares
            if step is not ServerErrorMiddleware
        ],
        security_map={"bearer": _Settled},
        validator_map={"body": MediaTypeDict({"*/*json": _Json})},
        resolver=Resolver(operations.__getitem__),
        validate_responses=True,
        strict_validation=True,
    )
    app.add_error_handler(Refusal, _refused)
    app.add_error_handler(CreditkitError, _could_not)
    app.add_error_handler(ProblemException, _refused_by_connexion)
    app.add_error_handler(HTTPException, functools.partial(_not_routed, contract))
    app.add_error_handler(Exception, _failed)
    app.add_api(contract.document, swagger_ui_options=docs.options(DOCS, "/_mock/control.json"))
    return functools.partial(_with_headers, app)


async def _with_headers(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Forbid caching, guessing the media type, and framing by other origins."""

    async def add(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *_HEADERS]
        await send(message)

    await app(scope, receive, add)


def _answering(operation: Callable[..., Any]) -> Callable[..., Any]:
    """The operation with its result made into an answer: JSON, or 204 for None."""

    @functools.wraps(operation)
    async def answer(**arguments: Any) -> Any:
        given = await operation(**arguments)
        if isinstance(given, Response):
            return given
        if given is None:
            return ConnexionResponse(204)
        return ConnexionResponse(200, content_type="application/json", body=orjson.dumps(given))

    return answer


class _Json(JSONRequestBodyValidator):
    """Connexion's validator of JSON bodies, which also answers 400 to bytes that are not JSON."""

    async def _parse(self, stream: AsyncGenerator[bytes, None], scope: Scope) -> Any:  # noqa: ARG002
        body = b"".join([part async for part in stream])
        try:
            return orjson.loads(body) if body else None
        except orjson.JSONDecodeError as error:
            raise BadRequestProblem(f"The body is not JSON: {error}") from None

    def _validate(self, body: Any) -> Any:
        try:
            return super()._validate(body)
        except RecursionError:  # the message repeats the body
            raise BadRequestProblem("The body has more levels than it may have.") from None


class _Settled:
    """The handler of the contract's security scheme: `Guard` has looked at the token already."""

    def get_fn(self, _scheme: Any, _scopes: Any) -> None:
        return None


def _refused(_request: ConnexionRequest, refusal: Any) -> ConnexionResponse:
    media_type, reply = reply_to(refusal, as_problem=True)
    return _response(reply, media_type)


def _could_not(request: ConnexionRequest, error: Any) -> ConnexionResponse:
    """An error of the store, such as an invalid name or a rewind that goes too far back."""
    return _refused(request, Malformed(error.sentence))


def _refused_by_connexion(_request: ConnexionRequest, problem: Any) -> ConnexionResponse:
    status = HTTPStatus(problem.status)
    # The first paragraph says what is wrong; the others repeat the schema.
    sentence = str(problem.detail or status.phrase).partition("\n")[0]
    return _problem(status, f"{sentence.rstrip('.')}.")


def _not_routed(contract: Contract, request: ConnexionRequest, error: Any) -> ConnexionResponse:
    path, method = request.url.path, request.method
    found = match(contract.paths, path)
    if found is None or error.status_code == HTTPStatus.NOT_FOUND:
        return _problem(HTTPStatus.NOT_FOUND, f"There is nothing at {path}: {DOCS} tells what is.")
    allow = [*found[0].operations, *(["HEAD"] if "GET" in found[0].operations else [])]
    sentence = f"Method {method} is not allowed at {path}."
    return _problem(HTTPStatus.METHOD_NOT_ALLOWED, sentence, {"Allow": ", ".join(allow)})


def _failed(request: ConnexionRequest, error: Exception) -> ConnexionResponse:
    failure(request.method, request.url.path, error)
    return _problem(HTTPStatus.INTERNAL_SERVER_ERROR, "This is a bug of the mock; its log has all of it.")


def _problem(status: HTTPStatus, detail: str, headers: Mapping[str, str] = MappingProxyType({})) -> Any:
    body = {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": detail}
    return _response(Reply(status, body, headers), PROBLEM)


def _response(reply: Reply, media_type: str) -> ConnexionResponse:
    return ConnexionResponse(
        reply.status, content_type=media_type, body=outgoing(reply).body, headers=dict(reply.headers)
    )
