"""The operations on worlds: state, reset, rewind, snapshots, and the worlds of other clients."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from creditkit.errors import Conflict, NotFound, UsageError
from creditkit.mock.faults import Dice
from creditkit.mock.worlds.request_log import Event
from creditkit.store import Seed, gallery, gallery_path, load_seed, read_seed

from . import forms

if TYPE_CHECKING:
    from creditkit.mock.worlds.worlds import Scene, Scenes

Form = dict[str, Any]
CHANGED = Event("world")


class Worlds:
    """The operations of the tags `world` and `worlds`, on the scene that the request selects."""

    def __init__(self, scenes: Scenes) -> None:
        self._scenes = scenes

    @property
    def operations(self) -> Mapping[str, Callable[..., Any]]:
        """The functions by operationId."""
        return {
            "state_read": self.read_state,
            "world_reset": self.reset,
            "world_seed": self.seed,
            "gallery_list": self.list_gallery,
            "world_rewind": self.rewind,
            "snapshots_list": self.list_snapshots,
            "snapshots_take": self.take,
            "snapshots_restore": self.restore,
            "snapshots_drop": self.drop_snapshot,
            "worlds_list": self.list_worlds,
            "worlds_fork": self.fork,
            "worlds_drop": self.drop,
        }

    @property
    def _scene(self) -> Scene:
        return self._scenes.turn.scene

    async def read_state(self, most: int = 100) -> Form:
        """The world and what it holds."""
        return forms.state(self._scene, most)

    async def reset(self) -> Form:
        """Go back to the beginning."""
        scene = self._scene
        self._scenes.control("world_reset")
        scene.reset()
        return self._changed()

    async def seed(self, body: Mapping[str, Any]) -> Form:
        """Let the world be what a seed says, now and after each reset."""
        seed = _seed(body)
        self._scenes.control("world_seed")
        self._scene.world.replant(seed)
        self._scene.world.reset()
        return self._changed()

    async def list_gallery(self) -> list[Form]:
        """The worlds that come with the package."""
        return [{"name": one.name, "about": one.about, "screen": one.screen} for one in gallery()]

    async def rewind(self, body: Mapping[str, Any]) -> Form:
        """Go back to an entry of the journal."""
        scene = self._scene
        position = scene.journal.back_to(body["entry"])
        try:
            scene.world.rewind(position)
        except UsageError as error:
            raise Conflict(f"Cannot go back so far: {error.hint}.") from None
        scene.journal.rewound(body["entry"])
        counts = scene.journal.latest.counts if scene.journal.latest else None
        scene.dice = Dice(scene.dice.faults, counts)
        scene.journal.tell(Event("rewound"))
        return forms.world(scene)

    async def list_snapshots(self) -> list[str]:
        """The names of what is kept."""
        return list(self._scene.world.snapshots)

    async def take(self, name: str) -> Form:
        """Keep the world as it is."""
        self._scene.world.snapshot(name)
        return self._changed()

    async def restore(self, name: str) -> Form:
        """Bring back what was kept."""
        self._known(name)
        self._scenes.control("snapshots_restore")
        self._scene.world.restore(name)
        return self._changed()

    async def drop_snapshot(self, name: str) -> None:
        """Keep it no longer."""
        self._known(name)
        self._scene.world.drop_snapshot(name)
        self._changed()

    async def list_worlds(self) -> list[Form]:
        """All worlds in brief."""
        return [forms.world(scene) for scene in self._scenes.all()]

    async def fork(self, name: str) -> Form:
        """Make a world as the selected one is now."""
        if name == self._scenes.default.name:
            raise Conflict("The default world cannot be replaced: restore a snapshot of it instead.")
        return forms.world(self._scenes.add(name, self._scene))

    async def drop(self, name: str) -> None:
        """End a world."""
        if name == self._scenes.default.name:
            raise Conflict("The default world stays: reset it instead.")
        if not self._scenes.drop(name):
            raise NotFound(f"There is no world {name!r}.")

    def _known(self, name: str) -> None:
        names = self._scene.world.snapshots
        if name not in names:
            known = f"known are {', '.join(names)}" if names else "none has been taken"
            raise NotFound(f"There is no snapshot {name!r}: {known}.")

    def _changed(self) -> Form:
        self._scene.journal.tell(CHANGED)
        return forms.world(self._scene)


def _seed(body: Mapping[str, Any]) -> Seed:
    """The seed that a request brings or names; raises SeedError, and NotFound for an unknown name."""
    if "text" in body:
        return read_seed(body["text"], "the seed")
    try:
        return load_seed(gallery_path(body["gallery"]))
    except UsageError as error:
        raise NotFound(error.sentence) from None
