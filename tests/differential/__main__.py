"""Compare the mock with the deployment over the whole corpus; `make differential`.

Prints the figures and every difference that the table does not name; exit 1 if there is one, or if a row of
the table no longer occurs. `--all` prints the named ones, too.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from .corpus import distinct
from .exchange import Server
from .servers import deployment, mock, tokens
from .table import compare, rows, summary


def main() -> int:
    known = rows()
    with tempfile.TemporaryDirectory() as folder, deployment(Path(folder)) as theirs, mock() as ours:
        servers = Server(theirs, tokens(), {"X-Dry-Run": "1"}), Server(ours, tokens())
        count, found = compare(distinct(), *servers, known)
    for each in found:
        if each.row is None or "--all" in sys.argv:
            print(f"{each.kind}: {each.request.name} as {each.request.user}")
            print(f"  deployment  {each.theirs.status} {str(each.theirs.body)[:200]} {each.theirs.headers}")
            print(f"  mock        {each.ours.status} {str(each.ours.body)[:200]} {each.ours.headers}")
    gone = [row for row in known if all(each.row is not row for each in found)]
    for row in gone:
        print(f"no longer there: {row.name} {row.kind}: {row.reason}")
    print(", ".join(f"{number} {name}" for name, number in summary(count, found).items()))
    return int(bool(gone) or any(each.row is None for each in found))


if __name__ == "__main__":
    sys.exit(main())
