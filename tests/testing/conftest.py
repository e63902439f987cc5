"""A mock that runs before and after the suites, so that a test can look at what they leave behind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from creditkit.control import Control
from creditkit.testing import MockProcess


@pytest.fixture(scope="module")
def running() -> Iterator[Control]:
    """The control of a mock that runs."""
    with MockProcess() as url, Control(url) as control:
        yield control
