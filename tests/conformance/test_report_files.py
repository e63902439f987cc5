"""Every report file: valid in its format, whole, and safe against what a server may answer."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import jsonschema_rs
import pytest

from creditkit.conformance.asking import Exchange, Mode, Target
from creditkit.conformance.judging import Failure, Outcome, Run, Verdict
from creditkit.conformance.report import (
    document,
    read_document,
    to_badge,
    to_csv,
    to_har,
    to_html,
    to_json,
    to_junit,
    to_markdown,
    write_all,
)
from creditkit.conformance.report.evidence import cite
from creditkit.conformance.run import check
from creditkit.contract import API, load_facts
from creditkit.errors import DataFileError

from .runs import (
    CREATE,
    CREATE_STATUS,
    HOSTILE,
    LIST,
    LISTED,
    POINTER,
    SCHEMA,
    URL,
    accounted,
    broken,
    exchange,
    good,
    partial,
    reading,
)

if TYPE_CHECKING:
    from conftest import Mock

RUNS = [broken(), good(), partial(), accounted(), reading()]


class Page(HTMLParser):
    """The elements of a page with their attributes, and what is not closed as it was opened."""

    VOID = frozenset(["meta", "br", "input", "link", "img"])

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("p", "li", "dd", "dt"):  # whose end may be left out
            while self.open and self.open[-1] in ("p", "li", "dd", "dt") and self.open[-1] != tag:
                self.open.pop()
        assert self.open.pop() == tag, self.getpos()

    def handle_data(self, data: str) -> None:
        self.text += data


def schema() -> Any:
    return json.loads((files("creditkit.conformance.report") / "run.schema.json").read_text())


# All files


def test_every_file_is_written_and_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "report"
    names = {"report.html", "run.json", "junit.xml", "evidence.har", "trace.csv", "summary.md", "badge.svg"}
    write_all(good(), folder)
    assert {path.name for path in write_all(broken(), folder)} == names
    assert {path.name for path in folder.iterdir()} == names
    assert read_document(folder)["green"] is False


def test_a_folder_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataFileError, match="cannot write the report to"):
        write_all(good(), tmp_path / "file")


# JSON


@pytest.mark.parametrize("run", RUNS)
def test_the_document_keeps_its_schema(run: Run) -> None:
    jsonschema_rs.meta.validate(schema())
    jsonschema_rs.validator_for(schema(), validate_formats=True).validate(json.loads(to_json(run)))


def test_the_document_tells_the_run() -> None:
    found = json.loads(to_json(broken()))
    assert (found["url"], found["mode"], found["green"], found["seconds"]) == (URL, "write", False, 4.25)
    assert found["started"] == "2027-01-31T12:00:00+00:00"
    assert found["counts"] == {
        "pass": 0, "fail": 3, "warn": 1, "waived": 1, "expected": 0, "not evaluated": 1, "error": 1,
        "owed": 1,
    }  # fmt: skip
    assert found["findings"][1] == {
        "requirement": "CREATE-STATUS",
        "verdicts": ["CREATE-STATUS customer_credits_create"],
        "followers": [],
    }
    failure = found["verdicts"][2]["faults"][0]
    assert (failure["expected"], failure["got"], failure["contract"], failure["exchange"]) == (
        "201",
        "200",
        POINTER,
        2,
    )
    assert found["environment"] == {"release": "8.0.9"}


def test_only_what_a_fault_names_is_whole_in_the_document() -> None:
    exchanges = document(broken())["exchanges"]
    assert [("answer" in entry) for entry in exchanges] == [True, True, True, False]
    assert json.loads(exchanges[1]["request"]["body"])["value"] == "it's 5"


def test_the_document_counts_every_fact_once() -> None:
    facts = document(broken())["coverage"]["facts"]
    assert len(facts["exercised"]) == 2
    assert len(facts["exercised"]) + len(facts["not exercised"]) == len(load_facts()) == 196


def test_the_document_says_which_documented_statuses_were_answered() -> None:
    statuses = document(broken())["coverage"]["statuses"]
    # A create was answered with 200, which is not documented: it is no coverage.
    assert statuses["seen"] == [
        "customer_credits_list 200",
        "customer_credits_retrieve 200",
        "customer_credits_destroy 204",
    ]
    assert "customer_credits_create 201" in statuses["not seen"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "is not JSON"),
        ("[]", "is not a run"),
        ('{"format": "creditkit run", "version": 2}', "has version 2, and 1 is read here"),
    ],
)
def test_a_file_that_is_no_run_is_a_clear_error(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "run.json"
    path.write_text(content)
    with pytest.raises(DataFileError, match=message):
        read_document(path)


def test_a_run_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="cannot read"):
        read_document(tmp_path)


# JUnit


@pytest.mark.parametrize("run", RUNS)
def test_junit_has_one_case_for_each_verdict(run: Run) -> None:
    root = ElementTree.fromstring(to_junit(run))
    cases = root.findall("testsuite/testcase")
    assert [case.get("name") for case in cases] == [verdict.key for verdict in run.verdicts]
    assert [case.get("classname") for case in cases] == [v.requirement.group for v in run.verdicts]
    for node in (root, *root.findall("testsuite")):
        assert node.get("tests") == str(len(node.findall(".//testcase")))
        assert node.get("failures") == str(len(node.findall(".//failure")))
        assert node.get("errors") == str(len(node.findall(".//error")))
        assert node.get("skipped") == str(len(node.findall(".//skipped")))


def test_junit_tells_each_outcome_in_its_own_way() -> None:
    cases = ElementTree.fromstring(to_junit(broken())).findall("testsuite/testcase")
    results = [[node.tag for node in case if node.tag != "properties"] for case in cases]
    assert results == [
        ["failure"],
        ["failure"],
        ["failure"],
        ["error"],
        ["system-out"],
        ["skipped"],
        ["skipped"],
    ]
    failure = cases[2].find("failure")
    assert failure is not None
    assert (failure.get("message"), failure.get("type")) == (
        "A create was answered with 200.",
        "CREATE-STATUS",
    )
    assert failure.text is not None
    assert "expected: 201\ngot: 200" in failure.text
    assert [node.get("message") for node in ElementTree.fromstring(to_junit(broken())).iter("skipped")] == [
        "not evaluated: needs the token of a user who is owner",
        "waived: until May, by QA",
    ]


def test_junit_cases_have_the_level_and_source_as_properties() -> None:
    case = ElementTree.fromstring(to_junit(good())).findall("testsuite/testcase")[2]
    found = {node.get("name"): node.get("value") for node in case.iter("property")}
    assert (found["level"], found["outcome"]) == ("MUST", "pass")
    assert found["source"] == "customer_credits_create.status.201"
    assert case.get("time") == "0.012"


# HAR


def test_the_har_file_has_every_exchange() -> None:
    log = json.loads(to_har(broken()))["log"]
    assert log["version"] == "1.2"
    assert [(e["_number"], e["response"]["status"]) for e in log["entries"]] == [
        (1, 200), (2, 200), (3, 200), (4, 204),
    ]  # fmt: skip
    for entry in log["entries"]:
        assert {"startedDateTime", "time", "request", "response", "cache", "timings"} <= entry.keys()
        assert {
            "method",
            "url",
            "httpVersion",
            "cookies",
            "headers",
            "queryString",
            "headersSize",
            "bodySize",
        } <= (entry["request"].keys())
        assert {"status", "statusText", "httpVersion", "cookies", "headers", "content", "redirectURL"} <= (
            entry["response"].keys()
        )


def test_the_har_file_tells_requests_and_answers() -> None:
    listed, created, *_ = json.loads(to_har(broken()))["log"]["entries"]
    assert listed["request"]["queryString"] == [
        {"name": "page_size", "value": "300"},
        {"name": "page", "value": "1"},
    ]
    assert created["request"]["postData"]["mimeType"] == "application/json"
    assert created["response"]["redirectURL"].endswith("000000000007/")
    assert created["timings"] == {"send": 0, "wait": 12.0, "receive": 0}


def test_a_body_that_is_no_text_is_base64_in_the_har_file() -> None:
    strange = replace(LISTED, body=b"\xff\x00")
    content = json.loads(to_har(replace(good(), exchanges=(strange,))))["log"]["entries"][0]["response"][
        "content"
    ]
    assert (content["text"], content["encoding"], content["size"]) == ("/wA=", "base64", 2)


# CSV


def test_the_trace_leads_from_each_requirement_to_its_exchanges() -> None:
    rows = list(csv.DictReader(io.StringIO(to_csv(broken()))))
    assert len(rows) == 7
    assert rows[2] == {
        "requirement": "CREATE-STATUS",
        "level": "MUST",
        "group": "create",
        "operation": "customer_credits_create",
        "outcome": "fail",
        "source": "customer_credits_create.status.201",
        "exchanges": "2",
        "reason": "",
    }


def test_the_trace_is_no_formula_for_a_spreadsheet() -> None:
    verdict = Verdict(SCHEMA, LIST, Outcome.ERROR, reason="=HYPERLINK(1)")
    rows = list(csv.DictReader(io.StringIO(to_csv(replace(good(), verdicts=(verdict,))))))
    assert rows[0]["reason"] == "'=HYPERLINK(1)"


# Markdown


def test_the_summary_begins_with_the_verdict() -> None:
    text = to_markdown(broken())
    assert text.startswith("## Customer credits: does not conform\n\n2 findings explain 4 broken verdicts.\n")
    assert "| 0 | 3 | 1 | 1 | 0 | 1 | 1 |" in text
    assert "### 2. CREATE-STATUS (MUST)" in text
    assert "Expected `201`, got `200`." in text


def test_the_summary_of_ten_thousand_findings_fits_into_a_comment() -> None:
    failure = Failure("m" * 5_000, "e" * 5_000, "g" * 5_000, exchange(1, CREATE, "POST", sent="s" * 50_000))
    verdicts = tuple(
        Verdict(replace(CREATE_STATUS, id=f"R-{number}"), CREATE, Outcome.FAIL, (failure,) * 9)
        for number in range(10_000)
    )
    text = to_markdown(replace(good(), verdicts=verdicts))
    assert 10_000 < len(text) < 65_536
    assert re.search(r"…and 99\d\d more findings: see the HTML report\.", text)


def test_markdown_of_a_server_stays_text() -> None:
    failure = replace(broken().verdicts[2].failures[0], message="[x](http://evil) <b>@all</b>", got="``` `x")
    run = replace(good(), verdicts=(Verdict(CREATE_STATUS, CREATE, Outcome.FAIL, (failure,)),))
    text = to_markdown(run)
    assert r"\[x\](http://evil) \<b\>\@all\</b\>" in text
    assert "```` ``` `x ````" in text


# Badge


@pytest.mark.parametrize(
    ("run", "told"),
    [
        (broken(), "2 findings"),
        (good(), "4 of 4 pass"),
        (partial(), "not proven, 1 open"),
        (accounted(), "not proven, 1 open"),
        (reading(), "1 of 1 pass"),
    ],
)
def test_the_badge_tells_the_verdict(run: Run, told: str) -> None:
    root = ElementTree.fromstring(to_badge(run))
    assert root.get("aria-label") == f"customer credits: {told}"


# HTML


@pytest.mark.parametrize("run", RUNS)
def test_the_page_needs_nothing_else(run: Run) -> None:
    text = to_html(run)
    page = Page(text)
    assert page.open == []
    assert len(text.encode()) < 1_000_000
    tags = {tag for tag, _ in page.found}
    assert not tags & {"link", "img", "iframe", "object", "embed", "base"}
    assert all(" " not in (attributes.get("id") or "") for _, attributes in page.found)
    for tag, attributes in page.found:
        assert not {"src", "srcset", "action", "style" if tag != "span" else "src"} & attributes.keys()
        assert (attributes.get("href") or "#").startswith("#")
    style, script = text.split("<style>")[1].split("</style>")[0], text.split("<script>")[1]
    assert not re.search(r"url\(|@import|https?:|fetch|XMLHttp", style + script)


@pytest.mark.parametrize("run", RUNS)
def test_every_link_of_the_page_leads_somewhere(run: Run) -> None:
    found = Page(to_html(run)).found
    ids = [attributes["id"] for _, attributes in found if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = {
        (attributes["href"] or "").removeprefix("#") for tag, attributes in found if "href" in attributes
    }
    assert links <= set(ids), links - set(ids)


def test_the_page_shows_each_finding_with_its_evidence() -> None:
    text = Page(to_html(broken())).text
    for shown in (
        "Does not conform",
        "A create MUST be answered with 201.",
        "openapi.yaml:",
        "--data-binary",
        '"customer_name": "Nimbus"',
        "2 of 196 documented facts",
        "the clock of the target is 90 s late",
        "needs the token of a user who is owner",
    ):
        assert shown in text, shown


def test_what_a_server_sent_is_never_markup() -> None:
    text = to_html(broken())
    assert "<img" not in text
    assert text.count("</script>") == 1
    assert "onerror=alert(1)" in Page(text).text
    assert "\x1b" not in text
    assert "\x00" not in text


def test_a_page_with_very_much_evidence_stays_small_and_says_so() -> None:
    big = exchange(1, CREATE, "POST", sent="<" * 100_000, answer=["&" * 100_000])
    failure = Failure("<" * 100_000, '"' * 100_000, "'" * 100_000, big, POINTER)
    verdicts = tuple(
        Verdict(replace(CREATE_STATUS, id=f"R-{number}"), CREATE, Outcome.FAIL, (failure,) * 50)
        for number in range(150)
    )
    text = to_html(replace(good(), verdicts=verdicts, exchanges=(big,)))
    assert len(text.encode()) < 1_000_000
    assert "This page is full" in text


def test_the_contract_is_cited_by_line() -> None:
    found = cite(POINTER)
    assert found is not None
    lines = API.read_text(encoding="utf-8").splitlines()
    assert lines[found.line - 1].strip() == found.text.splitlines()[0] == "'201':"


def test_a_pointer_is_followed_through_references() -> None:
    answer = "#/paths/~1api~1customer-credits~1/get/responses/200/content/application~1json"
    found, same = (
        cite(f"{answer}/schema/items/properties/value"),
        cite("#/components/schemas/CustomerCredit/properties/value"),
    )
    assert found is not None
    assert found == same
    assert found.text.startswith("value:")


@pytest.mark.parametrize(
    "pointer", ["", "#", "#/nowhere", "parameter uuid", "#/info/title/deeper", "#/tags/7"]
)
def test_a_pointer_that_leads_nowhere_is_no_citation(pointer: str) -> None:
    assert cite(pointer) is None


# Everything


def test_hostile_answers_are_in_no_file_as_they_came(tmp_path: Path) -> None:
    verdict = Verdict(
        SCHEMA, LIST, Outcome.ERROR, (Failure(HOSTILE, HOSTILE, HOSTILE, LISTED, HOSTILE),), HOSTILE
    )
    run = replace(broken(), verdicts=(verdict,), notes=(HOSTILE,), environment={"server": HOSTILE})
    for path in write_all(run, tmp_path):
        assert b"\x1b" not in path.read_bytes(), path
        assert b"\x00" not in path.read_bytes(), path
    ElementTree.fromstring((tmp_path / "junit.xml").read_text())
    assert "<img" not in (tmp_path / "report.html").read_text()


def test_bodies_that_are_no_text_break_no_file(tmp_path: Path) -> None:
    strange: Exchange = replace(LISTED, body=b"\xff\xfe\x00\xed\xa0\x80", request_body=b"\xff", status=799)
    failure = Failure("strange", "\ud800", "\uffff", strange)
    run = replace(good(), verdicts=(Verdict(SCHEMA, LIST, Outcome.FAIL, (failure,)),), exchanges=(strange,))
    assert len(write_all(run, tmp_path)) == 7
    ElementTree.fromstring((tmp_path / "junit.xml").read_text())


def test_a_real_run_is_told_without_its_token(mock: Mock, tmp_path: Path) -> None:
    run = check(Target(mock.url, {"staff": mock.token}), Mode.READ, only=["read", "structure"])
    assert run.count(Outcome.PASS) > 30
    assert run.exchanges[0].curl().count("$CREDITKIT_TOKEN") == 1
    for path in write_all(run, tmp_path):
        assert mock.token.encode() not in path.read_bytes(), path
    jsonschema_rs.validator_for(schema()).validate(json.loads((tmp_path / "run.json").read_bytes()))
    assert len((tmp_path / "report.html").read_bytes()) < 1_000_000
