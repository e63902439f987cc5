"""The operations of `supporting.yaml`: the collections that clients pick hyperlinks from, read-only."""

from __future__ import annotations

from .call import Call, Reply
from .paging import headers_of, page_of
from .representation import customer_form, offering_form


def customers_list(call: Call) -> Reply:
    """A page of the customers that the user sees."""
    page = page_of(call.world.customers.listing(call.user, **call.select("customers_list")), call.query)
    body = [customer_form(customer, call.links) for customer in page.items]
    return Reply(200, body, headers_of(page, call.links.base + call.path, call.query))


def customers_retrieve(call: Call) -> Reply:
    """One customer."""
    customer = call.world.customers.get(call.user, call.uuid("Customer"))
    return Reply(200, customer_form(customer, call.links))


def marketplace_provider_offerings_list(call: Call) -> Reply:
    """A page of the offerings."""
    filters = call.select("marketplace_provider_offerings_list")
    page = page_of(call.world.offerings.listing(call.user, **filters), call.query)
    body = [offering_form(offering, call.links) for offering in page.items]
    return Reply(200, body, headers_of(page, call.links.base + call.path, call.query))


def marketplace_provider_offerings_retrieve(call: Call) -> Reply:
    """One offering."""
    offering = call.world.offerings.get(call.user, call.uuid("Offering"))
    return Reply(200, offering_form(offering, call.links))
