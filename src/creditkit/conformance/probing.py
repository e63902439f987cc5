"""From requirements to verdicts: runs their probes, and judges the structure of every answer.

Called by `run` alone. A probe that cannot judge gives `not evaluated`; one that stumbles over the shape of an
answer gives `error`. Neither is ever a pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module

from creditkit.conformance.asking import CannotJudge, Exchange, Lab, Mode, NotAllowed, OwnershipJournal
from creditkit.conformance.judging import Explain, Failure, Outcome, Requirement, Verdict, judge
from creditkit.contract import Contract
from creditkit.errors import DeploymentError

from .fuzz import FUZZ, explore, verdicts_on

_PATIENCE = 3

Probe = Callable[[Lab], Iterator[Failure]]
Progress = Callable[[Requirement, int, int], None]
"""Called before each requirement with the requirement, its number from 1, and the total."""


def probe_of(requirement: Requirement) -> Probe:
    """The probe that a requirement names; one that has cases is given them."""
    module, function = requirement.probe.rsplit(".", 1)
    probe: Callable[..., Iterator[Failure]] = getattr(
        import_module(f"creditkit.conformance.probes.{module}"), function
    )
    return partial(probe, cases=requirement.cases) if requirement.cases else probe


def probed(lab: Lab, mode: Mode, chosen: Sequence[Requirement], progress: Progress) -> Iterator[Verdict]:
    """The verdicts of the chosen requirements that have probes, in order."""
    silent = 0  # requirements in a row at which the deployment gave no answer
    for number, requirement in enumerate(chosen, 1):
        if not requirement.probe:
            continue
        progress(requirement, number, len(chosen))
        reason = _unmet(requirement, lab, mode)
        if silent >= _PATIENCE:
            reason = "the deployment had stopped answering"
        if reason:
            yield from _all(requirement, Outcome.NOT_EVALUATED, reason)
            continue
        before = lab.client.unanswered
        yield from _run(requirement, lab)
        silent = silent + 1 if lab.client.unanswered > before else 0


def fuzzed(
    lab: Lab,
    journal: OwnershipJournal,
    mode: Mode,
    chosen: Sequence[Requirement],
    progress: Progress,
    explain: Explain,
) -> Iterator[Verdict]:
    """The verdicts of the fuzzer, on the chosen requirements."""
    names = [requirement.id for requirement in chosen]
    first = next(number for number, requirement in enumerate(chosen, 1) if requirement.group == FUZZ)
    progress(chosen[first - 1], first, len(chosen))
    try:
        findings, _ = explore(lab, journal, writes=mode.writes)
    except DeploymentError as error:
        for requirement in chosen:
            if requirement.group == FUZZ:
                yield from _all(requirement, Outcome.ERROR, error.message)
        return
    told = verdicts_on(findings, lab.client.exchanges, mode, explain)
    yield from (verdict for verdict in told if verdict.requirement.id in names)


def _unmet(requirement: Requirement, lab: Lab, mode: Mode) -> str:
    """The unmet need of a requirement; empty if all are met."""
    if requirement.mode == "write" and not mode.writes:
        return "needs a record of its own, and this run only reads"
    for need in requirement.needs:
        kind, _, role = need.partition(":")
        if kind == "token" and not lab.target.tokens.get(role):
            return f"needs the token of a user who is {role}"
    return ""


def _run(requirement: Requirement, lab: Lab) -> Iterator[Verdict]:
    before = len(lab.client.exchanges)
    failures: list[Failure] = []
    gave_up: tuple[Outcome, str] | None = None
    try:
        failures.extend(probe_of(requirement)(lab))
    except (CannotJudge, NotAllowed) as reason:
        gave_up = Outcome.NOT_EVALUATED, str(reason)
    except DeploymentError as error:
        gave_up = Outcome.ERROR, error.message
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        # The answers were of a shape that the probe could not work with; the structure group says which.
        gave_up = Outcome.ERROR, f"the answers could not be judged ({type(error).__name__}: {error})"
    if gave_up and not failures:  # failures found before a probe gave up still count
        yield from _all(requirement, *gave_up)
        return
    yield from _by_operation(requirement, failures, lab.client.exchanges[before:])


def _by_operation(
    requirement: Requirement, failures: Sequence[Failure], exchanges: Sequence[Exchange]
) -> Iterator[Verdict]:
    """One verdict for each operation; a failure at no operation of the requirement counts for the first."""
    bad = Outcome.FAIL if requirement.level == "MUST" else Outcome.WARN
    first = requirement.operations[0]
    for operation in requirement.operations:
        own = tuple(
            failure for failure in failures if _operation_of(failure, requirement, first) == operation
        )
        seen = tuple(exchange.number for exchange in exchanges if exchange.operation == operation)
        if own:
            yield Verdict(requirement, operation, bad, own, exchanges=seen)
        elif seen:
            yield Verdict(requirement, operation, Outcome.PASS, exchanges=seen)
        else:
            reason = "no answer was there to judge"
            yield Verdict(requirement, operation, Outcome.NOT_EVALUATED, reason=reason)


def _operation_of(failure: Failure, requirement: Requirement, first: str) -> str:
    operation = failure.exchange.operation if failure.exchange else ""
    return operation if operation in requirement.operations else first


def _all(requirement: Requirement, outcome: Outcome, reason: str) -> Iterator[Verdict]:
    for operation in requirement.operations:
        yield Verdict(requirement, operation, outcome, reason=reason)


def judged(
    contract: Contract, chosen: Sequence[Requirement], exchanges: Sequence[Exchange], explain: Explain
) -> Iterator[Verdict]:
    """The verdicts on the structure of every answer of the run."""
    for requirement in chosen:
        if requirement.probe or requirement.group == FUZZ:
            continue
        failures: dict[tuple[str, str, str], Failure] = {}  # a failure in every answer is reported once
        answers: list[Exchange] = []
        for exchange in exchanges:
            if exchange.operation in requirement.operations:
                outcome = judge(requirement.id, exchange, contract)
                if outcome is not None:
                    answers.append(exchange)
                    for failure in outcome:
                        expected_of = explain(requirement.id, exchange.operation, failure)
                        failures.setdefault((exchange.operation, failure.message, expected_of), failure)
        yield from _by_operation(requirement, tuple(failures.values()), answers)
