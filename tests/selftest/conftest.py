"""One mock for all tests of a file; each shows what it likes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from creditkit.selftest import Bench


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with Bench() as running:
        yield running
