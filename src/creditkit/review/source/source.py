"""Sources: any OpenAPI 3.0 or 3.1 contract in YAML or JSON, in one file or several, with all places."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from creditkit.documents import DocumentError, Missing, Tree, from_fragment, join, read_document, tokens
from creditkit.errors import ReviewInputError

from .grammar import Node, walk
from .limits import Limits, fetch_remote
from .references import FILES, Broken, Bundle, Fetch, follow

Version = Literal["3.0", "3.1"]
_VERSIONS: tuple[Version, ...] = ("3.0", "3.1")


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a contract: the file as the user named it, line and column from 1, and the JSON Pointer.

    >>> str(Place("openapi.yaml", 12, 5, "/info/title"))
    'openapi.yaml:12:5'
    """

    file: str
    line: int
    column: int
    pointer: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Source:
    """A contract that was read. `origin` is its file as the user named it.

    `document` is the whole contract: other files are in it below `x-creditkit-files`, and all references
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
        """The place of a value (of a member: its key), or of its nearest ancestor that exists."""
        tree, within = self._split(pointer)
        return Place(tree.name, *tree.position(within), within)

    def resolve(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        """The object itself, or the one its `$ref` leads to; raises ReviewInputError if there is none."""
        reference = value.get("$ref")
        if not isinstance(reference, str):
            return value
        found = self.end(from_fragment(reference))[1]
        if found is None:
            raise ReviewInputError(f"{self.origin}: {reference} leads nowhere")
        return found if isinstance(found, dict) else {}

    def end(self, pointer: str) -> tuple[str, Any]:
        """The pointer at which the references from a pointer end, and the value there: None if there is none.

        A schema of 3.1 that has other keywords beside its `$ref` is an end.
        """
        try:
            return follow(self.document, pointer, siblings=self.version == "3.1")
        except Missing:
            return pointer, None

    def object_at(self, pointer: str) -> tuple[str, Mapping[str, Any]]:
        """As `end`, but to the last reference, and with an empty object for a value that is none."""
        try:
            at, value = follow(self.document, pointer)
        except Missing:
            return pointer, {}
        return at, value if isinstance(value, dict) else {}

    def walk(self) -> Iterator[Node]:
        """Every object of the contract, other files included, each once."""
        seen: set[str] = set()
        for root in (Node("openapi", "", self.document), *self._roots):
            for node in walk(root.value, root.kind, root.pointer):
                if node.pointer not in seen:
                    seen.add(node.pointer)
                    yield node

    def at_revision(self, revision: str) -> Source:
        """The source with the name of a git revision before the name of every file."""
        trees = {name: replace(tree, name=f"{revision}:{tree.name}") for name, tree in self._trees.items()}
        return replace(self, origin=f"{revision}:{self.origin}", _trees=trees)

    def _split(self, pointer: str) -> tuple[Tree, str]:
        parts = tokens(pointer)
        if len(parts) > 1 and parts[0] == FILES and parts[1] in self._trees:
            return self._trees[parts[1]], join("", *parts[2:])
        return self._trees[""], pointer


def read_source(path: str | Path, *, limits: Limits | None = None, remote: bool = False) -> Source:
    """The contract in a file; raises ReviewInputError if it is no contract or exceeds the limits.

    With `remote`, references to other hosts are fetched.
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
    """The contract in some bytes. Places call it `name`; `fetch` gives its other files.

    `fetch` is called with names relative to the contract's folder and raises OSError for a missing file.
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
        content = fetch_remote(target, limits) if "://" in target else fetch(target)
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
    """The content of a file, read only as far as the limit allows."""
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
    """The version of OpenAPI; raises ReviewInputError for another format or another version."""
    document = tree.value
    if not isinstance(document, dict):
        kind = _KINDS.get(type(document), "a number")
        raise ReviewInputError(f"{tree.name}: not an OpenAPI contract: the file holds {kind}", _BEGINNING)
    if "openapi" not in document:
        for key, format_ in _OTHERS.items():
            if key in document:
                line, column = tree.position(f"/{key}")
                message = f"{tree.name}:{line}:{column}: this is {format_}, which is not read here"
                raise ReviewInputError(message, "convert it to OpenAPI 3.0 or 3.1", line=line)
        raise ReviewInputError(
            f"{tree.name}: not an OpenAPI contract: there is no `openapi:` at the top", _BEGINNING
        )
    version = document["openapi"]
    for known in _VERSIONS:
        if isinstance(version, str) and version.startswith(f"{known}."):
            return known
    line, column = tree.position("/openapi")
    found = version if isinstance(version, str) else f"{version} (not a text)"
    message = f"{tree.name}:{line}:{column}: OpenAPI {found} is not read here"
    raise ReviewInputError(message, _BEGINNING, line=line)


_BEGINNING = "a contract begins with `openapi: 3.0.x` or `openapi: 3.1.x`"
_KINDS: Mapping[type, str] = {type(None): "nothing", list: "a list", str: "a text", bool: "a boolean"}
_OTHERS = {
    "swagger": "Swagger 2.0",
    "asyncapi": "AsyncAPI",
    "arazzo": "Arazzo",
    "$schema": "a JSON Schema",
}
