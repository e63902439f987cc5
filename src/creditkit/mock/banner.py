"""The banner: what the server prints when the mock listens.

Each URL and command in it works as pasted: its uuids and tokens are those of the world that is served.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from creditkit.handlers import Links
from creditkit.mock.answering.docs import API_DOCS, SUPPORTING_DOCS

if TYPE_CHECKING:
    from datetime import datetime

    from creditkit.deviations import Deviation
    from creditkit.mock.faults import Faults
    from creditkit.store import Customer, User, World


@dataclass(frozen=True, slots=True)
class Command:
    """One request to try, as HTTPie and as curl spell it. `body` holds the JSON fields to send."""

    method: str
    url: str
    token: str
    body: tuple[tuple[str, str], ...] = ()

    def httpie(self) -> str:
        """The `http` line, in the form of the documented page."""
        fields = "".join(f" {name}={shlex.quote(value)}" for name, value in self.body)
        return f'http {self.method} {self.url} Authorization:"Token {self.token}"{fields}'

    def curl(self) -> str:
        """The `curl` line."""
        fields = ", ".join(f'"{name}": "{value}"' for name, value in self.body)
        body = f" -H 'Content-Type: application/json' -d '{{{fields}}}'" if fields else ""
        verb = "" if self.method == "GET" else f" -X {self.method}"
        return f"curl -s{verb} -H 'Authorization: Token {self.token}'{body} {self.url}"


def banner(world: World, base: str, kept_in: str) -> str:
    """The text printed when the mock is ready; `kept_in` says where its data is."""
    staff = next((user for user in world.users if user.is_staff), None)
    lines = [
        f"creditkit mock: Waldur Customer Credits on {base}",
        "",
        f"  try it      {base}{API_DOCS}   {base}{SUPPORTING_DOCS}",
        f"  watch it    {base}/_mock/",
        f"  contract    {base}/openapi.json",
        f"  world       today is {world.today()}, data {kept_in}",
        "",
        *_user_lines(world),
    ]
    if staff is not None:
        # Each POST has a customer of its own: a customer has one credit at most.
        free = _free_customers(world, staff)
        lines += ["", "Paste one of these:", ""]
        lines += [
            f"  {command.httpie()}" for command in _commands(world, staff, Links(base), next(free, None))
        ]
        lines += [""]
        lines += [f"  {command.curl()}" for command in _commands(world, staff, Links(base), next(free, None))]
    return "\n".join([*lines, "", "Ctrl-C stops it."])


def deviation_lines(deviations: tuple[Deviation, ...]) -> str:
    """The lines below the banner that name the deviations."""
    width = max(len(deviation.id) for deviation in deviations)
    lines = [f"  {deviation.id:<{width}}  {deviation.title}" for deviation in deviations]
    return "\n".join(["", "It differs from the contract, as asked for:", "", *lines])


def fault_lines(faults: Faults) -> str:
    """The lines below the banner that name the faults."""
    lines = [f"  {fault}" for fault in faults.faults]
    return "\n".join(["", f"Requests meet faults, as asked for (seed {faults.seed}):", "", *lines])


def _user_lines(world: World) -> Iterator[str]:
    """A line for each user: name, token, what it may do."""
    width = max((len(user.username) for user in world.users), default=0)
    for user in world.users:
        yield f"  {user.username:<{width}}  Token {user.token}  {describe(user, world.now())}"


def describe(user: User, now: datetime) -> str:
    """What a user may do, in a few words."""
    if user.token_expires is not None and user.token_expires <= now:
        return "its token has expired: 401"
    if user.is_staff:
        return "staff: reads and writes everything"
    if user.is_support:
        return "support: reads everything"
    if user.owner_of:
        return f"owner: reads the credits of {len(user.owner_of)} customer{'s' * (len(user.owner_of) > 1)}"
    return "no role: sees no credit"


def _free_customers(world: World, staff: User) -> Iterator[Customer]:
    """The customers without a credit."""
    return (customer for customer in world.customers.listing(staff) if world.credits.of(customer) is None)


def _commands(world: World, staff: User, links: Links, free: Customer | None) -> Iterator[Command]:
    """A list, a credit to read and to change, a customer to make one for: what the world has of these."""
    collection = f"{links.base}/api/customer-credits/"
    yield Command("GET", collection, staff.token)
    first = next(iter(world.credits.listing(staff)), None)
    if first is not None:
        url = links.credit(first.uuid)
        yield Command("GET", url, staff.token)
        yield Command("GET", f"{url}consumptions/", staff.token)
        yield Command("PATCH", url, staff.token, (("grace_coefficient", "10"),))
    if free is not None:
        body = (("customer", links.customer(free.uuid)), ("value", "1000"))
        yield Command("POST", collection, staff.token, body)
