"""No telemetry: a mock that serves opens no connection of its own, whatever is asked of it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

TOKEN = {"Authorization": "Token c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"}
LISTENING = "0A"

# Python reports each connection, each name that is looked up and each datagram to a hook before it happens.
WATCHED = """
import sys
def hook(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto",
                 "socket.sendmsg", "urllib.Request", "http.client.connect", "subprocess.Popen", "os.system"):
        print("TELLTALE", event, arguments[1:], file=sys.stderr, flush=True)
sys.addaudithook(hook)
"""


def ports(pid: int) -> set[tuple[str, int, str]]:
    """Kind, local port and state of every network socket of a process, as Linux tells."""
    folder = Path(f"/proc/{pid}")
    links = []
    for descriptor in (folder / "fd").iterdir():
        try:
            links.append(descriptor.readlink().name)
        except OSError:
            continue
    inodes = {match[1] for link in links if (match := re.fullmatch(r"socket:\[(\d+)\]", link))}
    found = set()
    for kind in ("tcp", "tcp6", "udp", "udp6"):
        for line in (folder / "net" / kind).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[9] in inodes:
                found.add((kind, int(fields[1].rpartition(":")[2], 16), fields[3]))
    return found


@pytest.mark.parametrize("options", [[], ["--reload"]])
def test_a_mock_opens_no_connection_of_its_own(tmp_path: Path, options: list[str]) -> None:
    (tmp_path / "sitecustomize.py").write_text(WATCHED)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CREDITKIT_")}
    environment["PYTHONPATH"] = str(tmp_path)
    command = [sys.executable, "-m", "creditkit.cli", "mock", "--port", "0", "--quiet", *options]
    with (tmp_path / "errors").open("w") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, env=environment, text=True)
    with process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            port = int(url.rpartition(":")[2])
            seen = set()
            with httpx.Client(base_url=url, headers=TOKEN, follow_redirects=True) as client:
                for path in ("/", "/docs/", "/openapi.json", "/_mock/", "/api/customers/"):
                    assert client.get(path).status_code == 200, path
                customer = client.get("/api/customers/?name=nimbus").json()[0]["url"]
                made = client.post("/api/customer-credits/", json={"customer": customer, "value": "5"})
                assert made.status_code == 201
                client.post(f"{made.headers['location']}apply_compensations/").raise_for_status()
                if Path("/proc/self/net/tcp").exists():
                    seen = ports(process.pid)
                    # Its listener, and our connections to it, which have the same port at its end.
                    assert {number for _, number, _ in seen} == {port}
                    assert ("tcp", port, LISTENING) in seen
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=20)
    assert "TELLTALE" not in (tmp_path / "errors").read_text()


def test_the_watch_would_notice(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(WATCHED)
    code = "import socket; socket.create_connection(('127.0.0.1', 1), 1)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert "TELLTALE socket.getaddrinfo" in done.stderr
    assert "TELLTALE socket.connect" in done.stderr
