"""SARIF 2.1.0: a review as the services read it that show code scans beside the lines.

Every result has a file, a line and a column, a fingerprint that stays while lines move, and the rule with its
reason. What is waived is a suppressed result. For a change the place in the earlier contract is a related
one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from creditkit.reports import visible
from creditkit.review.review import Remark, Review, fingerprints
from creditkit.review.source import Place

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_FINGERPRINT = "creditkitReview/v1"
_ROOT = "SRCROOT"


def to_sarif(review: Review) -> str:
    """A review as a SARIF log with one run."""
    rules = {remark.rule: remark for remark in reversed(review.remarks)}
    names = sorted(rules)
    run = {
        "tool": {
            "driver": {
                "name": "creditkit review",
                "semanticVersion": version("creditkit"),
                "rules": [_rule(rules[name]) for name in names],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The folder in which the review was run."}}},
        "results": [
            _result(remark, names, fingerprint)
            for remark, fingerprint in zip(review.remarks, fingerprints(review.remarks), strict=True)
        ],
    }
    return (
        json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1, ensure_ascii=False)
        + "\n"
    )


def _rule(remark: Remark) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "id": remark.rule,
        "shortDescription": {"text": remark.rule.replace("-", " ").capitalize()},
        "defaultConfiguration": {"level": remark.level},
        "properties": {"tags": [remark.part]},
    }
    if remark.reason:
        rule["fullDescription"] = {"text": visible(remark.reason)}
    if remark.hint:
        rule["help"] = {"text": visible(remark.hint)}
    return rule


def _result(remark: Remark, names: Sequence[str], fingerprint: str) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": remark.rule,
        "ruleIndex": names.index(remark.rule),
        "level": remark.level,
        "message": {"text": visible(_message(remark))},
        "locations": [_location(remark.place)],
        "partialFingerprints": {_FINGERPRINT: fingerprint},
    }
    change = remark.change
    if change is not None:
        result["properties"] = {"judgement": change.judgement, "breaks": sorted(change.breaks)}
        if change.witness is not None:
            result["properties"]["witness"] = change.witness.value
        if change.old is not None:
            result["relatedLocations"] = [{**_location(change.old), "message": {"text": "as it was"}}]
    if remark.waived:
        result["suppressions"] = [{"kind": "external", "justification": visible(remark.waived)}]
    return result


def _message(remark: Remark) -> str:
    about = f"{remark.about}: " if remark.about else ""
    witness = remark.change.witness if remark.change else None
    proof = f"\nWitness, allowed by the {witness.admitted_by} contract alone: {witness}" if witness else ""
    hint = f"\nDo: {remark.hint}" if remark.hint else ""
    return f"{about}{remark.message}{proof}{hint}"


def _location(place: Place) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": _artifact(place.file),
            "region": {"startLine": place.line, "startColumn": place.column},
        },
        "logicalLocations": [{"fullyQualifiedName": f"#{place.pointer}"}],
    }


def _artifact(file: str) -> dict[str, str]:
    if "://" in file:
        return {"uri": file}
    path = Path(file)
    if path.is_absolute():
        return {"uri": path.as_uri()}
    return {"uri": quote(path.as_posix()), "uriBaseId": _ROOT}
