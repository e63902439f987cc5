"""The gallery: seeds that come with the package, one for each state that a frontend must draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path

from creditkit.errors import UsageError

from .yaml_with_lines import read_yaml

DEFAULT = "default"
"""The world that is served when no other is named."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One world of the gallery: what it shows, in a line, and for which screens."""

    name: str
    about: str
    screen: str
    path: Path


@cache
def gallery() -> Sequence[Exhibit]:
    """Every world of the gallery by name, the default one first."""
    folder = Path(str(files("creditkit.store"))) / "worlds"
    found = map(_exhibit, sorted(folder.glob("*.yaml")))
    return tuple(sorted(found, key=lambda exhibit: exhibit.name != DEFAULT))


def gallery_path(name: str) -> Path:
    """The seed of the world with that name. Raises `UsageError` if there is none."""
    for exhibit in gallery():
        if exhibit.name == name:
            return exhibit.path
    near = get_close_matches(name, [exhibit.name for exhibit in gallery()], 2)
    raise UsageError(
        f"there is no world {name!r}",
        f"did you mean {' or '.join(near)}?" if near else "creditkit mock --world list shows them all",
    )


def gallery_list() -> str:
    """The names of all worlds and what they show, a line each."""
    width = max(len(exhibit.name) for exhibit in gallery())
    return "\n".join(f"{exhibit.name:<{width}}  {exhibit.about}" for exhibit in gallery())


def _exhibit(path: Path) -> Exhibit:
    head = read_yaml(path.read_text("utf-8")).data
    return Exhibit(path.stem, head["about"], head["screen"], path)
