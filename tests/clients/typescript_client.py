"""The TypeScript client: generated from the contract, compiled with its driver, run under Node."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from .processes import ROOT, Call, absent, run

_PROJECT = Path(__file__).parent / "typescript"
_SETTINGS = ("package.json", "tsconfig.json", "openapi-ts.config.mjs")


def connect(url: str, token: str, folder: Path) -> Call:
    """The client, logged in. It throws for any status but 2xx."""
    node = compiled(folder, "driver.ts", "types.ts")

    def call(operation: str, uuid: str, customer: str) -> Any:
        request = {"operation": operation, "baseUrl": url, "token": token, "uuid": uuid, "customer": customer}
        return json.loads(run(node, folder / "build" / "driver.js", json.dumps(request)))["data"]

    return call


def compiled(folder: Path, *sources: str, settings: str = "tsconfig.json") -> str:
    """Generate the client and compile it in `folder`, with what calls it; gives the program that runs it.

    The checkout stays clean, and two runs do not meet.
    """
    node = shutil.which("node")
    packages = _PROJECT / "node_modules"
    if node is None or not packages.is_dir():
        absent("the TypeScript client needs Node.js 18.18 or newer and npm: apt-get install nodejs npm")
    for name in {*_SETTINGS, settings, *sources}:
        shutil.copy(_PROJECT / name, folder)
    (folder / "node_modules").symlink_to(packages)
    run(
        node,
        "node_modules/@hey-api/openapi-ts/bin/index.cjs",
        cwd=folder,
        CREDITKIT_CONTRACT=str(ROOT / "openapi.yaml"),
    )
    run(node, "node_modules/typescript/bin/tsc", "-p", settings, cwd=folder)
    return node
