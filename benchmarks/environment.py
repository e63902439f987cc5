"""The environment in which a benchmark starts its servers."""

from __future__ import annotations

import os


def environment() -> dict[str, str]:
    """That of this process, but bytecode is kept from the first start on, as what is installed has it."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
