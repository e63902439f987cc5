"""Deviations as values: what differs, and how the mock shows it.

Everything here is read from `catalogue/`, whose files `catalogue.schema.yaml` describes. All of it is plain
data: nothing here knows a server, a world or a probe.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ANY = "*"
"""Among operations: every request below `/api/`, those that are no operation's included."""

FAULTS = "faults"
"""What `releases` says of a fault that was seen on no release, and that servers have all the same."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Which exchanges a deviation shows itself in; what is empty does not restrict.

    `operations` are operationIds of either contract, `*` all of both; empty means every request below
    `/api/customer-credits/`. `methods` are for requests that are no operation's. `roles` say whose token
    came with it: staff, support, owner, nobody or anonymous. `sends` are fields that the request's body
    must have, `query` parameters that it must have, `media_type` a part of its Content-Type. `statuses` are
    those of the honest answer: they restrict what is done to answers, not what is done to requests.
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
    """One change of one field: `action` and what belongs to it, as `catalogue.schema.yaml` tells them."""

    action: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class RequestChange:
    """What the mock is asked in place of what was sent.

    In `query` and `headers` None takes a name away; `forget_query` takes all of the query away. `fields`
    are edits of the body's fields.
    """

    forget_query: bool = False
    query: Mapping[str, str | None] = field(default_factory=dict)
    headers: Mapping[str, str | None] = field(default_factory=dict)
    fields: Mapping[str, Edit] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """What is sent in place of the honest answer.

    In `headers` None takes a header away. `fields` are edits of each object in the body; `offerings.name`
    is the name of every offering. `body` is a text that takes the place of the body, None for none.
    """

    status: int | None = None
    headers: Mapping[str, str | None] = field(default_factory=dict)
    fields: Mapping[str, Edit] = field(default_factory=dict)
    body: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """How the mock shows a deviation: a function of `creditkit.mock.deviate`, or changes that are declared.

    `function` is `module.name`, and `arguments` are given to it by name. Without one, `request` is done to
    what was asked and `answer` to what is answered; with `instead` the mock is not asked at all. `delay` is
    in seconds. With `every` n it shows itself only in the nth, 2nth … of the exchanges that `where` admits.
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
    """What a conformance check finds where a deployment has a deviation.

    A fault, or the reason for which a requirement was not judged, is explained by the deviation where it is
    of one of the `requirements`, at one of the `operations` (of any, if there are none), what it says matches
    the regular expression `says`, and the request that shows it (`staff POST /path?query body`) matches
    `request`. The first sign of a deviation also decides whether a run has looked for it.
    """

    requirements: tuple[str, ...]
    says: str
    operations: tuple[str, ...] = ()
    request: str = ""


@dataclass(frozen=True, slots=True)
class Deviation:
    """One named way in which a deployment differs from what is documented.

    `documented` and `seen` are sentences; `releases` are ids of releases, or `faults` alone. `breaks` are
    the requirements that find it. It is empty where the contract has made room for what is seen: `allowed`
    says where, and there is nothing to catch. `signs` tell what a check finds, for those that a release has.
    """

    id: str
    group: str
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
    """One release of the vendor: `date` as far as it is known, and what is known of it in a sentence."""

    id: str
    date: str
    evidence: str
    note: str
