"""Contracts of one's own: what cannot be served is one clear error, with file and line."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from creditkit import handlers
from creditkit.contract import API, load, read
from creditkit.errors import ContractError
from creditkit.mock import create_app
from creditkit.reload import read_contract
from creditkit.reload.handlers_copy import HandlerError, import_copy
from creditkit.reload.serving import started_app
from creditkit.store import World

from .conftest import Files


def _no_world() -> World:
    raise LookupError("an app that is only made has no requests")


TEXT = API.read_text(encoding="utf-8")


def test_a_contract_in_several_files_is_the_one_that_it_is_in_one(tmp_path: Path) -> None:
    files = Files.laid_out(tmp_path)
    cut, whole = read_contract(files.contract, handlers), load(API)
    assert set(cut.files) == {files.contract, files.grace}
    assert list(cut.contract.operations) == list(whole.operations)
    name = "customer_credits_create"
    for media_type, body in whole.operations[name].bodies.items():
        found = cut.contract.operations[name].bodies[media_type]
        assert [each.name for each in found.properties] == [each.name for each in body.properties]
    grace = cut.contract.operations[name].bodies["application/json"].properties[6]
    assert grace.schema["pattern"] == "^-?[0-9]{1,3}$"


@pytest.mark.parametrize(
    ("find", "put", "line_of", "says"),
    [
        ("openapi: 3.0.3", "openapi: 3.1.0", "openapi: 3.1.0", "Connexion 3.3 refuses 3.1"),
        ("customer_credits_destroy", "credits_delete", "Id: credits_delete", "no handler serves"),
        ("customer_credits_destroy", "Links", "operationId: Links", "no handler serves"),
        ("customer_credits_list", "customers_list", "paths:", "no operation customer_credits_list"),
        (
            "    x-method-not-allowed:\n      $ref",
            "    x-other:\n      $ref",
            "  /api/customer-credits/:",
            "405",
        ),
        ("        '401':", "        4XX:", "        4XX:", "plain statuses, not '4XX'"),
        ("schemas/CustomerCredit'", "schemas/Nothing'", "schemas/Nothing'", "leads nowhere"),
        ("  title: Waldur", "  titel: Waldur", "info:", "title"),
        ("[0-9]{1,11}(", "[0-9]{1,11}((", "[0-9]{1,11}((", "is no regular expression"),
    ],
)
def test_what_cannot_be_served_is_told_with_its_line(
    tmp_path: Path, find: str, put: str, line_of: str, says: str
) -> None:
    file = tmp_path / "openapi.yaml"
    text = TEXT.replace(find, put)
    file.write_text(text, encoding="utf-8")
    line = next(number for number, line in enumerate(text.splitlines(), 1) if line_of in line)
    with pytest.raises(ContractError) as caught:
        started_app(partial(create_app, _no_world), file, read_contract(file, handlers).contract, handlers)
    assert f"{file}:{line}: " in caught.value.message, caught.value.message
    assert says in caught.value.message


def test_a_contract_of_somebody_else_is_refused_by_the_command(tmp_path: Path) -> None:
    file = tmp_path / "pets.yaml"
    file.write_text(
        "openapi: 3.0.3\ninfo: {title: Pets, version: '1'}\npaths:\n  /pets:\n    get:\n"
        "      operationId: list_pets\n      responses: {'200': {description: All.}}\n",
        encoding="utf-8",
    )
    for path, says in ((file, f"{file}:"), (tmp_path / "none.yaml", "cannot be read")):
        done = subprocess.run(
            [sys.executable, "-m", "creditkit.cli", "mock", "--port", "0", "--contract", str(path)],
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == ContractError.exit_code
        assert done.stdout == ""
        assert says in done.stderr
        assert "Traceback" not in done.stderr


def test_the_packaged_contract_is_read_alike_by_both_readers() -> None:
    path = Path(str(API))
    assert read_contract(path, handlers).contract.document == read(API)


@pytest.mark.parametrize(
    ("source", "line", "says"),
    [
        ("def f(:\n", 1, "invalid syntax"),
        ("x = 1\n  y = 2\n", 2, "unexpected indent"),
        ("\n\nx = nothing_here\n", 3, "NameError: name 'nothing_here' is not defined"),
        ("from .absent import x\n", 1, "ModuleNotFoundError"),
        ("\nimport json\njson.loads('{')\n", 3, "JSONDecodeError"),
    ],
)
def test_handlers_that_cannot_be_imported_are_told_with_their_line(
    tmp_path: Path, source: str, line: int, says: str
) -> None:
    before = set(sys.modules)
    (tmp_path / "__init__.py").write_text("from .inner import *\n", encoding="utf-8")
    (tmp_path / "inner.py").write_text(source, encoding="utf-8")
    with pytest.raises(HandlerError) as caught:
        import_copy(tmp_path)
    assert caught.value.message.startswith(f"{tmp_path / 'inner.py'}:{line}: ")
    assert says in caught.value.message
    assert not [name for name in set(sys.modules) - before if name.startswith("creditkit_handlers")]


def test_a_copy_is_of_the_source_as_it_is_and_shares_nothing(tmp_path: Path) -> None:
    file = tmp_path / "__init__.py"
    for number in (1, 2, 3):  # the same size, within a second
        file.write_text(f"kept = [{number}]\n", encoding="utf-8")
        assert import_copy(tmp_path).kept == [number]
    assert not list(tmp_path.rglob("*.pyc"))
