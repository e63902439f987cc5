"""Each requirement on the collection is kept by the honest mock, and broken by a faulty deployment."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from creditkit.conformance.requirements import load_requirements
from creditkit.conformance.target import Mode

from .faulty import (  # noqa: TID251 - the tests' own folder
    Answer,
    ChangeAnswer,
    ChangeRequest,
    Request,
    faulty,
)

# Faults in how a request is read.


def ignores(name: str) -> ChangeRequest:
    """The parameter is not read."""

    def change(request: Request) -> None:
        kept = [pair for pair in parse_qsl(request.query, keep_blank_values=True) if pair[0] != name]
        request.query = urlencode(kept)

    return change


def reads(name: str, **values: str) -> ChangeRequest:
    """Some values of the parameter are read as others."""

    def change(request: Request) -> None:
        sent = request.parameters
        if sent.get(name) in values:
            request.query = urlencode({**sent, name: values[sent[name]]})

    return change


def refuses(name: str, *values: str, status: int = 400) -> ChangeRequest:
    """The parameter, or these values of it, is refused."""

    def change(request: Request) -> Answer | None:
        sent = request.parameters
        return Answer(status) if name in sent and sent[name] in (values or (sent[name],)) else None

    return change


def slug_in_any_case(request: Request) -> None:
    sent = request.parameters
    if "customer_slug" in sent:
        request.query = urlencode({**sent, "customer_slug": sent["customer_slug"].lower()})


def uuid_with_dashes_only(request: Request) -> None:
    if "-" not in request.parameters.get("customer_uuid", "-"):
        request.query = "customer_slug=none"


def bad_uuid_ignored(request: Request) -> None:
    if len(request.parameters.get("customer_uuid", "")) < 32:
        ignores("customer_uuid")(request)


def one_filter_at_a_time(request: Request) -> None:
    if "customer_uuid" in request.query:
        ignores("customer_slug")(request)


def wildcards(request: Request) -> None:
    if request.parameters.get("customer_name") in ("%", "_"):
        ignores("customer_name")(request)


def first_key_only(request: Request) -> None:
    sent = request.parameters
    if "o" in sent:
        request.query = urlencode({**sent, "o": sent["o"].split(",")[0]})


def first_of_repeated(request: Request) -> None:
    pairs = parse_qsl(request.query)
    keys = [value for name, value in pairs if name == "o"]
    if len(keys) > 1:
        request.query = urlencode({**dict(pairs), "o": keys[0]})


def unknown_keys_ignored(request: Request) -> None:
    if "nonsense" in request.parameters.get("o", ""):
        ignores("o")(request)


def twenty_by_default(request: Request) -> None:
    if request.is_list and "page_size" not in request.parameters:
        request.query = f"{request.query}&page_size=20".lstrip("&")


# Faults in what is answered.


def rows(change: Any, when: str = "") -> ChangeAnswer:
    """Lists, or those whose query has a text in it, hold what `change` makes of their entries."""

    def edit(request: Request, answer: Answer) -> None:
        if request.is_list and answer.status == 200 and when in request.query:
            answer.json = change(answer.json, request.parameters)

    return edit


def names_whole_only(entries: Any, sent: dict[str, str]) -> Any:
    name = sent.get("customer_name")
    return [entry for entry in entries if name in (None, entry["customer_name"])]


def names_in_their_case(entries: Any, sent: dict[str, str]) -> Any:
    return [entry for entry in entries if sent.get("customer_name", "") in entry["customer_name"]]


def as_text(entries: Any, sent: dict[str, str]) -> Any:
    return sorted(entries, key=lambda entry: str(entry["value"]), reverse=sent["o"] == "-value")


def without_end_first(entries: Any, sent: dict[str, str]) -> Any:
    return sorted(entries, key=lambda entry: (entry["end_date"] is not None, entry["end_date"]))


def only_with_end(entries: Any, sent: dict[str, str]) -> Any:
    return [entry for entry in entries if entry["end_date"]]


def backwards(entries: Any, sent: dict[str, str]) -> Any:
    return entries[::-1]


def nothing(entries: Any, sent: dict[str, str]) -> Any:
    return []


def without_sevens(entries: Any, sent: dict[str, str]) -> Any:
    return [entry for entry in entries if entry["value"] != "7.00000"]


def seven_for_eight(entries: Any, sent: dict[str, str]) -> Any:
    return [{**entry, "value": "7.00000"} if entry["value"] == "8.50000" else entry for entry in entries]


def empty_is_not_found(request: Request, answer: Answer) -> None:
    if request.is_list and answer.json == []:
        answer.status = 404


def no_end_of_pages(request: Request, answer: Answer) -> None:
    if request.path.endswith("/customer-credits/") and answer.status == 404:
        answer.status, answer.body = 200, b"[]"


def header(name: str, change: Any, *methods: str) -> ChangeAnswer:
    """A header of the collection's answers is changed; `change` is given it and the request."""

    def edit(request: Request, answer: Answer) -> None:
        if request.path.endswith("/customer-credits/") and request.method in (methods or ("GET", "HEAD")):
            answer.headers[name] = change(answer.headers.get(name, ""), request)

    return edit


def counts_the_page(request: Request, answer: Answer) -> None:
    if request.is_list and answer.status == 200:
        answer.headers["x-result-count"] = str(len(answer.json))


def without_next(link: str, _: Request) -> str:
    return ", ".join(part for part in link.split(", ") if 'rel="next"' not in part)


def always_next(link: str, _: Request) -> str:
    return link if 'rel="next"' in link else f'{link}, <http://test/api/customer-credits/?page=2>; rel="next"'


class Ghosts:
    """Deleted credits stay in the list."""

    def __init__(self) -> None:
        self.created: dict[str, Any] = {}
        self.deleted: list[Any] = []

    def __call__(self, request: Request, answer: Answer) -> None:
        if request.is_retrieve and answer.status == 200:
            self.created[request.path] = answer.json
        elif request.is_create and answer.status == 201:
            self.created[f"{request.path}{answer.json['uuid']}/"] = answer.json
        elif request.method == "DELETE" and request.path in self.created:
            self.deleted.append(self.created[request.path])
        elif request.is_list and answer.status == 200 and not request.query.startswith("customer_uuid"):
            answer.json = [*answer.json, *self.deleted]


FAULTY_REQUESTS: list[tuple[str, ChangeRequest]] = [
    ("FILTER-CUSTOMER-NAME", ignores("customer_name")),
    ("FILTER-CUSTOMER-NAME-LITERAL", wildcards),
    ("FILTER-CUSTOMER-SLUG", ignores("customer_slug")),
    ("FILTER-CUSTOMER-SLUG-EXACT", slug_in_any_case),
    ("FILTER-CUSTOMER-UUID", ignores("customer_uuid")),
    ("FILTER-CUSTOMER-UUID-SPELLING", uuid_with_dashes_only),
    ("FILTER-CUSTOMER-UUID-BAD", bad_uuid_ignored),
    ("FILTER-TOGETHER", one_filter_at_a_time),
    ("FILTER-EMPTY", refuses("customer_name", "")),
    ("PARAMETER-UNKNOWN", refuses("creditkit_unknown")),
    ("ORDER-CUSTOMER-NAME", ignores("o")),
    ("ORDER-CUSTOMER-NAME", reads("o", **{"-customer_name": "customer_name"})),
    ("ORDER-END-DATE", reads("o", end_date="-end_date")),
    ("ORDER-EXPECTED-CONSUMPTION", reads("o", expected_consumption="value")),
    ("ORDER-VALUE", reads("o", **{"-value": "value"})),
    ("ORDER-TWO-KEYS", first_key_only),
    ("ORDER-REPEATED", first_of_repeated),
    ("ORDER-UNKNOWN", unknown_keys_ignored),
    ("ORDER-EMPTY", refuses("o", "")),
    ("PAGE-SIZE", ignores("page_size")),
    ("PAGE-PARTITION", reads("page", **{"3": "2"})),
    ("PAGE-FIRST", reads("page", **{"1": "2"})),
    ("PAGE-BAD", reads("page", **{"0": "1"})),
    ("PAGE-LAST", refuses("page", "last", status=404)),
    ("PAGE-SIZE-DEFAULT", twenty_by_default),
    ("PAGE-SIZE-CAP", refuses("page_size", "301")),
    ("PAGE-SIZE-BAD", refuses("page_size", "ten")),
]

FAULTY_ANSWERS: list[tuple[str, ChangeAnswer]] = [
    ("FILTER-CUSTOMER-NAME", rows(nothing, "customer_name")),
    ("FILTER-CUSTOMER-NAME-PART", rows(names_whole_only)),
    ("FILTER-CUSTOMER-NAME-CASE", rows(names_in_their_case)),
    ("FILTER-CUSTOMER-SLUG", rows(nothing, "customer_slug")),
    ("FILTER-NO-MATCH", empty_is_not_found),
    ("ORDER-AS-NUMBERS", rows(as_text, "o=")),
    ("ORDER-END-DATE-NONE", rows(without_end_first, "o=end_date")),
    ("ORDER-COMPLETE", rows(only_with_end, "o=end_date")),
    ("ORDER-DEFAULT", rows(backwards)),
    ("PAGE-BEYOND", no_end_of_pages),
    ("COUNT-HEADER", counts_the_page),
    ("COUNT-FILTERED", header("x-result-count", lambda _count, _: "14")),
    ("COUNT-HEAD", header("x-result-count", lambda count, _: str(int(count) + 1), "HEAD")),
    ("LINK-RELATIONS", header("link", without_next)),
    ("LINK-ONLY-PAGE", header("link", always_next)),
    ("LINK-FOLLOWED", header("link", lambda link, _: link.replace("page=2&", "page=3&"))),
    ("LINK-PARAMETERS", header("link", lambda link, _: link.replace("o=-value&", ""))),
    ("LIST-GROWS", rows(without_sevens)),
    ("LIST-SHRINKS", Ghosts()),
    ("LIST-FILTERS-CREATED", rows(without_sevens, "customer_slug")),
    ("LIST-SHOWS-CHANGES", rows(seven_for_eight)),
]


@pytest.mark.parametrize(("requirement", "fault"), FAULTY_REQUESTS)
def test_a_request_read_wrongly_breaks(requirement: str, fault: ChangeRequest) -> None:
    with faulty(change_request=fault) as deployment:
        assert deployment.failed(requirement) == {requirement}


@pytest.mark.parametrize(("requirement", "fault"), FAULTY_ANSWERS)
def test_a_wrong_answer_breaks(requirement: str, fault: ChangeAnswer) -> None:
    with faulty(change_answer=fault) as deployment:
        assert deployment.failed(requirement) == {requirement}


def test_every_requirement_on_the_collection_is_proven() -> None:
    proven = {requirement for requirement, _ in [*FAULTY_REQUESTS, *FAULTY_ANSWERS]}
    assert proven == {r.id for r in load_requirements().values() if r.group == "collection"}


@pytest.mark.parametrize("mode", [Mode.READ, Mode.WRITE])
def test_an_honest_deployment_keeps_every_requirement_on_the_collection(mode: Mode) -> None:
    with faulty() as deployment:
        verdicts = deployment.check("collection", mode=mode).verdicts
    told = {
        v.key: (v.outcome.value, v.reason) for v in verdicts if mode.writes or v.requirement.mode == "read"
    }
    assert set(told.values()) == {("pass", "")}, told
