"""The operations of the tags `world` and `worlds`: state, reset, rewind, snapshots, named worlds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from creditkit.errors import Conflict, NotFound, UsageError
from creditkit.mock.faults import Dice
from creditkit.mock.worlds.request_log import Event
from creditkit.store import Seed, gallery, gallery_path, load_seed, read_seed

from .operations import Form, Operations, state_form, world_form


class Worlds(Operations):
    """The operations on the selected world as a whole."""

    async def state_read(self, most: int = 100) -> Form:
        """The world and what it holds."""
        return state_form(self._selected, most)

    async def world_reset(self) -> Form:
        """Go back to the seed."""
        self._client_worlds.control("world_reset")
        self._selected.reset()
        return self._changed()

    async def world_seed(self, body: Mapping[str, Any]) -> Form:
        """Replace the seed, and go back to it."""
        seed = _seed(body)
        self._client_worlds.control("world_seed")
        self._selected.world.replant(seed)
        self._selected.world.reset()
        return self._changed()

    async def gallery_list(self) -> list[Form]:
        """The worlds that come with the package."""
        return [{"name": one.name, "about": one.about, "screen": one.screen} for one in gallery()]

    async def world_rewind(self, body: Mapping[str, Any]) -> Form:
        """Go back to an entry of the request log."""
        client_world, entry = self._selected, body["entry"]
        log = client_world.request_log
        position = log.back_to(entry)
        try:
            client_world.world.rewind(position)
        except UsageError as error:
            raise Conflict(f"Cannot go back so far: {error.hint}.") from None
        log.rewound(entry)
        client_world.dice = Dice(client_world.dice.faults, log.latest.counts if log.latest else None)
        log.tell(Event("rewound"))
        return world_form(client_world)

    async def snapshots_list(self) -> list[str]:
        """The names of the snapshots."""
        return list(self._selected.world.snapshots)

    async def snapshots_take(self, name: str) -> Form:
        """Take a snapshot."""
        self._selected.world.snapshot(name)
        return self._changed()

    async def snapshots_restore(self, name: str) -> Form:
        """Go back to a snapshot."""
        self._check_snapshot(name)
        self._client_worlds.control("snapshots_restore")
        self._selected.world.restore(name)
        return self._changed()

    async def snapshots_drop(self, name: str) -> None:
        """Drop a snapshot."""
        self._check_snapshot(name)
        self._selected.world.drop_snapshot(name)
        self._changed()

    async def worlds_list(self) -> list[Form]:
        """All worlds in brief."""
        return [world_form(client_world) for client_world in self._client_worlds.all()]

    async def worlds_fork(self, name: str) -> Form:
        """Fork the selected world."""
        if name == self._client_worlds.default.name:
            raise Conflict("The default world cannot be replaced: restore a snapshot of it instead.")
        return world_form(self._client_worlds.add(name, self._selected))

    async def worlds_drop(self, name: str) -> None:
        """End a world."""
        if name == self._client_worlds.default.name:
            raise Conflict("The default world stays: reset it instead.")
        if not self._client_worlds.drop(name):
            raise NotFound(f"There is no world {name!r}.")

    def _check_snapshot(self, name: str) -> None:
        names = self._selected.world.snapshots
        if name not in names:
            known = f"known are {', '.join(names)}" if names else "none has been taken"
            raise NotFound(f"There is no snapshot {name!r}: {known}.")


def _seed(body: Mapping[str, Any]) -> Seed:
    """The seed that a request holds or names; raises SeedError, and NotFound for an unknown name."""
    if "text" in body:
        return read_seed(body["text"], "the seed")
    try:
        return load_seed(gallery_path(body["gallery"]))
    except UsageError as error:
        raise NotFound(error.sentence) from None
