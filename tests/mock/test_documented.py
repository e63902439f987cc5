"""Every line about choice and faults that docs/mock.md shows works as it stands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from creditkit.mock import fault_of, faults_in
from mock.conftest import Api

PAGE = (Path(__file__).parents[2] / "docs" / "mock.md").read_text(encoding="utf-8")
CHOICE, FAULTS = (
    re.split(r"^## ", PAGE.split(f"\n## {title}\n")[1], flags=re.MULTILINE)[0]
    for title in ("An answer of one's choice", "Faults")
)
CURLS = re.findall(r"^curl .*$", CHOICE, re.MULTILINE)
WRITTEN = [text for text in re.findall(r"(?:--fault|faults add) (\S+)", FAULTS) if text != "FAULT"]


@pytest.mark.parametrize("line", CURLS)
def test_a_line_for_curl_gets_what_it_asks_for(api: Api, line: str) -> None:
    words = shlex.split(line)
    headers = dict(words[at + 1].split(": ", 1) for at, word in enumerate(words) if word == "-H")
    if "Prefer" in headers:
        headers["Prefer"] = headers["Prefer"].replace("wait=3", "wait=0")
    method = words[words.index("-X") + 1] if "-X" in words else "GET"
    path = words[-1].removeprefix("http://127.0.0.1:8000")
    answer = api(method, path, as_=None, headers=headers)
    assert answer.headers["preference-applied"]
    assert ("x-mock-answer" in answer.headers) == ("wait=0" not in headers.get("Prefer", ""))


def test_the_page_shows_a_line_of_each_kind() -> None:
    assert len(CURLS) == 5
    assert len(WRITTEN) == 6
    kinds = set(re.findall(r"^\| `(\w+)", FAULTS, re.MULTILINE))
    assert kinds == {"latency", "status", "disconnect", "cut", "trickle"}


@pytest.mark.parametrize("text", [*WRITTEN, *re.findall(r"^\| `(\w+\S*)` \|", FAULTS, re.MULTILINE)])
def test_a_fault_on_the_page_is_one(text: str) -> None:
    assert str(fault_of(text))


def test_the_file_on_the_page_is_one(tmp_path: Path) -> None:
    block = re.search(r"```yaml\n(.*?)```", FAULTS, re.DOTALL)
    assert block is not None
    file = tmp_path / "faults.yaml"
    file.write_text(block[1])
    assert [str(fault) for fault in faults_in(file)] == [
        "customer_credits_list:latency=200..800",
        "customer_credits_create:status=503,retry_after=5,rate=0.3",
        "*:disconnect,rate=0.01",
    ]
