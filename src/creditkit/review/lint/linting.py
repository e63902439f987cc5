"""Linting: the gate and every rule over one contract."""

from __future__ import annotations

from collections.abc import Iterator

from creditkit.review.findings import Finding
from creditkit.review.gate import VALID, GateError, gate
from creditkit.review.source import Source

from .contract import Contract, Fault
from .rules import FUNCTIONS, Rule, rules


def lint(source: Source) -> tuple[Finding, ...]:
    """What is wrong with a contract, by place; each fault once, whichever of gate and rules finds it."""
    contract = Contract(source)
    table = {rule.id: rule for rule in rules()}
    found = [(name, fault) for name, rule in FUNCTIONS.items() for fault in rule(contract)]
    found += _of_the_gate(source, found)
    findings = sorted(
        (_finding(source, table[name], fault) for name, fault in found),
        key=lambda finding: (finding.place, finding.rule, finding.message),
    )
    # What YAML repeats by an alias is at fault in several places of the document, and in one of the file.
    once = {(one.rule, one.message, str(one.place)): one for one in reversed(findings)}
    return tuple(reversed(once.values()))


def _of_the_gate(source: Source, found: list[tuple[str, Fault]]) -> Iterator[tuple[str, Fault]]:
    """What the gate finds and no rule tells better: rules know the place and the cause more exactly."""
    told = {name for name, _fault in found}
    places = {fault.pointer for _name, fault in found}
    for error in gate(source):
        if not _is_told(error, told, places):
            yield error.rule, Fault(error.pointer, error.message)


def _is_told(error: GateError, told: set[str], places: set[str]) -> bool:
    return error.pointer in places if error.rule == VALID else error.rule in told


def _finding(source: Source, rule: Rule, fault: Fault) -> Finding:
    place = source.place(fault.pointer)
    return Finding(rule.id, rule.severity, place, fault.message, rule.reason, rule.hint)
