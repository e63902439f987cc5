"""Fixtures for other people's tests: a mock for the whole run, and a world of its own for each test.

::

    # conftest.py
    pytest_plugins = ["creditkit.testing.plugin"]

    # test_shop.py
    def test_a_credit_is_shown(credits_world):
        shop = Shop(credits_world.url, token=credits_world.token("owner"))
        assert shop.credit == 5870.35
        credits_world.control.advance(months=1)
        assert shop.credit < 5870.35

docs/testing.md tells all of it.
"""

from .process import MockProcess as MockProcess
from .world import CreditsMock as CreditsMock
from .world import CreditsWorld as CreditsWorld

__all__ = ["CreditsMock", "CreditsWorld", "MockProcess"]
