"""Findings of the fuzzer: the requirement for each code of schemathesis, and sequences judged by us.

What it finds wrong with an answer's structure counts for the requirement that the structure group has for it,
so one cause is one finding, whoever came upon it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from creditkit.conformance.asking import CREDITS, Exchange, plain
from creditkit.contract import Contract
from creditkit.errors import DeploymentError

from .gate import Finding

NO_ANSWER = ""
"""The code of a request that was not answered."""
VANISHED = "ST302"
RISEN = "ST301"

_REQUIREMENTS = {
    NO_ANSWER: "FUZZ-ANSWERED",
    "ST101": "NO-SERVER-ERROR",
    "ST102": "NO-SERVER-ERROR",
    "ST103": "STATUS-DOCUMENTED",
    "ST104": "MEDIA-TYPE",
    "ST105": "MEDIA-TYPE",
    "ST106": "MEDIA-TYPE",
    "ST109": "JSON-PARSES",
    "ST110": "JSON-PARSES",
    "ST201": "FUZZ-INVALID-REFUSED",
    "ST202": "FUZZ-VALID-ACCEPTED",
    "ST204": "FUZZ-METHODS",
    "ST205": "FUZZ-METHODS",
    RISEN: "FUZZ-DELETED-GONE",
    VANISHED: "FUZZ-CREATED-THERE",
}

# Those that are a MUST first: a message may name several.
_HEADERS = {
    "`x-result-count`": "HEADER-RESULT-COUNT",
    "`link`": "HEADER-LINK",
    "`location`": "HEADER-LOCATION",
    "`www-authenticate`": "HEADER-AUTHENTICATE",
    "`allow`": "HEADER-ALLOW",
}
_FIELDS = {
    "is a required property": "FIELDS-PRESENT",
    "Additional properties are not allowed": "FIELDS-DOCUMENTED",
    "is not of type": "FIELD-TYPES",
}
_HEADER_VALUE = "Response header does not conform"


def requirement_of(finding: Finding) -> str:
    """The requirement that a finding breaks; raises DeploymentError for an unknown code."""
    if finding.code == "ST107":
        told = finding.message.lower()
        return next((name for header, name in _HEADERS.items() if header in told), "HEADER-ALLOW")
    if finding.code == "ST108":
        return _of_value(finding) if finding.title.startswith(_HEADER_VALUE) else _of_body(finding)
    try:
        return _REQUIREMENTS[finding.code]
    except KeyError:
        raise DeploymentError(
            f"schemathesis found what no requirement speaks of: {finding.code} {finding.title}",
            "install the release of schemathesis that creditkit[check] asks for",
        ) from None


def _of_value(finding: Finding) -> str:
    """The requirement on a header with a wrong value; the message tells its schema and not its name."""
    return "HEADER-RESULT-COUNT" if '"type": "integer"' in finding.message else "HEADER-LOCATION"


def _of_body(finding: Finding) -> str:
    if finding.exchange is not None and finding.exchange.status >= 400:
        return "ERROR-SHAPE"
    first = finding.message.partition("\n")[0]
    return next((name for words, name in _FIELDS.items() if words in first), "FIELD-FORMATS")


def broken_sequences(exchanges: Iterable[Exchange], contract: Contract) -> Iterator[Finding]:
    """The answers of one run, in their order, that deny a credit which is there, or show one which is gone.

    Requests of staff alone are looked at, without a query: a filter in it may hide a credit.
    """
    made: dict[str, bool] = {}  # by uuid, whether it is there
    for exchange in exchanges:
        operation = contract.operations.get(exchange.operation)
        if operation is None or exchange.role != "staff" or urlsplit(exchange.url).query:
            continue
        if operation.id == "customer_credits_create":
            body = exchange.json() if exchange.status == 201 else None
            if isinstance(body, dict) and "uuid" in body:
                made[plain(str(body["uuid"]))] = True
            continue
        uuid = plain(_named(exchange.url))
        if uuid not in made or exchange.method != operation.method:
            continue
        if exchange.status == 404 and made[uuid]:
            yield Finding(VANISHED, "Created credit not found", "", operation.id, exchange)
        elif exchange.status < 300 and not made[uuid]:
            yield Finding(RISEN, "Deleted credit found", "", operation.id, exchange)
        elif operation.id == "customer_credits_destroy" and exchange.status == 204:
            made[uuid] = False


def _named(url: str) -> str:
    """The uuid part of a credit's URL; empty for the collection."""
    return urlsplit(url).path.partition(CREDITS)[2].partition("/")[0]
