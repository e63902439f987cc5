"""The garbage collector while many documents come at once."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """No collection while hundreds of thousands of objects come to stay; afterwards they count as old.

    Otherwise the first collections afterwards would walk through all of them, for nothing. To freeze and
    unfreeze is the interpreter's way of moving everything to its oldest generation; what somebody else has
    frozen stays as it is.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()
            gc.enable()
