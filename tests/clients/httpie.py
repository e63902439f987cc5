"""HTTPie: the `http` command, with the arguments of the documented snippets."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from .processes import Call, absent, run

_ARGUMENTS = {
    "list": ("GET", ""),
    "retrieve": ("GET", "{uuid}/"),
    "create": ("POST", "", "customer={customer}"),
    "update": ("PUT", "{uuid}/", "customer={customer}"),
    "partial_update": ("PATCH", "{uuid}/"),
    "destroy": ("DELETE", "{uuid}/"),
    "consumptions_list": ("GET", "{uuid}/consumptions/"),
    "apply_compensations": ("POST", "{uuid}/apply_compensations/", "customer={customer}"),
    "clear_compensations": ("POST", "{uuid}/clear_compensations/", "customer={customer}"),
}


def connect(url: str, token: str, folder: Path) -> Call:
    """The command at a base URL, logged in. It ends with an error for any status but 2xx."""
    program = shutil.which("http", path=str(Path(sys.executable).parent)) or shutil.which("http")
    if program is None:
        absent("HTTPie is part of the dev extra: pip install --editable '.[dev]'")

    def call(operation: str, uuid: str, customer: str) -> Any:
        method, path, *fields = (part.format(uuid=uuid, customer=customer) for part in _ARGUMENTS[operation])
        printed = run(
            program,
            "--ignore-stdin",
            "--check-status",
            method,
            f"{url}/api/customer-credits/{path}",
            f"Authorization:Token {token}",
            *fields,
            HTTPIE_CONFIG_DIR=str(folder),
        )
        return json.loads(printed) if printed else None

    return call
