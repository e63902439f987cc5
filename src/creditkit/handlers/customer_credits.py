"""The operations of `openapi.yaml`, one function each, named by operationId.

Who may call is settled before (the contract's `x-role`). What is found comes before what is sent: an
object that this user cannot see is 404 whatever the body says (observed D24).
"""

from __future__ import annotations

from creditkit.store import Credit

from .call import Call, Reply
from .paging import headers_of, page_of
from .representation import Reading, consumption, written

FILTERED_BY = "customer_credits_list"
"""The filters of the list also run where one credit is retrieved or changed (observed D24)."""


def customer_credits_list(call: Call) -> Reply:
    """A page of the credits that the user sees, filtered and ordered."""
    found = call.world.credits.shown(call.user, Reading(call.links), **call.select(FILTERED_BY))
    page = page_of(found, call.query)
    return Reply(
        200, b"[%b]" % b",".join(page.items), headers_of(page, call.links.base + call.path, call.query)
    )


def customer_credits_count(call: Call) -> Reply:
    """How many credits the list holds, in `X-Result-Count`; no body."""
    page = page_of(call.world.credits.listing(call.user, **call.select(FILTERED_BY)), call.query)
    return Reply(200, None, headers_of(page, call.links.base + call.path, call.query))


def customer_credits_create(call: Call) -> Reply:
    """A new credit for a customer that has none."""
    sent = call.body()
    view = call.world.credits.create(sent.values, sent.violations)
    return Reply(201, written(view, call.links), {"Location": call.links.credit(view.credit.uuid)})


def customer_credits_retrieve(call: Call) -> Reply:
    """One credit."""
    return Reply(200, call.world.credits.show(_filtered_credit(call), Reading(call.links)))


def customer_credits_update(call: Call) -> Reply:
    """A credit changed by PUT: only the customer is required, absent fields keep their values."""
    return _change(call)


def customer_credits_partial_update(call: Call) -> Reply:
    """A credit changed by PATCH."""
    return _change(call)


def customer_credits_destroy(call: Call) -> Reply:
    """A credit removed."""
    call.world.credits.delete(_filtered_credit(call))
    return Reply(204)


def customer_credits_consumptions_list(call: Call) -> Reply:
    """What each month drew from a credit, oldest first. Query parameters are not read (observed SRC)."""
    months = call.world.credits.consumptions(_credit(call))
    return Reply(200, [consumption(month) for month in months])


def customer_credits_apply_compensations(call: Call) -> Reply:
    """The open invoice compensated anew from the credit. The body is not read (observed SRC)."""
    credit = call.world.credits.apply_compensations(_credit(call))
    return Reply(200, call.world.credits.show(credit, Reading(call.links)))


def customer_credits_clear_compensations(call: Call) -> Reply:
    """The open invoice's compensations given back to the credit. The body is not read (observed SRC)."""
    credit = call.world.credits.clear_compensations(_credit(call))
    return Reply(200, call.world.credits.show(credit, Reading(call.links)))


def _credit(call: Call) -> Credit:
    return call.world.credits.get(call.user, call.uuid("CustomerCredit"))


def _filtered_credit(call: Call) -> Credit:
    filters = call.select(FILTERED_BY)
    return call.world.credits.get(call.user, call.uuid("CustomerCredit"), **filters)


def _change(call: Call) -> Reply:
    credit = _filtered_credit(call)
    sent = call.body()
    view = call.world.credits.update(credit, sent.values, sent.violations)
    return Reply(200, written(view, call.links))
