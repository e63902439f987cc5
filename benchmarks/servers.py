"""The servers that are measured: how each is started, when it answers, how it is stopped.

Each runs as its makers tell its users to, on the same contract where it reads one. The peers are given the
mock's own answers as examples, ten credits to a list.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from .cases import CREDITS, TOKEN

HERE = Path(__file__).parent
NODE_MODULES = HERE / "node_modules"
HEADERS = {"Authorization": f"Token {TOKEN}", "Accept": "application/json"}


@dataclass(frozen=True, slots=True)
class Server:
    """One server. In its command `{folder}` stands for a folder with the files below, `{port}` for a port.

        world.json      the mock's data file
        contract.json   the contract, with examples
        db.json         the credits as json-server wants them, with `routes.json`

    `checks` says that it holds requests and answers to the contract, as Prism and the mock do.
    """

    name: str
    version: str
    command: tuple[str, ...]
    checks: bool = False


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers. `started_in` is seconds from the command to the first answer."""

    server: Server
    url: str
    pid: int
    started_in: float


def _creditkit(*options: str) -> tuple[str, ...]:
    program = str(Path(sys.executable).with_name("creditkit"))
    return (program, "mock", "--quiet", "--port", "{port}", "--data", "{folder}/world.json", *options)


def ours() -> tuple[Server, Server]:
    """The mock, and the mock with Connexion's own pipeline."""
    kit = version("creditkit")
    stock = _creditkit("--engine", "stock")
    return Server("creditkit", kit, _creditkit(), checks=True), Server(
        "stock engine", kit, stock, checks=True
    )


def peers() -> tuple[Server, ...]:
    """The other mock servers, from npm."""
    contract, port = "{folder}/contract.json", ("--port", "{port}")

    def peer(name: str, package: str, *command: str, checks: bool = False) -> Server:
        described = json.loads((NODE_MODULES / package / "package.json").read_text("utf-8"))
        return Server(name, described["version"], command, checks=checks)

    def program(name: str) -> str:
        return str(NODE_MODULES / ".bin" / name)

    return (
        peer(
            *("Prism", "@stoplight/prism-cli", program("prism"), "mock", *port, "--verboseLevel", "fatal"),
            contract,
            checks=True,
        ),
        peer("@scalar/mock-server", "@scalar/mock-server", "node", f"{HERE}/scalar.mjs", contract, "{port}"),
        peer(
            *("Mockoon", "@mockoon/cli", program("mockoon-cli"), "start", "--data", contract, *port),
            *("--disable-log-to-file", "--disable-admin-api"),
        ),
        peer(
            *("json-server", "json-server", program("json-server"), "--quiet", "--id", "uuid", *port),
            *("--routes", "{folder}/routes.json", "{folder}/db.json"),
        ),
    )


@contextmanager
def running(server: Server, folder: Path) -> Iterator[Running]:
    """The server on the files in `folder`, stopped at the end. Raises RuntimeError if it never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = int(listener.getsockname()[1])
    log = folder / "server.log"
    began = time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - programs of our own choosing
            [part.format(folder=folder, port=port) for part in server.command],
            stdout=output,
            stderr=output,
            cwd=HERE.parent,
            # Bytecode is kept from the first start on, as what is installed has it.
            env={name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
        )
    try:
        while not _answers(port):
            if process.poll() is not None or time.perf_counter() - began > 60:
                raise RuntimeError(f"{server.name} did not start:\n{log.read_text('utf-8')[-2000:]}")
            time.sleep(0.005)
        yield Running(server, f"http://127.0.0.1:{port}", process.pid, time.perf_counter() - began)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(port: int) -> bool:
    """Whether a request is answered; asked over a bare socket, since a client costs processor time."""
    lines = [f"GET {CREDITS} HTTP/1.1", "Host: 127.0.0.1", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in HEADERS.items()]
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall("\r\n".join([*lines, "", ""]).encode())
            return b" 200 " in connection.recv(64)
    except OSError:
        return False
