"""Targets: requests pointed at objects that the deployment has.

No generator guesses a uuid that exists, and behind one that does not there is only 404. So three of four
made-up requests get the uuid of a stored credit, and their bodies get hyperlinks of stored objects
(`x-hyperlink`), of those that no credit names yet if there are any: a customer has one credit at most. Only
what is valid is replaced; a request that was made wrong on purpose stays as wrong as it was.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

import httpx

from creditkit.contract import Property, Schema

from .leniency import contract

_CREDITS = "/api/customer-credits/"
_OPERATIONS = {(operation.method, operation.path): operation for operation in contract().operations.values()}
_IDS = {
    operation.id: [(p.name, Schema(p.schema)) for p in operation.parameters if p.location == "path"]
    for operation in _OPERATIONS.values()
}
_turns = count()


class Deployment:
    """The deployment under test, asked for what it has with the token in `CREDITKIT_TOKEN`."""

    def __init__(self, url: str) -> None:
        headers = {"Authorization": f"Token {os.environ['CREDITKIT_TOKEN']}"}
        self._http = httpx.Client(base_url=url, headers=headers, timeout=10)
        self._hyperlinks: dict[str, list[str]] = {}

    def credits(self) -> list[dict[str, Any]]:
        """The credits as they are now, 300 at most."""
        return self._all(_CREDITS)

    def hyperlinks(self, template: str) -> list[str]:
        """The hyperlinks that fit a path template, as they were when first asked for."""
        if template not in self._hyperlinks:
            found = self._all(template.removesuffix("{uuid}/"))
            self._hyperlinks[template] = [str(target["url"]) for target in found]
        return self._hyperlinks[template]

    def _all(self, path: str) -> list[dict[str, Any]]:
        answer = self._http.get(path, params={"page_size": 300})
        return list(answer.json()) if answer.is_success else []


def aim(case: Any, deployment: Deployment) -> None:
    """Point a generated request at stored objects, in place; every fourth one stays as it was made.

    Examples stay too: they are the contract's own. So does the path of a stateful step, which follows a link.
    """
    turn = next(_turns)
    operation = _OPERATIONS.get((case.method, case.path))
    phase = "" if case.meta is None else case.meta.phase.name
    if operation is None or phase not in ("coverage", "fuzzing", "stateful") or turn % 4 == 0:
        return
    stored = deployment.credits()
    if phase != "stateful" and stored:
        for name, schema in _IDS[operation.id]:
            if schema.accepts(case.path_parameters.get(name)):
                case.path_parameters[name] = stored[turn % len(stored)]["uuid"]
    body = operation.bodies.get(case.media_type)
    if body is not None and isinstance(case.body, dict):
        for item in body.properties:
            if item.name in case.body and item.compiled.accepts(case.body[item.name]):
                case.body[item.name] = _aimed(item, case.body[item.name], deployment, stored, turn)


def _aimed(
    item: Property, value: Any, deployment: Deployment, stored: Sequence[Mapping[str, Any]], turn: int
) -> Any:
    """The value with its hyperlinks replaced; as it is if it has none, or nothing can be put there."""
    is_list = item.schema.get("type") == "array"
    template = (item.schema["items"] if is_list else item.schema).get("x-hyperlink")
    hyperlinks = deployment.hyperlinks(template) if template else []
    taken = [credit[item.name] for credit in stored]
    free = [hyperlink for hyperlink in hyperlinks if hyperlink not in taken] or hyperlinks
    if not free:
        return value
    if is_list:
        return [free[(turn + place) % len(free)] for place in range(len(value))]
    return free[turn % len(free)]
