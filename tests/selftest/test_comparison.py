"""A comparison is kept as it comes, goes on where it ended, and tells noise from findings."""

from __future__ import annotations

from pathlib import Path

import pytest

from creditkit.errors import DataFileError
from creditkit.selftest.comparison import Comparison
from creditkit.selftest.judging import Result
from creditkit.selftest.rival import Trial, settings

HONEST = [Trial("", frozenset({"GET /a/ ST201"}), 1), Trial("", frozenset({"PUT /a/ ST202"}), 1)]
CAUGHT = Result("delete-is-200", "faults-delete", ("DELETE-STATUS", "STATUS-DOCUMENTED"))


def trial(deviation: str, *findings: str) -> Trial:
    return Trial(deviation, frozenset(findings), 2.34)


def test_a_check_that_fails_on_the_honest_mock_catches_nothing_for_certain() -> None:
    comparison = Comparison()
    comparison.be_quiet_on(HONEST)
    row = comparison.add(CAUGHT, trial("delete-is-200", "GET /a/ ST201", "PUT /a/ ST201", "GET /a/ ST108"))
    assert row.schemathesis == ("GET /a/ ST108", "PUT /a/ ST201")
    assert comparison.certain(row) == ("GET /a/ ST108",)


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "kept.csv"
    first = Comparison(path)
    first.be_quiet_on(HONEST)
    first.add(CAUGHT, trial("delete-is-200", "DELETE /a/ ST103", "GET /a/ ST201"))
    first.add(Result("head-not-allowed", "faults-read", ()), trial("head-not-allowed"))
    again = Comparison(path)
    assert (again.honest, again.rows) == (first.honest, first.rows)
    assert list(again.beside()) == [
        ("faults-delete", 1, 1, 1, 1),
        ("faults-read", 1, 0, 0, 0),
        ("all", 2, 1, 1, 1),
    ]
    assert path.read_text().splitlines()[0] == f"# {settings()}"
    assert [file.name for file in tmp_path.iterdir()] == ["kept.csv"]


def test_what_is_no_deviation_any_more_is_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "kept.csv"
    Comparison(path).be_quiet_on(HONEST)
    with path.open("a") as file:
        file.write("taken-out-since,READ-STATUS,,1.0\n")
    assert Comparison(path).rows == {}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("# schemathesis 3.0, seed 1, 20 examples\n", "it was made with schemathesis 3.0, seed 1"),
        ("{}", "it was made with {}"),
        (f"# {settings()}\na,b\n1,2\n", "it is no comparison"),
        (
            f"# {settings()}\ndeviation,creditkit,schemathesis,seconds\ndelete-is-200,A,,soon\n",
            "it is no comparison",
        ),
    ],
)
def test_a_file_that_is_none_is_refused_and_left_as_it_is(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "kept.csv"
    path.write_text(text)
    with pytest.raises(DataFileError, match=says):
        Comparison(path)
    assert path.read_text() == text


def test_a_file_that_cannot_be_written_is_told_before_anything_is_tried(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="No such file or directory") as raised:
        Comparison(tmp_path / "nowhere" / "kept.csv")
    assert raised.value.hint == "name a file that can be written"


def test_a_folder_is_no_file_to_keep_it_in(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="Is a directory"):
        Comparison(tmp_path)
