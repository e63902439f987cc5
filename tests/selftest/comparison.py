"""Compares the check with plain schemathesis on the same faults.

    PYTHONPATH=tests python -m selftest.comparison

tries each fault that `comparison.csv` lacks (20 seconds each), adds a row for it, and prints the figures for
docs/selftest.md. Plain means schemathesis' own command line, defaults and checks, with one token of staff.
Some of its checks fail on the honest mock at random, so the file begins with runs on the honest mock. A run
on a fault counts in two ways:

    certain   a check failed that fails in no honest run
    perhaps   a check failed at an operation at which it fails in no honest run
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import as_file
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from creditkit.contract import API
from creditkit.deviations import Shown
from faults import load_faults

from .bench import Bench
from .judging import caught

FILE = Path(__file__).with_name("comparison.csv")
HONEST_RUNS = 6
_SEED, _EXAMPLES = 1, 20  # fixed, so that rows of different days compare; the first line of the file has them
_PATIENCE = 300.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """The rows of the file: what schemathesis found in each honest run, and what both found of each fault."""

    settings: str
    honest: tuple[frozenset[str], ...]
    rows: Mapping[str, tuple[frozenset[str], frozenset[str]]]

    def figures(self) -> Iterator[tuple[str, int, int, int, int]]:
        """By group, and for all: faults, found by the check, certainly and perhaps found by schemathesis."""
        known = frozenset[str]().union(*self.honest)
        noisy = {_code(finding) for finding in known}
        rows = [(fault.group, *self.rows[fault.id]) for fault in load_faults() if fault.id in self.rows]
        for group in (*dict.fromkeys(group for group, *_ in rows), "all"):
            of = [(ours, theirs - known) for own, ours, theirs in rows if group in (own, "all")]
            certain = sum(any(_code(finding) not in noisy for finding in theirs) for _, theirs in of)
            perhaps = sum(bool(theirs) for _, theirs in of)
            yield group, len(of), sum(bool(ours) for ours, _ in of), certain, perhaps


def load(path: Path = FILE) -> Comparison:
    """The comparison that a file holds."""
    settings, *lines = path.read_text(encoding="utf-8").splitlines()
    found = [
        (
            row["deviation"],
            frozenset(row["creditkit"].split()),
            frozenset(row["schemathesis"].split("; ")) - {""},
        )
        for row in csv.DictReader(lines)
    ]
    honest = tuple(theirs for name, _, theirs in found if not name)
    rows = {name: (ours, theirs) for name, ours, theirs in found if name}
    return Comparison(settings.removeprefix("# "), honest, rows)


def to_markdown(comparison: Comparison) -> str:
    """The figures as docs/selftest.md has them."""
    lines = [
        "| group | deviations | creditkit | schemathesis | or perhaps |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    lines += [f"| {' | '.join(map(str, row))} |" for row in comparison.figures()]
    return "\n".join(lines)


def try_all() -> None:
    """Add a row for each honest run and fault that the file lacks."""
    kept = load()
    with Bench() as bench, FILE.open("a", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        for _ in range(HONEST_RUNS - len(kept.honest)):
            table.writerow(["", "", "; ".join(sorted(findings(bench)))])
        for fault in load_faults():
            if fault.id not in kept.rows:
                theirs = findings(bench, fault.shown)
                table.writerow([fault.id, " ".join(sorted(caught(bench, fault))), "; ".join(sorted(theirs))])
                file.flush()


def findings(bench: Bench, *shown: Shown) -> frozenset[str]:
    """What schemathesis finds, as `operation code`, such as `GET /api/customer-credits/ ST108`."""
    bench.show(*shown)
    with TemporaryDirectory() as folder, as_file(API) as contract:
        (Path(folder) / "schemathesis.toml").touch()  # so that it reads no other configuration
        command = [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", "schemathesis.toml"),
            *("run", str(contract), f"--url={bench.target.url}"),
            *(f"--seed={_SEED}", f"--max-examples={_EXAMPLES}", "--generation-database=none"),
            *("-H", f"Authorization: Token {bench.target.tokens['staff']}"),
            *("--report=json", "--report-json-path=report.json"),
        ]
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
        assert done.returncode in (0, 1), done.stdout[-300:]
        return _findings(json.loads((Path(folder) / "report.json").read_text(encoding="utf-8")))


def _findings(document: Mapping[str, Any]) -> frozenset[str]:
    found = {
        f"{place} {failure['code']}" for failure in document["failures"] for place in failure["operations"]
    }
    return frozenset(found | ({"the run ERROR"} if document["errors"] else set()))


def _code(finding: str) -> str:
    return finding.rpartition(" ")[2]


if __name__ == "__main__":
    try_all()
    print(to_markdown(load()))
