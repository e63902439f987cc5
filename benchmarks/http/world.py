"""What the servers serve: credits to read, and customers to create credits for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from creditkit.contract import API, load
from creditkit.store import Seed, World

from .cases import CREDIT, CREDITS, CUSTOMERS, FREE, STORED, TOKEN, WITH_CREDIT

OFFERINGS = tuple(f"0ffe4000-0000-4000-8000-{number:012x}" for number in range(3))


def make_world(path: Path, customers: int = CUSTOMERS) -> None:
    """Write a data file with `STORED` credits of three offerings each, and customers without one."""
    World.open(seed(customers), data=path).close()


def seed(customers: int) -> Seed:
    """The seed of that file; its dates are far away."""
    offerings = [
        {"key": f"offering-{number}", "name": f"Offering {number}", "type": "Marketplace.Basic", "uuid": uuid}
        for number, uuid in enumerate(OFFERINGS)
    ]
    holders = [
        {"key": f"holder-{n}", "name": f"Holder of credit {n}", "uuid": f"{WITH_CREDIT}{n:012x}"}
        for n in range(STORED)
    ]
    free = [
        {"key": f"free-{n}", "name": f"Free customer {n}", "uuid": f"{FREE}{n:012x}"}
        for n in range(1_000, 1_000 + customers)
    ]
    credits_ = [
        {
            "customer": f"holder-{n}",
            "uuid": f"{CREDIT}{n:012x}",
            "value": f"{1000 + n}.50",
            "expected_consumption": "100",
            "grace_coefficient": "10",
            "end_date": "2099-01-01",
            "offerings": [offering["key"] for offering in offerings],
        }
        for n in range(STORED)
    ]
    return Seed(
        "benchmark",
        "now",
        {
            "users": ({"username": "staff", "staff": True, "token": TOKEN},),
            "customers": (*holders, *free),
            "offerings": tuple(offerings),
            "projects": (),
            "credits": tuple(credits_),
            "invoices": (),
        },
    )


def write_peers_files(folder: Path, page: list[dict[str, Any]], everything: list[dict[str, Any]]) -> None:
    """Write what the peers read: the contract with `page` as example, json-server's data and routes."""
    document = load(API).document
    collection = document["paths"][CREDITS]
    one = document["paths"][CREDITS + "{uuid}/"]
    _show(document, collection["get"]["responses"]["200"], page)
    _show(document, one["get"]["responses"]["200"], page[0])
    created = {**page[0], "offerings": [offering["url"] for offering in page[0]["offerings"]]}
    _show(document, collection["post"]["responses"]["201"], created)
    (folder / "contract.json").write_text(json.dumps(document), "utf-8")
    (folder / "db.json").write_text(json.dumps({"customer-credits": everything}), "utf-8")
    routes = {
        f"{CREDITS}\\?page=:page&page_size=10": "/customer-credits?_page=:page&_limit=10",
        "/api/*": "/$1",
    }
    (folder / "routes.json").write_text(json.dumps(routes), "utf-8")


def _show(document: dict[str, Any], response: dict[str, Any], example: object) -> None:
    """Make `example` the only example of a response."""
    while "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    content = response["content"]["application/json"]
    content.pop("examples", None)
    content["example"] = example
