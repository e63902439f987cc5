"""A seed: the file from which a world grows, read and checked.

docs/seeds.md describes the format, `seed.schema.yaml` defines it.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema_rs

from creditkit.documents import read_document
from creditkit.errors import SeedError
from creditkit.store.domain.clock import Clock

from .consistency import Flaw, flaws, instant
from .yaml_with_lines import ParsedYaml, read_yaml, repeated
from .yaml_with_lines import Path as Place

TYPES = {
    "array": "a list",
    "object": "a mapping",
    "string": "text",
    "boolean": "true or false",
    "null": "null",
}
"""JSON Schema's types in the words of an error."""

SECTIONS = ("users", "customers", "offerings", "projects", "credits", "invoices")


@dataclass(frozen=True, slots=True)
class Seed:
    """What a seed file says, checked, with its dates still relative to a start.

    `origin` names the file; `sections` holds a list of entries for each of `SECTIONS`.
    """

    origin: str
    start: str
    sections: Mapping[str, tuple[Mapping[str, Any], ...]]

    def clock(self, real: Callable[[], datetime]) -> Clock:
        """The clock with which a world of this seed starts, when `real` tells the real time."""
        if self.start == "now":
            return Clock(real=real)
        return Clock.starting(instant(self.start), real)


def default_seed_path() -> Path:
    """The seed of the default world, which comes with the package."""
    return Path(str(files("creditkit.store"))) / "worlds" / "default.yaml"


def load_seed(path: Path) -> Seed:
    """Read a seed file. Raises `SeedError` for the first fault in it, with line, reason and hint."""
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SeedError(f"{path}: not UTF-8 text", "save the file as UTF-8") from error
    except OSError as error:
        raise SeedError(f"{path}: cannot be read: {error.strerror}", "name a seed file") from error
    return read_seed(text, str(path))


def read_seed(text: str, origin: str) -> Seed:
    """Read the text of a seed file, which is called `origin` in errors. Raises `SeedError` as `load_seed`."""
    try:
        document = repeated(read_yaml(text))
        _refuse(document, _schema_flaws(document.data))
        _refuse(document, flaws(document.data))
    except SeedError as error:
        where = f"{origin}:{error.line}" if error.line else origin
        raise SeedError(f"{where}: {error.message}", error.hint, line=error.line) from error
    data = _default_users() | document.data
    return Seed(
        origin, data.get("clock", "now"), {section: tuple(data.get(section, ())) for section in SECTIONS}
    )


def _refuse(document: ParsedYaml, found_: Iterator[Flaw]) -> None:
    """Raise the flaw that stands first in the file, if there is any."""
    found = sorted(found_, key=lambda flaw: document.line(flaw.path))
    if found:
        raise SeedError(found[0].message, found[0].hint, line=document.line(found[0].path))


@cache
def _schema() -> dict[str, Any]:
    text = (files("creditkit.store") / "seed.schema.yaml").read_text("utf-8")
    schema = read_document(text, "seed.schema.yaml").value
    assert isinstance(schema, dict)
    return schema


def _default_users() -> dict[str, Any]:
    """Who is in the world of a seed that names no users."""
    return {"users": _schema()["properties"]["users"]["default"]}


def _schema_flaws(data: object) -> Iterator[Flaw]:
    """What the schema says against the data, in words."""
    for error in jsonschema_rs.Draft202012Validator(_schema()).iter_errors(data):
        path = tuple(error.instance_path)
        part = _schema_at(path)
        where = f"{_place(path)}: " if path else ""
        details = error.kind.as_dict()
        match error.kind.name:
            case "additionalProperties":
                for key in details["unexpected"]:
                    yield Flaw((*path, key), f"{where}unknown key {key!r}", _known(key, part))
            case "required":
                yield Flaw(path, f"{where}{details['property']!r} is missing", "add it")
            case "type":
                yield Flaw(path, f"{where}must be {_types(part)}", "a text such as no or null needs quotes")
            case "enum":
                yield Flaw(path, f"{where}must be one of {', '.join(part['enum'])}")
            case _:
                yield Flaw(
                    path,
                    f"{where}must be {part['title']}" if "title" in part else f"{where}{error.message}",
                )


def _schema_at(path: Place) -> Mapping[str, Any]:
    """The part of the schema that speaks of the part of a seed at `path`."""
    schema = _schema()
    part: Mapping[str, Any] = schema
    for step in path:
        part = part["items"] if isinstance(step, int) else part["properties"][step]
        if "$ref" in part:
            part = schema["$defs"][part["$ref"].rpartition("/")[2]]
    return part


def _place(path: Place) -> str:
    """A path in words: `credits[2].end_date`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def _types(part: Mapping[str, Any]) -> str:
    names = part["type"] if isinstance(part["type"], list) else [part["type"]]
    return " or ".join(TYPES[name] for name in names)


def _known(key: str, part: Mapping[str, Any]) -> str:
    """What may stand in place of an unknown key."""
    near = difflib.get_close_matches(key, part["properties"], n=1)
    return f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(part['properties'])}"
