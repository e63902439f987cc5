"""The suite under plain pytest, in an empty folder and without a conftest, as a user would run it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from creditkit.conformance.judging import load_requirements

from .faulty import TOKENS, Answer, Request, faulty

pytest_plugins = ["pytester"]

PLUGIN = ("-p", "creditkit.conformance.plugin", "-p", "no:cacheprovider")
NOWHERE = "--creditkit-url=http://127.0.0.1:9"


def suite(folder: Path, url: str, *options: str) -> Any:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CREDITKIT_")}
    environment |= {"CREDITKIT_TOKEN": TOKENS["staff"], "XDG_STATE_HOME": str(folder / "state")}
    here = folder / "empty"
    here.mkdir()
    return subprocess.run(
        [sys.executable, "-m", "pytest", *PLUGIN, f"--creditkit-url={url}", *options],
        cwd=here,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def collected(pytester: pytest.Pytester, *options: str) -> list[str]:
    """The ids of the tests that there would be, found in this process, which is quicker."""
    done = pytester.runpytest_inprocess(*PLUGIN, "--collect-only", "-q", *options)
    return [line for line in done.outlines if "::" in line]


def test_each_requirement_is_a_test(pytester: pytest.Pytester) -> None:
    assert collected(pytester, NOWHERE) == [
        f"creditkit/{r.group}::{r.id}" for r in load_requirements().values() if r.mode != "full"
    ]


def test_full_mode_has_the_fuzzer_too(pytester: pytest.Pytester) -> None:
    options = (NOWHERE, "--creditkit-mode=full", "-m", "full and must")
    assert collected(pytester, *options) == [
        f"creditkit/fuzz::{r.id}" for r in load_requirements().values() if r.group == "fuzz"
    ]


def test_markers_select_and_an_honest_deployment_passes(tmp_path: Path) -> None:
    with faulty() as deployment:
        report = tmp_path / "junit.xml"
        done = suite(tmp_path, deployment.url, "-m", "create and must", f"--junit-xml={report}")
    assert done.returncode == 0, done.stdout
    (suite_,) = ElementTree.parse(report).getroot()
    wanted = [r.id for r in load_requirements().values() if r.group == "create" and r.level == "MUST"]
    assert [case.get("name") for case in suite_] == wanted
    assert (suite_.get("failures"), suite_.get("errors")) == ("0", "0")
    assert {case.get("classname") for case in suite_} == {"creditkit.create"}
    properties = {p.get("name"): p.get("value") for p in suite_[0].iter("property")}
    assert properties["level"] == "MUST"


def test_a_broken_requirement_fails_with_the_request_that_shows_it(tmp_path: Path) -> None:
    def wrong(request: Request, answer: Answer) -> None:
        if request.is_create and answer.status == 201:
            answer.status = 200

    with faulty(change_answer=wrong) as deployment:
        done = suite(tmp_path, deployment.url, "-k", "CREATE-STATUS")
    assert done.returncode == 1
    assert "FAILED creditkit/create::CREATE-STATUS" in done.stdout
    assert "A create MUST be answered with 201." in done.stdout
    assert "curl -i -X POST" in done.stdout
    assert '"Authorization: Token $CREDITKIT_TOKEN"' in done.stdout
    assert "Traceback" not in done.stdout
    assert TOKENS["staff"] not in done.stdout + done.stderr


def test_in_read_mode_what_writes_is_skipped_with_the_reason(tmp_path: Path) -> None:
    with faulty() as deployment:
        done = suite(tmp_path, deployment.url, "--creditkit-mode=read", "-k", "CREATE-STATUS", "-rs")
    assert done.returncode == 0
    assert "this run only reads" in done.stdout


def test_a_deployment_that_cannot_be_reached_is_one_message(tmp_path: Path) -> None:
    done = suite(tmp_path, "http://127.0.0.1:9", "-k", "CREATE-STATUS")
    assert done.returncode == 2
    assert "cannot connect to http://127.0.0.1:9" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_what_is_no_url_is_a_usage_error(pytester: pytest.Pytester) -> None:
    done = pytester.runpytest_inprocess(*PLUGIN, "--creditkit-url=ftp://somewhere")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(["*'ftp://somewhere' is no URL of a deployment*"])


def test_without_a_url_the_plugin_changes_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_own="def test_own(): pass")
    assert collected(pytester) == ["test_own.py::test_own"]


def test_named_files_run_as_well_and_first(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_own="def test_own(): pass")
    names = collected(pytester, NOWHERE, "test_own.py", "-k", "test_own or CREATE-STATUS")
    assert names == ["test_own.py::test_own", "creditkit/create::CREATE-STATUS"]
