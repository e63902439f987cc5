"""Controlling a mock that runs, from Python: reset, snapshots, worlds, clock, faults, the journal.

::

    from creditkit.control import Control

    with Control("http://127.0.0.1:8000", world="cart-test") as control:
        control.reset()
        control.snapshot("full")
        control.advance(months=1)
        assert control.journal(verdict="violation") == []

Knows the mock by its URL alone and speaks `control.yaml`; `creditkit mock ctl` is made of it.
"""

from .client import Control as Control
from .printing import Printer as Printer
from .printing import entries as entries
