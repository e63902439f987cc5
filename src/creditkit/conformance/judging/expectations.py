"""Expectations: the deviations that a deployment is known to have, by the release that it runs.

    expect = load_expectations("waldur-8.0.9")
    run = apply_expectations(check(target, mode, explain=expect.explains), expect)

A failure that a sign of an expected deviation explains becomes `expected`, which keeps a run green. A sign
names a requirement, an operation and the text of a failure, so that another failure of the same requirement
is still found. An expected deviation that is not seen is reported, and is no failure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from creditkit.deviations import Deviation, Sign, chosen, load_releases, of_release
from creditkit.errors import UsageError

from .verdicts import Expected, Failure, Outcome, Run, Verdict, with_causes

Explain = Callable[[str, str, Failure], str]
"""(requirement, operation, failure) -> the id of the deviation that explains it, empty where none does."""

_JUDGED = (Outcome.PASS, Outcome.FAIL, Outcome.WARN)


@dataclass(frozen=True, slots=True)
class Expectations:
    """The deviations that are expected; `name` is the release or the file that names them."""

    name: str
    deviations: tuple[Deviation, ...]

    def explains(self, requirement: str, operation: str, failure: Failure) -> str:
        """As `Explain`."""
        said = f"{failure.message}, expected {failure.expected}, got {failure.got}"
        return self._found(requirement, operation, said, _request_of(failure))

    def excuses(self, verdict: Verdict) -> str:
        """The deviation for which a requirement could not be judged, empty where there is none."""
        return self._found(verdict.requirement.id, verdict.operation, verdict.reason, "")

    def _found(self, requirement: str, operation: str, said: str, request: str) -> str:
        for deviation in self.deviations:
            if any(_fits(sign, requirement, operation, said, request) for sign in deviation.signs):
                return deviation.id
        return ""


def unexplained(_requirement: str, _operation: str, _failure: Failure) -> str:
    """The `Explain` of a run that expects no deviation."""
    return ""


def load_expectations(name: str) -> Expectations:
    """The expectations for a release or a file; raises UsageError.

    A file is a list in YAML of releases and of ids of deviations.
    """
    releases = {release.id for release in load_releases()}
    path = Path(name)
    if name in releases or not (path.exists() or path.suffix in (".yaml", ".yml") or path.parent.name):
        return Expectations(name, of_release(name))
    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: is no YAML") from error
    if not isinstance(rows, list) or not all(isinstance(row, str) for row in rows):
        message = f"{path}: must be a list of releases and deviations"
        raise UsageError(message, "as - waldur-8.0.9; docs/deviations.md tells them all")
    found = [of_release(row) if row in releases else chosen([row]) for row in rows]
    by_id = {deviation.id: deviation for deviations in found for deviation in deviations}
    return Expectations(path.name, tuple(by_id.values()))


def apply_expectations(run: Run, expect: Expectations) -> Run:
    """The run with expected failures marked, and with the fate of each deviation.

    A verdict without judgement is put down to a deviation only if an answer showed that deviation.
    """
    seen: dict[str, list[str]] = {}
    verdicts = [_sifted(verdict, expect, seen) for verdict in run.verdicts]
    verdicts = [_excused(verdict, expect, seen) if run.covers(verdict) else verdict for verdict in verdicts]
    after = {verdict.requirement.id: verdict.requirement.after for verdict in run.verdicts}
    expected = tuple(_fate(run, d, seen.get(d.id, ())) for d in expect.deviations if d.signs)
    return replace(run, verdicts=with_causes(verdicts, after), expected=expected, expects=expect.name)


def _sifted(verdict: Verdict, expect: Expectations, seen: dict[str, list[str]]) -> Verdict:
    """A verdict without its expected failures; adds the deviations that explain them to `seen`."""
    if verdict.outcome not in (Outcome.FAIL, Outcome.WARN):
        return verdict
    names = [
        expect.explains(verdict.requirement.id, verdict.operation, failure) for failure in verdict.failures
    ]
    found = tuple(dict.fromkeys(filter(None, names)))
    for name in found:
        seen.setdefault(name, []).append(verdict.key)
    if not found:
        return verdict
    if all(names):
        return replace(verdict, outcome=Outcome.EXPECTED, reason=", ".join(found))
    others = tuple(failure for failure, name in zip(verdict.failures, names, strict=True) if not name)
    return replace(verdict, failures=others, reason=f"besides what is expected of {', '.join(found)}")


def _excused(verdict: Verdict, expect: Expectations, seen: dict[str, list[str]]) -> Verdict:
    """A verdict without judgement, marked as expected if a deviation that was seen is the reason."""
    if verdict.outcome not in (Outcome.ERROR, Outcome.NOT_EVALUATED):
        return verdict
    name = expect.excuses(verdict)
    if name not in seen:
        return verdict
    seen[name].append(verdict.key)
    return replace(verdict, outcome=Outcome.EXPECTED, reason=f"{name}: {verdict.reason}")


def _fate(run: Run, deviation: Deviation, keys: Sequence[str]) -> Expected:
    """Whether a deviation was seen. Its first sign decides whether this run could have seen it."""
    could = bool(keys) or any(verdict.outcome in _JUDGED for verdict in _spoken_of(run, deviation.signs[0]))
    return Expected(deviation.id, deviation.title, bool(keys) if could else None, tuple(keys))


def _spoken_of(run: Run, sign: Sign) -> Iterator[Verdict]:
    for verdict in run.verdicts:
        if verdict.requirement.id in sign.requirements and (
            not sign.operations or verdict.operation in sign.operations
        ):
            yield verdict


def _fits(sign: Sign, requirement: str, operation: str, said: str, request: str) -> bool:
    return (
        requirement in sign.requirements
        and (not sign.operations or operation in sign.operations)
        and re.search(sign.says, said, re.DOTALL) is not None
        and re.search(sign.request, request, re.DOTALL) is not None
    )


def _request_of(failure: Failure) -> str:
    """The request that shows a failure, as signs see it: `staff POST /path?query body`."""
    exchange = failure.exchange
    if exchange is None:
        return ""
    parts = urlsplit(exchange.url)
    query = f"?{parts.query}" if parts.query else ""
    body = exchange.request_body.decode("utf-8", "replace")
    return f"{exchange.role or 'anonymous'} {exchange.method} {parts.path}{query} {body}"
