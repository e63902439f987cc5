"""What `creditkit export` does, one function for each of its actions; each gives the exit code.

0   the file was written, or is of the contract that is in use
1   the contract has moved on since the file was written
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import orjson

from creditkit import handlers
from creditkit.contract import API, SUPPORTING, load
from creditkit.errors import UsageError
from creditkit.mock import Judge
from creditkit.store import User, World, default_seed_path, export_world, gallery_path, load_seed

from .answers import answers_of
from .rendering import Form, rendered
from .stamp import contract_hash, is_stamped, read_stamped

if TYPE_CHECKING:
    from creditkit.contract import Contract


@dataclass(frozen=True, slots=True)
class Options:
    """Of what an export is made: a `world` of the gallery, a `seed` or a `data` file, the default world else.

    `user` is the name of the user who asks, the first of the staff unless given. `limit` is of how many
    credits, customers and offerings the answers to them alone are exported. `contract` None is the packaged
    one.
    """

    world: str = ""
    seed: Path | None = None
    data: Path | None = None
    user: str = ""
    limit: int = 25
    contract: Path | None = None


def export(form: Form, to: Path, options: Options | None = None, out: TextIO | None = None) -> int:
    """Write an export. It is TypeScript where the name ends in `.ts`, else JavaScript.

    Raises UsageError for what cannot be written or is there and no export, and whatever is wrong with the
    world or the contract.
    """
    options = options or Options()
    if to.exists() and not (to.is_file() and is_stamped(to)):
        raise UsageError(f"{to}: is there already and is no export", "name a new file with --to")
    contract = _contract(options.contract)
    name, world = _world(options)
    with world:
        user = _user(world, options.user)
        answers = answers_of(world, user, limit=options.limit, contract=contract)
    stamp = {
        "form": form.value,
        "contract": contract_hash(contract),
        "world": name,
        "user": user.username,
        "answers": len(answers),
    }
    paths = [item.template for item in (*(contract or load(API)).paths, *load(SUPPORTING).paths)]
    text = rendered(form, answers, stamp, typed=to.suffix in (".ts", ".mts"), templates=paths)
    try:
        to.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"{to}: cannot be written: {error.strerror}", "name another file with --to"
        ) from error
    operations = len({answer.operation for answer in answers})
    print(f"{to}: {len(answers)} answers of {operations} operations, all held to the contract", file=out)
    return 0


def verify(path: Path, contract: Path | None = None, out: TextIO | None = None) -> int:
    """Say whether an export is of the contract in use, and if not, which answers it does not allow any more.

    Raises UsageError for a file that is no export.
    """
    stamped = read_stamped(path)
    used = _contract(contract)
    if stamped.stamp.get("contract") == contract_hash(used):
        print(f"{path}: of this contract, {len(stamped.answers)} answers", file=out)
        return 0
    judge = Judge(used)
    wrong = 0
    for answer in stamped.answers:
        context = judge.context(answer["method"], answer["path"], answer["query"])
        headers = {name.encode(): value.encode("latin-1") for name, value in answer["headers"].items()}
        body = b"" if answer["body"] is None else orjson.dumps(answer["body"])
        findings = judge.answer(context, answer["status"], headers, body)
        faults = [str(finding) for finding in findings]
        if judge.operation(context) is None:
            faults.append("the contract has no such operation any more")
        for fault in faults:
            print(f"{path}: {answer['method']} {answer['path']} {answer['status']}: {fault}", file=out)
        wrong += bool(faults)
    told = f"{wrong} of {len(stamped.answers)} answers break it" if wrong else "its answers keep to it still"
    print(f"{path}: the contract has moved on, and {told}: export it again", file=out)
    return 1


def _contract(path: Path | None) -> Contract | None:
    if path is None:
        return None
    from creditkit.reload import read_contract

    return read_contract(path, handlers).contract


def _world(options: Options) -> tuple[str, World]:
    """A name for the world, and the world, which keeps nothing."""
    if sum(map(bool, (options.world, options.seed, options.data))) > 1:
        raise UsageError(
            "more than one world is named", "leave all but one of --world, --seed and --data out"
        )
    if options.data is not None:
        # A mock may hold the file: what is in it now is copied, and the copy opened.
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "world.json"
            export_world(options.data, copy)
            with World.open(load_seed(default_seed_path()), data=copy) as kept:
                return options.data.name, kept.fork()
    path = options.seed or (gallery_path(options.world) if options.world else default_seed_path())
    return path.name, World.open(load_seed(path))


def _user(world: World, name: str) -> User:
    for user in world.users:
        if user.username == name or (not name and user.is_staff):
            return user
    known = ", ".join(user.username for user in world.users)
    raise UsageError(
        f"there is no user {name!r}" if name else "the world has no staff", f"--user is one of {known}"
    )
