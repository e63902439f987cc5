"""A record: what a proxy has seen of a deployment's credits, the newest of each.

It reads answers as the contract documents them, and also as some releases spell them: uuids without dashes,
amounts as text or as numbers. What it cannot read it leaves out. Nothing of requests is kept.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from creditkit.handlers import LARGEST_PAGE, PAGE_SIZE

from .upstream import Answer

log = logging.getLogger("creditkit.proxy")

Row = Mapping[str, Any]


@dataclass(slots=True)
class Record:
    """Credits, customers and offerings by their dashed uuids, as answers show them; `when` of the last one.

    A credit's `offerings` are uuids. `consumptions` has the months of those credits of which they were asked.
    `places` is where a credit stood in the whole list in its own order.
    """

    credits: dict[str, Row] = field(default_factory=dict)
    customers: dict[str, Row] = field(default_factory=dict)
    offerings: dict[str, Row] = field(default_factory=dict)
    consumptions: dict[str, Sequence[Row]] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    when: datetime | None = None
    changes: int = 0

    def see(
        self, operation: str, parameters: Mapping[str, str], query: Sequence[tuple[str, str]], answer: Answer
    ) -> None:
        """Take in the answer to an operation."""
        if not 200 <= answer.status < 300:
            return
        try:
            self._see(operation, parameters, dict(query), answer)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            log.warning("%s: this answer cannot be recorded: %s", operation, error)
            return
        self.when = datetime.now(UTC)
        self.changes += 1

    def _see(self, operation: str, parameters: Mapping[str, str], query: Row, answer: Answer) -> None:
        uuid = _uuid(parameters["uuid"]) if "uuid" in parameters else ""
        if operation == "customer_credits_destroy":
            for known in (self.credits, self.consumptions, self.places):
                known.pop(uuid, None)
            return
        if not answer.body:
            return
        body = orjson.loads(answer.body)
        match operation.removeprefix("customer_credits_"):
            case "list":
                self._see_list(body, query)
            case "retrieve" | "create" | "update" | "partial_update":
                self._see_credit(body)
            case "apply_compensations" | "clear_compensations":
                self._see_credit(body)
                self.consumptions.pop(uuid, None)  # whose open month has just changed
            case "consumptions_list":
                self.consumptions[uuid] = [{"date": str(m["date"]), "price": str(m["price"])} for m in body]
            case "customers_list" | "customers_retrieve":
                for each in body if isinstance(body, list) else [body]:
                    self.customers[_uuid(each["uuid"])] = {"name": each["name"], "slug": each["slug"]}
            case "marketplace_provider_offerings_list" | "marketplace_provider_offerings_retrieve":
                for each in body if isinstance(body, list) else [body]:
                    self.offerings[_uuid(each["uuid"])] = {"name": each["name"], "type": each["type"]}

    def _see_list(self, body: Sequence[Row], query: Row) -> None:
        plain = not set(query) - {"page", "page_size"}
        size = min(int(query.get("page_size") or PAGE_SIZE), LARGEST_PAGE) if plain else 0
        page = query.get("page") or "1"
        for place, each in enumerate(body):
            uuid = self._see_credit(each)
            if plain and page != "last":
                self.places[uuid] = (int(page) - 1) * size + place

    def _see_credit(self, body: Row) -> str:
        uuid, customer = _uuid(body["uuid"]), _uuid(body["customer_uuid"])
        self.customers[customer] = {"name": body["customer_name"], "slug": body["customer_slug"]}
        offerings = []
        for each in body["offerings"]:
            if isinstance(each, str):  # as a write answers: a hyperlink, whose offering may be known or not
                known = _uuid(each.partition("?")[0].rstrip("/").rpartition("/")[2])
            else:
                known = _uuid(each["uuid"])
                self.offerings[known] = {"name": each["name"], "type": each["type"]}
            offerings.append(known)
        self.credits[uuid] = {**body, "uuid": uuid, "customer": customer, "offerings": offerings}
        return uuid


def _uuid(text: object) -> str:
    return str(UUID(str(text)))
