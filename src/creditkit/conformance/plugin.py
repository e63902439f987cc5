"""The pytest plugin: the check under plain pytest, one test for each requirement.

::

    export CREDITKIT_TOKEN=...
    pytest -p creditkit.conformance.plugin --creditkit-url https://waldur.example.com -m collection

A requirement that is not evaluated is a skipped test; a broken SHOULD, a waived one and one that is expected
to be broken are expected failures.
`-k` takes words from ids, `-m` groups, `must`, `should`, and the modes; only what is selected is judged.
The tokens are taken from `CREDITKIT_TOKEN`, `CREDITKIT_TOKEN_OWNER` and so on, or from `creditkit.toml`.
"""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from creditkit.conformance.asking import Mode
from creditkit.conformance.judging import (
    GROUPS,
    Failure,
    Outcome,
    Requirement,
    Run,
    Verdict,
    apply_waivers,
    load_requirements,
    load_waivers,
)
from creditkit.errors import CreditkitError

from .run import Interrupted, run_check
from .settings import TOKEN_KEYS, Options, Settings, settle

_URL = "--creditkit-url"
_FOLDER = Path(str(files("creditkit.conformance") / "requirements"))
_RUN = pytest.StashKey[Run]()
_SETTINGS = pytest.StashKey[Settings]()
_FAILURES = 5


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the plugin; each has the environment variable of the command line's own option."""
    group = parser.getgroup("creditkit", "a check of Waldur's Customer Credits API")
    variable = os.environ.get
    group.addoption(
        _URL,
        default=variable("CREDITKIT_CHECK_TARGET", ""),
        help="URL of the deployment, or the name of a target in creditkit.toml",
    )
    group.addoption(
        "--creditkit-mode",
        default=variable("CREDITKIT_CHECK_MODE"),
        choices=[mode.value for mode in Mode],
        help="read (the default beyond this machine), write (own records only), or full (also fuzzing)",
    )
    group.addoption("--creditkit-config", default=variable("CREDITKIT_CHECK_CONFIG"), help="creditkit.toml")
    group.addoption(
        "--creditkit-expect", default=variable("CREDITKIT_CHECK_EXPECT"), help="release or file of deviations"
    )
    group.addoption("--creditkit-waivers", default=variable("CREDITKIT_CHECK_WAIVERS"), help="waivers.toml")


def pytest_configure(config: pytest.Config) -> None:
    """Take the deployment's settings, and the requirements as tests unless other files were named."""
    for name in GROUPS:
        config.addinivalue_line("markers", f"{name}: requirements of the group {name}")
    for name in ("must", "should", *(mode.value for mode in Mode)):
        config.addinivalue_line("markers", f"{name}: requirements of that level or mode")
    if not config.getoption(_URL):
        return
    try:
        config.stash[_SETTINGS] = settle(_options(config))
    except CreditkitError as error:
        raise pytest.UsageError(_told(error)) from None
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        config.args = []
    config.args.append(str(_FOLDER))


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """The tests of one group, from its table."""
    if file_path.parent != _FOLDER or _SETTINGS not in parent.config.stash or file_path.stem not in GROUPS:
        return None
    group: pytest.Collector = GroupFile.from_parent(
        parent, path=file_path, nodeid=f"creditkit/{file_path.stem}"
    )
    return group


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The requirements in the order of their groups, after any other tests."""
    order = {name: number for number, name in enumerate(load_requirements())}
    items.sort(key=lambda item: order[item.name] if isinstance(item, RequirementTest) else -1)


def pytest_report_header(config: pytest.Config) -> str | None:
    """Which deployment is judged, and how."""
    settings = config.stash.get(_SETTINGS, None)
    return None if settings is None else f"creditkit: {settings.target.url}, {settings.mode.value} mode"


class GroupFile(pytest.File):
    """The requirements of one group; those of fuzzing in full mode only."""

    def collect(self) -> Iterator[RequirementTest]:
        """A test for each requirement of the group."""
        mode = self.config.stash[_SETTINGS].mode
        for requirement in load_requirements().values():
            if requirement.group == self.path.stem and (requirement.mode != "full" or mode is Mode.FULL):
                yield RequirementTest.from_parent(self, name=requirement.id, requirement=requirement)


class Broken(Exception):  # noqa: N818 - what pytest shows for a requirement that does not hold
    """A requirement does not hold, or could not be judged."""


class RequirementTest(pytest.Item):
    """One requirement. The first that runs checks the deployment for all selected ones."""

    def __init__(self, *, requirement: Requirement, **more: Any) -> None:
        super().__init__(**more)
        self.requirement = requirement
        for name in {requirement.group, requirement.level.lower(), requirement.mode}:
            self.add_marker(name)
        self.user_properties += [(key, getattr(requirement, key)) for key in ("level", "text", "source")]

    def runtest(self) -> None:
        """Pass, or raise `Broken` with the reasons."""
        verdicts = [v for v in _run_of(self.session).verdicts if v.requirement.id == self.requirement.id]
        by_outcome = {o: [v for v in verdicts if v.outcome is o] for o in Outcome}
        bad = by_outcome[Outcome.FAIL] + by_outcome[Outcome.ERROR]
        if bad:
            raise Broken("\n".join(_story(self.requirement, bad)))
        soft = by_outcome[Outcome.WAIVED] + by_outcome[Outcome.EXPECTED] + by_outcome[Outcome.WARN]
        if soft:
            pytest.xfail("; ".join(v.reason or v.failures[0].message for v in soft))
        if not by_outcome[Outcome.PASS]:
            reasons = dict.fromkeys(v.reason for v in by_outcome[Outcome.NOT_EVALUATED])
            pytest.skip("; ".join(reasons) or "not evaluated")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The failures and their requests; a traceback would show only this plugin."""
        if isinstance(excinfo.value, Broken):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        """The table that has the requirement, and its id."""
        return self.path, None, self.requirement.id


def _options(config: pytest.Config) -> Options:
    path = config.getoption("--creditkit-config")
    return Options(
        target=config.getoption(_URL),
        mode=config.getoption("--creditkit-mode"),
        tokens={
            role: os.environ.get(f"CREDITKIT_{key.replace('-', '_').upper()}")
            for role, key in TOKEN_KEYS.items()
        },
        config=Path(path) if path else None,
        expect=config.getoption("--creditkit-expect"),
        quiet=True,
    )


def _run_of(session: pytest.Session) -> Run:
    """The one run of the session; if it cannot be done, the session ends with exit code 2."""
    if _RUN not in session.stash:
        settings = session.config.stash[_SETTINGS]
        selected = [item.requirement for item in session.items if isinstance(item, RequirementTest)]
        waivers = session.config.getoption("--creditkit-waivers")
        try:
            known = load_waivers(Path(waivers), load_requirements()) if waivers else ()
            run = run_check(_only(settings, selected))
        except CreditkitError as error:
            pytest.exit(_told(error), returncode=2)
        except Interrupted as error:
            raise KeyboardInterrupt(str(error)) from None
        session.stash[_RUN] = apply_waivers(run, known, datetime.now(UTC).astimezone().date())
    return session.stash[_RUN]


def _only(settings: Settings, selected: Sequence[Requirement]) -> Settings:
    """The settings of a run that judges the selected requirements only."""
    left_out = [r for r in load_requirements().values() if r not in selected and r.mode != "full"]
    return replace(settings, only=tuple(r.id for r in selected)) if left_out else settings


def _told(error: CreditkitError) -> str:
    return f"{error.message} ({error.hint})" if error.hint else error.message


def _story(requirement: Requirement, verdicts: Sequence[Verdict]) -> Iterator[str]:
    yield f"{requirement.id} ({requirement.level}): {requirement.text}"
    yield from textwrap.wrap(f"Why: {requirement.why}", 100) if requirement.why else ()
    yield f"Source: {requirement.source}"
    for verdict in verdicts:
        yield f"\n{verdict.operation}: {verdict.outcome.value}"
        if verdict.cause:
            yield f"  follows from {verdict.cause}"
        if verdict.reason:
            yield f"  {verdict.reason}"
        for failure in verdict.failures[:_FAILURES]:
            yield from (f"  {line}" for line in _failure(failure))


def _failure(failure: Failure) -> Iterator[str]:
    yield failure.message
    named: Mapping[str, str] = {
        "expected": failure.expected,
        "got": failure.got,
        "contract": failure.contract,
    }
    yield from (f"  {name}: {value}" for name, value in named.items() if value)
    if failure.exchange is not None:
        yield f"  {failure.exchange.curl()}"
