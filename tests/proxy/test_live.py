"""The live page and the journal of a proxy: what passes through, and what is wrong with it."""

from __future__ import annotations

import signal
import subprocess
from typing import Any

import httpx

from .test_recording import COMMAND, LIST


def test_the_journal_tells_what_is_wrong_with_requests_and_with_answers(serve: Any) -> None:
    with serve("--as", "waldur-8.0.9") as deployment:
        command = [*COMMAND, "--proxy", deployment.url, "--quiet"]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as process:
            try:
                assert process.stdout is not None
                url = process.stdout.readline().strip()
                with deployment.client() as http:
                    assert http.get(f"{url}{LIST}?customer_uuid=x").status_code == 400
                    assert http.get(f"{url}{LIST}").status_code == 200
                    assert http.delete(f"{url}{LIST}x/").status_code == 403
                entries = httpx.get(f"{url}/_mock/journal").raise_for_status().json()
                page = httpx.get(f"{url}/_mock/")
                process.send_signal(signal.SIGINT)
                assert process.wait(30) == 0
            finally:
                process.kill()
    assert [(entry["status"], entry["verdict"]) for entry in entries] == [
        (400, "violation"),
        (200, "violation"),
        (403, "refused"),
    ]
    sent, answered = entries[0]["violations"], entries[1]["violations"]
    assert {(one["in"], one["field"], one["message"]) for one in sent} == {
        ("query", "customer_uuid", "Enter a valid UUID.")
    }
    assert {one["in"] for one in answered} == {"answer"}
    assert "*/minimal_consumption" in {one["field"] for one in answered}
    assert page.headers["content-type"].startswith("text/html")
