"""One run of the fuzzer through the gate, and verdicts on our requirements from its findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack

from creditkit.conformance.asking import Client, Exchange, Guard, Lab, Mode, OwnershipJournal, Target
from creditkit.conformance.judging import (
    Explain,
    Failure,
    Outcome,
    Requirement,
    Verdict,
    load_requirements,
    unexplained,
)
from creditkit.contract import API, load

from . import adapter
from .belongings import Belongings
from .findings import NO_ANSWER, broken_sequences, requirement_of
from .gate import Finding, Gate

FUZZ = "fuzz"
"""The group of the requirements that only fuzzing judges."""

EXAMPLES = 15
"""The default number of generated requests for each operation and phase."""

_CUSTOMERS = 6
_FAILURES = 5
_TIMEOUT = 900.0


def fuzz(
    target: Target, mode: Mode, journal: OwnershipJournal, *, seed: int = 1, examples: int = EXAMPLES
) -> tuple[list[Verdict], list[Exchange]]:
    """The verdicts of one fuzzing run and every exchange of it.

    Without writing, only what reads is fuzzed. Otherwise it works on up to six free customers, and what it
    created is deleted at the end. Raises UsageError without schemathesis, DeploymentError if it could not
    do its work.
    """
    with Client(target, Guard(mode)) as client:
        lab = Lab(target, load(API), client, journal)
        try:
            found, _ = explore(lab, journal, writes=mode.writes, seed=seed, examples=examples)
        finally:
            lab.sweep()
        exchanges = list(client.exchanges)
    return list(verdicts_on(found, exchanges, mode)), exchanges


def explore(
    lab: Lab, journal: OwnershipJournal, *, writes: bool, seed: int = 1, examples: int = EXAMPLES
) -> tuple[list[Finding], adapter.Report]:
    """Each check that failed, and schemathesis' own report; the exchanges are the lab's client's."""
    adapter.installed()
    before = len(lab.client.exchanges)
    with ExitStack() as taken:
        free = lab.free_customers()[:_CUSTOMERS] if writes else []
        customers = [taken.enter_context(lab.customer()) for _ in free]
        with Gate(lab, Belongings(lab, journal, customers)) as gate:
            report = adapter.run(
                gate.url, gate.desk, seed=seed, examples=examples, writes=writes, timeout=_TIMEOUT
            )
            broken = tuple(gate.broken)
    told = {finding.code for finding in gate.findings}
    silent = [
        Finding(code, title, "", "", None) for code, title in report.failures.items() if code not in told
    ]
    cut = [Finding(NO_ANSWER, "No answer", error.message, "", None) for error in broken]
    ours = broken_sequences(lab.client.exchanges[before:], lab.contract)
    return [*gate.findings, *silent, *cut, *ours], report


def verdicts_on(
    findings: Sequence[Finding], exchanges: Iterable[Exchange], mode: Mode, explain: Explain = unexplained
) -> Iterator[Verdict]:
    """Verdicts on the requirements of the fuzz group, and on each other one that is broken."""
    everything = load_requirements()
    touched = {exchange.operation for exchange in exchanges}
    by_requirement: dict[str, list[Finding]] = {}
    for finding in findings:
        by_requirement.setdefault(requirement_of(finding), []).append(finding)
    for requirement in everything.values():
        mine = by_requirement.get(requirement.id, [])
        if mine or requirement.group == FUZZ:
            yield from _of_requirement(requirement, mine, touched, mode, explain)


def _of_requirement(
    requirement: Requirement, findings: Sequence[Finding], touched: set[str], mode: Mode, explain: Explain
) -> Iterator[Verdict]:
    bad = Outcome.FAIL if requirement.level == "MUST" else Outcome.WARN
    for operation in requirement.operations:
        mine = [f for f in findings if _operation(f, requirement) == operation]
        if mine:
            yield Verdict(
                requirement, operation, bad, tuple(_failures(mine, requirement, operation, explain))
            )
        elif requirement.group != FUZZ:
            continue  # the structure of all answers is judged over the exchanges
        elif operation in touched:
            yield Verdict(requirement, operation, Outcome.PASS)
        else:
            reason = "no request was sent to it" if mode.writes else "it writes, and this run only reads"
            yield Verdict(requirement, operation, Outcome.NOT_EVALUATED, reason=reason)


def _operation(finding: Finding, requirement: Requirement) -> str:
    """The operation that a finding counts for: its own, or the requirement's first."""
    own = finding.operation in requirement.operations
    return finding.operation if own else requirement.operations[0]


def _failures(
    findings: Sequence[Finding], requirement: Requirement, operation: str, explain: Explain
) -> Iterator[Failure]:
    """A failure for each kind of finding, a few at most: the fuzzer repeats itself.

    Those that a deviation explains take no room from the others.
    """
    kinds: dict[tuple[str, str], Failure] = {}
    for finding in findings:
        status = str(finding.exchange.status) if finding.exchange else ""
        failure = Failure(_sentence(finding), _expected(finding), status, finding.exchange)
        kinds.setdefault((explain(requirement.id, operation, failure), finding.message), failure)
    yield from [failure for (deviation, _), failure in kinds.items() if not deviation][:_FAILURES]
    yield from [failure for (deviation, _), failure in kinds.items() if deviation]


def _sentence(finding: Finding) -> str:
    message = " ".join(finding.message.split())
    return f"{finding.title}: {message}" if message else finding.title


def _expected(finding: Finding) -> str:
    """The statuses that a message names as expected or documented; empty if it names none."""
    for line in finding.message.splitlines():
        word, _, rest = line.partition(":")
        if word in ("Expected", "Documented", "Allowed statuses"):
            return rest.strip()
    return ""
