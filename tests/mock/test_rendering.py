"""A rendering shows its own view, with the hyperlinks that were asked for; what is kept is bounded."""

from __future__ import annotations

import orjson
import pytest

from creditkit.handlers import Links, rendering
from creditkit.handlers.representation import read_form, write_form
from creditkit.store import World

HERE, THERE = Links("http://here.test"), Links("http://there.test", "?format=json")


def test_each_form_and_each_address_has_its_own_rendering(world: World) -> None:
    staff = world.users[0]
    for _ in range(2):
        for credit in world.credits.listing(staff):
            view = world.credits.view(credit)
            for links in (HERE, THERE):
                assert orjson.loads(rendering.read_bytes(view, links)) == read_form(view, links)
                assert orjson.loads(rendering.write_bytes(view, links)) == write_form(view, links)


def test_what_is_kept_is_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "MOST", 3)
    monkeypatch.setattr(rendering, "_kept", {})
    for credit in world.credits.listing(world.users[0]):
        view = world.credits.view(credit)
        assert orjson.loads(rendering.read_bytes(view, HERE))["uuid"] == credit.uuid
        assert len(rendering._kept) <= 3
