"""A running mock for the tests of its control, each in a world of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from itertools import count
from typing import Any

import pytest

from creditkit.control import Control

Serve = Callable[..., AbstractContextManager[Any]]

_NUMBERS = count(1)


@pytest.fixture(scope="module")
def running(serve: Serve) -> Iterator[Any]:
    """One mock for a module."""
    with serve() as mock:
        yield mock


@pytest.fixture
def control(running: Any) -> Iterator[Control]:
    """The control of a world of the test's own."""
    with Control(running.url, world=f"test-{next(_NUMBERS)}") as control:
        yield control
        control.drop_world(control.world)
