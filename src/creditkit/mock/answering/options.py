"""The answer to OPTIONS, made of the contract's own texts.

Observed (D24): name, description, renders and parses, and for users who may write also `actions`, the
fields of POST or PUT with their types. The types' names are those of the real server.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import orjson
from starlette.responses import Response

from creditkit.contract import Operation, PathItem, Property

from .dispatch import may_call

if TYPE_CHECKING:
    from creditkit.store import User

_PARSES = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"]


def metadata(item: PathItem, user: User) -> Response:
    """The metadata of one path, for this user."""
    first = next(iter(item.operations.values()))
    body: dict[str, Any] = {
        "name": item.operations.get("GET", first).summary,
        "description": item.operations.get("GET", first).description,
        "renders": ["application/json"],
        "parses": _PARSES,
    }
    actions = {
        method: _fields(operation)
        for method, operation in item.operations.items()
        if method in ("POST", "PUT") and operation.bodies and may_call(operation, user)
    }
    if actions:
        body["actions"] = actions
    return Response(orjson.dumps(body), media_type="application/json")


def _fields(operation: Operation) -> dict[str, Any]:
    return {
        property_.name: {
            "type": _type_name(property_.schema),
            "required": property_.required,
            "read_only": False,
            "label": property_.name.replace("_", " ").capitalize(),
            **_choices(property_),
        }
        for property_ in operation.bodies["application/json"].properties
    }


def _choices(property_: Property) -> dict[str, Any]:
    if "enum" not in property_.schema:
        return {}
    return {"choices": [{"value": v, "display_name": v.capitalize()} for v in property_.schema["enum"]]}


def _type_name(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return "choice"
    if schema.get("type") == "array" or schema.get("format") == "uri":
        return "field"
    return str(schema.get("format", schema.get("type", "field")))
