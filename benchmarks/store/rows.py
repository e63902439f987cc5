"""What is stored: credits, of about 930 bytes each, and how they are found."""

from __future__ import annotations

import random
from typing import Any
from uuid import UUID

from creditkit.store.tinyjournal import Hash, Sorted, Unique

TABLE = "credits"
INDEXES = {
    TABLE: (
        Unique("uuid"),
        Hash("customer_uuid"),
        Hash("customer_slug"),
        Sorted("value"),
        Sorted("end_date"),
        Sorted("customer_name"),
        Sorted("expected_consumption"),
    )
}

Row = dict[str, Any]


def row_of(number: int) -> Row:
    """A credit of about 930 bytes as JSON; ten have one customer."""
    chance = random.Random(number)  # noqa: S311 - the same rows every time
    customer = customer_of(number)
    return {
        "url": f"http://testserver/api/customer-credits/{number:032x}/",
        "uuid": uuid_of(number),
        "value": f"{chance.randint(0, 10**7)}.{chance.randint(0, 99):02}",
        "customer": f"http://testserver/api/customers/{customer}/",
        "customer_name": f"Customer {number // 10 * 7919 % 100_003}",
        "customer_uuid": customer,
        "customer_slug": f"customer-{number // 10}",
        "offerings": [
            {
                "uuid": UUID(int=chance.getrandbits(128), version=4).hex,
                "name": f"Offering {each}",
                "type": "Marketplace.Basic",
                "url": f"http://testserver/api/marketplace-provider-offerings/{each:032x}/",
            }
            for each in range(2)
        ],
        "end_date": f"{chance.randint(2026, 2036)}-{chance.randint(1, 12):02}-01",
        "expected_consumption": f"{chance.randint(0, 10**4)}.00",
        "minimal_consumption_logic": "fixed",
        "minimal_consumption": "0.00",
        "grace_coefficient": "0.00",
        "apply_as_minimal_consumption": False,
        "allocated_to_projects": "0.00",
        "consumption_last_month": "0.00",
    }


def uuid_of(number: int) -> str:
    """The uuid of a row."""
    return UUID(int=number + (1 << 100), version=4).hex


def customer_of(number: int) -> str:
    """The uuid of a row's customer."""
    return UUID(int=number // 10, version=4).hex
