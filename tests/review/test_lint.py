"""Every planted fault is told, by its own rule, on its own line, and nothing else is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from creditkit.contract import API, CONTROL, SUPPORTING
from creditkit.review import Finding, lint, read_source, rules

from .planted_mistakes import BASES, FAULTS, plant, source_of

ROWS: list[dict[str, Any]] = yaml.safe_load((FAULTS / "faults.yaml").read_text(encoding="utf-8"))
SOUND: list[dict[str, Any]] = yaml.safe_load((FAULTS / "sound.yaml").read_text(encoding="utf-8"))
EXAMPLES = {rule.id: rule.example for rule in rules()}

every_fault = pytest.mark.parametrize(
    "fault", ROWS, ids=[f"{row['rule']}: {row.get('name', 'its example')}" for row in ROWS]
)


def findings(text: str) -> tuple[Finding, ...]:
    return lint(source_of(text))


@every_fault
def test_a_fault_is_told_on_its_line_and_nothing_else_is(fault: dict[str, Any]) -> None:
    put = fault.get("with", EXAMPLES[fault["rule"]]) + fault.get("besides", "")
    text = plant(BASES[fault.get("base", "3.0")], fault["replace"], put)
    marked = [number for number, line in enumerate(text.splitlines(), 1) if line.endswith("# here")]
    found = [(finding.rule, finding.place.line) for finding in findings(text)]
    assert found == [(fault["rule"], line) for line in marked], findings(text)


@pytest.mark.parametrize("case", SOUND, ids=[case["name"] for case in SOUND])
def test_what_is_sound_is_not_told(case: dict[str, Any]) -> None:
    assert findings(plant(BASES[case.get("base", "3.0")], case["replace"], case["with"])) == ()


def test_the_example_of_every_rule_is_planted() -> None:
    planted = [fault["rule"] for fault in ROWS if "with" not in fault]
    assert planted == sorted(set(planted), key=planted.index)
    assert set(planted) == {rule.id for rule in rules()}


@pytest.mark.parametrize("version", list(BASES))
def test_a_contract_without_fault_has_no_finding(version: str) -> None:
    assert findings(BASES[version]) == ()


CONTRACTS = [Path(str(source)) for source in (API, SUPPORTING, CONTROL)]


@pytest.mark.parametrize("path", CONTRACTS, ids=lambda path: path.name)
def test_our_own_contracts_have_no_finding(path: Path) -> None:
    assert lint(read_source(path)) == ()


def test_every_finding_has_a_place_a_reason_and_a_hint() -> None:
    kind = "kind:\n  type: string\n"
    text = plant(BASES["3.0"], kind, kind + "  nullable: true  # here\n")
    [finding] = findings(text)
    line = text.splitlines().index("          nullable: true  # here") + 1
    assert str(finding.place) == f"contract.yaml:{line}:11"
    assert finding.place.pointer == "/components/schemas/Credit/properties/kind/nullable"
    assert finding.message == "null is not in the enum, so it is refused"
    assert finding.severity == "warning"
    assert finding.reason == "The author meant null to be allowed, and validators refuse it."
    assert finding.hint.startswith("Put `nullable` beside `type`")


def test_findings_come_by_place() -> None:
    text = BASES["3.0"].replace("maximum: 200", "maximum: 0").replace("maximum: 0", "maximum: 0", 1)
    text = text.replace("security: []", "security: [{nobody: []}]")
    places = [finding.place for finding in findings(text)]
    assert places == sorted(places)
    assert len(places) == 3  # the scheme, the bounds, and the default that is above the maximum
