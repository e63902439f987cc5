"""Sources: a contract as its files have it, every value with its place.

    >>> source = read_source("openapi.yaml")
    >>> source.version, source.place("/info/title").line
    ('3.0', 29)

Any OpenAPI 3.0 or 3.1 contract, in YAML or JSON, in one file or several (`references.py`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from creditkit.documents import DocumentError, Missing, Tree, find, join, read_document, tokens
from creditkit.errors import ReviewInputError

from .findings import Place
from .grammar import Node, walk
from .limits import Limits
from .references import FILES, Broken, Bundle, Fetch, follow

Version = Literal["3.0", "3.1"]
_VERSIONS: tuple[Version, ...] = ("3.0", "3.1")


@dataclass(frozen=True, slots=True)
class Source:
    """A contract that has been read. `origin` is its file as the user named it.

    `document` is the whole contract: other files stand in it below `x-creditkit-files`, and all references
    are local. `broken` are the references that lead nowhere. Pointers are JSON Pointers into `document`.
    """

    origin: str
    version: Version
    document: dict[str, Any]
    broken: tuple[Broken, ...]
    _trees: Mapping[str, Tree]
    _roots: tuple[Node, ...]

    @property
    def files(self) -> tuple[str, ...]:
        """The files that were read, as places name them."""
        return tuple(tree.name for tree in self._trees.values())

    @property
    def texts(self) -> Mapping[str, str]:
        """The text of each file, by the name that places have for it."""
        return {tree.name: tree.text for tree in self._trees.values()}

    def place(self, pointer: str) -> Place:
        """Where something stands (of a member: its key), or the nearest thing above it that is there."""
        tree, within = self._split(pointer)
        return Place(tree.name, *tree.position(within), within)

    def lookup(self, pointer: str) -> Any:
        """What stands at a pointer; raises ReviewInputError if nothing does."""
        try:
            return find(self.document, pointer)
        except Missing as missing:
            raise ReviewInputError(f"{self.origin}: {pointer} leads nowhere: {missing}") from missing

    def follow(self, pointer: str) -> tuple[str, Any]:
        """Where the references that begin at a pointer end, and what stands there.

        What is no reference is its own end; so is a schema of 3.1 that says more beside its `$ref`. Raises
        ReviewInputError for a reference that leads nowhere or back to itself.
        """
        try:
            return follow(self.document, pointer, siblings=self.version == "3.1")
        except Missing as missing:
            place = self.place(pointer)
            value = self.lookup(pointer)
            reference = value.get("$ref") if isinstance(value, dict) else pointer
            message = f"{place}: {reference} leads nowhere: {missing}"
            raise ReviewInputError(
                message, "correct the reference, or add what it names", line=place.line
            ) from missing

    def resolve(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        """The object itself, or what its `$ref` leads to; raises ReviewInputError as `follow` does."""
        reference = value.get("$ref")
        if not isinstance(reference, str):
            return value
        try:
            found = follow(self.document, reference, siblings=self.version == "3.1")[1]
        except Missing as missing:
            raise ReviewInputError(f"{self.origin}: {reference} leads nowhere: {missing}") from missing
        return found if isinstance(found, dict) else {}

    def walk(self) -> Iterator[Node]:
        """Every object of the contract, other files included, each once."""
        seen: set[str] = set()
        for root in (Node("openapi", "", self.document), *self._roots):
            for node in walk(root.value, root.kind, root.pointer):
                if node.pointer not in seen:
                    seen.add(node.pointer)
                    yield node

    def _split(self, pointer: str) -> tuple[Tree, str]:
        parts = tokens(pointer)
        if len(parts) > 1 and parts[0] == FILES and parts[1] in self._trees:
            return self._trees[parts[1]], join("", *parts[2:])
        return self._trees[""], pointer


def read_source(path: str | Path, *, limits: Limits | None = None, remote: bool = False) -> Source:
    """The contract in a file; raises ReviewInputError for what is no contract or goes beyond the limits.

    `remote` says that references to other hosts may be fetched.
    """
    limits = limits or Limits()
    file = Path(path)
    data = _bytes(file, limits)
    folder = file.parent

    def fetch(name: str) -> bytes:
        target = folder / name
        if not target.resolve().is_relative_to(folder.resolve()):
            raise PermissionError(0, "it is outside the folder of the contract")
        with target.open("rb") as opened:
            return opened.read(limits.bytes + 1)

    return parse_source(_named(file), data, fetch, limits=limits, remote=remote)


def parse_source(
    name: str, data: bytes, fetch: Fetch, *, limits: Limits | None = None, remote: bool = False
) -> Source:
    """The contract in some bytes. `name` is what places call it; `fetch` gives its other files.

    `fetch` is called with names relative to the contract's folder and raises OSError for what is not there.
    """
    limits = limits or Limits()
    folder, own = os.path.split(name)
    spent, left = len(data), limits
    limits.check_bytes(spent, name)

    def parse(relative: str, content: bytes) -> Tree:
        nonlocal left
        shown = relative if "://" in relative else os.path.join(folder, relative)  # noqa: PTH118 - as named
        tree = _tree(shown, content, left)
        left = replace(left, nodes=left.nodes - tree.size)
        return tree

    root = parse(own, data)
    version = _version(root)

    def fetch_any(target: str) -> bytes:
        nonlocal spent
        if "://" in target:
            from .remote import fetch_remote  # httpx is slow to import, and hardly ever needed

            content = fetch_remote(target, limits)
        else:
            content = fetch(target)
        spent += len(content)
        limits.check_bytes(spent, target)
        return content

    bundle = Bundle(own, {"": root}, fetch_any, parse, limits, remote)
    bundle.gather()
    return Source(name, version, root.value, tuple(bundle.broken), bundle.trees, tuple(bundle.roots))


def _named(path: Path) -> str:
    """The path as the user gave it, or relative to the working folder if it is below that."""
    if path.is_absolute() and path.is_relative_to(Path.cwd()):
        return str(path.relative_to(Path.cwd()))
    return str(path)


def _bytes(path: Path, limits: Limits) -> bytes:
    """The content of a file; one that goes beyond the limit is not read any further."""
    if path.is_dir():
        raise ReviewInputError(f"{path}: is a folder", "name the file of the contract in it")
    try:
        with path.open("rb") as file:
            data = file.read(limits.bytes + 1)
    except OSError as error:
        raise ReviewInputError(f"{path}: cannot be read: {error.strerror}", "check the path") from error
    limits.check_bytes(len(data), str(path))
    return data


def _tree(name: str, data: bytes, limits: Limits) -> Tree:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"{name}:{line}: not UTF-8: the byte 0x{data[error.start]:02X} cannot be read"
        raise ReviewInputError(message, "save the file as UTF-8", line=line) from error
    try:
        return read_document(text, name, depth=limits.depth, size=limits.nodes)
    except DocumentError as error:
        message = f"{name}:{error.line}:{error.column}: {error.problem}"
        raise ReviewInputError(message, error.hint, line=error.line) from error


def _version(tree: Tree) -> Version:
    """The version of OpenAPI; raises ReviewInputError for what is another format or another version."""
    document = tree.value
    if not isinstance(document, dict):
        kind = _KINDS.get(type(document), "a number")
        raise ReviewInputError(f"{tree.name}: not an OpenAPI contract: the file holds {kind}", _BEGINNING)
    if "openapi" not in document:
        for key, told in _OTHERS.items():
            if key in document:
                line, column = tree.position(f"/{key}")
                message = f"{tree.name}:{line}:{column}: {told}, which is not read here"
                raise ReviewInputError(message, "convert it to OpenAPI 3.0 or 3.1", line=line)
        raise ReviewInputError(
            f"{tree.name}: not an OpenAPI contract: there is no `openapi:` at the top", _BEGINNING
        )
    version = document["openapi"]
    line, column = tree.position("/openapi")
    found = version if isinstance(version, str) else f"{version} (not a text)"
    if isinstance(version, str):
        for known in _VERSIONS:
            if version.startswith(f"{known}."):
                return known
    raise ReviewInputError(
        f"{tree.name}:{line}:{column}: OpenAPI {found} is not read here", _BEGINNING, line=line
    )


_BEGINNING = "a contract begins with `openapi: 3.0.x` or `openapi: 3.1.x`"
_KINDS: Mapping[type, str] = {type(None): "nothing", list: "a list", str: "a text", bool: "a boolean"}
_OTHERS = {
    "swagger": "this is Swagger 2.0",
    "asyncapi": "this is AsyncAPI",
    "arazzo": "this is Arazzo",
    "$schema": "this is a JSON Schema",
}
