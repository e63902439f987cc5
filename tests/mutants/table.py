"""The tables of mutants: contracts that differ from another in one thing, as edits in YAML."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from creditkit.review import Source, parse_source
from creditkit.review.diff import Change, compare

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: what it is called, the contracts before and after, and what must be said of it."""

    name: str
    old: dict[str, Any]
    new: dict[str, Any]
    kinds: tuple[str, ...]
    breaking: bool
    possible: bool
    breaks: tuple[str, ...]

    def __str__(self) -> str:
        return self.name


def load(name: str) -> dict[str, Any]:
    """A contract beside this file, as plain values."""
    return load_file(HERE / name)


def load_file(path: Path) -> dict[str, Any]:
    """A contract in a file, as plain values with text keys."""
    return dict(source(yaml.safe_load(path.read_text(encoding="utf-8")), path.name).document)


def mutants(table: str) -> Iterator[Mutant]:
    """The rows of a table beside this file."""
    bases: dict[str, dict[str, Any]] = {"base.yaml": load("base.yaml")}
    for row in yaml.safe_load((HERE / table).read_text(encoding="utf-8")):
        if "old" in row:
            old, new = whole(row["old"]), whole(row["new"])
        else:
            old = bases["base.yaml"]
            new = edited(old, row.get("all", [row]))
        severity = row.get("oasdiff", "").rpartition(" ")[2]
        judgement = row.get("judgement", "breaking" if severity in ("ERR", "WARN") else "compatible")
        yield Mutant(
            name=row["name"],
            old=old,
            new=new,
            kinds=tuple(sorted(row["kinds"])),
            breaking=judgement == "breaking",
            possible=judgement == "possible",
            breaks=tuple(row.get("breaks", ())),
        )


def all_mutants() -> Iterator[Mutant]:
    """The rows of all tables."""
    for table in ("oasdiff.yaml", "more.yaml", "teams.yaml"):
        yield from mutants(table)


_TOLD: dict[str, tuple[Change, ...]] = {}


def changes_of(mutant: Mutant) -> tuple[Change, ...]:
    """What the comparison says of a mutant; it is made once. Names are unique over all tables."""
    if mutant.name not in _TOLD:
        _TOLD[mutant.name] = compare(source(mutant.old), source(mutant.new))
    return _TOLD[mutant.name]


def edited(document: Mapping[str, Any], edits: list[dict[str, Any]]) -> dict[str, Any]:
    """A copy of a document with edits made to it, one after the other."""
    found: dict[str, Any] = copy.deepcopy(dict(document))
    for edit in edits:
        if "refer" in edit:
            text = json.dumps(found).replace(json.dumps(edit["refer"]), json.dumps(edit["to"]))
            found = json.loads(text)
            continue
        if "every" in edit:
            _edit_every([found], edit["every"].split("/")[1:], edit)
            continue
        pointer = edit.get("set") or edit.get("remove") or edit["rename"]
        *parents, last = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
        holder: Any = found
        for part in parents:
            holder = holder[int(part)] if isinstance(holder, list) else holder[part]
        _edit(holder, last, edit)
    return found


def _edit(holder: Any, last: str, edit: dict[str, Any]) -> None:
    if "rename" in edit:
        holder[edit["to"]] = holder.pop(last)
    elif "remove" in edit:
        del holder[int(last) if isinstance(holder, list) else last]
    elif isinstance(holder, list) and int(last) == len(holder):
        holder.append(edit["value"])
    else:
        holder[int(last) if isinstance(holder, list) else last] = copy.deepcopy(edit["value"])


def _edit_every(holders: list[Any], names: list[str], edit: dict[str, Any]) -> None:
    """Add to every list at a pointer with stars, or rename a member of the objects in it."""
    for name in names:
        holders = [each for holder in holders for key, each in holder.items() if name in ("*", key)]
    for holder in holders:
        if "append" in edit:
            holder.append(copy.deepcopy(edit["append"]))
        else:
            for one in holder:
                if edit["rename"] in one:
                    one[edit["to"]] = one.pop(edit["rename"])


def whole(part: dict[str, Any]) -> dict[str, Any]:
    """A contract for a part of one: a schema of a body, a parameter or a header, or whole `paths`."""
    version = part.get("openapi", "3.0.3")
    document = {
        "openapi": version,
        "info": {"title": "T", "version": "1"},
        "components": part.get("components", {}),
    }
    if "paths" in part:
        return {
            **document,
            "paths": part["paths"],
            **{k: part[k] for k in ("security", "servers", "webhooks") if k in part},
        }
    operation: dict[str, Any] = {"responses": {"204": {"description": ""}}}
    if "request" in part:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": part["request"]}},
        }
    if "response" in part:
        content = {"application/json": {"schema": part["response"]}}
        operation["responses"] = {"200": {"description": "", "content": content}}
    if "query" in part:
        operation["parameters"] = [{"in": "query", "name": "q", **part["query"]}]
    if "header" in part:
        operation["responses"] = {"200": {"description": "", "headers": {"X-Count": part["header"]}}}
    return {**document, "paths": {"/things/": {"post": operation}}}


def source(document: Mapping[str, Any], name: str = "contract.json") -> Source:
    """A document as if it had been read from a file."""

    def nothing(name: str) -> bytes:
        raise FileNotFoundError(2, f"{name}: there is no other file")

    return parse_source(name, json.dumps(document).encode(), nothing)
