"""Many clients on one mock: no update is lost, and a customer never gets two credits."""

from __future__ import annotations

import shutil
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from threading import Barrier
from urllib.parse import urlsplit

import orjson
import pytest

from conftest import Mock, Serve
from creditkit.store import World, default_seed_path, load_seed

CREDITS = "/api/customer-credits/"
CLIENTS = 16
SHARED = 4
"""The number of credits that the clients share: four clients for each, one field for each client."""

FIELDS = ("value", "grace_coefficient", "apply_as_minimal_consumption", "expected_consumption")


@dataclass(slots=True)
class Client:
    """One client with its own connection, and the answers it got."""

    mock: Mock
    number: int
    connection: HTTPConnection = field(init=False)
    last: dict[str, object] = field(default_factory=dict)
    created: Counter[str] = field(default_factory=Counter)
    deleted: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.connection = HTTPConnection(urlsplit(self.mock.url).netloc, timeout=60)

    def close(self) -> None:
        self.connection.close()

    def send(self, method: str, path: str, body: object = None) -> tuple[int, bytes]:
        headers = {"Authorization": f"Token {self.mock.token}", "Content-Type": "application/json"}
        content = None if body is None else orjson.dumps(body)
        self.connection.request(method, path, content, headers)
        answer = self.connection.getresponse()
        text = answer.read()
        self.statuses[answer.status] += 1
        return answer.status, text

    def change(self, paths: list[str], step: int) -> None:
        """Write a new value into the one field of the one credit that is this client's alone."""
        name = FIELDS[self.number // SHARED]
        value: object = {
            "value": f"{1000 + step}.00000",
            "grace_coefficient": str(step % 1000),
            "apply_as_minimal_consumption": bool(step % 2),
            "expected_consumption": f"{step % 500}.00000",
        }[name]
        status, text = self.send("PATCH", paths[self.number % SHARED], {name: value})
        assert (status, orjson.loads(text)[name]) == (200, value)
        self.last = {name: value}

    def contend(self, customers: list[str], step: int) -> None:
        """Create a credit that the other clients also try to create; delete it in two of three steps."""
        customer = customers[step % len(customers)]
        status, text = self.send("POST", CREDITS, {"customer": customer})
        assert status in (201, 400), text
        if status == 201:
            self.created[customer] += 1
            if step % 3:
                path = urlsplit(orjson.loads(text)["url"]).path
                assert self.send("DELETE", path)[0] == 204
                self.deleted[customer] += 1


def listed(client: Client) -> list[dict[str, str]]:
    """All credits."""
    found: list[dict[str, str]] = orjson.loads(client.send("GET", f"{CREDITS}?page_size=300")[1])
    return found


def run(clients: list[Client], writes: int) -> None:
    """Let all clients write at once, then compare the mock with the answers that each got."""
    first = clients[0]
    shared = [urlsplit(each["url"]).path for each in listed(first)][:SHARED]
    for path in shared:
        reset = {"value": "1000", "expected_consumption": "0", "minimal_consumption_logic": "fixed"}
        assert first.send("PATCH", path, reset)[0] == 200
    everybody = orjson.loads(first.send("GET", "/api/customers/?page_size=300")[1])
    taken = {each["customer"] for each in listed(first)}
    free = [each["url"] for each in everybody if each["url"] not in taken]
    start = Barrier(CLIENTS)

    def work(client: Client) -> None:
        start.wait()
        for step in range(1, writes + 1):
            if step % 2:
                client.change(shared, step)
            else:
                client.contend(free, step // 2)

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(work, clients))

    after = listed(first)
    by_path = {urlsplit(each["url"]).path: each for each in after}
    for client in clients:
        credit = by_path[shared[client.number % SHARED]]
        assert client.last.items() <= credit.items(), client.number
    holders = Counter(each["customer"] for each in after)
    assert max(holders.values()) == 1
    for customer in free:
        made = sum(client.created[customer] for client in clients)
        gone = sum(client.deleted[customer] for client in clients)
        assert holders[customer] == made - gone
    assert sum(client.created.total() for client in clients) > 0
    assert sum((client.statuses for client in clients), Counter()).keys() <= {200, 201, 204, 400}


@pytest.mark.parametrize(
    ("writes", "durable"),
    [
        (20, False),
        (6, True),
        pytest.param(1000, False, marks=pytest.mark.soak),
        pytest.param(1000, True, marks=pytest.mark.soak),
    ],
)
def test_sixteen_clients_lose_nothing(serve: Serve, tmp_path: Path, writes: int, durable: bool) -> None:
    data = tmp_path / "world.json"
    with serve("--data", str(data), *(["--durable"] if durable else [])) as mock:
        with ExitStack() as open_:
            clients = [open_.enter_context(closing(Client(mock, number))) for number in range(CLIENTS)]
            run(clients, writes)
            shown = listed(clients[0])
        # Copy the files that a kill would leave now.
        killed = tmp_path / "killed"
        killed.mkdir()
        for file in sorted(tmp_path.glob("world.json*"), reverse=True):
            if file.suffix != ".lock":
                shutil.copy(file, killed / file.name)
    for left in (killed / "world.json", data):
        with World.open(load_seed(default_seed_path()), data=left) as world:
            credits_ = world.credits.listing(world.users[0])
            assert [(credit.uuid, f"{credit.value:.5f}") for credit in credits_] == [
                (each["uuid"], each["value"]) for each in shown
            ]
