"""docs/mock.md tells every operation, verdict and query parameter of the control API."""

from __future__ import annotations

from pathlib import Path

import pytest

from creditkit.contract import CONTROL, load
from creditkit.mock.control.log_entries import VERDICTS

TEXT = (Path(__file__).parent.parent.parent.parent / "docs" / "mock.md").read_text(encoding="utf-8")
CONTRACT = load(CONTROL)


@pytest.mark.parametrize("name", list(CONTRACT.operations))
def test_an_operation_is_documented(name: str) -> None:
    operation = CONTRACT.operations[name]
    told = "in a browser" if name == "page_read" else "`ctl "
    assert f"| `{operation.method} {operation.path}` | {told}" in TEXT
    for parameter in operation.parameters:
        if parameter.location == "query":
            assert f"?{parameter.name}=" in TEXT or f"&{parameter.name}=" in TEXT


def test_the_verdicts_are_documented() -> None:
    for verdict in VERDICTS:
        assert f"| `{verdict}` |" in TEXT
    schema = CONTRACT.document["components"]["schemas"]["Entry"]["properties"]["verdict"]
    assert tuple(schema["enum"]) == VERDICTS
