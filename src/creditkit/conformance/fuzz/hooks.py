"""Hooks of schemathesis: aim its requests, filter its failures, and report the rest to the gate.

Runs in schemathesis' own process, with the gate's desk in `CREDITKIT_FUZZ_DESK`. Takes all that it knows of
the API from the contract.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import httpx
import schemathesis
from schemathesis.core.failures import AcceptedNegativeData, Failure

from .aim import aim, operation_id
from .gate import NOT_SENT, NUMBER
from .leniency import is_read

# Codes of failures across requests: a record that vanished or came back.
_SEQUENCES = ("ST301", "ST302")

_moved: set[str] = set()
_desk = httpx.Client(base_url=os.environ["CREDITKIT_FUZZ_DESK"], timeout=600, trust_env=False)


@schemathesis.hook
def before_call(_context: Any, case: Any, _arguments: dict[str, Any]) -> None:
    """Point a read at any existing record, and a change at a record of the check's own."""
    if aim(case, _desk.get("").json()):
        _moved.add(case.id)


@schemathesis.hook
def filter_failure(_context: Any, failure: Failure, case: Any, response: Any) -> bool:
    """Whether a failure counts; one that does is reported to the gate with its exchange."""
    headers = {name.lower(): values for name, values in response.headers.items()}
    if NOT_SENT.lower() in headers or _is_explained(failure, case, response):
        return False
    number = headers.get(NUMBER.lower(), ["0"])[0]
    finding: Mapping[str, Any] = {
        "code": failure.code,
        "title": failure.title,
        "message": failure.message,
        "operation": operation_id(case),
        "exchange": int(number),
    }
    _desk.post("", json=finding)
    return True


def _is_explained(failure: Failure, case: Any, response: Any) -> bool:
    """Whether a failure is explained and does not count.

    A request that was pointed at another record says nothing of the one that the request before it made or
    deleted. One that breaks the schemas is accepted where `x-lenient` says that it is read.
    """
    if failure.code in _SEQUENCES and case.id in _moved:
        return True
    if not isinstance(failure, AcceptedNegativeData):
        return False
    sent = response.request
    body = sent.body.encode() if isinstance(sent.body, str) else sent.body or b""
    return is_read(sent.method, sent.url, sent.headers.get("Content-Type", ""), body)
