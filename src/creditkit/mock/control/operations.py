"""What all control operations share: the selected world, and worlds as `control.yaml` shows them."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from creditkit.mock.banner import describe
from creditkit.mock.worlds.request_log import Event
from creditkit.store import COMPUTED, User, plain_fields

if TYPE_CHECKING:
    from creditkit.mock.worlds.client_worlds import ClientWorld, ClientWorlds
    from creditkit.store import CreditView, World

Form = dict[str, Any]
"""A JSON object of the control API."""

_OBSERVER = User(uuid="", username="", full_name="", token="", is_support=True)
"""The control API reads a world as this user, who sees everything and belongs to no world."""


class Operations:
    """A group of operations on the selected world. Each public method is named by its operationId.

    Methods take what Connexion has validated, and return JSON, a Starlette response, or None for 204.
    """

    def __init__(self, client_worlds: ClientWorlds) -> None:
        self._client_worlds = client_worlds

    @property
    def _selected(self) -> ClientWorld:
        return self._client_worlds.selected

    def _changed(self) -> Form:
        """Tell the listeners that the world has changed, and return it."""
        self._selected.request_log.tell(Event("world"))
        return world_form(self._selected)


def instant(moment: datetime) -> str:
    """An instant as text."""
    return moment.isoformat(timespec="microseconds")


def clock_form(world: World) -> Form:
    """The clock of a world."""
    now = world.now()
    return {"now": instant(now), "today": now.date().isoformat(), "is_frozen": world.clock.is_frozen}


def world_form(client_world: ClientWorld) -> Form:
    """A world in brief."""
    world = client_world.world
    return {
        "name": client_world.name,
        **clock_form(world),
        "entry": client_world.request_log.number,
        "users": len(world.users),
        "customers": len(world.customers.listing(_OBSERVER)),
        "credits": len(world.credits.listing(_OBSERVER)),
        "growth": client_world.growth,
        "snapshots": list(world.snapshots),
        "deviations": [deviation.id for deviation in client_world.deviations],
        "faults": [str(fault) for fault in client_world.dice.faults.faults],
    }


def state_form(client_world: ClientWorld, most: int) -> Form:
    """A world with its users, and at most `most` customers and credits."""
    world = client_world.world
    return {
        "world": world_form(client_world),
        "users": [
            {
                "username": user.username,
                "full_name": user.full_name,
                "role": describe(user, world.now()),
                "token": user.token,
            }
            for user in world.users
        ],
        "customers": [
            {"uuid": customer.uuid, "name": customer.name, "slug": customer.slug}
            for customer in islice(world.customers.listing(_OBSERVER), most)
        ],
        "credits": [
            _credit(world.credits.view(credit)) for credit in islice(world.credits.listing(_OBSERVER), most)
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
