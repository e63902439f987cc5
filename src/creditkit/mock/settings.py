"""Settings: how one mock is run."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from creditkit.errors import UsageError
from creditkit.mock.app import Engine
from creditkit.mock.worlds.worlds import Bounds
from creditkit.store import default_seed_path, gallery_path

from .http.limits import Limits


@dataclass(frozen=True, slots=True)
class Settings:
    """How one mock is run.

    `world` is one of the gallery, the default one unless it has a name; a `seed` file may be given instead.
    `data` None keeps everything in memory.
    With `durable`, an answer leaves when what it tells of is on disk. `remember` is that of `create_app` and
    of `World`. `now` is the date on which the world's clock starts; None leaves that to the seed. Port 0 lets
    the system choose. `quiet` prints the base URL and nothing else. `release` is one that the mock behaves
    as, and `deviations` are ids of further deviations to show; with neither it is honest. `faults` are texts
    that `fault_of` reads, `fault_file` is a file of them, and `fault_seed` the seed of their dice.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    world: str = ""
    seed: Path | None = None
    data: Path | None = None
    now: date | None = None
    quiet: bool = False
    release: str = ""
    deviations: tuple[str, ...] = ()
    durable: bool = False
    engine: Engine = Engine.PLANS
    remember: bool = True
    limits: Limits = field(default_factory=Limits)
    bounds: Bounds = field(default_factory=Bounds)
    faults: tuple[str, ...] = ()
    fault_file: Path | None = None
    fault_seed: int = 0
    control_token: str = field(default="", repr=False)

    @property
    def seed_path(self) -> Path:
        """The seed file of the world. Raises UsageError for an unknown world, or two that are named."""
        if self.seed is None:
            return gallery_path(self.world) if self.world else default_seed_path()
        if self.world:
            raise UsageError("both a world and a seed file are named", "leave out --world or --seed")
        return self.seed
