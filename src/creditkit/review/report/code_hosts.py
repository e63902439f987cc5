"""A review as code hosts show it beside the lines of a change: GitHub annotations, GitLab code quality.

GitHub shows ten errors and ten warnings of a step, so errors come first. Neither lists compatible changes.
"""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import Any

from creditkit.reports import one_line, visible
from creditkit.review.review import Remark, Review, fingerprints

_ORDER = ("error", "warning")


def to_github(review: Review) -> str:
    """A review as workflow commands, one a line; nothing for a clean one."""
    shown = [remark for remark in review.remarks if remark.level in _ORDER and not remark.waived]
    return "".join(
        _command(remark) for remark in sorted(shown, key=lambda remark: _ORDER.index(remark.level))
    )


def _command(remark: Remark) -> str:
    place = remark.place
    values = {"file": place.file, "line": str(place.line), "col": str(place.column), "title": remark.rule}
    properties = ",".join(f"{name}={_property(value)}" for name, value in values.items())
    return f"::{remark.level} {properties}::{_data(_message(remark))}\n"


def _message(remark: Remark) -> str:
    about = f"{remark.about}: " if remark.about else ""
    lines = [f"{about}{remark.message}", remark.reason]
    if remark.change is not None and remark.change.witness is not None:
        witness = remark.change.witness
        lines.append(f"Witness, allowed by the {witness.admitted_by} contract alone: {witness}")
    if remark.hint:
        lines.append(f"Do: {remark.hint}")
    return "\n".join(visible(line) for line in lines if line)


def _data(text: str) -> str:
    """Text behind the second pair of colons: a line break or a per cent sign would end or change it."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Text of a property, which a colon or a comma would end."""
    return _data(visible(text)).replace(":", "%3A").replace(",", "%2C")


def to_gitlab(review: Review) -> str:
    """A review as a list of GitLab's code quality issues, without waived remarks and notes."""
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
    """GitLab's severity: a breaking change weighs more than a lint finding."""
    if remark.level == "warning":
        return "minor"
    return "critical" if remark.part == "diff" else "major"
