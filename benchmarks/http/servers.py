"""The servers that are measured: how each is started, from when it answers, how it is stopped.

Each runs as its makers tell its users to, on the same contract where it reads one. The peers are given the
mock's own answers as examples, ten credits to a list.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from benchmarks.environment import environment

from .cases import CREDIT, CREDITS, TOKEN

HERE = Path(__file__).parent
NODE_MODULES = HERE.parent / "node_modules"
HEADERS = {"Authorization": f"Token {TOKEN}", "Accept": "application/json"}
FIRST = f"{CREDITS}{CREDIT}{0:012x}/"


@dataclass(frozen=True, slots=True)
class Server:
    """One server. `command` makes its command line from a folder with the files below and a port.

    `validates` says what it checks, empty for nothing; `keeps_state` whether the next list shows a create.

        world.json      the data file, a fresh copy for each start
        contract.json   the contract, with examples
        db.json         the credits as json-server wants them
    """

    name: str
    version: str
    command: Callable[[Path, int], list[str]]
    validates: str
    keeps_state: bool
    is_creditkit: bool = False

    @property
    def keeps_contract(self) -> bool:
        """Whether its answers can be held to the contract: the others make up what they answer."""
        return bool(self.validates)


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers."""

    server: Server
    url: str
    pid: int
    started_in: float


def npm_version(package: str) -> str:
    """The installed version of a package of `benchmarks/package.json`."""
    described = json.loads((NODE_MODULES / package / "package.json").read_text("utf-8"))
    return str(described["version"])


def _creditkit(*options: str) -> Callable[[Path, int], list[str]]:
    program = Path(sys.executable).with_name("creditkit")
    return lambda folder, port: [
        *(str(program), "mock", "--quiet", "--port", str(port), "--data", str(folder / "world.json")),
        *options,
    ]


def _python(module: str) -> Callable[[Path, int], list[str]]:
    return lambda folder, port: [sys.executable, "-m", module, str(port), str(folder / "world.json")]


def _node(program: str, *options: str) -> Callable[[Path, int], list[str]]:
    """A program of `node_modules`; `{folder}` and `{port}` are replaced in its options."""

    def command(folder: Path, port: int) -> list[str]:
        path = str(NODE_MODULES / ".bin" / program)
        return [path, *(option.format(folder=folder, port=port) for option in options)]

    return command


def ours() -> tuple[Server, ...]:
    """The mock, its stock engine, and Connexion as it comes."""
    kit, connexion = version("creditkit"), version("connexion")
    return (
        Server("creditkit", kit, _creditkit(), "requests, answers", keeps_state=True, is_creditkit=True),
        Server(
            "creditkit --engine stock",
            kit,
            _creditkit("--engine", "stock"),
            "requests, answers",
            keeps_state=True,
            is_creditkit=True,
        ),
        Server(
            "Connexion as it comes",
            connexion,
            _python("benchmarks.http.plain"),
            "requests, answers",
            keeps_state=True,
        ),
    )


def peers() -> tuple[Server, ...]:
    """The other mock servers, from npm."""
    return (
        Server(
            "Prism",
            npm_version("@stoplight/prism-cli"),
            _node("prism", "mock", "--port", "{port}", "--verboseLevel", "fatal", "{folder}/contract.json"),
            "requests, answers",
            keeps_state=False,
        ),
        Server(
            "@scalar/mock-server",
            npm_version("@scalar/mock-server"),
            lambda folder, port: [
                *(shutil.which("node") or "node", str(HERE / "scalar.mjs")),
                *(str(folder / "contract.json"), str(port)),
            ],
            "",
            keeps_state=False,
        ),
        Server(
            "Mockoon",
            npm_version("@mockoon/cli"),
            _node(
                *("mockoon-cli", "start", "--data", "{folder}/contract.json", "--port", "{port}"),
                *("--disable-log-to-file", "--disable-admin-api"),
            ),
            "",
            keeps_state=False,
        ),
        Server(
            "json-server",
            npm_version("json-server"),
            _node(
                *("json-server", "--quiet", "--id", "uuid", "--port", "{port}"),
                *("--routes", "{folder}/routes.json", "{folder}/db.json"),
            ),
            "",
            keeps_state=True,
        ),
    )


@contextmanager
def running(server: Server, folder: Path) -> Iterator[Running]:
    """The server, started on the files in `folder`, stopped at the end; RuntimeError if it never answers."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    log = folder / "server.log"
    began = time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - programs of our own choosing
            server.command(folder, port),
            stdout=output,
            stderr=output,
            cwd=HERE.parents[1],
            env=environment(),
        )
    try:
        while not _answers(port):
            if process.poll() is not None or time.perf_counter() - began > 60:
                raise RuntimeError(
                    f"{server.name} did not start:\n{log.read_text('utf-8', 'replace')[-2000:]}"
                )
            time.sleep(0.005)
        yield Running(server, url, process.pid, time.perf_counter() - began)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(port: int) -> bool:
    """Whether a request is answered; asked by a bare socket, since a client would take the server's time."""
    lines = [f"GET {CREDITS} HTTP/1.1", "Host: 127.0.0.1", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in HEADERS.items()]
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall("\r\n".join([*lines, "", ""]).encode())
            return b" 200 " in connection.recv(64)
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
