"""The gallery: seeds that come with the package, one for each state that a frontend must draw.

`python -m creditkit.store.seeds.gallery docs/gallery.md` writes its page.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
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


_TOP = """\
# Gallery

Worlds to look at a frontend with, one for each state that a screen must draw. Each is served by its name:

```console
creditkit mock --world exactly-one-page
creditkit mock --world list
```

Unless a world says otherwise, its users are `staff`, `support` and `nobody` with the tokens of the default
world; the mock's first lines show them. Dates are counted from today, so no world grows old; where the very
day matters, the world's clock starts on it.

Each is a [seed](seeds.md) in `store/worlds/`. A file there with an `about` and a `screen` is in the gallery,
and

    python -m creditkit.store.seeds.gallery docs/gallery.md

makes this page anew.
"""


def to_markdown() -> str:
    """The page of the gallery."""
    return "\n".join((_TOP, *_screens())) + "\n"


def write(path: Path) -> None:
    """Write the page of the gallery to a file."""
    path.write_text(to_markdown(), encoding="utf-8")


def _screens() -> Iterator[str]:
    """A section for each screen, of the worlds that name it first."""
    firsts = {exhibit: exhibit.screen.split(", ")[0] for exhibit in gallery()}
    for screen in dict.fromkeys(firsts.values()):
        yield f"## {screen.capitalize()}\n"
        yield "| world | what it shows | also for |"
        yield "|---|---|---|"
        for exhibit, first in firsts.items():
            if first == screen:
                others = exhibit.screen.removeprefix(first).removeprefix(", ")
                yield f"| `{exhibit.name}` | {exhibit.about} | {others} |"
        yield ""


if __name__ == "__main__":
    write(Path(sys.argv[1]))
