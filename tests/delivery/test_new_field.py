"""A new plain field of a credit touches four files, and is then everywhere: the recipe of CONTRIBUTING.md."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
LAST = "apply_as_minimal_consumption"
INPUT = "{$ref: '#/components/schemas/ApplyAsMinimalConsumptionInput'}\n"
MESSAGES = "{$ref: '#/components/schemas/Messages'}\n"
EDITS = {
    "openapi.yaml": [
        (f"        {LAST}:\n          type: boolean\n", "        auto_renew:\n          type: boolean\n"),
        (f"        {LAST}: {INPUT}", f"        auto_renew: {INPUT}"),
        (f"        {LAST}: {MESSAGES}", f"        auto_renew: {MESSAGES}"),
    ],
    "src/creditkit/contract/control.yaml": [
        (f"        {LAST}:\n          type: boolean\n", "        auto_renew:\n          type: boolean\n")
    ],
    "src/creditkit/store/domain/model.py": [(f"    {LAST}: bool = True\n", "    auto_renew: bool = False\n")],
    "src/creditkit/store/seed.schema.yaml": [
        (f"      {LAST}:", "      auto_renew: {type: boolean, default: false}\n")
    ],
}
"""By file: the line before which, or the text behind which, something is added."""
SEED = """\
clock: 2026-11-22
users: [{username: staff, staff: true, token: c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00}]
customers:
  - {key: aurora, name: Aurora}
  - {key: nimbus, name: Nimbus, uuid: 5a1c0de0-0000-4000-8000-0000000000f1}
credits: [{customer: aurora, value: 5, auto_renew: true}]
"""


def with_the_field(folder: Path) -> Path:
    """A copy of the product to which the field has been added."""
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "openapi.yaml", folder)
    for name, edits in EDITS.items():
        text = (folder / name).read_text("utf-8")
        for before, added in edits:
            text = text.replace(before, added + before)
        assert "auto_renew" in text, name
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "seed.yaml").write_text(SEED, encoding="utf-8")
    return folder


def test_a_field_added_to_four_files_is_served_kept_seeded_and_exported(
    serve: Callable[..., AbstractContextManager[Any]], tmp_path: Path
) -> None:
    kit = with_the_field(tmp_path)
    assert len(EDITS) <= 5
    main = "import sys; sys.path.insert(0, sys.argv.pop(1)); from creditkit.cli import main; main()"
    program = [sys.executable, "-c", main, str(kit / "src")]
    data = kit / "world.json"
    body = {"customer": "/api/customers/5a1c0de0-0000-4000-8000-0000000000f1/", "auto_renew": True}
    options = ("--seed", str(kit / "seed.yaml"), "--data", str(data))
    with serve(*options, program=program) as mock, mock.client() as http:
        (seeded,) = http.get("/api/customer-credits/").json()
        made = http.post("/api/customer-credits/", json=body)
        changed = http.patch(made.json()["url"], json={"auto_renew": False})
        refused = http.patch(made.json()["url"], json={"auto_renew": "maybe"})
        state = http.get("/_mock/state").json()
    assert (seeded["auto_renew"], made.json()["auto_renew"], changed.json()["auto_renew"]) == (
        True,
        True,
        False,
    )
    assert (made.status_code, changed.status_code) == (201, 200)
    assert (refused.status_code, refused.json()) == (400, {"auto_renew": ["Must be a valid boolean."]})
    assert sorted(credit["auto_renew"] for credit in state["credits"]) == [False, True]
    export = [*program, "store", "export", str(data), "--to", str(kit / "sheets"), "--format", "csv"]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run(export, check=True, env=environment, capture_output=True, timeout=60)
    with (kit / "sheets" / "credits.csv").open(encoding="utf-8", newline="") as file:
        assert sorted(row["auto_renew"] for row in csv.DictReader(file)) == ["false", "true"]
    contract = yaml.safe_load((kit / "openapi.yaml").read_text("utf-8"))
    assert "auto_renew" in contract["components"]["schemas"]["CustomerCredit"]["properties"]
