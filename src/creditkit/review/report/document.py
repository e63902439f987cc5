"""A review for programs: JSON, described by `review.schema.json`, and the trace as CSV."""

from __future__ import annotations

import json
from typing import Any

from creditkit.reports import to_csv as to_table
from creditkit.review.review import Remark, Review, fingerprints
from creditkit.review.source import Place
from creditkit.review.trace import TraceRow

from .headline import headline

COLUMNS = ("state", "fact", "element", "file", "line", "column", "pointer", "text")

FORM = "creditkit-review/1"
"""The name of the form; it changes when a program that reads the form has to."""


def to_json(review: Review) -> str:
    """A review as JSON text."""
    return json.dumps(document(review), indent=1, ensure_ascii=False) + "\n"


def document(review: Review) -> dict[str, Any]:
    """A review as plain values."""
    line = headline(review)
    pairs = zip(review.remarks, fingerprints(review.remarks), strict=True)
    return {
        "form": FORM,
        "contract": review.source.origin,
        "base": review.base.origin if review.base else None,
        "verdict": {
            "tone": line.tone,
            "word": line.word,
            "sentence": line.sentence,
            "exit_code": review.exit_code,
        },
        "parts": sorted(review.parts),
        "remarks": [_remark(remark, fingerprint) for remark, fingerprint in pairs],
        "trace": _trace(review),
        "unseen": [{"what": unseen.what, "why": unseen.why} for unseen in review.unseen],
    }


def to_csv(review: Review) -> str:
    """The trace of a review as CSV with a header; the header alone if nothing was traced."""
    rows = (
        (
            row.state,
            row.fact.id if row.fact else "",
            row.element,
            row.place.file,
            row.place.line,
            row.place.column,
            row.place.pointer,
            row.text,
        )
        for row in (review.trace.rows if review.trace else ())
    )
    return to_table(COLUMNS, rows)


def _remark(remark: Remark, fingerprint: str) -> dict[str, Any]:
    return {
        "part": remark.part,
        "rule": remark.rule,
        "level": remark.level,
        "fails": remark.is_open,
        "waived": remark.waived or None,
        "place": _place(remark.place),
        "about": remark.about,
        "message": remark.message,
        "reason": remark.reason,
        "hint": remark.hint,
        "fingerprint": fingerprint,
        "change": _change(remark),
    }


def _change(remark: Remark) -> dict[str, Any] | None:
    change = remark.change
    if change is None:
        return None
    witness = change.witness
    return {
        "judgement": change.judgement,
        "breaks": sorted(change.breaks),
        "operation": change.operation,
        "where": change.where,
        "old": _place(change.old) if change.old else None,
        "new": _place(change.new) if change.new else None,
        "witness": None
        if witness is None
        else {
            "direction": witness.direction,
            "admitted_by": witness.admitted_by,
            "refused_by": witness.refused_by,
            "value": witness.value,
        },
    }


def _trace(review: Review) -> dict[str, Any] | None:
    if review.trace is None:
        return None
    return {
        "facts": len(review.trace.facts),
        "documented": review.trace.documented,
        "rows": [_row(row) for row in review.trace.rows],
    }


def _row(row: TraceRow) -> dict[str, Any]:
    return {
        "state": row.state,
        "fact": row.fact.id if row.fact else None,
        "element": row.element,
        "place": _place(row.place),
        "text": row.text,
    }


def _place(place: Place) -> dict[str, Any]:
    return {"file": place.file, "line": place.line, "column": place.column, "pointer": place.pointer}
