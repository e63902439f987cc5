"""The operations on deviations: the catalogue, and which of it a world shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from creditkit.deviations import Deviation, load_catalogue
from creditkit.errors import NotFound, UsageError
from creditkit.mock.deviate.showing import deviations_to_show
from creditkit.mock.worlds.request_log import Event

from . import forms

if TYPE_CHECKING:
    from creditkit.mock.worlds.worlds import Scene, Scenes

Form = dict[str, Any]


class Deviations:
    """The operations of the tag `deviations`, on the scene that the request selects."""

    def __init__(self, scenes: Scenes) -> None:
        self._scenes = scenes

    @property
    def operations(self) -> Mapping[str, Callable[..., Any]]:
        """The functions by operationId."""
        return {
            "deviations_list": self.list_all,
            "deviations_choose": self.choose,
            "deviations_show": self.show,
            "deviations_hide": self.hide,
        }

    async def list_all(self) -> list[Form]:
        """Those that can be shown."""
        shown = self._scene.deviations
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

    async def choose(self, body: Mapping[str, Any]) -> Form:
        """Show these and no others."""
        return self._show(body.get("release", ""), tuple(body.get("ids", ())))

    async def show(self, id: str) -> Form:  # noqa: A002 - the contract's name
        """Show one more."""
        return self._keep((*self._scene.deviations, *self._named("", (id,))))

    async def hide(self, id: str) -> Form:  # noqa: A002 - the contract's name
        """Show one less."""
        (gone,) = self._named("", (id,))
        return self._keep(tuple(one for one in self._scene.deviations if one != gone))

    @property
    def _scene(self) -> Scene:
        return self._scenes.turn.scene

    def _show(self, release: str, ids: tuple[str, ...]) -> Form:
        return self._keep(self._named(release, ids))

    def _named(self, release: str, ids: tuple[str, ...]) -> tuple[Deviation, ...]:
        try:
            return deviations_to_show(release, ids)
        except UsageError as error:
            raise NotFound(error.sentence) from None

    def _keep(self, deviations: tuple[Deviation, ...]) -> Form:
        scene = self._scene
        scene.show(tuple({one.id: one for one in deviations}.values()))
        scene.journal.tell(Event("world"))
        return forms.world(scene)
