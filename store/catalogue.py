"""The customers and offerings of a world: who sees which. Nothing here changes."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from creditkit.errors import NotFound

from .database import Database
from .model import Customer, Offering, User
from .names import collated, contains
from .selection import may_see


class Customers:
    """The customers of one world, by name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def listing(self, user: User, name: str = "") -> Sequence[Customer]:
        """The customers that `user` sees whose name contains `name`."""
        found = [
            customer
            for customer in self._database.customers
            if may_see(user, customer.uuid) and contains(customer.name, name)
        ]
        return sorted(found, key=lambda customer: collated(customer.name))

    def get(self, user: User, uuid: UUID) -> Customer:
        """The customer with that uuid. Raises `NotFound` if there is none, or it is hidden from `user`."""
        if str(uuid) in self._database.customers and may_see(user, str(uuid)):
            return self._database.customers[str(uuid)]
        raise NotFound("No Customer matches the given query.")


class Offerings:
    """The offerings of one world, by name; everybody who is authenticated sees all of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def listing(self, user: User, name: str = "") -> Sequence[Offering]:
        """The offerings whose name contains `name`."""
        del user  # asked for as with customers, and shown the same to everybody
        found = [offering for offering in self._database.offerings if contains(offering.name, name)]
        return sorted(found, key=lambda offering: collated(offering.name))

    def get(self, user: User, uuid: UUID) -> Offering:
        """The offering with that uuid. Raises `NotFound` if there is none."""
        del user
        if str(uuid) in self._database.offerings:
            return self._database.offerings[str(uuid)]
        raise NotFound("No Offering matches the given query.")
