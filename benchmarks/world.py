"""The data of all servers: credits to read, and customers to create credits for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from creditkit.contract import API, load
from creditkit.store import Seed, World

from .cases import CREDIT, CREDITS, CUSTOMERS, FREE, STORED, TOKEN, WITH_CREDIT
from .servers import HEADERS

OFFERINGS = tuple(f"0ffe4000-0000-4000-8000-{number:012x}" for number in range(3))


def make_world(path: Path, customers: int = CUSTOMERS) -> None:
    """Write a data file with `STORED` credits of three offerings each, and customers without one."""
    World.open(_seed(customers), data=path).close()


def _seed(customers: int) -> Seed:
    offerings = [
        {"key": f"offering-{n}", "name": f"Offering {n}", "type": "Marketplace.Basic", "uuid": uuid}
        for n, uuid in enumerate(OFFERINGS)
    ]
    holders = [
        {"key": f"holder-{n}", "name": f"Holder of credit {n}", "uuid": f"{WITH_CREDIT}{n:012x}"}
        for n in range(STORED)
    ]
    free = [
        {"key": f"free-{n}", "name": f"Free customer {n}", "uuid": f"{FREE}{n:012x}"}
        for n in range(1_000, 1_000 + customers)
    ]
    credit = {
        "expected_consumption": "100",
        "grace_coefficient": "10",
        "end_date": "2099-01-01",  # far away, so that no credit ends during a run
        "offerings": [offering["key"] for offering in offerings],
    }
    credits_ = [
        {**credit, "customer": f"holder-{n}", "uuid": f"{CREDIT}{n:012x}", "value": f"{1000 + n}.50"}
        for n in range(STORED)
    ]
    tables: dict[str, tuple[Mapping[str, Any], ...]] = {
        "users": ({"username": "staff", "staff": True, "token": TOKEN},),
        "customers": (*holders, *free),
        "offerings": tuple(offerings),
        "projects": (),
        "credits": tuple(credits_),
        "invoices": (),
    }
    return Seed("benchmark", "now", tables)


def write_peers_files(folder: Path, url: str) -> None:
    """Write what the peers read, from the answers of the mock at `url`."""
    with httpx.Client(base_url=url, headers=HEADERS) as client:
        pages = [{"page_size": 300, "page": number} for number in range(1, -(-STORED // 300) + 1)]
        everything = [credit for page in pages for credit in client.get(CREDITS, params=page).json()]
    page = everything[:10]
    document = load(API).document
    collection, one = document["paths"][CREDITS], document["paths"][CREDITS + "{uuid}/"]
    created = {**page[0], "offerings": [offering["url"] for offering in page[0]["offerings"]]}
    _show(document, collection["get"]["responses"]["200"], page)
    _show(document, one["get"]["responses"]["200"], page[0])
    _show(document, collection["post"]["responses"]["201"], created)
    routes = {
        f"{CREDITS}\\?page=:page&page_size=10": "/customer-credits?_page=:page&_limit=10",
        "/api/*": "/$1",
    }
    files = {"contract": document, "db": {"customer-credits": everything}, "routes": routes}
    for name, content in files.items():
        (folder / f"{name}.json").write_text(json.dumps(content), "utf-8")


def _show(document: dict[str, Any], response: dict[str, Any], example: object) -> None:
    """Make `example` the only example of a response."""
    while "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    content = response["content"]["application/json"]
    content.pop("examples", None)
    content["example"] = example
