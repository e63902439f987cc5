"""Hooks: what schemathesis is told beyond what an OpenAPI document can say.

    SCHEMATHESIS_HOOKS=creditkit.conformance.hooks st run …

They take everything they know from the contract, and name no operation and no field of it.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import schemathesis
from schemathesis.core.failures import AcceptedNegativeData, Failure

from .leniency import is_read
from .targets import Deployment, aim


@cache
def _deployment(url: str) -> Deployment:
    return Deployment(url)


@schemathesis.hook
def before_call(_context: Any, case: Any, _arguments: dict[str, Any]) -> None:
    """Point three of four requests at objects that exist."""
    aim(case, _deployment(case.operation.schema.get_base_url()))


@schemathesis.hook
def filter_failure(_context: Any, failure: Failure, _case: Any, response: Any) -> bool:
    """Whether a failure stays.

    All do but one kind: that a request which breaks the schemas was accepted is no failure where the
    contract says by `x-lenient` that the server reads what was sent.
    """
    if not isinstance(failure, AcceptedNegativeData):
        return True
    sent = response.request
    body = sent.body.encode() if isinstance(sent.body, str) else sent.body or b""
    return not is_read(sent.method, sent.url, sent.headers.get("Content-Type", ""), body)
