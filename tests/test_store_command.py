"""`creditkit store`: what a person types and sees, its exit codes, and that docs/store.md tells the truth."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from tinydb import TinyDB, where

from creditkit import cli
from creditkit.store import World, default_seed_path, load_seed

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "store.md").read_text("utf-8")

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """The exit code of `creditkit store …`, run in the folder of the test, and what it prints."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stopped:
            cli.main(["store", *arguments])
        out, err = capsys.readouterr()
        return int(stopped.value.code or 0), out, err

    return command


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The file of a default world that has been used and closed."""
    path = tmp_path / "world.json"
    with World.open(load_seed(default_seed_path()), data=path) as world:
        world.snapshot("monday")
        world.credits.delete(world.credits.listing(world.users[0])[0])
    return path


def counted(data: Path) -> str:
    with TinyDB(data, access_mode="r", encoding="utf-8") as plain:
        names = ("users", "customers", "offerings", "projects", "invoices", "credits")
        return ", ".join(f"{len(plain.table(name))} {name}" for name in names)


def test_check_tells_what_a_whole_file_holds(run: Run, data: Path) -> None:
    code, out, err = run("check", "world.json")
    assert (code, err) == (0, "")
    size = f"{data.stat().st_size:,}"
    assert out == (
        f"world.json: a whole world\n  {counted(data)}\n"
        f"  {size} bytes, and 0 in journals\n  snapshots: monday\n"
    )


def test_check_works_while_the_file_is_held_and_changes_nothing(run: Run, data: Path) -> None:
    with World.open(load_seed(default_seed_path()), data=data) as world:
        world.credits.delete(world.credits.listing(world.users[0])[0])
        files = {file: file.read_bytes() for file in data.parent.glob("world.json*")}
        code, out, _ = run("check", "world.json")
        assert (code, "12 credits" in out) == (0, True)
        assert run("export", "world.json", "--to", "copy.json")[0] == 0
        assert {file: file.read_bytes() for file in data.parent.glob("world.json*")} == files
    assert "12 credits" in run("check", "copy.json")[1]


def test_check_and_repair_of_a_damaged_file(run: Run, data: Path) -> None:
    content = data.read_bytes()
    at = content.index(b'"value":"')
    data.write_bytes(content[:at] + b'"valve":"' + content[at + 9 :])
    code, out, err = run("check", "world.json")
    assert code == 5
    assert out.startswith(f"{data}: at byte ")
    assert err == (
        "creditkit: world.json: damaged in 1 place"
        " (save what can be saved: creditkit store repair world.json --to FILE)\n"
    )
    code, out, err = run("repair", "world.json", "--to", "saved.json")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].startswith(f"lost: {data}: at byte ")
    assert lines[1] == "lost: the snapshot monday"
    assert lines[2].startswith("left out: document ")
    assert lines[2].endswith(" of credits is damaged: value is missing")
    assert lines[-1].startswith("saved.json: ")
    assert lines[-1].endswith(", 12 credits")
    assert data.read_bytes() != content
    assert run("check", "saved.json")[0] == 0


def test_repair_of_a_whole_file_says_so(run: Run, data: Path) -> None:
    code, out, _ = run("repair", "world.json", "--to", "saved.json")
    assert (code, out) == (0, f"saved.json: {counted(data)}\n  nothing was lost: world.json is whole\n")


@pytest.mark.parametrize("form", [[], ["--format", "json"], ["--format", "csv"]])
def test_export_and_import_there_and_back(run: Run, data: Path, form: list[str]) -> None:
    expected = counted(data)
    assert run("export", "world.json", "--to", "there", *form) == (0, f"there: {expected}\n", "")
    assert data.with_name("there").is_dir() == ("csv" in form)
    assert run("import", "there", "--to", "back.json") == (0, f"back.json: {expected}\n", "")
    assert run("check", "back.json")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["check", "missing.json"], 5, "missing.json: there is no such file"),
        (["check", "."], 5, "there is no such file"),
        (["check", "text.json"], 5, "text.json"),
        (["export", "missing.json", "--to", "x"], 5, "missing.json: there is no such file"),
        (["import", "missing.json", "--to", "x"], 5, "missing.json: cannot be read: No such file"),
        (["import", "text.json", "--to", "x"], 5, "text.json:1: not JSON: "),
        (["import", "world.json", "--to", "text.json"], 2, "text.json: exists already"),
        (["export", "world.json", "--to", "text.json"], 2, "text.json: exists already"),
        (["repair", "world.json", "--to", "text.json"], 2, "text.json: exists already"),
        (["export", "world.json", "--to", "no/such/folder"], 5, "no/such/folder: cannot be written"),
        (["export", "world.json", "--to", "x", "--format", "xml"], 2, "xml"),
        (["export", "world.json"], 2, "--to"),
        (["check"], 2, "FILE"),
    ],
)
def test_what_cannot_be_done_is_told(
    run: Run, data: Path, arguments: list[str], code: int, says: str
) -> None:
    data.with_name("text.json").write_text("no JSON\n")
    before = sorted(file.name for file in data.parent.iterdir())
    got, out, err = run(*arguments)
    assert (got, out if code == 2 else "") == (code, "")
    assert says in err
    assert "Traceback" not in err
    if got == 5:
        assert err.count("\n") == 1
    assert sorted(file.name for file in data.parent.iterdir()) == before


def test_every_action_and_exit_code_is_documented() -> None:
    group = cli.cli.commands["store"]
    assert isinstance(group, click.Group)
    for name, command in group.commands.items():
        (argument,) = (each for each in command.params if isinstance(each, click.Argument))
        assert f"| `creditkit store {name} {argument.make_metavar(click.Context(command))}" in PAGE
        for option in command.params:
            if isinstance(option, click.Option) and option.opts[0] != "--help":
                assert f"`{option.opts[0]}" in PAGE or f"{option.opts[0]} " in PAGE
                assert f"`{option.envvar}`" in PAGE
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)} == {0, 2, 5}


def blocks() -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_the_examples_of_the_page_work(run: Run, data: Path) -> None:
    reading, world = blocks()
    seen: list[object] = []
    exec(reading, {"print": lambda *words: seen.extend(words), "TinyDB": TinyDB, "where": where})
    assert len(seen) == 2
    exec(world, {})
    console = re.findall(r"^```console\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)[0]
    for line in console.splitlines():
        program, command, *arguments = line.split()
        assert program == "creditkit"
        if command == "store":
            assert run(*arguments)[0] == 0, line
