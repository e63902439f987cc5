"""Writes the page of the gallery, docs/gallery.md, from the seeds.

    python -m creditkit.store.seeds.gallery_page docs/gallery.md

A test compares the page in the repository with what this makes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from .gallery import gallery

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

    python -m creditkit.store.seeds.gallery_page docs/gallery.md

writes this page again.
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
