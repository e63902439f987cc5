"""`creditkit mock`: the API on this machine. Its options are the fields of `creditkit.settings.Settings`."""

from __future__ import annotations

from typing import Any

import click

from creditkit.settings import Settings

from .ctl import ctl
from .options import decorated, settings_from, settings_options


def _mock(context: click.Context, **given: Any) -> None:
    """Serve the API from a world of example data, until Ctrl-C. `ctl` controls a running mock."""
    if context.invoked_subcommand is not None:
        return
    settings: Settings = settings_from(Settings, given)
    # The other subcommands need no web server, and a plain mock neither proxy nor watcher.
    if settings.proxy.url:
        from creditkit.proxy import serve_proxy

        serve_proxy(settings)
    elif settings.contract or settings.reload:
        from creditkit.mock import serve
        from creditkit.reload import staging

        serve(settings, staging=staging)
    else:
        from creditkit.mock import serve

        serve(settings)


mock = click.group("mock", invoke_without_command=True, commands=[ctl])(
    decorated(click.pass_context(_mock), *settings_options(Settings))
)
