"""The catalogue as it stands on disk, read and checked.

A file of `catalogue/` is a list of deviations and its name is their group. `catalogue.schema.yaml` holds the
format. Everything that is wrong with a file is one ContractError that names the file and the entry.
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

from .deviation import FAULTS, AnswerChange, Condition, Deviation, Edit, Release, RequestChange, Shown, Sign

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BESIDES = "may not stand beside the others that are there"


@cache
def load_releases() -> tuple[Release, ...]:
    """The releases that deviations name, oldest first."""
    return tuple(Release(**row) for row in _read(_folder() / "releases.yaml"))


@cache
def load_catalogue() -> tuple[Deviation, ...]:
    """Every deviation: those of releases first, the faults last, group by group; raises ContractError."""
    found: dict[str, Deviation] = {}
    sources = (source for source in (_folder() / "catalogue").iterdir() if source.name.endswith(".yaml"))
    for source in sorted(sources, key=lambda source: (not source.name.startswith("releases"), source.name)):
        for deviation in read_deviations(source):
            if deviation.id in found:
                raise ContractError(f"{source.name}: {deviation.id} is there twice")
            found[deviation.id] = deviation
    return tuple(found.values())


def read_deviations(source: Traversable) -> tuple[Deviation, ...]:
    """The deviations of one file; raises ContractError."""
    rows = _read(source)
    for error in _validator().iter_errors(rows):
        path = list(error.instance_path)
        row = rows[int(path[0])] if path else {}
        name = row.get("id", f"entry {int(path[0]) + 1}") if isinstance(row, Mapping) and path else ""
        place = ".".join(map(str, path[1:]))
        told = _BESIDES if "False schema" in error.message else error.message
        raise ContractError(f"{source.name}: {name}: {place + ': ' if place else ''}{told}")
    for row in rows:
        if ("breaks" in row) == ("allowed" in row):
            raise ContractError(f"{source.name}: {row['id']}: must have either `breaks` or `allowed`")
    group = source.name.removesuffix(".yaml")
    found = tuple(deviation_of(row, group) for row in rows)
    known = {release.id for release in load_releases()}
    for deviation in found:
        unknown = sorted(set(deviation.releases) - known)
        if unknown and deviation.releases != (FAULTS,):
            raise ContractError(f"{source.name}: {deviation.id}: there is no release {unknown[0]!r}")
    return found


def deviation_of(row: Mapping[str, Any], group: str) -> Deviation:
    """One deviation from its row, which fits the schema."""
    return Deviation(
        id=row["id"],
        group=group,
        title=row["title"],
        documented=row["documented"],
        seen=row["seen"],
        releases=tuple(row["releases"]),
        evidence=row["evidence"],
        severity=row["severity"],
        breaks=tuple(row.get("breaks", ())),
        shown=shown_of(row["shown"]) if "shown" in row else None,
        allowed=row.get("allowed", ""),
        signs=tuple(_sign(sign) for sign in row.get("signs", ())),
    )


def shown_of(row: Mapping[str, Any]) -> Shown:
    """How a deviation is shown, from what an entry says under `shown`."""
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


def _sign(row: Mapping[str, Any]) -> Sign:
    return Sign(**{name: _frozen(value) for name, value in row.items()})


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@cache
def _validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(
        _read(_folder() / "catalogue.schema.yaml"), validate_formats=True
    )


def _folder() -> Traversable:
    return files("creditkit.deviations")


def _read(source: Traversable) -> Any:
    try:
        # Derived from the safe loader; the one in C is several times as quick.
        return yaml.load(source.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ContractError(f"{source.name}:{line}: not YAML: {error.problem}") from error
