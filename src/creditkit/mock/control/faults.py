"""The operations on faults: which ones requests may meet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from creditkit.errors import Malformed
from creditkit.mock.faults import Dice, Fault, Faults, fault_of

from .worlds import CHANGED

if TYPE_CHECKING:
    from creditkit.mock.worlds.worlds import Scene, Scenes

Form = dict[str, Any]


class FaultsInForce:
    """The operations of the tag `faults`, on the scene that the request selects.

    A change lets the dice begin anew, so that the same requests meet the same faults whatever was before.
    """

    def __init__(self, scenes: Scenes) -> None:
        self._scenes = scenes

    @property
    def operations(self) -> Mapping[str, Callable[..., Any]]:
        """The functions by operationId."""
        return {
            "faults_list": self.list_all,
            "faults_choose": self.choose,
            "faults_add": self.add,
            "faults_clear": self.clear,
        }

    async def list_all(self) -> Form:
        """Those in force."""
        faults = self._scene.dice.faults
        return {"seed": faults.seed, "faults": [fault.data for fault in faults.faults]}

    async def choose(self, body: Mapping[str, Any]) -> Form:
        """These and no others."""
        faults = Faults(seed=body.get("seed", 0)).add(*map(_fault, body.get("faults", ())))
        return await self._keep(faults)

    async def add(self, body: Form) -> Form:
        """One more."""
        return await self._keep(self._scene.dice.faults.add(_fault(body)))

    async def clear(self, operation: str | None = None) -> Form:
        """Those of an operation no longer, or none at all."""
        return await self._keep(self._scene.dice.faults.clear(operation))

    @property
    def _scene(self) -> Scene:
        return self._scenes.turn.scene

    async def _keep(self, faults: Faults) -> Form:
        self._scene.dice = Dice(faults)
        self._scene.journal.tell(CHANGED)
        return await self.list_all()


def _fault(form: Form) -> Fault:
    """The fault that a form says, which may hold all of it in a text."""
    if "text" in form and len(form) > 1:
        raise Malformed("A fault with a text has nothing else: the text says all of it.")
    return fault_of(form.get("text", form))
