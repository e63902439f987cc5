"""Exports: what is in them, how they are written, and what `verify` says when the contract moves on."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import click
import pytest

from creditkit.cli import cli, main
from creditkit.contract import API, SUPPORTING, load
from creditkit.errors import UsageError
from creditkit.export import Form, Options, answers_of, contract_hash, export, verify
from creditkit.export.stamp import read_stamped
from creditkit.store import World, default_seed_path, load_seed


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("exported") / "handlers.js"
    assert export(Form.MSW, file, Options(limit=2), io.StringIO()) == 0
    return file


def test_every_operation_of_both_contracts_is_there(file: Path) -> None:
    stamped = read_stamped(file)
    known = {*load(API).operations, *load(SUPPORTING).operations}
    assert {answer["operation"] for answer in stamped.answers} == known
    statuses = {(answer["operation"], answer["status"]) for answer in stamped.answers}
    assert {s for o, s in statuses if o == "customer_credits_create"} == {201, 400}
    assert {s for o, s in statuses if o == "customer_credits_partial_update"} == {200, 400, 404}
    assert {s for o, s in statuses if o == "customer_credits_list"} == {200, 401, 404}
    assert stamped.stamp["answers"] == len(stamped.answers)


def test_what_is_written_is_done_in_a_world_of_its_own(file: Path) -> None:
    by_request = {
        (a["method"], a["path"], str(a["sent"])): a for a in read_stamped(file).answers if a["user"]
    }
    path = "/api/customer-credits/c4ed1700-0000-4000-8000-000000000001/"
    assert by_request["DELETE", path, "None"]["status"] == 204
    assert by_request["GET", path, "None"]["body"]["value"] == "5870.35000"
    applied = by_request["POST", f"{path}apply_compensations/", "None"]["body"]["value"]
    assert applied != "5870.35000"


def test_the_same_world_gives_the_same_file(file: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.js"
    export(Form.MSW, again, Options(limit=2), io.StringIO())
    assert again.read_text(encoding="utf-8") == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("user", ["owner", "nobody"])
def test_another_user_is_answered_otherwise(tmp_path: Path, user: str) -> None:
    out = io.StringIO()
    export(Form.PLAYWRIGHT, tmp_path / "routes.ts", Options(user=user), out)
    answers = read_stamped(tmp_path / "routes.ts").answers
    listed = next(a for a in answers if a["path"] == "/api/customer-credits/" and a["user"])
    assert len(listed["body"]) == (1 if user == "owner" else 0)
    assert {a["status"] for a in answers if a["operation"] == "customer_credits_create"} == {403}


def test_a_world_may_come_from_a_data_file_that_a_mock_holds(tmp_path: Path) -> None:
    data = tmp_path / "world.json"
    with World.open(load_seed(default_seed_path()), data=data) as world:
        first = world.credits.listing(world.users[0])[0]
        world.credits.delete(first)
        export(Form.MSW, tmp_path / "handlers.js", Options(data=data, limit=0), io.StringIO())
    listed = read_stamped(tmp_path / "handlers.js").answers[0]
    assert listed["headers"]["x-result-count"] == "13"


def test_an_empty_world_is_exported_too() -> None:
    world = World.open(load_seed(default_seed_path()))
    for credit in tuple(world.credits.listing(world.users[0])):
        world.credits.delete(credit)
    answers = answers_of(world, world.users[0], limit=3, contract=None)
    assert next(a for a in answers if a.operation == "customer_credits_list").body == []


def said(path: Path, contract: Path | None = None) -> tuple[int, str]:
    out = io.StringIO()
    return verify(path, contract, out), out.getvalue()


def own_contract(folder: Path, old: str, new: str) -> Path:
    file = folder / "openapi.yaml"
    text = API.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    return file


def test_verify_tells_when_the_contract_moves_on(file: Path, tmp_path: Path) -> None:
    code, told = said(file)
    assert (code, "of this contract" in told) == (0, True)
    # Comments are not part of it.
    assert said(file, own_contract(tmp_path, "# Patterns are", "# These patterns are"))[0] == 0
    code, told = said(file, own_contract(tmp_path, "title: Waldur", "title: Another"))
    assert (code, "has moved on, and its answers keep to it still" in told) == (1, True)
    contract = own_contract(tmp_path, "pattern: '^-?[0-9]{1,20}\\.[0-9]{2}$'", "pattern: '^x$'")
    code, told = said(file, contract)
    assert code == 1
    assert "/consumptions/ 200: answer /" in told
    assert "answers break it: export it again" in told


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "cannot be read"),
        ("export {}", "is no export"),
        ("// creditkit-export: {\nconst answers = [\n];", "edited"),
    ],
)
def test_what_is_no_export_is_a_clear_error(tmp_path: Path, text: Any, says: str) -> None:
    file = tmp_path / "handlers.js"
    if text is not None:
        file.write_text(text)
    with pytest.raises(UsageError) as caught:
        verify(file)
    assert says in caught.value.message


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (["msw", "--to", "mine.js"], 2, "is there already and is no export"),
        (["msw", "--to", "none/x.js"], 2, "cannot be written"),
        (["msw", "--to", "x.js", "--world", "atlantis"], 2, "there is no world 'atlantis'"),
        (["msw", "--to", "x.js", "--user", "zoe"], 2, "there is no user 'zoe'"),
        (["msw", "--to", "x.js", "--seed", "a.yaml", "--data", "b.json"], 2, "more than one world is named"),
        (["msw", "--to", "x.js", "--seed", "none.yaml"], 4, "none.yaml"),
        (["playwright", "--to", "x.js", "--contract", "none.yaml"], 3, "none.yaml"),
        (["msw"], 2, "--to"),
    ],
)
def test_wrong_input_is_one_clear_error(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    code: int,
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.js").write_text("my own work")
    with pytest.raises(SystemExit) as ended:
        main(["export", *options])
    out, errors = capsys.readouterr()
    assert (ended.value.code, out) == (code, "")
    assert says in errors
    assert [file.name for file in tmp_path.iterdir()] == ["mine.js"]
    assert (tmp_path / "mine.js").read_text() == "my own work"


def test_the_command_writes_over_an_export_and_verifies(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "handlers.js"
    mine.write_bytes(file.read_bytes())
    for options in (["msw", "--to", str(mine), "--limit", "1"], ["verify", str(mine)]):
        with pytest.raises(SystemExit) as ended:
            main(["export", *options])
        assert ended.value.code == 0
    out = capsys.readouterr().out
    assert "answers of 14 operations, all held to the contract" in out
    assert contract_hash() in mine.read_text(encoding="utf-8")


def test_every_option_is_documented() -> None:
    told = (Path(__file__).parents[2] / "docs" / "export.md").read_text(encoding="utf-8")
    group = cli.commands["export"]
    assert isinstance(group, click.Group)
    assert set(group.commands) == {"msw", "playwright", "verify"}
    for command in group.commands.values():
        assert f"creditkit export {command.name}" in told
        for option in command.params:
            if isinstance(option, click.Option):
                assert f"| `{option.opts[0]}` | `{option.envvar}` |" in told
