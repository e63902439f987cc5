"""The pytest plugin: `credits_mock`, a mock for the whole run, and `credits_world`, a world for each test.

::

    pytest_plugins = ["creditkit.testing.plugin"]          # in the conftest.py of the root folder
    pytest -p creditkit.testing.plugin                     # or on the command line

Under pytest-xdist all workers share one mock: the process that started them starts it, and tells them its
URL. The report of a test that failed shows the journal of its world.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Generator, Iterator
from typing import Any

import pytest

from creditkit.errors import CreditkitError

from .process import MockProcess
from .world import CreditsMock, CreditsWorld

_URL = "--creditkit-mock-url"
_OPTIONS = "--creditkit-mock-options"
_GIVEN = "creditkit_mock_url"

_MOCK = pytest.StashKey[CreditsMock]()
_PROCESS = pytest.StashKey[MockProcess]()
_WORLD = pytest.StashKey[CreditsWorld]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the plugin, each with an environment twin."""
    group = parser.getgroup("creditkit", "a mock of Waldur's Customer Credits API")
    group.addoption(
        _URL,
        default=os.environ.get("CREDITKIT_MOCK_URL", ""),
        help="URL of a mock that runs already; without it one is started for the run",
    )
    group.addoption(
        _OPTIONS,
        default=os.environ.get("CREDITKIT_MOCK_OPTIONS", ""),
        help="options of `creditkit mock` for the one that is started, such as '--as waldur-8.0.9'",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Say which marker there is."""
    config.addinivalue_line(
        "markers", "credits_world(name): let the test's world begin as that one of the gallery"
    )


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Under pytest-xdist: tell a new worker where the mock is, which is the same for all."""
    node.workerinput[_GIVEN] = _mock_of(node.config).url


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the mock that was started here."""
    process = config.stash.get(_PROCESS, None)
    if process is not None:
        process.stop()


@pytest.fixture(scope="session")
def credits_mock(pytestconfig: pytest.Config) -> CreditsMock:
    """The mock of this run: its `url`, and `world()` for one that is not a fixture's."""
    return _mock_of(pytestconfig)


@pytest.fixture
def credits_world(request: pytest.FixtureRequest, credits_mock: CreditsMock) -> Iterator[CreditsWorld]:
    """A world for this test alone: `url`, `token()`, `headers()`, `client()`, `control`."""
    marker = request.node.get_closest_marker("credits_world")
    gallery = marker.args[0] if marker and marker.args else ""
    with credits_mock.world(request.node.name, gallery=gallery) as world:
        request.node.stash[_WORLD] = world
        yield world
        del request.node.stash[_WORLD]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Put the journal of a failed test's world into its report."""
    report = yield
    world = item.stash.get(_WORLD, None)
    if report.failed and world is not None:
        report.sections.append((f"creditkit journal of {world.name}", _journal(world)))
    return report


def _mock_of(config: pytest.Config) -> CreditsMock:
    """The one mock of the run: one that was named, the one of the process that started this, or a new one."""
    if _MOCK not in config.stash:
        given = getattr(config, "workerinput", {}).get(_GIVEN) or config.getoption(_URL)
        config.stash[_MOCK] = CreditsMock(given or _started(config))
    return config.stash[_MOCK]


def _started(config: pytest.Config) -> str:
    process = config.stash[_PROCESS] = MockProcess(shlex.split(config.getoption(_OPTIONS)))
    try:
        return process.start()
    except CreditkitError as error:
        raise pytest.UsageError(error.message) from None


def _journal(world: CreditsWorld) -> str:
    try:
        return world.journal() or "nothing was asked of it"
    except CreditkitError as error:
        return error.message
