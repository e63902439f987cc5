"""Whatever is wrong with a deployment: one clear message, the right exit code, never a traceback."""

from __future__ import annotations

import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from creditkit import cli

from .faulty import CREDITS, TOKENS, Answer, Deployment, Request, faulty
from .servers import Canned, Send, closed_port, raw

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
EMPTY_LIST = OK + b"X-Result-Count: 0\r\nContent-Length: 2\r\n\r\n[]"
QUICK = ("--timeout", "0.4")


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of this machine counts, and all tokens are there."""
    for name in [name for name in os.environ if name.startswith("CREDITKIT")]:
        monkeypatch.delenv(name)
    for role, token in TOKENS.items():
        monkeypatch.setenv("CREDITKIT_TOKEN" if role == "staff" else f"CREDITKIT_TOKEN_{role.upper()}", token)
    monkeypatch.setenv("XDG_STATE_HOME", os.fspath(tmp_path / "state"))
    monkeypatch.setattr("creditkit.conformance.asking.client._PAUSE", 0.001)
    monkeypatch.setattr("creditkit.conformance.doctor._PAUSE", 0.001)
    monkeypatch.setattr("creditkit.conformance.asking.lab._SETTLING", 0)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def creditkit(capsys: pytest.CaptureFixture[str]) -> Any:
    """`creditkit check` with these arguments: exit code, stdout, stderr."""

    def run(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            cli.main(["check", *map(str, arguments)])
        written = capsys.readouterr()
        text = written.out + written.err
        assert "Traceback" not in text
        for token in TOKENS.values():
            assert token not in text
        assert ended.value.code in (0, 1, 2), text
        return ended.value.code, written.out, written.err

    return run


def stored(deployment: Deployment) -> list[dict[str, Any]]:
    headers = {"Authorization": f"Token {TOKENS['staff']}"}
    answer = httpx.get(f"{deployment.url}{CREDITS}", headers=headers, params={"page_size": 300})
    return list(answer.json())


def test_a_port_at_which_nobody_listens(creditkit: Any) -> None:
    url = closed_port()
    assert creditkit(url) == (
        2,
        "",
        f"creditkit: cannot connect to {url}: [Errno 111] Connection refused"
        " (does the deployment run, and on this port?)\n",
    )


def test_a_name_that_nobody_has(creditkit: Any) -> None:
    code, _, told = creditkit("https://nobody-has-this-name.invalid")
    assert code == 2
    assert told.startswith("creditkit: cannot connect to https://nobody-has-this-name.invalid: ")
    assert told.endswith(" (is the host's name right, and known here?)\n")


def test_a_wrong_token(creditkit: Any) -> None:
    with faulty() as deployment:
        code, out, told = creditkit(deployment.url, "--token", "decaf")
    assert (code, out) == (2, "")
    assert told == (
        f"creditkit: GET {deployment.url}{CREDITS} is answered with 401: the token is not accepted"
        " (is it this deployment's, whole, and not expired?)\n"
    )


def test_no_token(creditkit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDITKIT_TOKEN")
    with faulty() as deployment:
        code, _, told = creditkit(deployment.url)
    assert code == 2
    assert "401, and there is no token (set CREDITKIT_TOKEN to the token of a member of staff)" in told


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """A certificate for 127.0.0.1 that nobody has signed, and a server's settings with it."""
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl")
    folder = tmp_path_factory.mktemp("tls")
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    made += ["-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    made += ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run(made, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return folder / "cert.pem", context


def test_a_certificate_that_is_not_trusted(creditkit: Any, certificate: tuple[Path, ssl.SSLContext]) -> None:
    path, context = certificate
    with raw(Canned(EMPTY_LIST), context) as server:
        code, _, told = creditkit(server.url)
        assert code == 2
        assert told.startswith(f"creditkit: cannot connect to {server.url}: [SSL: CERTIFICATE_VERIFY_FAILED]")
        assert told.endswith("(--ca FILE trusts a private certificate, --insecure any)\n")
        assert server.heard == ""
        out = creditkit(server.url, "--doctor", "--ca", path)[1]
        assert "ok    tls: the certificate is trusted" in out
        out = creditkit(server.url, "--doctor", "--insecure")[1]
        assert "note  tls: the certificate is not verified" in out


def test_no_tls_where_tls_is_expected(creditkit: Any) -> None:
    with raw(Canned(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")) as server:
        code, _, told = creditkit(server.url.replace("http:", "https:"))
    assert code == 2
    assert "(does the deployment speak TLS? If not, its URL begins with http://)" in told


def test_a_server_that_hangs(creditkit: Any) -> None:
    def hang(_: Send) -> None:
        time.sleep(0.6)

    with raw(hang) as server:
        begin = time.monotonic()
        assert creditkit(server.url, *QUICK) == (
            2,
            "",
            f"creditkit: GET {server.url}{CREDITS} had no answer in 0.4 s (--timeout gives it more time)\n",
        )
        assert time.monotonic() - begin < 3


def test_a_server_that_sends_pages(creditkit: Any) -> None:
    page = b"<!doctype html><title>Waldur</title>"
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(page)}\r\n\r\n"
    with raw(Canned(head.encode() + page)) as server:
        code, out, told = creditkit(server.url)
    assert (code, out) == (2, "")
    assert "is answered with 200 and text/html, which is not JSON (name the address under which /api/" in told


def test_a_server_that_cuts_the_connection(creditkit: Any) -> None:
    with raw(
        Canned(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n[{")
    ) as server:
        code, out, told = creditkit(server.url)
    assert (code, out) == (2, "")
    assert told.startswith(f"creditkit: GET {server.url}{CREDITS}: peer closed connection without sending")
    assert told.endswith("(the connection broke before the whole answer was there)\n")


def test_a_server_that_speaks_something_else(creditkit: Any) -> None:
    with raw(Canned(b"SSH-2.0-OpenSSH_9.2\r\n")) as server:
        code, _, told = creditkit(server.url)
    assert code == 2
    assert told.count("\n") == 1


def test_a_server_that_answers_503_to_every_third_request(creditkit: Any) -> None:
    asked: list[str] = []

    def third(request: Request) -> Answer | None:
        asked.append(request.path)
        return Answer(503) if len(asked) % 3 == 0 else None

    with faulty(change_request=third) as deployment:
        code, out, _ = creditkit(deployment.url, "--only", "create", "--only", "NO-SERVER-ERROR")
        asked.append("")
        assert code == 1
        assert out.startswith(f"FAIL  Does not conform: {deployment.url}\n")
        assert "NO-SERVER-ERROR" in out
        assert len([credit for credit in stored(deployment) if credit]) == 14
        assert creditkit(deployment.url, "--cleanup")[1] == "Nothing was left over.\n"


def test_a_deployment_that_creates_and_does_not_delete(creditkit: Any) -> None:
    refusing = True

    def refuse(request: Request) -> Answer | None:
        return Answer(500) if refusing and request.method == "DELETE" else None

    with faulty(change_request=refuse) as deployment:
        before = stored(deployment)
        code, out, _ = creditkit(deployment.url, "--only", "DELETE-STATUS")
        (left,) = [c["uuid"] for c in stored(deployment) if c not in before]
        assert code == 1
        assert "DELETE-STATUS" in out
        assert f"left over: credit {left}; creditkit check --cleanup {deployment.url} deletes it" in out
        code, out, _ = creditkit(deployment.url, "--cleanup")
        assert (code, out) == (2, f"Could not be deleted: credit {left} (DELETE is answered with 500)\n")
        refusing = False
        assert creditkit(deployment.url, "--cleanup")[:2] == (0, f"Deleted: {left}\n")
        assert creditkit(deployment.url, "--cleanup")[:2] == (0, "Nothing was left over.\n")
        assert stored(deployment) == before


def test_a_deployment_that_stops_answering_ends_the_run_soon(creditkit: Any) -> None:
    asked: list[str] = []

    def stop(request: Request) -> Answer | None:
        asked.append(request.path)
        if len(asked) > 40:
            time.sleep(0.25)
        return None

    with faulty(change_request=stop) as deployment:
        begin = time.monotonic()
        code, out, _ = creditkit(deployment.url, "--mode", "read", "--timeout", "0.2")
        assert time.monotonic() - begin < 6
    assert code == 1
    assert "had no answer in 0.2 s" in out
    assert "the deployment had stopped answering" in out


def test_read_mode_sends_nothing_but_reads(creditkit: Any) -> None:
    methods = set()
    with faulty(change_request=lambda request: methods.add(request.method)) as deployment:
        code, out, _ = creditkit(deployment.url, "--mode", "read", "--report", "out")
    assert code == 0, out
    assert methods == {"GET", "HEAD", "OPTIONS"}


def test_a_file_that_cannot_be_written_ends_it_before_it_begins(creditkit: Any, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with faulty() as deployment:
        for option in ("--report", "--journal"):
            code, out, told = creditkit(deployment.url, option, tmp_path / "file" / "x")
            assert (code, out) == (2, "")
            assert told.count("\n") == 1
            assert "file" in told


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "Missing the deployment"),
        (("http://x", "--only", "CREATE-STATSU"), "did you mean CREATE-STATUS?"),
        (("http://x", "--list", "--doctor"), "are two things to do"),
        (("--replay", "1"), "--report DIR names its report"),
        (("--replay", "1", "--report", "none"), "cannot read none"),
        (("--explain", "NONE"), "there is no requirement 'NONE'"),
        (("--diff", "none", "none"), "cannot read none"),
        (("staging",), "there is no creditkit.toml here"),
        (("http://x", "--waivers", "none.toml"), "none.toml: cannot be read"),
        (("http://x", "--mode", "rite"), "rite"),
    ],
)
def test_wrong_usage_is_told(creditkit: Any, arguments: tuple[str, ...], says: str) -> None:
    code, out, told = creditkit(*arguments)
    assert (code, out) == (2, "")
    assert says in told


def test_a_waiver_makes_a_run_green_and_a_needless_one_does_not(creditkit: Any, tmp_path: Path) -> None:
    def drop(request: Request, answer: Answer) -> None:
        if request.is_create:
            answer.headers.pop("location", None)

    text = '[[waiver]]\nrequirement = "CREATE-LOCATION"\nreason = "r"\nowner = "o"\nuntil = 2999-01-01\n'
    (tmp_path / "waivers.toml").write_text(text)
    arguments = ("--only", "CREATE-LOCATION", "--only", "CREATE-STATUS", "--waivers", "waivers.toml")
    with faulty(change_answer=drop) as deployment:
        assert creditkit(deployment.url, *arguments[:4])[0] == 1
        code, out, _ = creditkit(deployment.url, *arguments)
        assert code == 0, out
        assert "1 waived" in out
    with faulty() as deployment:
        code, out, _ = creditkit(deployment.url, *arguments)
        assert code == 1
        assert "waiver 1 is not needed any more: the requirement holds" in out


def test_a_finding_can_be_judged_again(creditkit: Any, tmp_path: Path) -> None:
    broken = True

    def drop(request: Request, answer: Answer) -> None:
        if broken and request.is_create:
            answer.headers.pop("location", None)

    with faulty(change_answer=drop) as deployment:
        options = ("--only", "CREATE-LOCATION", "--only", "CREATE-STATUS", "--report", "first")
        assert creditkit(deployment.url, *options)[0] == 1
        for name in ("1", "CREATE-LOCATION", "CREATE-LOCATION customer_credits_create"):
            code, out, _ = creditkit("--replay", name, "--report", "first")
            assert code == 1
            assert out.startswith("CREATE-LOCATION customer_credits_create: shows (fail before, fail now)\n")
            assert "curl -i -X POST" in out
        broken = False
        code, out, _ = creditkit("--replay", "1", "--report", "first")
        assert (code, out) == (
            0,
            "CREATE-LOCATION customer_credits_create: does not show (fail before, pass now)\n",
        )
        creditkit(deployment.url, *options[:4], "--report", "second")
        assert json.loads((tmp_path / "second" / "run.json").read_text())["green"] is True
        assert creditkit("--diff", "first", "second")[0] == 0
        code, out, _ = creditkit("--diff", "second", "first")
        assert code == 1
        assert "New: 1\n  CREATE-LOCATION customer_credits_create" in out
        assert creditkit("--diff", "first", "first")[:2][0] == 0


def test_what_will_be_created_is_said_beforehand(creditkit: Any) -> None:
    with faulty() as deployment:
        customer = "5a1c0de0-0000-4000-8000-0000000000f1"
        options = ("--only", "CREATE-STATUS", "--customer", customer)
        code, _, told = creditkit(deployment.url, *options)
        assert code == 0
        assert told.startswith(
            f"write mode at {deployment.url}: credits are created for customers that have none, one each at a"
            " time, and deleted again: Nimbus Analytics. No other record is changed.\n"
        )
        assert creditkit(deployment.url, *options, "--quiet") == (
            0,
            f"Conforms: {deployment.url}. 1 verdict passed and none is broken.\n",
            "",
        )


@contextmanager
def caught_in_the_act() -> Iterator[tuple[Deployment, list[dict[str, Any]], subprocess.Popen[str]]]:
    """A deployment, what it had before, and a check that waits there for the answer to a PATCH."""
    reached = threading.Event()

    def slow(request: Request) -> None:
        if request.method == "PATCH" and not reached.is_set():
            reached.set()
            time.sleep(0.3)

    with faulty(change_request=slow) as deployment:
        before = stored(deployment)
        command = [sys.executable, "-m", "creditkit.cli", "check", deployment.url, "--only", "update"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        with process:
            assert reached.wait(20), process.communicate()
            yield deployment, before, process
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_deletes_what_it_created(number: signal.Signals) -> None:
    with caught_in_the_act() as (deployment, before, process):
        process.send_signal(number)
        out, told = process.communicate(timeout=10)
        assert (process.returncode, out) == (130, "")
        assert told.endswith("creditkit: interrupted; nothing is left over\n")
        assert "Traceback" not in told
        assert stored(deployment) == before


def test_a_killed_run_leaves_what_a_cleanup_deletes(creditkit: Any) -> None:
    with caught_in_the_act() as (deployment, before, process):
        code, _, told = creditkit(deployment.url)
        assert code == 2
        assert f"another check writes to this deployment (process {process.pid})" in told
        process.kill()
        process.communicate()
        assert len(stored(deployment)) > len(before)
        code, out, _ = creditkit(deployment.url, "--cleanup")
        assert code == 0
        assert out.startswith("Deleted: ")
        assert stored(deployment) == before
        assert creditkit(deployment.url, "--cleanup")[:2] == (0, "Nothing was left over.\n")


def test_a_new_run_deletes_what_a_killed_one_left(creditkit: Any) -> None:
    with caught_in_the_act() as (deployment, before, process):
        process.kill()
        process.communicate()
        code, _, told = creditkit(deployment.url, "--only", "CREATE-STATUS")
        assert code == 0
        assert told.startswith("Left over by an earlier run. Deleted: ")
        assert stored(deployment) == before
