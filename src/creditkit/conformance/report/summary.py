"""The summary: a run in Markdown, short enough for a comment on a merge request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from creditkit.conformance.judging import Outcome, Run, Verdict
from creditkit.contract import load_facts
from creditkit.reports import code_block, code_span, escaped

from .findings import Finding, fate, findings, first_word, gaps, headline, kinds, names, owing, remarks

LIMIT = 60_000
"""The most characters of a summary: GitHub refuses comments of more than 65,536."""

_FAILURES = 3
_VALUE = 300
_CURL = 1_500


def to_markdown(run: Run) -> str:
    """A run as Markdown of at most LIMIT characters; findings that do not fit are counted."""
    parts = list(_top(run))
    room = LIMIT - sum(len(part) for part in parts) - 2_000
    found = findings(run)
    for number, finding in enumerate(found, 1):
        part = "".join(_finding(number, finding))
        if len(part) > room:
            parts.append(f"\n…and {len(found) - number + 1} more findings: see the HTML report.\n")
            break
        room -= len(part)
        parts.append(part)
    for part in (_remarks(run), _expected(run), _gaps(run)):
        if len(part) <= room:
            room -= len(part)
            parts.append(part)
    return "".join(parts)


def _top(run: Run) -> Iterator[str]:
    line = headline(run)
    yield f"## Customer credits: {line.word.lower()}\n\n{line.sentence}\n\n"
    yield f"Target {_code(run.url)}, mode {run.mode}, {run.started:%d %B %Y %H:%M} UTC, {run.seconds:.1f} s, "
    facts = f"{len(run.facts_exercised)} of {len(load_facts())}"
    yield f"{len(run.exchanges):,} requests, {facts} documented facts exercised.\n\n"
    heads = [outcome.value for outcome in Outcome]
    yield f"| {' | '.join(heads)} |\n|{'---:|' * len(heads)}\n"
    yield f"| {' | '.join(str(run.count(outcome)) for outcome in Outcome)} |\n"
    for note in run.notes:
        yield f"\n> {_plain(note)}\n"


def _finding(number: int, finding: Finding) -> Iterator[str]:
    requirement = finding.requirement
    yield f"\n### {number}. {requirement.id} ({requirement.level})\n\n{_plain(requirement.text)}\n\n"
    for verdict in finding.verdicts:
        yield from _verdict(verdict)
    curl = next((f.exchange.curl() for v in finding.verdicts for f in v.failures if f.exchange), "")
    if curl:
        yield f"\n{code_block(curl, 'sh') if len(curl) <= _CURL else 'The request is in the HTML report.'}\n"
    if finding.followers:
        yield f"\nExplains {len(finding.followers)} more: {_list(names(finding.followers))}.\n"


def _verdict(verdict: Verdict) -> Iterator[str]:
    if verdict.reason or not verdict.failures:
        yield f"- {_code(verdict.operation)}: {_plain(verdict.reason or verdict.outcome.value)}\n"
    found = kinds(verdict)
    for kind in found[:_FAILURES]:
        failure = kind.failure
        yield f"- {_code(verdict.operation)}: {_plain(kind.message)}"
        if failure.expected or failure.got:
            expected, got = failure.expected or "something else", failure.got or "nothing"
            yield f" Expected {_code(expected)}, got {_code(got)}."
        if failure.contract:
            yield f" Contract: {_code(failure.contract)}."
        yield "\n"
    if len(found) > _FAILURES:
        yield f"- {_code(verdict.operation)}: and {len(found) - _FAILURES} more faults\n"


def _remarks(run: Run) -> str:
    text = ""
    for title, outcome in (("Not as it should be", Outcome.WARN), ("Waived", Outcome.WAIVED)):
        found = remarks(run, outcome)
        if found:
            text += f"\n### {title}\n\n"
        for remark in found:
            told = "; ".join(dict.fromkeys(filter(None, (first_word(v) for v in remark.verdicts))))
            text += f"- {remark.requirement.id}: {_plain(told or remark.requirement.text)}\n"
    return text


def _expected(run: Run) -> str:
    if not run.expected:
        return ""
    told = [f"- {_code(e.id)}: {fate(e)}. {_plain(e.title)}\n" for e in run.expected]
    return f"\n### Expected of {_plain(run.expects)}\n\n{''.join(told)}"


def _gaps(run: Run) -> str:
    found = gaps(run)
    if not found:
        return ""
    owed = len(owing(run))
    told = f" ({owed} of them MUST verdicts that this mode owes)" if owed else ""
    text = f"\n### Not evaluated: {run.count(Outcome.NOT_EVALUATED)}{told}\n\n"
    for gap in found:
        text += f"- {_plain(gap.reason)}: {_list(names(gap.verdicts))}\n"
    return text


def _list(texts: Iterable[str]) -> str:
    return ", ".join(texts)


def _plain(text: str) -> str:
    return escaped(text, _VALUE)


def _code(text: str) -> str:
    return code_span(text, _VALUE)
