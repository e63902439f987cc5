"""A comparison: what this suite and plain schemathesis find of each deviation, kept in a file.

    deviation,creditkit,schemathesis,seconds

Trying all deviations takes half an hour, so each result is written as it comes, and a comparison that was
interrupted goes on where it ended. The first line of the file tells what it was made with. Then come the runs
on the honest mock, without a deviation. What a run on a deviation finds, and none of them did, is told in two
figures, since what schemathesis finds on the honest mock differs from run to run:

    certain   a check failed that is quiet in all honest runs, at whatever operation
    perhaps   a check failed at an operation at which it was quiet in them, while elsewhere it was not
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from creditkit.deviations import load_catalogue
from creditkit.errors import DataFileError

from . import rival
from .judging import Result
from .rival import Trial

_COLUMNS = ("deviation", "creditkit", "schemathesis", "seconds")


@dataclass(frozen=True, slots=True)
class Row:
    """What both found of one deviation.

    `creditkit` are the requirements that caught it, of those that its entry names. `schemathesis` are the
    findings that no run on the honest mock had, and `seconds` is how long it took.
    """

    deviation: str
    creditkit: tuple[str, ...]
    schemathesis: tuple[str, ...]
    seconds: float


class Comparison:
    """Results by deviation, on the findings of honest runs; written to `path` at each change if there is one.

    Raises DataFileError for a file that is no comparison, or one with other settings.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.honest: list[frozenset[str]] = []
        self.rows: dict[str, Row] = {}
        self._path = path
        if path is not None and path.exists() and (path.is_dir() or path.stat().st_size):
            self._read(path)
        else:
            self._write()  # a file that cannot be written is better told now

    def be_quiet_on(self, honest: Iterable[Trial]) -> None:
        """Take runs on the honest mock: what they found proves nothing."""
        self.honest += [trial.findings for trial in honest]
        self._write()

    def add(self, result: Result, trial: Trial) -> Row:
        """Take what both found of one deviation."""
        new = trial.findings - frozenset().union(*self.honest)
        row = Row(trial.deviation, result.caught_by, tuple(sorted(new)), round(trial.seconds, 1))
        self.rows[row.deviation] = row
        self._write()
        return row

    def certain(self, row: Row) -> tuple[str, ...]:
        """What checks found that never failed on the honest mock."""
        noisy = {_check(finding) for findings in self.honest for finding in findings}
        return tuple(finding for finding in row.schemathesis if _check(finding) not in noisy)

    def beside(self) -> Iterator[tuple[str, int, int, int, int]]:
        """For each group and for all: name, deviations, caught by us, certainly by it, and perhaps by it."""
        groups: Mapping[str, str] = {deviation.id: deviation.group for deviation in load_catalogue()}
        found = [(groups[row.deviation], row) for row in self._ordered()]
        for group in (*dict.fromkeys(group for group, _ in found), "all"):
            rows = [row for own, row in found if group in (own, "all")]
            yield (
                group,
                len(rows),
                sum(bool(row.creditkit) for row in rows),
                sum(bool(self.certain(row)) for row in rows),
                sum(bool(row.schemathesis) for row in rows),
            )

    def _ordered(self) -> list[Row]:
        return [self.rows[deviation.id] for deviation in load_catalogue() if deviation.id in self.rows]

    def _read(self, path: Path) -> None:
        try:
            first, _, text = path.read_text(encoding="utf-8").partition("\n")
            rows = list(csv.DictReader(io.StringIO(text), strict=True))
            if first != f"# {rival.settings()}":
                message = (
                    f"{path}: it was made with {first.removeprefix('# ')}, and this is {rival.settings()}"
                )
                raise DataFileError(message, "begin a new file")
            known = {deviation.id for deviation in load_catalogue()}
            for row in rows:
                found = tuple(filter(None, row["schemathesis"].split("; ")))
                if not row["deviation"]:
                    self.honest.append(frozenset(found))
                elif row["deviation"] in known:
                    caught = tuple(row["creditkit"].split())
                    self.rows[row["deviation"]] = Row(row["deviation"], caught, found, float(row["seconds"]))
        except OSError as error:
            raise DataFileError(f"{path}: {error.strerror}", "name a file that can be read") from error
        except (ValueError, KeyError, AttributeError, csv.Error) as error:
            raise DataFileError(f"{path}: it is no comparison", "begin a new file") from error

    def _write(self) -> None:
        if self._path is None:
            return
        out = io.StringIO()
        out.write(f"# {rival.settings()}\n")
        table = csv.writer(out, lineterminator="\n")
        table.writerow(_COLUMNS)
        table.writerows(["", "", "; ".join(sorted(findings)), ""] for findings in self.honest)
        table.writerows(
            [row.deviation, " ".join(row.creditkit), "; ".join(row.schemathesis), row.seconds]
            for row in self._ordered()
        )
        beside = self._path.with_name(f"{self._path.name}.part")
        try:
            beside.write_text(out.getvalue(), encoding="utf-8")
            beside.replace(self._path)
        except OSError as error:
            raise DataFileError(
                f"{self._path}: {error.strerror}", "name a file that can be written"
            ) from error


def _check(finding: str) -> str:
    return finding.rpartition(" ")[2]
