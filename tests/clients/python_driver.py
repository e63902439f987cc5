"""Calls operations of `waldur_api_client` as the documented snippets do; prints each result as JSON.

    PYTHONPATH=<folder of the client> python python_driver.py <base URL> <token>

Each line of input is one call, as JSON: `["retrieve", "<uuid of a credit>", "<hyperlink of a customer>"]`.
It runs in a process of its own, because two releases of the client are tested and a process can hold one;
and in one process for all calls, because importing the client takes seconds.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from waldur_api_client.api.customer_credits import (
    customer_credits_apply_compensations,
    customer_credits_clear_compensations,
    customer_credits_consumptions_list,
    customer_credits_count,
    customer_credits_create,
    customer_credits_destroy,
    customer_credits_list,
    customer_credits_partial_update,
    customer_credits_retrieve,
    customer_credits_update,
)
from waldur_api_client.client import AuthenticatedClient
from waldur_api_client.models.create_customer_credit_request import CreateCustomerCreditRequest
from waldur_api_client.models.patched_create_customer_credit_request import PatchedCreateCustomerCreditRequest


def call(client: AuthenticatedClient, operation: str, uuid: Any, customer: str) -> Any:
    """The parsed result: an object of the client, a list of them, an integer or None.

    `uuid` is text, as in the snippets, though the client's own annotations want a UUID.
    """
    newer: Any = customer_credits_list
    calls: dict[str, Callable[[], Any]] = {
        "list": lambda: customer_credits_list.sync(client=client),
        "count": lambda: customer_credits_count.sync(client=client),
        "retrieve": lambda: customer_credits_retrieve.sync(uuid=uuid, client=client),
        "create": lambda: customer_credits_create.sync(
            client=client, body=CreateCustomerCreditRequest(customer=customer)
        ),
        "update": lambda: customer_credits_update.sync(
            uuid=uuid, client=client, body=CreateCustomerCreditRequest(customer=customer)
        ),
        "partial_update": lambda: customer_credits_partial_update.sync(
            uuid=uuid, client=client, body=PatchedCreateCustomerCreditRequest()
        ),
        # The snippet says `sync`, but no release has it where an answer has no body.
        "destroy": lambda: customer_credits_destroy.sync_detailed(uuid=uuid, client=client).parsed,
        "consumptions_list": lambda: customer_credits_consumptions_list.sync(uuid=uuid, client=client),
        "apply_compensations": lambda: act(customer_credits_apply_compensations, client, uuid, customer),
        "clear_compensations": lambda: act(customer_credits_clear_compensations, client, uuid, customer),
        # Beyond the page, from 7.9.2 and 8.1.0 on. What is searched for comes in the place of a customer.
        "search": lambda: newer.sync(client=client, query=customer),
        "list_all": lambda: newer.sync_all(client=client),
        "adjust_withdrawable": lambda: adjust(client, uuid),
    }
    return calls[operation]()


def act(action: Any, client: AuthenticatedClient, uuid: Any, customer: str) -> Any:
    """The result of an action, which has a body in the releases before 8.0.8 and an answer before 8.0.9."""
    if not hasattr(action, "sync"):
        return action.sync_detailed(uuid=uuid, client=client).parsed
    from waldur_api_client.models.customer_credit_request import CustomerCreditRequest

    return action.sync(uuid=uuid, client=client, body=CustomerCreditRequest(customer=customer))


def adjust(client: AuthenticatedClient, uuid: Any) -> Any:
    """The credit with 12.50 more that may be withdrawn."""
    action = import_module("waldur_api_client.api.customer_credits.customer_credits_adjust_withdrawable")
    body = action.WithdrawableAdjustmentRequest(amount="12.50", comment="a test")
    return action.sync(uuid=uuid, client=client, body=body)


def plain(result: Any) -> Any:
    """The JSON form of a result."""
    if isinstance(result, list):
        return [plain(item) for item in result]
    return result.to_dict() if hasattr(result, "to_dict") else result


if __name__ == "__main__":
    base_url, token = sys.argv[1:]
    client = AuthenticatedClient(base_url=base_url, token=token)
    for line in sys.stdin:
        print(json.dumps(plain(call(client, *json.loads(line)))), flush=True)
