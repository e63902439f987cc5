"""Forms: worlds and what they hold, as `control.yaml` has them."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from creditkit.mock.banner import describe
from creditkit.store import COMPUTED, User, plain_fields

if TYPE_CHECKING:
    from creditkit.mock.worlds.worlds import Scene
    from creditkit.store import CreditView, World

Form = dict[str, Any]

_ANYBODY = User(uuid="", username="", full_name="", token="", is_support=True)
"""Who looks at a world through the control API: nobody in it, and sees everything."""


def instant(moment: datetime) -> str:
    """An instant as text."""
    return moment.isoformat(timespec="microseconds")


def world(scene: Scene) -> Form:
    """A world in brief."""
    of = scene.world
    now = of.now()
    return {
        "name": scene.name,
        "now": instant(now),
        "today": now.date().isoformat(),
        "is_frozen": of.clock.is_frozen,
        "entry": scene.journal.number,
        "users": len(of.users),
        "customers": len(of.customers.listing(_ANYBODY)),
        "credits": len(of.credits.listing(_ANYBODY)),
        "growth": scene.growth,
        "snapshots": list(of.snapshots),
        "deviations": [deviation.id for deviation in scene.deviations],
        "faults": [str(fault) for fault in scene.dice.faults.faults],
    }


def clock(of: World) -> Form:
    """The clock of a world."""
    now = of.now()
    return {"now": instant(now), "today": now.date().isoformat(), "is_frozen": of.clock.is_frozen}


def state(scene: Scene, most: int) -> Form:
    """A world and what it holds, at most so many customers and credits."""
    of = scene.world
    return {
        "world": world(scene),
        "users": [
            {
                "username": user.username,
                "full_name": user.full_name,
                "role": describe(user, of.now()),
                "token": user.token,
            }
            for user in of.users
        ],
        "customers": [
            {"uuid": customer.uuid, "name": customer.name, "slug": customer.slug}
            for customer in islice(of.customers.listing(_ANYBODY), most)
        ],
        "credits": [
            _credit(of.credits.view(credit)) for credit in islice(of.credits.listing(_ANYBODY), most)
        ],
    }


def _credit(view: CreditView) -> Form:
    credit = view.credit
    return {
        "uuid": credit.uuid,
        "customer": credit.customer,
        "customer_name": view.customer.name,
        **plain_fields(credit),
        **{name: None if (figure := getattr(view, name)) is None else str(figure) for name in COMPUTED},
        "offerings": [offering.name for offering in view.offerings],
    }
