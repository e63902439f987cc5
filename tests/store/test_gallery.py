"""The gallery: every world is what it says, its page is current, and a name leads to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from creditkit.errors import UsageError
from creditkit.store import World, default_seed_path, gallery, gallery_list, gallery_path, load_seed
from creditkit.store.seeds.gallery_page import to_markdown, write

from .conftest import D, day, only_credit, staff_of

PAGE = Path(__file__).parents[2] / "docs" / "gallery.md"
NAMES = [exhibit.name for exhibit in gallery()]

SIZES = {
    "empty": 0,
    "no-credits": 0,
    "one-credit": 1,
    "one-page": 7,
    "exactly-one-page": 10,
    "one-page-and-one": 11,
    "largest-page-and-one": 301,
    "thousand-credits": 1000,
    "many-free-customers": 0,
}


def opened(name: str) -> World:
    world = World.open(load_seed(gallery_path(name)))
    world.begin()
    return world


def test_the_page_is_current(tmp_path: Path) -> None:
    advice = "write it again: python -m creditkit.store.seeds.gallery_page docs/gallery.md"
    write(tmp_path / "page.md")
    assert PAGE.read_text(encoding="utf-8") == (tmp_path / "page.md").read_text(encoding="utf-8"), advice


def test_the_page_and_the_list_show_every_world() -> None:
    assert len(NAMES) > 30
    assert NAMES[0] == "default"
    page = to_markdown()
    lines = gallery_list().splitlines()
    for exhibit, line in zip(gallery(), lines, strict=True):
        assert f"| `{exhibit.name}` | {exhibit.about} |" in page
        assert line.split(maxsplit=1) == [exhibit.name, exhibit.about]
        assert "|" not in exhibit.about


def test_a_name_leads_to_a_seed_and_a_wrong_one_to_a_right_one() -> None:
    assert gallery_path("default") == default_seed_path()
    with pytest.raises(UsageError, match="there is no world 'exactly-one-pag'") as caught:
        gallery_path("exactly-one-pag")
    assert caught.value.hint == "did you mean exactly-one-page or one-page?"
    with pytest.raises(UsageError) as caught:
        gallery_path("../default")
    assert caught.value.hint.startswith("did you mean default")
    with pytest.raises(UsageError) as caught:
        gallery_path("")
    assert caught.value.hint == "creditkit mock --world list shows them all"


@pytest.mark.parametrize(("name", "size"), SIZES.items())
def test_sizes_are_what_they_say(name: str, size: int) -> None:
    with opened(name) as world:
        assert len(world.credits.listing(staff_of(world))) == size


def test_ends_are_where_they_say() -> None:
    with opened("expiring-today") as world:
        assert (only_credit(world).end_date, only_credit(world).value) == (world.today(), D("320.75"))
        world.clock.advance(days=1)
        assert only_credit(world).value == 0
    with opened("expiring-tomorrow") as world:
        assert world.today() == day("2027-01-31")
        world.clock.advance(days=1)
        assert (only_credit(world).end_date, only_credit(world).value) == (world.today(), D("320.75"))
    with opened("overdue") as world:
        assert only_credit(world).value == 0


def test_figures_are_what_they_say() -> None:
    last_months = {
        name: world.credits.view(only_credit(world)).consumption_last_month
        for name in ("no-last-month", "nothing-last-month", "tax")
        for world in [opened(name)]
    }
    assert last_months == {"no-last-month": None, "nothing-last-month": 0, "tax": D("644.8")}
    with opened("year-of-history") as world:
        months = world.credits.consumptions(only_credit(world))
        assert [month.price for month in months] == [D(price) for price in range(120, 0, -10)]
    with opened("ten-years-of-history") as world:
        assert len(world.credits.consumptions(only_credit(world))) == 120
    with opened("shared-out-too-far") as world:
        assert world.credits.view(only_credit(world)).allocated_to_projects > only_credit(world).value
    with opened("negative-zero") as world:
        assert [str(only_credit(world).value), str(only_credit(world).grace_coefficient)] == [
            "-0.00000",
            "-0",
        ]
    with opened("odd-grace") as world:
        views = [world.credits.view(credit) for credit in world.credits.listing(staff_of(world))]
        assert [view.minimal_consumption for view in views] == [D("50.5"), D("-0.5"), D("-449.5")]
    with opened("minimum-charged") as world:
        world.clock.advance(months=1)
        assert only_credit(world).value == D(500 - 72)


def test_users_see_what_they_should() -> None:
    seen = {
        name: [len(world.credits.listing(user)) for user in world.users]
        for name in ("no-permission", "owner-of-one", "owner-of-many", "owner-of-none", "support-only")
        for world in [opened(name)]
    }
    assert seen == {
        "no-permission": [0, 0],
        "owner-of-one": [1],
        "owner-of-many": [12],
        "owner-of-none": [0],
        "support-only": [3],
    }


def test_names_have_what_they_are_named_for() -> None:
    with opened("long-names") as world:
        staff = staff_of(world)
        assert [len(customer.name) for customer in world.customers.listing(staff)] == [150] * 3
        (offering,) = world.offerings.listing(staff)
        assert (len(offering.name), len(offering.type)) == (150, 100)
    with opened("many-scripts") as world:
        names = [customer.name for customer in world.customers.listing(staff_of(world), "Caf")]
        assert sorted(map(len, names)) == [11, 13]
