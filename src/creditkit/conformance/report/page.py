"""The page: a whole run in one HTML file that needs no network, and no script to be read.

For managers first: the verdict, the findings, the coverage. Then for engineers: each finding with request,
answer and lines of the contract, and every verdict. `page.html` is the template.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

from markupsafe import escape

from creditkit.conformance.judging import GROUPS, Failure, Outcome, Run, Verdict
from creditkit.contract import API, Contract, load, load_facts
from creditkit.reports import shortened, template

from .evidence import Evidence, cite, ranges, readable
from .findings import Kind, fate, findings, first_word, gaps, headline, kinds, owing, remarks

_BODY = 4_000
_VALUE = 1_000
_BRIEF = 200
_FAILURES = 5
_ROOM = 24
_BUDGET = 500_000
"""Characters of evidence on one page; the page says that the rest is in the HAR file."""

_HEADERS = (
    "content-type",
    "location",
    "allow",
    "link",
    "x-result-count",
    "www-authenticate",
    "retry-after",
)
_MODES = {
    "read": "It only read: nothing was created or changed.",
    "write": "It created credits of its own, changed them and deleted them.",
    "full": "It created credits of its own, changed and deleted them, and fuzzed every operation.",
}
_SEVERITY = (
    Outcome.FAIL,
    Outcome.ERROR,
    Outcome.WARN,
    Outcome.NOT_EVALUATED,
    Outcome.WAIVED,
    Outcome.EXPECTED,
    Outcome.PASS,
)


def to_html(run: Run) -> str:
    """A run as one HTML page."""
    contract = load(API)
    evidence = Evidence(run)
    found = findings(run)
    text: str = template(__package__, short=_short, label=_label, brief=_brief, few=_few).render(
        run=run,
        line=headline(run),
        mode=_MODES.get(run.mode, ""),
        kit=version("creditkit"),
        contract=contract.document["info"],
        counts=[(outcome, run.count(outcome)) for outcome in _SEVERITY],
        owed=len(owing(run)),
        findings=found,
        roots={verdict.key: finding.requirement.id for finding in found for verdict in finding.followers},
        warnings=remarks(run, Outcome.WARN),
        waived=remarks(run, Outcome.WAIVED),
        expected=remarks(run, Outcome.EXPECTED),
        fate=fate,
        first_word=first_word,
        gaps=gaps(run),
        matrix=_matrix(run, contract),
        operations=list(contract.operations.values()),
        groups=_groups(run),
        coverage=list(_coverage(run, evidence, contract)),
        facts=(len(run.facts_exercised), len(load_facts())),
        evidence=_Shown(evidence),
        Outcome=Outcome,
    )
    return text


@dataclass(frozen=True, slots=True)
class _Cell:
    """The results of one group of requirements at one operation."""

    worst: Outcome | None
    passed: int
    total: int


@dataclass(frozen=True, slots=True)
class _Covered:
    """How much of one operation a run exercised."""

    operation: str
    exercised: int
    total: int
    missing: Sequence[str]
    statuses: Sequence[tuple[int, int]]
    strays: Sequence[tuple[int, int]]


class _Shown:
    """Failures as the template shows them: in full until the page is full, then shortened."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._left = _BUDGET

    def failures(self, verdict: Verdict) -> Sequence[dict[str, Any]]:
        """The first failures of a verdict; on a full page only the first message."""
        if self._left <= 0:
            return [
                self._numbered({"message": shortened(kind.message, _BRIEF)}, kind.failure)
                for kind in kinds(verdict)[:1]
            ]
        shown = [self._numbered(_told(kind), kind.failure) for kind in kinds(verdict)[:_FAILURES]]
        self._left -= sum(_weight(failure) for failure in shown)
        return shown

    def more(self, verdict: Verdict, shown: Sequence[object]) -> int:
        """How many kinds of failures a verdict has beyond those that are shown."""
        return len(kinds(verdict)) - len(shown)

    def _numbered(self, shown: dict[str, Any], failure: Failure) -> dict[str, Any]:
        number = self._evidence.number(failure.exchange) if failure.exchange else 0
        return {
            "expected": "",
            "got": "",
            "is_whole": len(shown) > 1,
            **shown,
            "exchange": failure.exchange,
            "number": number,
        }


def _told(kind: Kind) -> dict[str, Any]:
    """A failure made readable, with its exchange and the lines of the contract."""
    failure = kind.failure
    shown: dict[str, Any] = {
        "message": shortened(kind.message, _VALUE),
        "expected": shortened(failure.expected, _VALUE),
        "got": shortened(failure.got, _VALUE),
        "contract": shortened(failure.contract, _VALUE),
        "citation": cite(failure.contract),
    }
    if failure.exchange:
        curl = failure.exchange.curl()
        shown |= {
            "curl": curl if len(curl) <= _BODY else "",
            "url": shortened(failure.exchange.url, _VALUE),
            "sent": [(name, shortened(text, _VALUE)) for name, text in failure.exchange.request_headers],
            "request": readable(failure.exchange.request_body, _BODY),
            "headers": [
                (n, shortened(v, _VALUE)) for n, v in failure.exchange.headers.items() if n in _HEADERS
            ],
            "answer": readable(failure.exchange.body, _BODY),
            "phrase": _phrase(failure.exchange.status),
        }
    return shown


def _weight(shown: Mapping[str, Any]) -> int:
    """How many characters a failure takes on the page."""
    return sum(len(escape(str(value))) for name, value in shown.items() if name != "exchange")


def _matrix(run: Run, contract: Contract) -> list[tuple[str, list[tuple[str, _Cell]]]]:
    """For each group, its results at every operation of the contract."""
    found: dict[tuple[str, str], list[Outcome]] = {}
    for verdict in run.verdicts:
        found.setdefault((verdict.requirement.group, verdict.operation), []).append(verdict.outcome)
    spoken_of = {group for group, operation in found if operation in contract.operations}
    groups = [group for group, _ in _groups(run) if group in spoken_of]
    return [
        (group, [(operation, _cell(found.get((group, operation), []))) for operation in contract.operations])
        for group in groups
    ]


def _cell(outcomes: Sequence[Outcome]) -> _Cell:
    worst = next((outcome for outcome in _SEVERITY if outcome in outcomes), None)
    return _Cell(worst, outcomes.count(Outcome.PASS), len(outcomes))


def _groups(run: Run) -> list[tuple[str, list[Verdict]]]:
    """The verdicts by group, in the order of the groups; unknown groups come last."""
    found: dict[str, list[Verdict]] = {group: [] for group in GROUPS}
    for verdict in run.verdicts:
        found.setdefault(verdict.requirement.group, []).append(verdict)
    return [(group, verdicts) for group, verdicts in found.items() if verdicts]


def _coverage(run: Run, evidence: Evidence, contract: Contract) -> Iterator[_Covered]:
    answered = Counter((exchange.operation, exchange.status) for exchange in evidence.exchanges)
    for operation in contract.operations.values():
        facts = [fact.id for fact in load_facts() if fact.operation == operation.id]
        missing = [name for name in facts if name not in run.facts_exercised]
        yield _Covered(
            operation=operation.id,
            exercised=len(facts) - len(missing),
            total=len(facts),
            missing=[name.removeprefix(f"{operation.id}.") for name in missing],
            statuses=[(status, answered[operation.id, status]) for status in sorted(operation.responses)],
            strays=sorted(
                (status, times)
                for (name, status), times in answered.items()
                if name == operation.id and status not in operation.responses
            ),
        )


def _short(operation: str) -> str:
    """An operationId without the prefix that all of them share."""
    return operation.removeprefix("customer_credits_").replace("_", " ")


def _label(operation: str) -> str:
    """An operationId in a word or two, for the head of a narrow column."""
    return _short(operation).removesuffix(" compensations").replace("consumptions list", "consump\u00adtions")


def _few(numbers: Sequence[int]) -> str:
    """The numbers of exchanges if they are few; else how many, as the trace has them all."""
    text = ranges(numbers)
    return text if len(text) <= _ROOM else f"{len(numbers):,} exchanges"


def _brief(text: str) -> str:
    return shortened(text, _BRIEF)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
