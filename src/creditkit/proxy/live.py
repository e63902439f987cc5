"""Live: the mock's journal and live page, of what passes through a proxy.

They belong to a world, so the proxy has an empty one, which nobody asks for anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from creditkit.errors import Rejected, Violation
from creditkit.mock import Control, Cors, Exchange, Finding, Guard, Scene, Scenes, Select, Settings
from creditkit.store import World, gallery_path, load_seed

if TYPE_CHECKING:
    from starlette.types import ASGIApp


class Live:
    """The journal of one proxy, and the pages under /_mock/ that show it."""

    def __init__(self, settings: Settings) -> None:
        world = World.open(load_seed(gallery_path("empty")))
        self._token = settings.control_token
        self.scenes = Scenes(Scene("default", world, entries=settings.bounds.entries), settings.bounds)

    def around(self, app: ASGIApp) -> ASGIApp:
        """The proxy, with its journal and pages, for pages on any origin."""
        shown = Select(Control(app, scenes=self.scenes), scenes=self.scenes)
        return Cors(Guard(shown, token=self._token))

    def note(self, exchange: Exchange, findings: Sequence[Finding]) -> None:
        """Let the journal have the exchange that is being answered, and what is wrong with it."""
        if findings:
            exchange.refuse(Rejected([_violation(finding) for finding in findings]))
        self.scenes.turn.judge(exchange)


def _violation(finding: Finding) -> Violation:
    place = finding.pointer.lstrip("/?")
    if finding.where == "answer":
        return Violation(place, "contract", str(finding), location="answer")
    return Violation(
        place, "contract", finding.message, location="query" if finding.pointer[:1] == "?" else "body"
    )
