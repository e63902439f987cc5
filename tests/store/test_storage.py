"""The data file: plain TinyDB, never torn, held by one process, and clear about what is wrong with it."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest
from tinydb import TinyDB, where

from creditkit.errors import DataFileError
from creditkit.store.storage import FileStorage

TABLE = {"things": {"1": {"name": "Ünï", "n": 1}}}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "world.json"


def failure(action: Callable[[], object]) -> DataFileError:
    with pytest.raises(DataFileError) as caught:
        action()
    return caught.value


def test_plain_tinydb_reads_and_queries_the_file(path: Path) -> None:
    with TinyDB(path, storage=FileStorage) as ours:
        ours.table("things").insert({"name": "Ünï", "n": 1})
        ours.table("things").insert({"name": "two", "n": 2})
    with TinyDB(path, encoding="utf-8") as plain:
        assert plain.table("things").search(where("n") == 2) == [{"name": "two", "n": 2}]
        assert [document["name"] for document in plain.table("things")] == ["Ünï", "two"]


def test_what_was_written_is_there_when_it_is_opened_again(path: Path) -> None:
    storage = FileStorage(path)
    assert storage.read() is None
    assert not path.exists()
    storage.write(TABLE)
    assert storage.read() == TABLE
    storage.close()
    storage.close()
    assert FileStorage(path).read() == TABLE


@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.replace"])
def test_a_write_that_fails_leaves_file_and_memory_as_they_were(
    path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    storage = FileStorage(path)
    storage.write(TABLE)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(step, fail)
        error = failure(lambda: storage.write({}))
    assert error.message == f"{path}: cannot be written: No space left on device"
    assert storage.read() == TABLE
    assert json.loads(path.read_text("utf-8")) == TABLE
    assert sorted(entry.name for entry in path.parent.iterdir()) == ["world.json", "world.json.lock"]
    storage.write({"things": {}})
    assert json.loads(path.read_text("utf-8")) == {"things": {}}


def test_a_process_killed_before_the_replacement_leaves_the_old_state(path: Path) -> None:
    storage = FileStorage(path)
    storage.write(TABLE)
    storage.close()
    killed = dedent("""
        import os, pathlib, signal, sys
        from creditkit.store.storage import FileStorage
        storage = FileStorage(pathlib.Path(sys.argv[1]))
        pathlib.Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        storage.write({"things": {str(n): {"n": n} for n in range(1000)}})
    """)
    done = subprocess.run([sys.executable, "-c", killed, str(path)], check=False)
    assert done.returncode == -9
    # The lock died with its holder, and what the dead process left half done is in nobody's way.
    again = FileStorage(path)
    assert again.read() == TABLE
    again.write({"things": {}})
    again.close()
    assert sorted(entry.name for entry in path.parent.iterdir()) == ["world.json", "world.json.lock"]


def test_a_link_is_followed_and_stays_a_link(path: Path) -> None:
    link = path.with_name("link.json")
    link.symlink_to(path)
    storage = FileStorage(link)
    storage.write(TABLE)
    storage.close()
    assert link.is_symlink()
    assert json.loads(path.read_text("utf-8")) == TABLE


def test_a_file_keeps_its_permissions(path: Path) -> None:
    path.touch(mode=0o600)
    storage = FileStorage(path)
    storage.write(TABLE)
    storage.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_second_holder_is_refused_and_told_who_holds_the_file(path: Path) -> None:
    path.with_name("world.json.lock").write_text("12345678901234567890\n")  # of a holder long gone
    first = FileStorage(path)
    error = failure(lambda: FileStorage(path))
    assert error.message == f"{path}: in use by process {os.getpid()}"
    assert error.exit_code == 5
    first.close()
    FileStorage(path).close()


def test_another_process_is_refused_too(path: Path) -> None:
    holder = FileStorage(path)
    code = dedent("""
        import pathlib, sys
        from creditkit.errors import DataFileError
        from creditkit.store.storage import FileStorage
        try:
            FileStorage(pathlib.Path(sys.argv[1]))
        except DataFileError as error:
            print(error)
    """)
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"{path}: in use by process {os.getpid()}"
    holder.close()


def test_an_empty_file_is_a_new_one(path: Path) -> None:
    path.write_text("\n")
    assert FileStorage(path).read() is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{"users": {\n"1": }', ":2: not JSON: "),
        ("\x00\xff", ":1: not JSON: "),
        ("[1, 2]", ": JSON, but not a TinyDB database"),
        ('{"users": 3}', ": JSON, but not a TinyDB database"),
    ],
)
def test_a_file_that_is_no_database_is_refused_unchanged(path: Path, content: str, reason: str) -> None:
    path.write_text(content, "latin-1")
    error = failure(lambda: FileStorage(path))
    assert error.message.startswith(f"{path}{reason}")
    assert "start again from the seed" in error.hint
    assert path.read_text("latin-1") == content
    # The refusal holds no lock.
    path.unlink()
    FileStorage(path).close()


def test_a_place_where_no_file_can_be_is_refused(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = tmp_path / "no" / "world.json"
    error = failure(lambda: FileStorage(missing))
    assert error.message == f"{missing}: there is no folder {missing.parent}"
    assert error.hint == f"create it: mkdir -p {missing.parent}"
    assert failure(lambda: FileStorage(tmp_path)).message == f"{tmp_path}: not a regular file"
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert failure(lambda: FileStorage(path)).message == f"{path}: the folder {tmp_path} cannot be written"
    path.touch()
    assert failure(lambda: FileStorage(path)).message == f"{path}: cannot be written"


def test_a_file_that_cannot_be_read_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", fail)
    assert failure(lambda: FileStorage(path)).message == f"{path}: cannot be read: Permission denied"


def test_a_lock_file_that_cannot_be_opened_is_told(path: Path) -> None:
    path.with_name("world.json.lock").mkdir()
    assert "cannot be locked" in failure(lambda: FileStorage(path)).message
