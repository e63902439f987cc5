"""A record: the seed made of it gives the answers that were seen, as far as a seed can say them."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from conftest import Mock, Serve
from creditkit.cli import main
from creditkit.mock import create_app
from creditkit.proxy import Record
from creditkit.proxy.seed_check import differences
from creditkit.proxy.seedfile import TOKEN, seed_of, write_seed
from creditkit.proxy.upstream import Answer
from creditkit.store import World, load_seed

from .conftest import OWN, ProxyOf

LIST = "/api/customer-credits/"
COMMAND = (sys.executable, "-m", "creditkit.cli", "mock", "--port", "0")


def served(seed: Path, *paths: str) -> list[Any]:
    """What a mock of a seed answers to its staff."""
    world = World.open(load_seed(seed))

    async def ask() -> list[Any]:
        transport = httpx.ASGITransport(create_app(lambda: world))
        headers = {"Authorization": f"Token {TOKEN}"}
        async with httpx.AsyncClient(transport=transport, base_url=OWN, headers=headers) as client:
            return [(await client.get(path)).json() for path in paths]

    return asyncio.run(ask())


@pytest.mark.parametrize("release", ["", "waldur-8.0.9"])
def test_a_mock_of_the_record_answers_as_the_deployment_did(
    serve: Serve, proxy_of: ProxyOf, tmp_path: Path, release: str
) -> None:
    record = Record()
    seed = tmp_path / "recorded.yaml"
    with serve(*(("--as", release) if release else ())) as mock:
        through = proxy_of(mock.url, record=record)
        headers = {"Authorization": f"Token {mock.token}"}
        paths = [LIST, f"{LIST}?page=2"]
        for page in paths.copy():
            for credit in through.ask("GET", page, headers=headers).json():
                paths += [f"{LIST}{credit['uuid']}/", f"{LIST}{credit['uuid']}/consumptions/"]
        seen = [through.ask("GET", path, headers=headers).json() for path in paths]
    write_seed(record, seed)
    assert list(differences(record, seed)) == []
    assert mock.token not in seed.read_text(encoding="utf-8")
    assert len(seen) == 30
    answers = served(seed, *paths)
    if not release:
        assert answers == seen
    else:
        assert [len(answer) for answer in answers] == [len(answer) for answer in seen]
        assert [each["value"] for each in answers[0]] == [each["value"] for each in seen[0]]


def answer(body: Any, status: int = 200) -> Answer:
    return Answer(status, [], orjson.dumps(body))


def credit(**fields: Any) -> dict[str, Any]:
    return {
        "uuid": "c4ed1700000040008000000000000001",
        "customer_uuid": "5a1c0de0000040008000000000000001",
        "customer_name": "Aurora",
        "customer_slug": "aurora",
        "value": "100.00000",
        "offerings": [],
        "end_date": None,
        "expected_consumption": "10.00000",
        "minimal_consumption": 9,
        "minimal_consumption_logic": "fixed",
        "grace_coefficient": "10",
        "apply_as_minimal_consumption": True,
        "allocated_to_projects": 0,
        "consumption_last_month": None,
        **fields,
    }


def test_the_newest_is_what_counts_and_what_was_deleted_is_gone() -> None:
    record = Record()
    uuid = {"uuid": "c4ed1700-0000-4000-8000-000000000001"}
    record.see("customer_credits_retrieve", uuid, [], answer(credit()))
    hyperlink = "https://x/api/marketplace-provider-offerings/0ffe4000000040008000000000000001/?format=json"
    written = credit(value="7.00000", offerings=[hyperlink])
    record.see("customer_credits_partial_update", uuid, [], answer(written))
    [row] = seed_of(record)["credits"]
    assert (row["value"], row["offerings"]) == ("7.00000", ["offering-1"])
    record.see("customer_credits_retrieve", uuid, [], answer(credit(value="8"), status=404))
    record.see("customer_credits_retrieve", uuid, [], answer([1]))
    assert seed_of(record)["credits"] == [row]
    record.see("customer_credits_destroy", uuid, [], Answer(204, [], b""))
    assert "credits" not in seed_of(record)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"value": "-5.00000"}, "a seed cannot express it"),
        ({"end_date": "2031-02-15"}, "a seed cannot express it"),
        ({"minimal_consumption": 3}, "minimal_consumption is 3 there, and 9 in the seed"),
        ({"customer_slug": "no slug at all"}, "customer_slug is 'no slug at all' there, and 'customer-1'"),
        ({"customer_name": "a\nb"}, "customer_name is 'a\\nb' there, and 'a b' in the seed"),
        ({"end_date": "2020-01-01"}, "value is '100.00000' there, and '0.00000' in the seed"),
    ],
)
def test_what_a_seed_cannot_say_is_told(tmp_path: Path, fields: dict[str, Any], said: str) -> None:
    record = Record()
    record.see("customer_credits_retrieve", {}, [], answer(credit(**fields)))
    write_seed(record, tmp_path / "seed.yaml")
    told = list(differences(record, tmp_path / "seed.yaml"))
    assert any(said in line for line in told), told


def test_the_last_month_is_told_with_its_tax(tmp_path: Path) -> None:
    record = Record()
    uuid = {"uuid": "c4ed1700-0000-4000-8000-000000000001"}
    record.see("customer_credits_retrieve", uuid, [], answer(credit(consumption_last_month=124)))
    record.see("customer_credits_consumptions_list", uuid, [], answer([]))
    assert record.when is not None
    last = f"{(record.when.year * 12 + record.when.month - 2) // 12}-{(record.when.month - 2) % 12 + 1:02}-01"
    record.see("customer_credits_consumptions_list", uuid, [], answer([{"date": last, "price": "100.00"}]))
    write_seed(record, tmp_path / "seed.yaml")
    assert list(differences(record, tmp_path / "seed.yaml")) == []
    path = f"{LIST}{uuid['uuid']}/consumptions/"
    assert served(tmp_path / "seed.yaml", path) == [[{"date": last, "price": "100.00"}]]


def test_the_command_tells_and_records(mock: Mock, tmp_path: Path) -> None:
    seed = tmp_path / "seen.yaml"
    process = subprocess.Popen(
        [*COMMAND, "--proxy", mock.url, "--record", str(seed)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.search(r"http://\S+", line)
            assert found, line
            assert line.endswith(f" for {mock.url}\n")
            headers = {"Authorization": f"Token {mock.token}"}
            assert httpx.get(f"{found[0]}{LIST}?customer_uuid=x", headers=headers).status_code == 400
            assert len(httpx.get(f"{found[0]}{LIST}", headers=headers).json()) == 10
            entries = httpx.get(f"{found[0]}/_mock/journal").raise_for_status().json()
            assert [(entry["status"], entry["verdict"]) for entry in entries] == [
                (400, "violation"),
                (200, "granted"),
            ]
            assert entries[0]["violations"][0]["message"] == "Enter a valid UUID."
            assert mock.token not in httpx.get(f"{found[0]}/_mock/journal/1").raise_for_status().text
            assert httpx.get(f"{found[0]}/_mock/").status_code == 200
            process.send_signal(signal.SIGINT)
            printed, errors = process.communicate(timeout=30)
        finally:
            process.kill()
    assert process.returncode == 0
    assert "2 requests passed on, 1 of them with violations." in printed
    assert f"GET {LIST} 400  request ?customer_uuid: Enter a valid UUID." in errors
    assert mock.token not in printed + errors + seed.read_text(encoding="utf-8")
    assert len(load_seed(seed).sections["credits"]) == 10


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--proxy", "staging"], "is no URL of a deployment"),
        (["--record", "x.yaml"], "go with --proxy URL"),
        (["--allow-writes"], "go with --proxy URL"),
        (["--proxy", "http://x.test", "--seed", "x.yaml"], "--seed is of a mock's own world"),
        (["--proxy", "http://x.test", "--reload"], "--reload is of a mock's own world"),
        (["--proxy", "http://x.test", "--record", "."], "is there already"),
        (["--proxy", "http://x.test", "--record", "none/x.yaml"], "cannot be written"),
    ],
)
def test_what_does_not_go_together_is_one_clear_error(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(["mock", "--port", "0", *options])
    out, errors = capsys.readouterr()
    assert (ended.value.code, out) == (2, "")
    assert says in errors
    assert list(tmp_path.iterdir()) == []
