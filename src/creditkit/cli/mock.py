"""`creditkit mock`: the API on this machine."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from .ctl import ctl
from .options import PATH, options_of

_option = options_of()


@click.group(invoke_without_command=True, commands=[ctl])
@click.pass_context
@_option(
    "--host",
    "Address to listen on. 0.0.0.0 lets other machines in.",
    default="127.0.0.1",
    show_default=True,
)
@_option(
    "--port",
    "Port to listen on; 0 lets the system choose.",
    default=8000,
    show_default=True,
    type=click.IntRange(0, 65535),
)
@_option(
    "--world",
    "World of the gallery to serve; `list` says which there are. Default: default.",
    default="",
    metavar="NAME",
)
@_option(
    "--seed",
    "Seed file of the world to serve, instead of one of the gallery.",
    type=PATH,
)
@_option(
    "--contract",
    "Contract to serve in place of the packaged one, with the same operations.",
    type=PATH,
)
@_option(
    "--reload",
    "Take up contract, seed and handlers when they are saved; the world and connections stay.",
    is_flag=True,
)
@_option(
    "--proxy",
    "Pass requests on to this deployment, and tell what breaks the contract on either side.",
    metavar="URL",
)
@_option(
    "--record",
    "With --proxy: seed file to write what was seen into; it must not exist.",
    type=PATH,
)
@_option(
    "--allow-writes",
    "With --proxy: pass on requests that change something, too.",
    is_flag=True,
)
@_option(
    "--proxy-timeout",
    "With --proxy: how long the deployment may take to answer.",
    type=click.FloatRange(min=0, min_open=True),
    default=30,
    show_default=True,
    metavar="SECONDS",
)
@_option(
    "--data",
    "File that keeps the world between runs. Default: in memory, gone at the end.",
    type=PATH,
)
@_option(
    "--durable",
    "With --data: answer when the disk has what was written, so that it survives a loss of power.",
    is_flag=True,
)
@_option(
    "--now",
    "Date on which the world's clock starts, as 2027-01-31. Default: the seed's.",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    metavar="DATE",
)
@_option(
    "--deviate",
    "Deviations to show, as docs/deviations.md names them. Default: none.",
    default="",
    metavar="ID[,ID...]",
)
@_option(
    "--as",
    "Behave as a release does, such as waldur-8.0.9. Default: as the contract says.",
    "release",
    default="",
    metavar="RELEASE",
)
@_option(
    "--fault",
    "A fault to meet, such as customer_credits_list:latency=200..800,rate=0.5. May be repeated.",
    multiple=True,
    metavar="FAULT",
)
@_option(
    "--faults",
    "File of faults to meet: a YAML list.",
    "fault_file",
    type=PATH,
)
@_option(
    "--fault-seed",
    "Seed of the dice that decide which requests meet a fault.",
    type=int,
    default=0,
    show_default=True,
)
@_option(
    "--engine",
    "How requests are answered: by plans made at the start, or by Connexion's own pipeline.",
    type=click.Choice(["plans", "stock"]),
    default="plans",
    show_default=True,
)
@_option(
    "--no-memo",
    "Make and check every answer anew, also one whose very bytes were found right before.",
    is_flag=True,
)
@_option(
    "--max-body",
    "Largest request body; a larger one is answered 413.",
    type=click.IntRange(min=1),
    default=1_048_576,
    show_default=True,
    metavar="BYTES",
)
@_option(
    "--max-url",
    "Longest path and query; longer ones are answered 414.",
    type=click.IntRange(min=1),
    default=8_192,
    show_default=True,
    metavar="BYTES",
)
@_option(
    "--max-headers",
    "Largest request headers; larger ones are answered 431.",
    type=click.IntRange(min=1),
    default=32_768,
    show_default=True,
    metavar="BYTES",
)
@_option(
    "--request-timeout",
    "How long headers, and then a body, may take to come; slower ones are answered 408.",
    type=click.FloatRange(min=0, min_open=True),
    default=30,
    show_default=True,
    metavar="SECONDS",
)
@_option(
    "--max-worlds",
    "How many worlds with a name there may be beside the default one.",
    type=click.IntRange(min=1),
    default=1_000,
    show_default=True,
    metavar="NUMBER",
)
@_option(
    "--max-world-growth",
    "By how much a world with a name may grow; then it takes no more writes.",
    type=click.IntRange(min=1),
    default=16_000_000,
    show_default=True,
    metavar="BYTES",
)
@_option(
    "--world-idle",
    "After how long without a request a world with a name ends.",
    type=click.FloatRange(min=0, min_open=True),
    default=3_600,
    show_default=True,
    metavar="SECONDS",
)
@_option(
    "--journal",
    "How many requests each world's journal keeps; 0 keeps none.",
    type=click.IntRange(min=0),
    default=1_000,
    show_default=True,
    metavar="NUMBER",
)
@_option(
    "--control-token",
    "Token that controls the mock. Default: none, and only this machine may control it.",
    default="",
    metavar="TOKEN",
)
@_option(
    "--quiet",
    "Print the base URL and nothing else.",
    is_flag=True,
)
def mock(
    context: click.Context,
    host: str,
    port: int,
    world: str,
    seed: Path | None,
    contract: Path | None,
    reload: bool,
    proxy: str | None,
    record: Path | None,
    allow_writes: bool,
    proxy_timeout: float,
    data: Path | None,
    durable: bool,
    now: datetime.datetime | None,
    deviate: str,
    release: str,
    fault: tuple[str, ...],
    fault_file: Path | None,
    fault_seed: int,
    engine: str,
    no_memo: bool,
    max_body: int,
    max_url: int,
    max_headers: int,
    request_timeout: float,
    max_worlds: int,
    max_world_growth: int,
    world_idle: float,
    journal: int,
    control_token: str,
    quiet: bool,
) -> None:
    """Serve the API from a world of example data, until Ctrl-C; `ctl` controls a mock that runs."""
    if context.invoked_subcommand is not None:
        return
    from creditkit.mock import (  # the other subcommands need no web server
        Bounds,
        Engine,
        Limits,
        Settings,
        Staging,
        as_started,
        serve,
    )

    deviations = tuple(filter(None, (name.strip() for name in deviate.split(","))))
    settings = Settings(
        host=host,
        port=port,
        world=world,
        seed=seed,
        data=data,
        durable=durable,
        now=now.date() if now else None,
        quiet=quiet,
        release=release,
        deviations=deviations,
        faults=fault,
        fault_file=fault_file,
        fault_seed=fault_seed,
        engine=Engine(engine),
        remember=not no_memo,
        limits=Limits(max_body, max_url, max_headers, request_timeout),
        bounds=Bounds(max_worlds, max_world_growth, world_idle, journal),
        control_token=control_token,
    )
    if proxy is not None:
        if reload:
            raise click.UsageError("--reload is of a mock's own world, and a proxy has none.")
        from creditkit.proxy import ProxySettings, serve_proxy

        serve_proxy(ProxySettings(proxy, settings, record, allow_writes, proxy_timeout, contract))
        return
    if record or allow_writes:
        raise click.UsageError("--record and --allow-writes go with --proxy URL.")
    staging: Staging = as_started
    if contract or reload:
        from creditkit.reload import staging as staging_of

        staging = staging_of(contract, reload=reload)
    serve(settings, staging=staging)
