"""The parts of docs/review.md that tables of the review say. Run it as a program to write them anew."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from creditkit.review import rules

PAGE = Path(__file__).parents[2] / "docs" / "review.md"


def of_rules() -> str:
    """Every rule with its reason, what to do, and an example of its fault."""
    told = ((f"### `{r.id}` ({r.severity})", f"{r.reason} {r.hint}", r.example.rstrip()) for r in rules())
    return "\n".join(f"{head}\n\n{text}\n\n```yaml\n{example}\n```\n" for head, text, example in told)


def of_kinds() -> str:
    """What can happen to a part of a request or of a response, and whom that breaks."""
    rows = [(f"`{row['what']}`", row["request"], row["response"]) for row in _table("kinds.csv")]
    return _as_table(("change", "in a request", "in a response"), rows)


def of_operations() -> str:
    """What can happen to operations as a whole."""
    rows = [(f"`{row['kind']}`", row["reason"]) for row in _table("operation_kinds.csv")]
    return _as_table(("change", "whom it breaks"), rows)


def written(page: str) -> str:
    """The page with these parts as the tables have them."""
    for name, text in (("rules", of_rules()), ("kinds", of_kinds()), ("operations", of_operations())):
        pattern = rf"(<!-- {name} -->\n).*?(<!-- end of {name} -->)"
        found = re.search(pattern, page, re.DOTALL)
        assert found, name
        page = f"{page[: found.start()]}{found[1]}\n{text}\n{found[2]}{page[found.end() :]}"
    return page


def _table(name: str) -> list[dict[str, str]]:
    text = (files("creditkit.review.diff") / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _as_table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
