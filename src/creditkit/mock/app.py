"""The app: Connexion, its contracts, and the steps that a request passes.

From the outside in::

    CORS            browsers on other origins may call and read the headers they need
    Answers         opens the exchange; holds every answer to the contract
    exceptions      Connexion's: refusals become answers
    Docs            Connexion's Swagger UI
    Negotiation     redirect, 404 page, 406; 401, OPTIONS and 405 for methods a path does not have
    routing         Connexion's: which operation is meant
    security        Connexion's, with our token check: 401
    Dispatch        403, then the handler: 404, 415, 400, and what was asked for
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from connexion import ConnexionMiddleware
from connexion.lifecycle import ConnexionRequest, ConnexionResponse
from connexion.middleware.exceptions import ExceptionMiddleware
from connexion.middleware.routing import RoutingMiddleware
from connexion.middleware.security import SecurityMiddleware
from connexion.resolver import Resolver

from creditkit import handlers
from creditkit.contract import API, SUPPORTING, load
from creditkit.errors import Refusal

from . import docs
from .answers import Answers
from .cors import Cors
from .dispatch import Dispatch, response
from .exchange import exchange_of
from .negotiation import Negotiation
from .problems import reply_to
from .security import security_map, token_of

if TYPE_CHECKING:
    from creditkit.store import User, World

log = logging.getLogger("creditkit.mock")


def create_app(world_of: Callable[[], World]) -> ConnexionMiddleware:
    """The mock as an ASGI app; `world_of` is asked at each request which world answers it.

    Raises ContractError.
    """
    api, supporting = load(API), load(SUPPORTING)
    paths = (*api.paths, *supporting.paths)
    operations = {**api.operations, **supporting.operations}

    def authenticate(authorization: str) -> User:
        world = world_of()
        world.begin()
        return world.authenticate(token_of(authorization))

    app = ConnexionMiddleware(
        Dispatch(world_of, operations, paths),
        middlewares=[
            Cors,
            functools.partial(Answers, supporting=supporting, paths=paths),
            ExceptionMiddleware,
            docs.Docs,
            functools.partial(Negotiation, paths=paths, authenticate=authenticate, home=docs.API_DOCS),
            RoutingMiddleware,
            SecurityMiddleware,
        ],
        resolver=Resolver(functools.partial(getattr, handlers)),
        security_map=security_map(authenticate),
    )
    app.add_error_handler(Refusal, _refused)
    app.add_error_handler(Exception, _failed)
    app.add_api(api.document, swagger_ui_options=docs.options(docs.API_DOCS, "/openapi.json"))
    app.add_api(
        supporting.document, swagger_ui_options=docs.options(docs.SUPPORTING_DOCS, "/supporting.json")
    )
    return app


async def _refused(request: ConnexionRequest, refusal: Any) -> ConnexionResponse:
    media_type, reply = reply_to(refusal, as_problem=exchange_of(request.scope).wants_problem)
    made = response(reply, media_type)
    return ConnexionResponse(
        reply.status, content_type=media_type, body=made.body, headers=dict(reply.headers)
    )


async def _failed(request: ConnexionRequest, error: Exception) -> ConnexionResponse:
    """A bug of the mock: logged with its traceback; the client learns no more than the real one does."""
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return ConnexionResponse(500, content_type="text/html; charset=utf-8", body="<h1>Server Error (500)</h1>")
