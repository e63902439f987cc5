"""The app: Connexion, its contracts, and the steps that a request passes.

From the outside in, for what does not go straight to its plan (`straight`)::

    CORS            browsers on other origins may call and read the headers they need
    Guard           only in a mock with control: who may control it
    Select          only in a mock with worlds: which client's world answers
    Control         only in a mock with control: whatever is under /_mock/
    Inject          only in a mock that can have faults: late, cut and failing answers
    Choose          what a client wishes: a documented answer, a wait
    Deviate         only in a mock that can deviate: shows what real servers do otherwise
    Plans           answers what is meant for an operation, all below in one step; not in the stock engine
    Answers         opens the context; holds every answer to the contract
    exceptions      Connexion's: refusals become answers
    Docs            Connexion's Swagger UI
    Negotiation     redirect, 404 page, 406; 401, OPTIONS and 405 for methods a path does not have
    routing         Connexion's: which operation is meant
    security        Connexion's, with our token check: 401
    validation      Connexion's, with our validators; only in the stock engine
    Dispatch        403, then the handler: 404, 415, 400, and what was asked for
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from connexion import ConnexionMiddleware
from connexion.exceptions import ProblemException
from connexion.lifecycle import ConnexionRequest, ConnexionResponse
from connexion.middleware.exceptions import ExceptionMiddleware
from connexion.middleware.request_validation import RequestValidationMiddleware
from connexion.middleware.response_validation import ResponseValidationMiddleware
from connexion.middleware.routing import RoutingMiddleware
from connexion.middleware.security import SecurityMiddleware
from connexion.resolver import Resolver

from creditkit import handlers as packaged_handlers
from creditkit.contract import API, SUPPORTING, load
from creditkit.errors import Refusal
from creditkit.handlers import Reply
from creditkit.settings import Engine

from .answering import docs
from .answering.answers import Answers, Check, Observe, outgoing
from .answering.connexion_engine import refusal_of, validator_map
from .answering.dispatch import Dispatch
from .answering.negotiation import Negotiation
from .answering.plans import Plans
from .answering.problems import failure, reply_to
from .answering.request_context import context_of
from .answering.security import security_map, token_of
from .answering.validation import AnswerValidator
from .choice import Choose
from .cors import Cors
from .deviate import Deviate
from .faults import Inject

if TYPE_CHECKING:
    from types import ModuleType

    from creditkit.contract import Contract
    from creditkit.deviations import Shown
    from creditkit.store import User, World

    from .faults import Dice

Step = Callable[..., Any]
"""What makes a middleware of the app that stands behind it."""


class Mock(ConnexionMiddleware):
    """The app of a mock. `plans` are its plans, once its first request has had Connexion put it together.

    The stock engine never has any.
    """

    plans: Plans | None = None

    def keep(self, plans: Plans) -> None:
        """Let these be its plans."""
        self.plans = plans


def create_app(
    world_of: Callable[[], World],
    deviations: Callable[[], Sequence[Shown]] | None = None,
    faults: Callable[[], Dice] | None = None,
    *,
    engine: Engine = Engine.PLANS,
    remember: bool = True,
    around: Sequence[Step] = (),
    begin: Callable[[], object] | None = None,
    observe: Observe | None = None,
    contract: Contract | None = None,
    handlers: ModuleType = packaged_handlers,
) -> Mock:
    """The mock as an ASGI app; `world_of` is asked at each request which world answers it.

    `deviations` is asked at each request what is to be shown, and `faults` for the dice that say what the
    request meets; without them nothing ever is. With `remember`, the verdict on an answer's bytes holds for
    the same bytes again. `around` are steps that stand around all others but CORS, the outermost first.
    `begin` has the world count a request, in place of this app; `observe` is told of every request to the
    API, with the answer that leaves. `contract` and `handlers` are served in place of the packaged ones.
    Raises ContractError.
    """
    api, supporting = contract or load(API), load(SUPPORTING)
    paths = (*api.paths, *supporting.paths)
    operations = {**api.operations, **supporting.operations}

    def authenticate(authorization: str) -> User:
        world = world_of()
        (begin or world.begin)()
        return world.authenticate(token_of(authorization))

    check = Check(AnswerValidator(supporting, remember=remember), observe)
    dispatch = Dispatch(world_of, operations, paths)
    before: list[Step] = [Cors, *around]
    after: list[Step] = []
    if faults is not None:
        before.append(functools.partial(Inject, dice=faults, paths=paths))
    before.append(functools.partial(Choose, contracts=(api, supporting), paths=paths, check=check))
    if deviations is not None:
        before.append(
            functools.partial(Deviate, deviations=deviations, authenticate=authenticate, paths=paths)
        )
    if engine is Engine.STOCK:
        after = [RequestValidationMiddleware, ResponseValidationMiddleware]
    else:
        before.append(
            functools.partial(
                Plans,
                make=dispatch.make,
                paths=paths,
                authenticate=authenticate,
                check=check,
                made=lambda plans: app.keep(plans),
            )
        )
    app: Mock = Mock(
        dispatch,
        middlewares=[
            *before,
            functools.partial(Answers, check=check, paths=paths),
            ExceptionMiddleware,
            docs.Docs,
            functools.partial(Negotiation, paths=paths, authenticate=authenticate, home=docs.API_DOCS),
            RoutingMiddleware,
            SecurityMiddleware,
            *after,
        ],
        resolver=Resolver(functools.partial(getattr, handlers)),
        security_map=security_map(authenticate),
        validator_map=validator_map(paths),
        validate_responses=True,
    )
    app.add_error_handler(Refusal, _refused)
    app.add_error_handler(ProblemException, _refused_by_connexion)
    app.add_error_handler(Exception, _failed)
    app.add_api(api.document, swagger_ui_options=docs.options(docs.API_DOCS, "/openapi.json"))
    app.add_api(
        supporting.document, swagger_ui_options=docs.options(docs.SUPPORTING_DOCS, "/supporting.json")
    )
    return app


async def _refused(request: ConnexionRequest, refusal: Any) -> ConnexionResponse:
    context = context_of(request.scope)
    context.refuse(refusal)
    media_type, reply = reply_to(refusal, as_problem=context.wants_problem)
    return _response(reply, media_type)


async def _refused_by_connexion(request: ConnexionRequest, problem: Any) -> ConnexionResponse:
    media_type = context_of(request.scope).headers.get("content-type", "").partition(";")[0]
    refusal = refusal_of(problem, media_type.strip().lower())
    return await (_failed(request, problem) if refusal is None else _refused(request, refusal))


async def _failed(request: ConnexionRequest, error: Exception) -> ConnexionResponse:
    return _response(failure(request.method, request.url.path, error), "text/html; charset=utf-8")


def _response(reply: Reply, media_type: str) -> ConnexionResponse:
    return ConnexionResponse(
        reply.status, content_type=media_type, body=outgoing(reply).body, headers=dict(reply.headers)
    )
