"""Deviations as values: what differs, and how the mock shows it.

`loading` reads them from `catalogue/`, whose files `catalogue.schema.yaml` describes. They are plain data and
know no server, world or probe.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ANY = "*"
"""Among `Condition.operations`: every request below `/api/`, also those that match no operation."""


@dataclass(frozen=True, slots=True)
class Condition:
    """The requests and answers that a deviation changes; an empty field does not restrict.

    `operations` are operationIds of openapi.yaml or supporting.yaml, `*` all of both; empty means every
    request below `/api/customer-credits/`. `roles` say whose token was sent: staff, support, owner, nobody or
    anonymous. The request's body must have all fields of `sends`, its query all parameters of `query`, and
    its Content-Type must contain `media_type`. `statuses` are statuses of the honest answer: they restrict
    the changes of answers, and not those of requests.
    """

    operations: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    sends: tuple[str, ...] = ()
    query: tuple[str, ...] = ()
    media_type: str = ""
    statuses: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of one field: an action of `catalogue.schema.yaml` and its argument."""

    action: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class RequestChange:
    """The changes of a request before the mock handles it.

    None removes the named parameter or header; `forget_query` removes the whole query. `fields` are edits of
    the body's fields.
    """

    forget_query: bool = False
    query: Mapping[str, str | None] = field(default_factory=dict)
    headers: Mapping[str, str | None] = field(default_factory=dict)
    fields: Mapping[str, Edit] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """The changes of the honest answer.

    In `headers` None removes a header. `fields` are edits of each object in the body; `offerings.name` is the
    name of every offering. `body` replaces the whole body; None keeps it.
    """

    status: int | None = None
    headers: Mapping[str, str | None] = field(default_factory=dict)
    fields: Mapping[str, Edit] = field(default_factory=dict)
    body: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """How the mock shows a deviation: by a function of `creditkit.mock.deviate`, or by declared changes.

    `function` is called with `arguments`. Without a function, `request` and `answer` are applied; with
    `instead` the mock does not handle the request at all. `delay` is in seconds. With `every` n, only the
    nth, 2nth … of the matching requests is changed.
    """

    where: Condition = field(default_factory=Condition)
    request: RequestChange = field(default_factory=RequestChange)
    answer: AnswerChange = field(default_factory=AnswerChange)
    instead: AnswerChange | None = None
    function: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    delay: float = 0
    every: int = 1


@dataclass(frozen=True, slots=True)
class Sign:
    """How a deviation looks in the findings of a conformance check.

    A deviation explains a finding, or the reason why a requirement could not be judged, if it is of one of
    the `requirements`, at one of the `operations` (any, if empty), its message matches the regular expression
    `says`, and its request (`staff POST /path?query body`) matches `request`. By the first sign of a
    deviation a run decides whether it has looked for the deviation.
    """

    requirements: tuple[str, ...]
    says: str
    operations: tuple[str, ...] = ()
    request: str = ""


@dataclass(frozen=True, slots=True)
class Deviation:
    """One named way in which releases differ from the documentation.

    `documented` and `seen` are sentences, `releases` are ids of releases. `breaks` names the requirements
    that find it; it is empty where the contract allows the deviation, and `allowed` says where. `signs` let a
    check expect it.
    """

    id: str
    title: str
    documented: str
    seen: str
    releases: tuple[str, ...]
    evidence: str
    severity: str
    breaks: tuple[str, ...]
    shown: Shown | None
    allowed: str = ""
    signs: tuple[Sign, ...] = ()


@dataclass(frozen=True, slots=True)
class Release:
    """One release of the vendor: its date, as far as it is known, and what is known of it in a sentence."""

    id: str
    date: str
    evidence: str
    note: str
