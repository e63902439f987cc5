"""The operations of the tags `deviations` and `faults`: which of them are in force in a world."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from creditkit.deviations import Deviation, load_catalogue
from creditkit.errors import Malformed, NotFound, UsageError
from creditkit.mock.deviate import deviations_to_show
from creditkit.mock.faults import Dice, Fault, Faults, fault_of

from .operations import Form, Operations


class Deviations(Operations):
    """The operations on the deviations of the selected world."""

    async def deviations_list(self) -> list[Form]:
        """The deviations that the mock can show."""
        shown = self._selected.deviations
        return [
            {
                "id": one.id,
                "title": one.title,
                "severity": one.severity,
                "releases": list(one.releases),
                "is_shown": one in shown,
            }
            for one in load_catalogue()
            if one.shown is not None
        ]

    async def deviations_choose(self, body: Mapping[str, Any]) -> Form:
        """Show these and no others."""
        return self._show(_named(body.get("release", ""), tuple(body.get("ids", ()))))

    async def deviations_show(self, id: str) -> Form:  # noqa: A002 - the contract's name
        """Show one more."""
        return self._show((*self._selected.deviations, *_named("", (id,))))

    async def deviations_hide(self, id: str) -> Form:  # noqa: A002 - the contract's name
        """Stop showing one."""
        (hidden,) = _named("", (id,))
        return self._show(tuple(one for one in self._selected.deviations if one != hidden))

    def _show(self, deviations: tuple[Deviation, ...]) -> Form:
        self._selected.show(tuple({one.id: one for one in deviations}.values()))
        return self._changed()


class FaultsInForce(Operations):
    """The operations on the faults of the selected world.

    Each change restarts the dice, so that the same requests meet the same faults whatever came before.
    """

    async def faults_list(self) -> Form:
        """The faults in force."""
        faults = self._selected.dice.faults
        return {"seed": faults.seed, "faults": [fault.data for fault in faults.faults]}

    async def faults_choose(self, body: Mapping[str, Any]) -> Form:
        """Put these and no others in force."""
        return await self._put(Faults(seed=body.get("seed", 0)).add(*map(_fault, body.get("faults", ()))))

    async def faults_add(self, body: Form) -> Form:
        """Put one more in force."""
        return await self._put(self._selected.dice.faults.add(_fault(body)))

    async def faults_clear(self, operation: str | None = None) -> Form:
        """Remove the faults of an operation, or all."""
        return await self._put(self._selected.dice.faults.clear(operation))

    async def _put(self, faults: Faults) -> Form:
        self._selected.dice = Dice(faults)
        self._changed()
        return await self.faults_list()


def _named(release: str, ids: tuple[str, ...]) -> tuple[Deviation, ...]:
    try:
        return deviations_to_show(release, ids)
    except UsageError as error:
        raise NotFound(error.sentence) from None


def _fault(form: Form) -> Fault:
    """The fault that a form describes by its fields, or as one text."""
    if "text" in form and len(form) > 1:
        raise Malformed("A fault with a text has nothing else: the text says all of it.")
    return fault_of(form.get("text", form))
