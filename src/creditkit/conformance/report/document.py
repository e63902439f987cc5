"""A run for programs: JSON, described by `run.schema.json`, and the trace as CSV, a row for each verdict.

Exchanges that a failure names are in the JSON with headers and bodies. The rest are one line each there, and
whole in the HAR file.
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson

from creditkit.conformance.asking import Exchange
from creditkit.conformance.judging import Failure, Outcome, Requirement, Run, Verdict, pairs
from creditkit.contract import API, load, load_facts
from creditkit.errors import DataFileError
from creditkit.reports import to_csv as to_table

from .evidence import Evidence, encoded, ranges
from .evidence import to_json as as_bytes
from .findings import findings, headline, owing

FORMAT = "creditkit run"
VERSION = 1


def document(run: Run) -> dict[str, Any]:
    """A run as plain dicts, lists, texts and numbers."""
    evidence = Evidence(run)
    cited = {
        evidence.number(failure.exchange)
        for verdict in run.verdicts
        for failure in verdict.failures
        if failure.exchange is not None
    }
    requirements = {verdict.requirement.id: verdict.requirement for verdict in run.verdicts}
    return {
        "format": FORMAT,
        "version": VERSION,
        "creditkit": version("creditkit"),
        "url": run.url,
        "mode": run.mode,
        "started": run.started.isoformat(),
        "seconds": round(run.seconds, 3),
        "green": run.is_green,
        "headline": headline(run).word,
        "counts": {outcome.value: run.count(outcome) for outcome in Outcome} | {"owed": len(owing(run))},
        "findings": [
            {
                "requirement": finding.requirement.id,
                "verdicts": [verdict.key for verdict in finding.verdicts],
                "followers": [verdict.key for verdict in finding.followers],
            }
            for finding in findings(run)
        ],
        "verdicts": [_verdict(verdict, evidence) for verdict in run.verdicts],
        "requirements": {name: _requirement(requirement) for name, requirement in requirements.items()},
        "coverage": _coverage(run, evidence),
        "exchanges": [_exchange(number, exchange, number in cited) for number, exchange in evidence],
        "notes": list(run.notes),
        "expects": run.expects,
        "expected": [
            {"deviation": e.id, "title": e.title, "seen": e.seen, "verdicts": list(e.verdicts)}
            for e in run.expected
        ],
        "environment": dict(run.environment),
    }


def to_json(run: Run) -> bytes:
    """The document as indented JSON."""
    return as_bytes(document(run), indent=True)


def read_document(path: Path) -> dict[str, Any]:
    """The document in a file, or in a folder that holds `run.json`; raises DataFileError."""
    if path.is_dir():
        path /= "run.json"
    try:
        found = orjson.loads(path.read_bytes())
    except OSError as error:
        raise DataFileError(
            f"cannot read {path}: {error.strerror}", "name a file or folder that --report wrote"
        ) from error
    except ValueError as error:
        raise DataFileError(f"{path} is not JSON: {error}") from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise DataFileError(f"{path} is not a run", "name the run.json of a folder that --report wrote")
    if found.get("version") != VERSION:
        raise DataFileError(f"{path} has version {found.get('version')}, and {VERSION} is read here")
    return found


def _verdict(verdict: Verdict, evidence: Evidence) -> dict[str, Any]:
    return {
        "requirement": verdict.requirement.id,
        "operation": verdict.operation,
        "outcome": verdict.outcome.value,
        "reason": verdict.reason,
        "cause": verdict.cause,
        "faults": [_failure(failure, evidence) for failure in verdict.failures],
        "exchanges": list(verdict.exchanges),
    }


def _failure(failure: Failure, evidence: Evidence) -> dict[str, Any]:
    return {
        "message": failure.message,
        "expected": failure.expected,
        "got": failure.got,
        "contract": failure.contract,
        "exchange": None if failure.exchange is None else evidence.number(failure.exchange),
        "curl": "" if failure.exchange is None else failure.exchange.curl(),
    }


def _requirement(requirement: Requirement) -> dict[str, Any]:
    return {
        "group": requirement.group,
        "level": requirement.level,
        "text": requirement.text,
        "source": requirement.source,
        "why": requirement.why,
        "mode": requirement.mode,
        "operations": list(requirement.operations),
        "needs": list(requirement.needs),
        "after": list(requirement.after),
    }


def _coverage(run: Run, evidence: Evidence) -> dict[str, Any]:
    facts = [fact.id for fact in load_facts()]
    found = pairs(evidence.exchanges, load(API))
    return {
        "facts": {
            "exercised": [name for name in facts if name in run.facts_exercised],
            "not exercised": [name for name in facts if name not in run.facts_exercised],
        },
        "statuses": {
            "seen": [f"{operation} {status}" for operation, status in found.seen],
            "not seen": [f"{operation} {status}" for operation, status in found.unseen],
        },
    }


def _exchange(number: int, exchange: Exchange, is_whole: bool) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "number": number,
        "operation": exchange.operation,
        "role": exchange.role,
        "method": exchange.method,
        "url": exchange.url,
        "status": exchange.status,
        "started": exchange.started.isoformat(),
        "seconds": round(exchange.seconds, 6),
    }
    if is_whole:
        entry["request"] = _message(dict(exchange.request_headers), exchange.request_body)
        entry["answer"] = _message(dict(exchange.headers), exchange.body)
    return entry


def _message(headers: dict[str, str], body: bytes) -> dict[str, Any]:
    text, encoding = encoded(body)
    return {"headers": headers, "body": text, "encoding": encoding}


COLUMNS = ("requirement", "level", "group", "operation", "outcome", "source", "exchanges", "reason")


def to_csv(run: Run) -> str:
    """A run as CSV with a header. Exchanges are ranges of the numbers in the HAR file: `1-3 7`."""
    evidence = Evidence(run)
    rows = (
        (
            verdict.requirement.id,
            verdict.requirement.level,
            verdict.requirement.group,
            verdict.operation,
            verdict.outcome.value,
            verdict.requirement.source,
            ranges(_numbers(verdict, evidence)),
            verdict.reason,
        )
        for verdict in run.verdicts
    )
    return to_table(COLUMNS, rows)


def _numbers(verdict: Verdict, evidence: Evidence) -> list[int]:
    failures = [
        evidence.number(failure.exchange) for failure in verdict.failures if failure.exchange is not None
    ]
    return [*verdict.exchanges, *failures]
