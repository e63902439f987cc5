"""Deviations of the vendor's releases that need code. Their entries in the catalogue name the sources."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

from creditkit.errors import NotFound
from creditkit.handlers import Query, headers_of, page_of

from .messages import Answer, Ask, Behaviour, Request

_DASHED = re.compile(r"([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})")
_TEXTS = frozenset(["customer_name", "customer_slug", "name", "slug", "type", "detail"])
_MOST = 300
_NOBODY = UUID(int=0)

_SERVER_ERROR = b"""
<!doctype html>
<html lang="en">
<head>
  <title>Server Error (500)</title>
</head>
<body>
  <h1>Server Error (500)</h1><p></p>
</body>
</html>
"""


async def hex_uuids(request: Request, ask: Ask) -> Answer:
    """Every uuid is 32 hexadecimal digits, also within hyperlinks."""
    answer = await ask(request)
    if answer.is_good and answer.json is not None:
        answer.json = _without_dashes(answer.json)
    if "location" in answer.headers:
        answer.headers["location"] = _DASHED.sub(r"\1\2\3\4\5", answer.headers["location"])
    return answer


def _without_dashes(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _without_dashes(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_dashes(item, name) for item in value]
    if isinstance(value, str) and name not in _TEXTS:
        return _DASHED.sub(r"\1\2\3\4\5", value)
    return value


async def decimals_as_text(request: Request, ask: Ask) -> Answer:
    """Computed amounts are texts, with as many places as the arithmetic gave them."""
    answer = await ask(request)
    was_given = not request.is_create or "expected_consumption" in request.fields

    def write(credit: dict[str, Any]) -> None:
        credit["minimal_consumption"] = _minimal_consumption(credit) if was_given else "0"
        for name, places in (("allocated_to_projects", 5), ("consumption_last_month", 4)):
            if credit[name]:
                credit[name] = f"{Decimal(str(credit[name])):.{places}f}"

    if answer.is_good:
        answer.rewrite(write)
    return answer


def _minimal_consumption(credit: dict[str, Any]) -> str | int:
    """The product of a share with two places at most and an amount with five, or that amount alone."""
    if not credit["apply_as_minimal_consumption"]:
        return 0
    expected = Decimal(credit["expected_consumption"])
    share = (100 - Decimal(credit["grace_coefficient"])) / 100
    found = Decimal(str(credit["minimal_consumption"]))
    return f"{share * expected if found == share * expected else expected:f}"


async def actions_crash(request: Request, ask: Ask) -> Answer:
    """Both actions fail where they would have succeeded, and what they did is taken back."""
    refused = await _refusal(request, ask)
    return refused or _server_error()


async def expected_without_value(request: Request, ask: Ask) -> Answer:
    """A create fails where the expected consumption is to be compared with a value that is not there."""
    answer = await ask(request)
    errors = answer.json
    is_compared = isinstance(errors, dict) and any(
        "Expected consumption" in message for message in errors.get("non_field_errors", ())
    )
    return _server_error() if is_compared and "value" not in request.fields else answer


async def unreadable_customer(request: Request, ask: Ask) -> Answer:
    """A customer whose hyperlink cannot even be taken apart is a failure of the server."""
    answer = await ask(request)
    if answer.status == 400:
        try:
            urlsplit(str(request.fields.get("customer", "")))
        except ValueError:
            return _server_error()
    return answer


async def query_filter(request: Request, ask: Ask) -> Answer:
    """The list searches for `query` in the customer's name, slug and uuid, before it is cut into pages."""
    wanted = request.parameters.get("query", "").lower()
    first = await ask(request)
    if not wanted or not first.is_good:
        return first
    pairs = parse_qsl(request.query, keep_blank_values=True)
    found = [credit for credit in await _all(request, pairs, ask) if _mentions(credit, wanted)]
    query = Query(tuple(pairs))
    try:
        page = page_of(found, query)
    except NotFound:
        return await ask(request.but(query="page=0"))
    headers = headers_of(page, _address(first), query)
    first.headers.update({name.lower(): value for name, value in headers.items()})
    if request.method == "GET":
        first.json = list(page.items)
    return first


async def _all(request: Request, pairs: list[tuple[str, str]], ask: Ask) -> list[dict[str, Any]]:
    """Every credit that the other parameters admit, on all pages."""
    kept = [pair for pair in pairs if pair[0] not in ("page", "page_size", "query")]
    found: list[dict[str, Any]] = []
    while True:
        number = len(found) // _MOST + 1
        query = urlencode([*kept, ("page_size", str(_MOST)), ("page", str(number))])
        answer = await ask(request.but(method="GET", query=query))
        found += answer.json
        if len(found) >= int(answer.headers["x-result-count"]):
            return found


def _mentions(credit: dict[str, Any], wanted: str) -> bool:
    uuid = str(credit["customer_uuid"]).replace("-", "")
    return any(wanted in text.lower() for text in (credit["customer_name"], credit["customer_slug"], uuid))


def _address(answer: Answer) -> str:
    """The collection's own address, from the first link of an answer."""
    link = answer.headers["link"].partition("<")[2].partition(">")[0]
    return link.partition("?")[0]


async def withdrawable(request: Request, ask: Ask) -> Answer:
    """A credit has a withdrawable balance, 0 at first; `adjust_withdrawable` adds an amount to it."""
    adjusted = request.path.endswith("/adjust_withdrawable/")
    answer = await (_adjusted(request, ask) if adjusted else ask(request))

    def add(credit: dict[str, Any]) -> None:
        balance = request.memory.get(UUID(credit["uuid"]).hex, Decimal(0))
        credit["withdrawable_balance"] = int(balance) if balance == int(balance) else float(balance)

    if answer.is_good:
        answer.rewrite(add)
    return answer


async def _adjusted(request: Request, ask: Ask) -> Answer:
    action = request.but(path=request.path.replace("adjust_withdrawable", "apply_compensations"))
    if request.method != "POST":
        return await ask(action)  # 401, OPTIONS or 405: alike at every action
    refused = await _refusal(action, ask)
    if refused is not None:
        return refused
    try:
        amount = Decimal(str(request.fields["amount"]))
        is_amount = amount.is_finite()
    except (KeyError, ArithmeticError):
        is_amount = False
    if not is_amount:
        message = "A valid number is required." if "amount" in request.fields else "This field is required."
        answer = await ask(action.but(method="PUT"))
        answer.status, answer.json = 400, {"amount": [message]}
        return answer
    uuid = UUID(request.uuid).hex
    request.memory[uuid] = request.memory.get(uuid, Decimal(0)) + amount
    answer = await ask(request.but(method="GET", path=f"/api/customer-credits/{uuid}/", query="", body=b""))
    answer.headers["allow"] = "POST, OPTIONS"
    return answer


async def _refusal(action: Request, ask: Ask) -> Answer | None:
    """What a POST to an action is refused with before anything is done; None where it would be done.

    Two questions find it out without doing it: the same one of a credit that is nowhere, which only who may
    ask gets a 404 for, and one for the history of the credit, which is there if the credit is.
    """
    nowhere = action.path.replace(action.uuid, str(_NOBODY))
    answer = await ask(action.but(path=nowhere))
    if answer.status != 404:
        return answer
    history = f"/api/customer-credits/{action.uuid}/consumptions/"
    found = await ask(action.but(method="GET", path=history, query="", body=b""))
    return answer if found.status == 404 else None


def _server_error() -> Answer:
    return Answer(500, {"content-type": "text/html; charset=utf-8", "x-frame-options": "DENY"}, _SERVER_ERROR)


FUNCTIONS: dict[str, Behaviour] = {
    "hex_uuids": hex_uuids,
    "decimals_as_text": decimals_as_text,
    "actions_crash": actions_crash,
    "expected_without_value": expected_without_value,
    "unreadable_customer": unreadable_customer,
    "query_filter": query_filter,
    "withdrawable": withdrawable,
}
"""The functions that the catalogue may name. Tests add theirs."""
