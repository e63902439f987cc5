"""Code quality: a review as GitLab reads it, for the widget and the lines of a merge request."""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import Any

from creditkit.review.review import Remark, Review, fingerprints

from .words import one_line


def to_gitlab(review: Review) -> str:
    """A review as a list of GitLab's code quality issues, without what is waived and what breaks nobody."""
    pairs = zip(review.remarks, fingerprints(review.remarks), strict=True)
    issues = [_issue(*pair) for pair in pairs if pair[0].level != "note" and not pair[0].waived]
    return json.dumps(issues, indent=1, ensure_ascii=False) + "\n"


def _issue(remark: Remark, fingerprint: str) -> dict[str, Any]:
    about = f"{remark.about}: " if remark.about else ""
    return {
        "description": one_line(f"{about}{remark.message}"),
        "check_name": remark.rule,
        "fingerprint": fingerprint,
        "severity": _severity(remark),
        "location": {
            "path": PurePath(remark.place.file).as_posix(),
            "lines": {"begin": remark.place.line},
        },
    }


def _severity(remark: Remark) -> str:
    """GitLab's word: what breaks clients weighs more than what is wrong in itself."""
    if remark.level == "warning":
        return "minor"
    return "critical" if remark.part == "diff" else "major"
