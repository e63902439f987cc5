"""What is asked for has to be judged in the mode that is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from creditkit.conformance import Options, command
from creditkit.errors import UsageError


@pytest.mark.parametrize("only", [("fuzz",), ("FUZZ-ANSWERED", "FUZZ-METHODS")])
def test_fuzzing_alone_needs_its_mode(only: tuple[str, ...], tmp_path: Path) -> None:
    options = Options(target="http://127.0.0.1:9", only=only, journal=tmp_path / "journal")
    with pytest.raises(UsageError, match=f"{', '.join(only)}: judged in the mode full alone") as raised:
        command.check_deployment(options)
    assert raised.value.hint == "--mode full"
