"""Garbage is found when the mock is at rest, or when there is very much, and not while requests come."""

from __future__ import annotations

import gc
import inspect
import weakref
from collections.abc import Iterator

import pytest
import uvicorn

from creditkit.mock.http import tidying
from creditkit.mock.http.tidying import AT_REST, MANY, NEW, Tidying, look_through


class Circle:
    """What refers to itself."""

    def __init__(self) -> None:
        self.itself = self


def circles(number: int) -> weakref.ref[Circle]:
    """So many of them, which nobody has; one to look after."""
    made = [Circle() for _ in range(number)]
    return weakref.ref(made[0])


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    threshold = gc.get_threshold()
    gc.collect()
    gc.disable()
    yield
    gc.unfreeze()
    gc.set_threshold(*threshold)
    gc.enable()
    gc.collect()


def test_what_was_set_aside_is_looked_through_at_rest() -> None:
    tidy = Tidying()
    one = circles(MANY + 1)
    for requests in range(1, 30):
        tidy.look(requests)
    assert one() is not None  # requests came all the time
    for _ in range(AT_REST - 1):
        tidy.look(29)
    assert one() is not None
    tidy.look(29)
    assert one() is None


def test_what_there_is_at_the_start_is_looked_through_at_the_first_rest() -> None:
    one = circles(10)
    tidy = Tidying()
    tidy.begin()
    assert gc.get_freeze_count() > MANY
    for _ in range(AT_REST):
        tidy.look(1)
    assert one() is not None, "a request came, and then it was not yet at rest"
    tidy.look(1)
    assert one() is None
    assert gc.get_freeze_count() > MANY, "what stays is set aside again"


def test_very_much_is_looked_through_in_any_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidying, "TOO_MANY", 3 * NEW)
    tidy = Tidying()
    one = circles(2 * NEW)
    tidy.look(1)
    assert one() is not None
    circles(2 * NEW)
    tidy.look(2)
    assert one() is None


def test_a_little_is_left_to_the_interpreter() -> None:
    tidy = Tidying()
    one = circles(10)
    for _ in range(3 * AT_REST):
        tidy.look(0)
    assert one() is not None
    assert gc.get_freeze_count() == 0


def test_what_was_set_aside_stays_so() -> None:
    gc.freeze()
    one = circles(10)
    look_through()
    assert one() is None
    assert gc.get_freeze_count() > 0


def test_in_a_process_that_set_nothing_aside_nothing_is() -> None:
    look_through()
    assert gc.get_freeze_count() == 0


def test_the_server_calls_ten_times_a_second_with_what_it_has_answered() -> None:
    assert "await asyncio.sleep(0.1)" in inspect.getsource(uvicorn.Server.main_loop)
    assert "await self.on_tick(counter)" in inspect.getsource(uvicorn.Server.main_loop)
