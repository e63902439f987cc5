"""Reads and checks the catalogue: `catalogue/*.yaml`, each a list of deviations, and `releases.yaml`.

`catalogue.schema.yaml` holds the format. A mistake in a file raises ContractError with the file and the
entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import jsonschema_rs
import yaml

from creditkit.errors import ContractError

from .deviation import AnswerChange, Condition, Deviation, Edit, Release, RequestChange, Shown, Sign

_FOLDER = files("creditkit.deviations")
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def load_releases() -> tuple[Release, ...]:
    """The releases that deviations name, oldest first."""
    return tuple(Release(**row) for row in _read(_FOLDER / "releases.yaml"))


@cache
def load_catalogue() -> tuple[Deviation, ...]:
    """Every deviation, those that break requirements first; raises ContractError."""
    found: dict[str, Deviation] = {}
    for name in ("releases.yaml", "allowed.yaml"):
        for deviation in read_deviations(_FOLDER / "catalogue" / name):
            if deviation.id in found:
                raise ContractError(f"{name}: {deviation.id} is there twice")
            found[deviation.id] = deviation
    return tuple(found.values())


def read_deviations(source: Traversable) -> tuple[Deviation, ...]:
    """The deviations of one file; raises ContractError."""
    rows = _read(source)
    schema = jsonschema_rs.Draft202012Validator(
        _read(_FOLDER / "catalogue.schema.yaml"), validate_formats=True
    )
    for error in schema.iter_errors(rows):
        path = list(error.instance_path)
        row = rows[int(path[0])] if path else {}
        name = row.get("id", f"entry {int(path[0]) + 1}") if isinstance(row, Mapping) and path else ""
        place = "".join(f"{part}." for part in path[1:])[:-1]
        told = "not allowed beside the other keys" if "False schema" in error.message else error.message
        raise ContractError(f"{source.name}: {name}: {place + ': ' if place else ''}{told}")
    known = {release.id for release in load_releases()}
    for row in rows:
        if ("breaks" in row) == ("allowed" in row):
            raise ContractError(f"{source.name}: {row['id']}: must have either `breaks` or `allowed`")
        if unknown := sorted(set(row["releases"]) - known):
            raise ContractError(f"{source.name}: {row['id']}: there is no release {unknown[0]!r}")
    return tuple(map(deviation_of, rows))


def deviation_of(row: Mapping[str, Any]) -> Deviation:
    """One deviation from its row, which fits the schema."""
    made = {name: _frozen(value) for name, value in row.items()}
    made["breaks"] = made.get("breaks", ())
    made["shown"] = shown_of(row["shown"]) if "shown" in row else None
    made["signs"] = tuple(
        Sign(**{name: _frozen(value) for name, value in sign.items()}) for sign in row.get("signs", ())
    )
    return Deviation(**made)


def shown_of(row: Mapping[str, Any]) -> Shown:
    """How a deviation is shown, from the `shown` of its row."""
    return Shown(
        where=Condition(**{name: _frozen(value) for name, value in row.get("where", {}).items()}),
        request=RequestChange(**_change(row.get("request", {}))),
        answer=AnswerChange(**_change(row.get("answer", {}))),
        instead=AnswerChange(**_change(row["instead"])) if "instead" in row else None,
        function=row.get("function", ""),
        arguments=row.get("with", {}),
        delay=row.get("delay", 0),
        every=row.get("every", 1),
    )


def _change(row: Mapping[str, Any]) -> dict[str, Any]:
    fields = {name: Edit(*next(iter(edit.items()))) for name, edit in row.get("fields", {}).items()}
    headers = {name.lower(): value for name, value in row.get("headers", {}).items()}
    return {**row, "fields": fields, "headers": headers}


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _read(source: Traversable) -> Any:
    try:
        # _Loader is the safe loader written in C: several times faster than the one in Python.
        return yaml.load(source.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ContractError(f"{source.name}:{line}: not YAML: {error.problem}") from error
