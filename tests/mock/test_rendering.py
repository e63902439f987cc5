"""A rendering shows its own credit, in the form and with the hyperlinks that were asked for."""

from __future__ import annotations

import orjson
from msgspec import to_builtins

from creditkit.handlers import Links
from creditkit.handlers.representation import Reading, read_form, write_form, written
from creditkit.store import World

HERE, THERE = Links("http://here.test"), Links("http://there.test", "?format=json")


def test_each_form_and_each_address_has_its_own_rendering(world: World) -> None:
    staff = world.users[0]
    for _ in range(2):
        for links in (HERE, THERE):
            shown = world.credits.shown(staff, Reading(links))
            for credit, rendered in zip(world.credits.listing(staff), shown, strict=True):
                view = world.credits.view(credit)
                assert orjson.loads(rendered) == to_builtins(read_form(view, links))
                assert orjson.loads(written(view, links)) == to_builtins(write_form(view, links))


def test_equal_addresses_share_what_is_kept(world: World) -> None:
    credit = world.credits.listing(world.users[0])[0]
    again = Reading(Links("http://here.test"))
    assert world.credits.show(credit, Reading(HERE)) is world.credits.show(credit, again)
