"""A contract against its own history in git."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from creditkit.errors import ReviewInputError
from creditkit.review import compare, read_revision, read_source

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

CONTRACT = """\
openapi: 3.0.3
info: {title: T, version: '1'}
paths:
  /a/:
    post:
      requestBody:
        content: {application/json: {schema: {$ref: 'schemas/a.yaml#/A'}}}
      responses: {'204': {description: ''}}
"""
SCHEMA = "A: {type: object, properties: {n: {type: string}}}\n"


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    (tmp_path / "readme").write_text("before the contract\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "one")
    git(tmp_path, "tag", "before")
    folder = tmp_path / "api"
    (folder / "schemas").mkdir(parents=True)
    (folder / "contract.yaml").write_text(CONTRACT)
    (folder / "schemas" / "a.yaml").write_text(SCHEMA)
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "two")
    return folder


def test_a_change_in_a_file_that_is_referred_to_is_told_with_the_places_of_both(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository.parent)
    (repository / "schemas" / "a.yaml").write_text("A:\n  type: object\n  properties: {n: {type: integer}}\n")
    path = Path("api/contract.yaml")
    (change,) = compare(read_revision(path, "HEAD"), read_source(path))
    assert (change.kind, change.judgement) == ("request-property-type-changed", "breaking")
    assert str(change.old).startswith("HEAD:api/schemas/a.yaml:1:")
    assert str(change.new).startswith("api/schemas/a.yaml:3:")


def test_without_changes_there_are_none_even_through_a_link(repository: Path) -> None:
    link = repository.parent / "link.yaml"
    link.symlink_to("api/contract.yaml")
    assert compare(read_revision(link, "HEAD"), read_source(repository / "contract.yaml")) == ()


def test_a_file_that_was_not_there_had_no_operations(repository: Path) -> None:
    path = repository / "contract.yaml"
    (change,) = compare(read_revision(path, "before"), read_source(path))
    assert (change.kind, change.old, change.judgement) == ("operation-added", None, "compatible")


@pytest.mark.parametrize("revision", ["nowhere", "--all", "", "HEAD:api", "a b"])
def test_a_revision_that_is_none_is_named(repository: Path, revision: str) -> None:
    with pytest.raises(ReviewInputError, match="no such revision") as caught:
        read_revision(repository / "contract.yaml", revision)
    assert "git fetch" in caught.value.hint


def test_a_folder_outside_of_git_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(ReviewInputError, match="is in no git repository"):
        read_revision(tmp_path / "contract.yaml", "HEAD")


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ReviewInputError, match="there is no such folder"):
        read_revision(tmp_path / "none" / "contract.yaml", "HEAD")


def test_a_machine_without_git_is_told(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ReviewInputError, match="git: is not installed"):
        read_revision(repository / "contract.yaml", "HEAD")


def test_an_old_contract_that_cannot_be_read_is_told_by_its_revision(repository: Path) -> None:
    path = repository / "contract.yaml"
    path.write_text("openapi: 3.0.3\ninfo: [\n")
    git(repository, "commit", "-qam", "broken")
    path.write_text(CONTRACT)
    with pytest.raises(ReviewInputError, match=r"HEAD:.*contract\.yaml:"):
        read_revision(path, "HEAD")
