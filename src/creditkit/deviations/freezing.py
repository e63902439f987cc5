"""Freezing: the mutants of the contract as it is now become those that every later one is held to.

    python -m creditkit.deviations.freezing

To be done on purpose, with a change of the contract: from then on, shares of mutants are of another set.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from .mutants import as_csv, checksum, mutants_of_contract


def freeze(folder: Path) -> int:
    """Write the mutants and their checksum into a folder; how many there are."""
    text = as_csv(mutants_of_contract())
    (folder / "mutants.csv").write_text(text, encoding="utf-8")
    (folder / "mutants.sha256").write_text(f"{checksum(text)}  mutants.csv\n", encoding="utf-8")
    return text.count("\n") - 1


if __name__ == "__main__":
    print(f"{freeze(Path(str(files('creditkit.deviations'))))} mutants are frozen.")
