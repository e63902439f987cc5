"""Settings of one mock, and at the same time the table of the options of `creditkit mock`.

Each field declares its option: flag, help, default, range. `creditkit.cli` makes the click options of it, the
mock and the proxy read the values. A new option is one field here and one row in docs/mock.md.
Imports nothing heavy: `creditkit --help` reads this module.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

from creditkit.errors import UsageError


class Engine(Enum):
    """Who answers requests: plans made at the start, or Connexion's own pipeline."""

    PLANS = "plans"
    STOCK = "stock"


def option(flag: str, text: str, default: Any = None, **more: Any) -> Any:
    """A field that is an option. Of `more`, click takes `metavar`; `minimum` and `maximum` are a range.

    `above_zero` excludes 0, `negated` is for a flag that switches the value off.
    """
    return field(default=default, metadata={"flag": flag, "help": text, **more})


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a request, with nginx's defaults: sizes in bytes, `seconds` for headers and for the body."""

    body: int = option(
        "--max-body",
        "Largest request body; a larger one is answered 413.",
        1_048_576,
        minimum=1,
        metavar="BYTES",
    )
    target: int = option(
        "--max-url",
        "Longest path and query; longer ones are answered 414.",
        8_192,
        minimum=1,
        metavar="BYTES",
    )
    headers: int = option(
        "--max-headers",
        "Largest request headers; larger ones are answered 431.",
        32_768,
        minimum=1,
        metavar="BYTES",
    )
    seconds: float = option(
        "--request-timeout",
        "Time for the headers, and again for the body, to arrive; slower requests are answered 408.",
        30,
        above_zero=True,
        metavar="SECONDS",
    )


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bounds on the worlds beside the default one, and on the request log (`entries`) of every world."""

    worlds: int = option(
        "--max-worlds",
        "Largest number of named worlds beside the default one.",
        1_000,
        minimum=1,
        metavar="NUMBER",
    )
    growth: int = option(
        "--max-world-growth",
        "How much a named world may grow before it refuses writes.",
        16_000_000,
        minimum=1,
        metavar="BYTES",
    )
    idle: float = option(
        "--world-idle",
        "Time without a request after which a named world ends.",
        3_600,
        above_zero=True,
        metavar="SECONDS",
    )
    entries: int = option(
        "--journal",
        "Number of requests that the journal of each world keeps; 0 keeps none.",
        1_000,
        minimum=0,
        metavar="NUMBER",
    )


@dataclass(frozen=True, slots=True)
class Proxying:
    """The deployment behind a validation proxy; an empty `url` means that the mock itself answers."""

    url: str = option(
        "--proxy",
        "Pass requests on to this deployment, and report what breaks the contract on either side.",
        "",
        metavar="URL",
    )
    record: Path | None = option(
        "--record", "With --proxy: write the answers seen to this seed file; it must not exist."
    )
    writes: bool = option("--allow-writes", "With --proxy: also pass on requests that change data.", False)
    timeout: float = option(
        "--proxy-timeout",
        "With --proxy: how long the deployment may take to answer.",
        30,
        above_zero=True,
        metavar="SECONDS",
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """How one mock, or one validation proxy, is run.

    `remember` False recomputes every answer instead of reusing verdicts and representations.
    Raises UsageError where options of the proxy come without its URL.
    """

    host: str = option("--host", "Address to listen on; 0.0.0.0 lets other machines in.", "127.0.0.1")
    port: int = option(
        "--port", "Port to listen on; 0 lets the system choose.", 8000, minimum=0, maximum=65535
    )
    world: str = option(
        "--world",
        "World of the gallery to serve; `list` prints the gallery. Default: default.",
        "",
        metavar="NAME",
    )
    seed: Path | None = option("--seed", "Seed file to serve instead of a world of the gallery.")
    contract: Path | None = option(
        "--contract", "Contract to serve instead of the packaged one, with the same operations."
    )
    reload: bool = option(
        "--reload",
        "Apply changes to contract, seed and handlers when they are saved; keep the world and connections.",
        False,
    )
    proxy: Proxying = field(default_factory=Proxying)
    data: Path | None = option(
        "--data", "File that keeps the world between runs. Default: in memory, gone at the end."
    )
    durable: bool = option(
        "--durable",
        "With --data: answer only when the change is on disk, so that it survives a power failure.",
        False,
    )
    now: date | None = option(
        "--now",
        "Date on which the world's clock starts, such as 2027-01-31. Default: the seed's.",
        metavar="DATE",
    )
    deviations: tuple[str, ...] = option(
        "--deviate",
        "Deviations to show, by their ids in docs/deviations.md. Default: none.",
        (),
        metavar="ID[,ID...]",
        separator=",",
    )
    release: str = option(
        "--as",
        "Behave as a release does, such as waldur-8.0.9. Default: as the contract says.",
        "",
        metavar="RELEASE",
    )
    faults: tuple[str, ...] = option(
        "--fault",
        "Fault to inject, such as customer_credits_list:latency=200..800,rate=0.5. May be repeated.",
        (),
        metavar="FAULT",
    )
    fault_file: Path | None = option("--faults", "File of faults to inject: a YAML list.")
    fault_seed: int = option("--fault-seed", "Random seed that decides which requests meet a fault.", 0)
    engine: Engine = option(
        "--engine",
        "Who answers requests: plans made at the start, or Connexion's own, slower pipeline.",
        Engine.PLANS,
    )
    remember: bool = option(
        "--no-memo",
        "Compute and check every answer, even for a request that was answered just before.",
        True,
        negated=True,
    )
    limits: Limits = field(default_factory=Limits)
    bounds: Bounds = field(default_factory=Bounds)
    control_token: str = field(
        default="",
        repr=False,
        metadata={
            "flag": "--control-token",
            "help": "Token that controls the mock. Default: none, and only this machine may control it.",
            "metavar": "TOKEN",
        },
    )
    quiet: bool = option("--quiet", "Print the base URL and nothing else.", False)

    def __post_init__(self) -> None:
        if not self.proxy.url and (self.proxy.record or self.proxy.writes):
            raise UsageError("--record and --allow-writes go with --proxy URL")

    @property
    def seed_path(self) -> Path:
        """The seed file of the world. Raises UsageError for an unknown world, or two that are named."""
        from creditkit.store import default_seed_path, gallery_path  # `creditkit --help` needs no store

        if self.seed is None:
            return gallery_path(self.world) if self.world else default_seed_path()
        if self.world:
            raise UsageError("both a world and a seed file are named", "leave out --world or --seed")
        return self.seed
