"""The customers and offerings of a world, read only: listings by name and who sees which."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from creditkit.errors import NotFound

from .domain.model import Customer, Offering, User
from .domain.names import collated, contains
from .selection import may_see
from .tables.database import Database


class Customers:
    """The customers of one world, by name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def listing(self, user: User, name: str = "") -> Sequence[Customer]:
        """The customers that `user` sees whose name contains `name`."""
        content = self._database.content
        if user.sees_all:
            if not name:
                return content.customers.all("name")
            return content.customers.listing([found.doc_id for found in content.customers_named(name)])
        seen = [content.customers[uuid] for uuid in user.owner_of if uuid in content.customers]
        return sorted(
            (customer for customer in seen if contains(customer.name, name)),
            key=lambda customer: collated(customer.name),
        )

    def get(self, user: User, uuid: UUID) -> Customer:
        """The customer with that uuid. Raises `NotFound` if there is none, or it is hidden from `user`."""
        customers = self._database.content.customers
        if str(uuid) in customers and may_see(user, str(uuid)):
            return customers[str(uuid)]
        raise NotFound.of("Customer")


class Offerings:
    """The offerings of one world, by name; everybody who is authenticated sees all of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def listing(self, user: User, name: str = "") -> Sequence[Offering]:
        """The offerings whose name contains `name`."""
        del user  # the same interface as `Customers`; everybody sees all offerings
        found = self._database.content.offerings.all("name")
        return [offering for offering in found if contains(offering.name, name)] if name else found

    def get(self, user: User, uuid: UUID) -> Offering:
        """The offering with that uuid. Raises `NotFound` if there is none."""
        del user
        offerings = self._database.content.offerings
        if str(uuid) in offerings:
            return offerings[str(uuid)]
        raise NotFound.of("Offering")
