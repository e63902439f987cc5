"""Requirements: sentences about behaviour that a deployment keeps or breaks, read from YAML tables.

>>> from creditkit.conformance.judging.requirements import load_requirements
>>> load_requirements()["CREATE-STATUS"].text
'A create MUST be answered with 201.'

`requirements/` has a file for each group. A new requirement is a row there and, unless it has `cases` for an
existing probe, a generator function below `probes/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from creditkit.errors import ContractError


@dataclass(frozen=True, slots=True)
class Requirement:
    """One MUST or SHOULD.

    `operations` are the operationIds that it applies to. `mode` is `read` where reading is enough to judge
    it and `write` where a record of one's own is needed. `needs` names what the deployment must have
    (`free-customer`, `offering`, `history`, a role's token such as `token:owner`). `probe` is
    `wing.module.function` below `creditkit.conformance.probes`; empty for a requirement on the structure of
    every answer. `cases` are the examples for a probe that several requirements share.
    `after` names requirements whose failure explains a failure of this one. `source` says why it exists: a
    documented fact, the schema, or observed behaviour.
    """

    id: str
    group: str
    level: str
    text: str
    source: str
    operations: tuple[str, ...]
    mode: str
    needs: tuple[str, ...] = ()
    probe: str = ""
    cases: tuple[Mapping[str, Any], ...] = ()
    after: tuple[str, ...] = ()
    why: str = ""


GROUPS = (
    "structure",
    "identity",
    "create",
    "read",
    "update",
    "delete",
    "collection",
    "actions",
    "negative",
    "access",
    "absence",
    "methods",
    "stability",
    "fuzz",
)
"""The groups, in the order in which they are judged and reported."""


@cache
def load_requirements() -> Mapping[str, Requirement]:
    """Every requirement by its id, in the order of the groups; raises ContractError for a bad table."""
    folder = files("creditkit.conformance") / "requirements"
    found: dict[str, Requirement] = {}
    for group in GROUPS:
        for row in yaml.safe_load((folder / f"{group}.yaml").read_text(encoding="utf-8")):
            requirement = _requirement(group, row)
            if requirement.id in found:
                raise ContractError(f"{group}.yaml: {requirement.id} is there twice")
            found[requirement.id] = requirement
    for requirement in found.values():
        unknown = [name for name in requirement.after if name not in found]
        if unknown:
            raise ContractError(
                f"{requirement.group}.yaml: {requirement.id} comes after {unknown[0]}, which is nowhere"
            )
    return found


def _requirement(group: str, row: Mapping[str, Any]) -> Requirement:
    try:
        return Requirement(
            id=row["id"],
            group=group,
            level=row["level"],
            text=row["text"],
            source=row["source"],
            operations=tuple(row["operations"]),
            mode=row["mode"],
            needs=tuple(row.get("needs", ())),
            probe=row.get("probe", ""),
            cases=tuple(row.get("cases", ())),
            after=tuple(row.get("after", ())),
            why=row.get("why", ""),
        )
    except KeyError as error:
        raise ContractError(f"{group}.yaml: {row.get('id', row)} has no {error}") from error
