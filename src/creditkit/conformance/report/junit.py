"""JUnit XML: a run for continuous integration, one test case for each verdict.

A failure is a `failure`, an error an `error`; what was not evaluated, is waived or is expected is `skipped`
with its reason. A SHOULD that is not kept passes and says so in `system-out`, as JUnit knows no warning. What
became of each expected deviation is a property of every suite.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from creditkit.conformance.judging import Outcome, Run, Verdict
from creditkit.reports import visible

from .findings import fate, kinds

_SKIPPED = (Outcome.NOT_EVALUATED, Outcome.WAIVED, Outcome.EXPECTED)


def to_junit(run: Run) -> bytes:
    """A run as JUnit XML in UTF-8."""
    name = visible(f"creditkit check {run.url}")
    root = Element("testsuites", {"name": name, **_tally(run.verdicts), "time": f"{run.seconds:.3f}"})
    seconds = {exchange.number: exchange.seconds for exchange in run.exchanges}
    for group, verdicts in groupby(run.verdicts, key=lambda verdict: verdict.requirement.group):
        _suite(root, run, group, tuple(verdicts), seconds)
    indent(root)
    text: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _suite(
    root: Element, run: Run, group: str, verdicts: Sequence[Verdict], seconds: dict[int, float]
) -> None:
    suite = SubElement(root, "testsuite", {"name": group, **_tally(verdicts)})
    suite.set("timestamp", run.started.strftime("%Y-%m-%dT%H:%M:%S"))
    suite.set("time", f"{sum(_seconds(verdict, seconds) for verdict in verdicts):.3f}")
    fates = {f"expected {expected.id}": fate(expected) for expected in run.expected}
    _properties(suite, {"url": run.url, "mode": run.mode, "expects": run.expects, **fates})
    for verdict in verdicts:
        case = SubElement(
            suite, "testcase", classname=group, name=verdict.key, time=f"{_seconds(verdict, seconds):.3f}"
        )
        _properties(case, _told(verdict))
        _result(case, verdict)


def _told(verdict: Verdict) -> dict[str, str]:
    requirement = verdict.requirement
    return {
        "requirement": requirement.id,
        "operation": verdict.operation,
        "level": requirement.level,
        "outcome": verdict.outcome.value,
        "text": requirement.text,
        "source": requirement.source,
        "cause": verdict.cause,
    }


def _result(case: Element, verdict: Verdict) -> None:
    reason = visible(verdict.reason)
    first = visible(verdict.failures[0].message) if verdict.failures else reason
    if verdict.outcome in (Outcome.FAIL, Outcome.ERROR):
        name = "failure" if verdict.outcome is Outcome.FAIL else "error"
        SubElement(case, name, message=first, type=verdict.requirement.id).text = _story(verdict)
    elif verdict.outcome in _SKIPPED:
        SubElement(case, "skipped", message=f"{verdict.outcome.value}: {reason}")
    elif verdict.outcome is Outcome.WARN:
        SubElement(case, "system-out").text = _story(verdict)


def _story(verdict: Verdict) -> str:
    lines = [verdict.requirement.text]
    if verdict.cause:
        lines.append(f"This follows from {verdict.cause}.")
    if verdict.reason:
        lines.append(verdict.reason)
    for kind in kinds(verdict):
        failure = kind.failure
        lines += ["", kind.message]
        lines += [
            f"{name}: {value}"
            for name, value in (
                ("expected", failure.expected),
                ("got", failure.got),
                ("contract", failure.contract),
                ("curl", failure.exchange.curl() if failure.exchange else ""),
            )
            if value
        ]
    return visible("\n".join(lines))


def _properties(parent: Element, values: dict[str, str]) -> None:
    node = SubElement(parent, "properties")
    for name, value in values.items():
        if value:
            SubElement(node, "property", name=name, value=visible(value))


def _tally(verdicts: Sequence[Verdict]) -> dict[str, str]:
    outcomes = [verdict.outcome for verdict in verdicts]
    return {
        "tests": str(len(outcomes)),
        "failures": str(outcomes.count(Outcome.FAIL)),
        "errors": str(outcomes.count(Outcome.ERROR)),
        "skipped": str(sum(outcome in _SKIPPED for outcome in outcomes)),
    }


def _seconds(verdict: Verdict, seconds: dict[int, float]) -> float:
    return sum(seconds.get(number, 0.0) for number in verdict.exchanges)
