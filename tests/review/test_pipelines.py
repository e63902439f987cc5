"""The files for pipelines do what they say: run in a repository, with `pip` and `gh` played."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from .reviews import CONTRACT

CI = Path(__file__).parents[2] / "docs" / "ci"
LATER = CONTRACT.replace("{type: integer}", "{type: integer, maximum: 9}")
# What `gh api` is asked for goes into calls.jsonl; a comment is there once one has been made.
GH = """\
#!/bin/sh
printf '%s\\n' "$*" >> "$PLAYED/calls"
case "$*" in
  *--paginate*) [ ! -f "$PLAYED/comment" ] || echo 7 ;;
  *body=@*) cp report/comment.md "$PLAYED/comment" ;;
esac
"""


def git(folder: Path, *words: str) -> str:
    settings = ("-c", "user.name=Kim", "-c", "user.email=kim@example.com", "-c", "init.defaultBranch=main")
    return subprocess.run(
        ["git", *settings, *words], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.strip()


class Runner:
    """A machine on which a pipeline runs: a repository with one change, and the programs that it calls."""

    def __init__(self, folder: Path) -> None:
        self.repository = folder / "repository"
        self.played = folder / "played"
        self.repository.mkdir()
        self.played.mkdir()
        for name, text in (("pip", "#!/bin/sh\n"), ("gh", GH)):
            (self.played / name).write_text(text, encoding="utf-8")
            (self.played / name).chmod(0o755)
        git(self.repository, "init", "--quiet")
        self.base = self.commit(CONTRACT)
        self.commit(LATER)

    def commit(self, text: str) -> str:
        (self.repository / "openapi.yaml").write_text(text, encoding="utf-8")
        git(self.repository, "add", ".")
        git(self.repository, "commit", "--quiet", "--message", "one more")
        return git(self.repository, "rev-parse", "HEAD")

    def run(self, script: str, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
        """A script as a runner runs it: by a shell that stops at the first failure."""
        programs = os.pathsep.join((str(self.played), str(Path(sys.executable).parent), os.environ["PATH"]))
        environment = {"PATH": programs, "HOME": str(self.played), "PLAYED": str(self.played), **variables}
        return subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", script],
            cwd=self.repository,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


def job(name: str) -> dict[str, Any]:
    document = yaml.safe_load((CI / name).read_text(encoding="utf-8"))
    found: dict[str, Any] = document["jobs"]["review"] if "jobs" in document else document["contract-review"]
    return found


def test_the_pipeline_of_github_annotates_and_keeps_one_comment(runner: Runner) -> None:
    review = job("review-github-actions.yml")
    variables = {
        "CONTRACT": review["env"]["CONTRACT"],
        "CREDITKIT_REVIEW_BASE": runner.base,
        "GITHUB_STEP_SUMMARY": str(runner.played / "summary"),
        "GITHUB_REPOSITORY": "us/api",
        "NUMBER": "3",
    }
    steps = [step["run"] for step in review["steps"] if "run" in step]
    install, look, summary, comment = (runner.run(step, variables) for step in steps)
    assert (install.returncode, look.returncode, summary.returncode, comment.returncode) == (0, 1, 0, 0)
    assert look.stdout.count("::error file=openapi.yaml,line=8,") == 1
    said = (runner.played / "summary").read_text(encoding="utf-8")
    assert said == (runner.played / "comment").read_text(encoding="utf-8")
    assert said.startswith("<!-- creditkit review -->\n")

    assert runner.run(steps[-1], variables).returncode == 0
    calls = (runner.played / "calls").read_text(encoding="utf-8").splitlines()
    asked, made, _, updated = (line.partition(" ")[2] for line in calls)
    assert asked.startswith("repos/us/api/issues/3/comments --paginate")
    assert made == "repos/us/api/issues/3/comments -F body=@report/comment.md"
    assert updated == "--method PATCH repos/us/api/issues/comments/7 -F body=@report/comment.md"


def test_the_pipeline_of_gitlab_leaves_what_its_widget_reads(runner: Runner) -> None:
    review = job("review-gitlab-ci.yml")
    variables = {"CONTRACT": review["variables"]["CONTRACT"], "CREDITKIT_REVIEW_BASE": runner.base}
    done = runner.run("\n".join(review["script"]), variables)
    assert done.returncode == 1
    report = runner.repository / review["artifacts"]["reports"]["codequality"]
    entries = json.loads(report.read_text(encoding="utf-8"))
    breaking = [one for one in entries if one["check_name"] == "request-parameter-maximum-added"]
    assert [(one["location"]["path"], one["location"]["lines"]["begin"]) for one in breaking] == [
        ("openapi.yaml", 8)
    ]
    assert (runner.repository / review["artifacts"]["paths"][0] / "review.html").is_file()
