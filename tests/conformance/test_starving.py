"""For how long this process waited for a processor is told by the system, where one tells it."""

from __future__ import annotations

from pathlib import Path

import pytest

from creditkit.conformance.asking import client, processor_wait


def test_the_threads_of_this_process_are_added_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for thread, text in (("1", "5 1500000000 7\n"), ("2", "5 250000000 7\n"), ("3", "\n")):
        (tmp_path / thread).mkdir()
        (tmp_path / thread / "schedstat").write_text(text)
    monkeypatch.setattr(client, "_THREADS", tmp_path)
    assert processor_wait() == 1.75


def test_where_no_system_tells_nothing_was_waited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_THREADS", tmp_path / "nothing")
    assert processor_wait() == 0
