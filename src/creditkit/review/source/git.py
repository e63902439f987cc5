"""A contract, with the files it refers to, as it was at a git revision."""

from __future__ import annotations

import subprocess
from pathlib import Path

from creditkit.errors import ReviewInputError

from .limits import Limits
from .source import Source, parse_source

_EMPTY_CONTRACT = b"openapi: 3.0.3\ninfo: {title: '', version: ''}\npaths: {}\n"
_SECONDS = 60


def read_revision(
    path: str | Path, revision: str, *, limits: Limits | None = None, remote: bool = False
) -> Source:
    """The contract in a file at a git revision; one without operations if the file did not exist then.

    Places name the revision before the file, as git does. Raises ReviewInputError if git is not installed,
    the file is in no repository, or the repository does not have the revision.
    """
    limits = limits or Limits()
    file = Path(path).resolve()  # git follows no symbolic links: it has the file that they lead to
    folder = file.parent
    if not folder.is_dir():
        raise ReviewInputError(f"{folder}: there is no such folder", "check the path of the contract")
    if _run(folder, "rev-parse", "--git-dir").returncode:
        raise ReviewInputError(f"{path}: is in no git repository", "name the old contract as a file")
    found = _run(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if found.returncode:
        hint = "git fetch it, or give another revision: a branch, a tag or a commit"
        raise ReviewInputError(f"{revision}: the repository has no such revision", hint)
    commit = found.stdout.decode().strip()

    def fetch(name: str) -> bytes:
        blob = _run(folder, "cat-file", "blob", f"{commit}:./{name}")
        if blob.returncode:
            raise FileNotFoundError(2, f"it was not there at {revision}")
        return blob.stdout

    try:
        data = fetch(file.name)
    except FileNotFoundError:
        data = _EMPTY_CONTRACT
    limits.check_bytes(len(data), f"{revision}:{path}")
    try:
        source = parse_source(str(path), data, fetch, limits=limits, remote=remote)
    except ReviewInputError as error:
        raise ReviewInputError(f"{revision}:{error.message}", error.hint, line=error.line) from error
    return source.at_revision(revision)


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603 - a list of arguments, and no shell
            ["git", "-C", str(folder), *arguments],  # noqa: S607 - git is where the user has it
            capture_output=True,
            check=False,
            timeout=_SECONDS,
        )
    except FileNotFoundError as error:
        raise ReviewInputError(
            "git: is not installed", "install it, or name the old contract as a file"
        ) from error
    except subprocess.TimeoutExpired as error:
        raise ReviewInputError(f"git: no answer in {_SECONDS} seconds", "look at the repository") from error
