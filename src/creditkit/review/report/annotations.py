"""Annotations: a review as GitHub's workflow commands, which it shows beside the lines of a pull request.

GitHub shows ten errors and ten warnings of a step, so errors come first. Compatible changes are not among
them.
"""

from __future__ import annotations

from creditkit.review.review import Remark, Review

from .words import visible

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
