"""What programs read of a review: valid, whole, and the same each time."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from creditkit.errors import DataFileError
from creditkit.review import report
from creditkit.review.review import Review, fingerprints, of_finding

from .reviews import CONTRACT, NASTY, clean, contract, finding, full, review

# The official schema, as the npm package @microsoft/jest-sarif 1.0.0-beta.0 has it (MIT licence).
SARIF = json.loads((Path(__file__).parent / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
# A regular expression that not every engine takes, of properties that a review does not write.
for name in ("run", "toolComponent"):
    del SARIF["definitions"][name]["properties"]["language"]["pattern"]
FORM = json.loads((Path(report.__file__).parent / "review.schema.json").read_text(encoding="utf-8"))
REVIEWS = {"clean": clean, "full": full, "empty": review}
SAYING = 11
"""How many remarks the full review has."""


def results(found: Review) -> list[dict[str, Any]]:
    return json.loads(report.to_sarif(found))["runs"][0]["results"]  # type: ignore[no-any-return]


@pytest.mark.parametrize("made", REVIEWS.values(), ids=list(REVIEWS))
def test_sarif_is_valid(made: Any) -> None:
    validator = jsonschema_rs.Draft4Validator(SARIF)
    assert [error.message for error in validator.iter_errors(json.loads(report.to_sarif(made())))] == []


def test_every_result_in_sarif_has_its_line_its_rule_and_a_fingerprint_of_its_own() -> None:
    log = json.loads(report.to_sarif(full()))
    rules = [rule["id"] for rule in log["runs"][0]["tool"]["driver"]["rules"]]
    found = results(full())
    assert len(found) == SAYING
    for result in found:
        region = result["locations"][0]["physicalLocation"]["region"]
        assert region["startLine"] >= 1
        assert region["startColumn"] >= 1
        assert rules[result["ruleIndex"]] == result["ruleId"]
    assert len({result["partialFingerprints"]["creditkitReview/v1"] for result in found}) == SAYING
    assert rules == sorted(set(rules))


def test_sarif_tells_levels_the_earlier_place_the_witness_and_what_is_waived() -> None:
    found = results(full())
    assert [result["level"] for result in found] == [
        *("error", "warning", "error", "error", "warning", "note", "note", "error", "error", "error", "error")
    ]
    change = found[2]
    assert (
        change["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        == "main%3Aapi/openapi.yaml"
    )
    assert change["properties"]["witness"]["query"] == {"page": "last"}
    assert [result["suppressions"][0]["justification"] for result in found if "suppressions" in result] == [
        "Known. (Kim, until 2027-01-01)"
    ]


def test_sarif_names_files_as_uris() -> None:
    absolute = of_finding(finding())
    place = replace(absolute.place, file="/srv/a b/openapi.yaml")
    location = results(review(replace(absolute, place=place)))[0]["locations"][0]["physicalLocation"]
    assert location["artifactLocation"] == {"uri": "file:///srv/a%20b/openapi.yaml"}


@pytest.mark.parametrize("made", REVIEWS.values(), ids=list(REVIEWS))
def test_the_document_is_what_its_schema_says(made: Any) -> None:
    document = json.loads(report.to_json(made()))
    jsonschema_rs.Draft202012Validator(FORM).validate(document)
    assert document == report.document(made())


def test_the_document_has_everything() -> None:
    document = report.document(full())
    assert document["verdict"] == {
        "tone": "bad",
        "word": "Not ready",
        "sentence": "1 error, 1 warning, 2 breaking changes, 1 documented fact missing, 1 element unexplained"
        " and 1 waiver no good.",
        "exit_code": 1,
    }
    assert len(document["remarks"]) == SAYING
    assert document["remarks"][2]["change"]["breaks"] == ["senders"]
    assert (document["trace"]["facts"], document["trace"]["documented"]) == (4, 3)
    assert document["unseen"] == [{"what": "webhooks", "why": "the contract has none"}]
    assert report.document(clean())["verdict"]["exit_code"] == 0


def test_annotations_have_errors_first_and_say_nothing_of_what_breaks_nobody() -> None:
    lines = report.to_github(full()).splitlines()
    levels = [line.removeprefix("::").split(" ")[0] for line in lines]
    assert levels == ["error"] * 6 + ["warning"] * 2
    assert lines[0] == (
        "::error file=api/openapi.yaml,line=28,col=31,title=pattern-loose::"
        "it takes the lone sign%0AA lone sign is no number.%0ADo: ask for a digit"
    )
    assert report.to_github(clean()) == ""


def test_annotations_cannot_be_broken_by_what_a_contract_says() -> None:
    nasty = of_finding(finding(message=NASTY + "\r\n::error::no", rule="pattern-loose"))
    place = replace(nasty.place, file="a,b:c%.yaml")
    (line,) = report.to_github(review(replace(nasty, place=place))).splitlines()
    assert line.startswith("::error file=a%2Cb%3Ac%25.yaml,line=28,col=31,title=pattern-loose::a | b")
    assert "100%25" in line
    assert "%0A::error::no" in line
    assert "\x1b" not in line


def test_code_quality_issues_have_what_gitlab_asks_for() -> None:
    issues = json.loads(report.to_gitlab(full()))
    assert [issue["severity"] for issue in issues] == [
        *("major", "minor", "critical", "critical", "minor", "major", "major", "major")
    ]
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    for issue in issues:
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["location"]["lines"]["begin"] >= 1
        assert "\n" not in issue["description"]
    assert json.loads(report.to_gitlab(clean())) == []


def test_fingerprints_stay_while_lines_move_and_differ_for_the_same_fault_twice() -> None:
    moved = CONTRACT.replace("paths:", "# a line\npaths:", 1)
    one = of_finding(finding())
    place = contract(moved).place("/components/schemas/Credit/properties/value/pattern")
    assert place.line == one.place.line + 1
    assert list(fingerprints((one,))) == list(fingerprints((replace(one, place=place),)))
    assert len(set(fingerprints((one, one)))) == 2


@pytest.mark.parametrize("form", report.FORMATS)
def test_two_runs_give_the_same_text(form: str) -> None:
    assert report.FORMATS[form](full()) == report.FORMATS[form](full())


@pytest.mark.parametrize("form", ["text", "markdown", "github", "csv"])
def test_no_format_for_people_has_control_characters(form: str) -> None:
    assert re.findall("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", report.FORMATS[form](full())) == []


def test_a_folder_gets_every_file(tmp_path: Path) -> None:
    paths = report.write_all(full(), tmp_path / "a" / "b")
    assert [path.name for path in paths] == [
        *("review.html", "review.json", "review.sarif", "code-quality.json", "comment.md", "trace.csv")
    ]
    assert all(path.stat().st_size for path in paths)


def test_a_report_that_cannot_be_written_is_one_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DataFileError, match="cannot write the report"):
        report.write_all(clean(), tmp_path / "file")
    with pytest.raises(DataFileError, match="cannot write"):
        report.write(clean(), "json", tmp_path)
