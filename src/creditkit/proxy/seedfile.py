"""A record as a seed file, from which a mock gives the same answers as far as a seed can say them.

What an answer computes is made of what it is computed from: a project has what is allocated, invoices have
what was consumed. The world's clock starts when the record ends, since some figures depend on the month.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

from creditkit.errors import UsageError
from creditkit.store import PLAIN

from .record import Record

TOKEN = "5eed" * 10
"""The token of the seed's one user. Made up: no token of anybody is recorded."""

_HEAD = """\
# Recorded by `creditkit mock --proxy`. Serve it with `creditkit mock --seed {name}`.
#
# The user and the token are made up; everything else is what the deployment answered.
"""

Entry = dict[str, Any]

# What `seed.schema.yaml` admits.
_AMOUNT = re.compile(r"[0-9]{1,11}(\.[0-9]{1,5})?")
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}-01")
_KEY = re.compile(r"[-A-Za-z0-9_]{1,50}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def write_seed(record: Record, path: Path) -> None:
    """Write the record to a file, whole or not at all. Raises UsageError where it cannot be written."""
    text = _HEAD.format(name=path.name) + yaml.safe_dump(
        seed_of(record), allow_unicode=True, sort_keys=False, width=110, default_flow_style=None
    )
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_text(text, encoding="utf-8")
        os.replace(beside, path)  # noqa: PTH105 - as one step, on every system
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}", "name another file") from error


def seed_of(record: Record) -> dict[str, Any]:
    """The seed as plain data."""
    when = record.when or datetime.now(UTC)
    keys = {uuid: f"customer-{number}" for number, uuid in enumerate(record.customers, 1)}
    last = record.credits.keys() - record.places.keys()
    ordered = sorted(record.credits, key=lambda uuid: (uuid in last, record.places.get(uuid, 0)))
    offered = {uuid: f"offering-{number}" for number, uuid in enumerate(_offerings(record), 1)}
    seed: dict[str, Any] = {
        "clock": when.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "users": [{"username": "staff", "staff": True, "token": TOKEN}],
        "customers": [
            {"key": keys[uuid], "name": _line(each["name"]), **_slug(each["slug"]), "uuid": uuid}
            for uuid, each in record.customers.items()
        ],
        "offerings": [
            {
                "key": key,
                "uuid": uuid,
                **record.offerings.get(uuid, {"name": key, "type": "Marketplace.Basic"}),
            }
            for uuid, key in offered.items()
        ],
        "projects": [],
        "credits": [],
        "invoices": [],
    }
    for uuid in ordered:
        credit = record.credits[uuid]
        if not _can_be_said(credit):
            continue
        key = keys[credit["customer"]]
        seed["credits"].append(_credit(credit, key, offered))
        allocated = _decimal(credit["allocated_to_projects"])
        if allocated:
            seed["projects"].append(
                {"key": f"{key}-project", "customer": key, "name": "Recorded", "credit": _text(allocated)}
            )
        seed["invoices"] += _invoices(credit, key, record.consumptions.get(uuid, ()), when.date())
    return {section: value for section, value in seed.items() if value}


def _offerings(record: Record) -> Iterator[str]:
    """The offerings that were seen, and those that were only named by a hyperlink."""
    yield from dict.fromkeys(
        [*record.offerings, *(uuid for credit in record.credits.values() for uuid in credit["offerings"])]
    )


def _can_be_said(credit: Mapping[str, Any]) -> bool:
    """Whether a seed has words for a credit; what is wrong with it has been told when it was seen."""
    amounts = (credit["value"], credit["expected_consumption"], credit["allocated_to_projects"])
    end = credit["end_date"]
    return all(_AMOUNT.fullmatch(_text(_decimal(amount))) for amount in amounts) and (
        end is None or bool(_MONTH.fullmatch(str(end)))
    )


def _line(name: str) -> str:
    """A name as a seed takes it."""
    return _CONTROL.sub(" ", name)[:150] or "-"


def _slug(slug: str) -> Entry:
    """The slug as a seed takes it; without one the customer's key is its slug."""
    return {"slug": slug} if _KEY.fullmatch(slug) else {}


def _credit(credit: Mapping[str, Any], key: str, offered: Mapping[str, str]) -> Entry:
    return {
        "customer": key,
        "uuid": credit["uuid"],
        "offerings": [offered[uuid] for uuid in credit["offerings"]],
        **{
            name: _text(_decimal(credit[name])) if kind.is_number else credit[name]
            for name, kind in PLAIN.items()
        },
    }


def _invoices(credit: Mapping[str, Any], key: str, months: Any, today: date) -> Iterator[Entry]:
    """An invoice for each month of which something is known, with what the credit paid on it."""
    paid = {month["date"]: _decimal(month["price"]) for month in months}
    with_tax = credit["consumption_last_month"]
    last = date(today.year - (today.month == 1), (today.month - 2) % 12 + 1, 1).isoformat()
    if with_tax is not None:
        paid.setdefault(last, _decimal(with_tax))
    for month, price in sorted(paid.items()):
        invoice: Entry = {"customer": key, "month": month, "state": "paid"}
        if price:
            compensation = {"price": _text(price)}
            if month == last and with_tax is not None and _decimal(with_tax) != price:
                percent = (_decimal(with_tax) / price - 1) * 100
                compensation["tax_percent"] = _text(percent.quantize(Decimal("0.01")))
            invoice["compensations"] = [compensation]
        yield invoice


def _decimal(value: object) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{value!r} is no amount") from None


def _text(value: Decimal) -> str:
    """An amount as a seed has it."""
    return f"{value:f}"
