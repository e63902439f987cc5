"""Connexion as it comes, with the contract, the world and the handlers of the mock.

    python -m benchmarks.http.plain PORT DATA-FILE

Connexion's own validators, both ways; its resolver, security and JSON. What it does not do the handlers ask
for through their `Call`, by the mock's readers: from a body that Connexion let pass to values.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import uvicorn
from connexion import AsyncApp, request
from connexion.resolver import Resolver

from creditkit import handlers
from creditkit.contract import API, SUPPORTING, load
from creditkit.errors import Refusal
from creditkit.handlers import Call, Input, Links, Query
from creditkit.mock.answering.problems import reply_to
from creditkit.mock.reading import bodies, queries
from creditkit.mock.reading import forms as sources
from creditkit.store import World, default_seed_path, load_seed

from .cases import TOKEN

contract = load(API)
# Hyperlinks lead into both.
paths = (*contract.paths, *load(SUPPORTING).paths)


def functions(world: World) -> Callable[[str], Callable[..., Any]]:
    """The function for an operationId, as Connexion calls it."""

    def resolve(operation_id: str) -> Callable[..., Any]:
        handler, operation = getattr(handlers, operation_id), contract.operations[operation_id]
        item = next(item for item in contract.paths if item.template == operation.path)
        allow = ", ".join(item.allow)
        reader = bodies.Reader(operation, paths)

        async def answer(**arguments: Any) -> tuple[Any, int, dict[str, str]]:
            content = orjson.dumps(arguments["body"]) if "body" in arguments else b""

            def read() -> Input:
                return reader.read(sources.Source("application/json", content))

            query = Query.of(str(request.query_params))
            call = Call(
                world=world,
                user=world.authenticate(TOKEN),
                links=Links(str(request.base_url).rstrip("/")),
                path=request.url.path,
                query=query,
                uuid_text=str(request.path_params.get("uuid", "")),
                select=lambda name: queries.read(contract.operations[name], query),
                body=read,
            )
            media_type = "application/json"
            try:
                reply = handler(call)
            except Refusal as refusal:
                media_type, reply = reply_to(refusal, as_problem=False)
            headers = {**reply.headers, "Content-Type": media_type, "Allow": allow}
            # Connexion makes JSON itself; what the handlers have made already is taken apart again.
            body = orjson.loads(reply.body) if isinstance(reply.body, bytes) else reply.body
            return body, reply.status, headers

        return answer

    return resolve


def authenticate(token: str) -> dict[str, str]:
    """Whose token it is, for Connexion's security."""
    return {"sub": "staff"} if token.endswith(TOKEN) else {}


def main(port: int, data: Path) -> None:
    """Serve until stopped."""
    document = contract.document
    for scheme in document["components"]["securitySchemes"].values():
        kind = "apikey" if scheme["type"] == "apiKey" else "bearer"
        scheme[f"x-{kind}InfoFunc"] = "benchmarks.http.plain.authenticate"
    world = World.open(load_seed(default_seed_path()), data=data)
    app = AsyncApp(__name__)
    app.add_api(document, resolver=Resolver(functions(world)), validate_responses=True)
    uvicorn.run(app, port=port, log_level="error", access_log=False)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
