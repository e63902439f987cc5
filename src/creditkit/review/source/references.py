"""References: `$ref`s to other files, whose contents are put into one document, and those that lead nowhere.

Each file that a `$ref` leads to is put below `x-creditkit-files`, by its name, and every `$ref` to it is
rewritten to a JSON Pointer there: readers find everything in one document, and `Source.place` still gives the
file and line. Files are read within the folder of the contract only; remote files only when that was allowed.
A reference that leads nowhere is kept as a `Broken`, a finding of the review, and not raised.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from creditkit.documents import Missing, Tree, find, from_fragment, join
from creditkit.errors import ReviewInputError

from .grammar import Node, walk
from .limits import Limits

_LONGEST = 100
"""References in one chain; a longer one is taken for a mistake."""

_FILES = (".yaml", ".yml", ".json")
_CORRECT = "correct the reference, or add what it names"

FILES = "x-creditkit-files"
"""The member of the document that holds its other files."""

Fetch = Callable[[str], bytes]
"""Gives the bytes of a file by its name relative to the contract's folder, or of a URL; raises OSError."""

Parse = Callable[[str, bytes], Tree]
"""Reads the bytes of a file of that name; raises ReviewInputError."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A reference that leads nowhere: its pointer, its text, the reason, and what to do."""

    pointer: str
    reference: str
    problem: str
    hint: str


@dataclass(frozen=True, slots=True)
class _Use:
    """One reference: the pointer to it, its text as written, and its text after rewriting."""

    pointer: str
    written: str
    reference: str


@dataclass(slots=True)
class Bundle:
    """A document that is being completed with its other files.

    `name` is the contract's own file, as references call it. `trees` has every file read so far, the contract
    under the empty name. `roots` are the objects in other files that references led to, with the kind of
    object expected there.
    """

    name: str
    trees: dict[str, Tree]
    fetch: Fetch
    parse: Parse
    limits: Limits
    remote: bool
    roots: list[Node] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    _uses: list[_Use] = field(default_factory=list)
    _unread: dict[str, tuple[str, str]] = field(default_factory=dict)
    _anchors: dict[str, dict[str, str]] = field(default_factory=dict)
    _done: set[int] = field(default_factory=set)

    def gather(self) -> None:
        """Follow every reference until no file is left to read, then find those that lead nowhere."""
        waiting = [("", Node("openapi", "", self.trees[""].value))]
        while waiting:
            file, root = waiting.pop()
            for node in walk(root.value, root.kind, root.pointer):
                if id(node.value) not in self._done:
                    self._done.add(id(node.value))
                    waiting.extend(self._rewrite(file, node))
        others = {name: tree.value for name, tree in self.trees.items() if name}
        if others:
            self.trees[""].value[FILES] = others
        self._check()

    def _rewrite(self, file: str, node: Node) -> Iterator[tuple[str, Node]]:
        """Make the references of an object point into the document; yield the objects to read next."""
        for holder, key, kind, pointer in _references(node):
            written = holder[key]
            try:
                target, fragment = self._target(file, written)
            except ValueError as error:
                self.broken.append(Broken(pointer, written, f"it is no address: {error}", _CORRECT))
                continue
            problem = self._read(target)
            if problem is not None:
                self.broken.append(Broken(pointer, written, *problem))
                continue
            within = self._within(target, fragment)
            if within and not within.startswith("/"):
                self.broken.append(Broken(pointer, written, f"there is no $anchor {within!r}", _CORRECT))
                continue
            prefix = join("", FILES, target) if target else ""
            if file or target or within != fragment:
                holder[key] = f"#{prefix}{within}"
            self._uses.append(_Use(pointer, written, holder[key]))
            if target:
                found = _find_or_none(self.trees[target].value, within)
                if isinstance(found, dict) and id(found) not in self._done:
                    root = Node(kind, prefix + within, found)
                    self.roots.append(root)
                    yield target, root

    def _target(self, file: str, reference: str) -> tuple[str, str]:
        """The file that a reference leads to, by its name in `trees`, and the fragment."""
        address, fragment = urldefrag(reference)
        if not address:
            name = file
        elif urlsplit(address).scheme or urlsplit(file).scheme or address.startswith("//"):
            name = urljoin(file, address)
        else:
            name = posixpath.normpath(posixpath.join(posixpath.dirname(file), unquote(address)))
        return "" if name == self.name else name, from_fragment(fragment)

    def _read(self, name: str) -> tuple[str, str] | None:
        """Read the file if that was not done before; problem and hint if it cannot be read."""
        if name in self.trees:
            return None
        if name not in self._unread:
            problem = self._refused(name) or self._unreadable(name)
            if problem is None:
                return None
            self._unread[name] = problem
        return self._unread[name]

    def _refused(self, name: str) -> tuple[str, str] | None:
        scheme = urlsplit(name).scheme
        if scheme in ("http", "https") or name.startswith("//"):
            if self.remote and scheme:
                return None
            return (
                "it stands on another host, and nothing was fetched",
                "allow it, or keep a copy beside the contract",
            )
        if scheme:
            return f"files are not read by {scheme}: addresses", "name the file relative to this one"
        if name.startswith(("../", "/")) or name == "..":
            return (
                "it is outside the folder of the contract, where nothing is read",
                "keep the parts of a contract in one folder, or bundle them into one file",
            )
        return None

    def _unreadable(self, name: str) -> tuple[str, str] | None:
        if len(self.trees) >= self.limits.files:
            raise ReviewInputError(f"{name}: the contract has more than {self.limits.files:,} files")
        try:
            data = self.fetch(name)
        except (OSError, ValueError) as error:
            return (
                f"{name} cannot be read: {getattr(error, 'strerror', None) or error}",
                "correct the reference, or add the file",
            )
        try:
            self.trees[name] = self.parse(name, data)
        except ReviewInputError as error:
            return error.message, error.hint
        return None

    def _within(self, file: str, fragment: str) -> str:
        """The pointer that a fragment means: itself, or the place of an `$anchor` of that name (3.1)."""
        if not fragment or fragment.startswith("/"):
            return fragment
        if file not in self._anchors:
            self._anchors[file] = dict(_anchors(self.trees[file].value))
        return self._anchors[file].get(fragment, fragment)

    def _check(self) -> None:
        problems: dict[str, str] = {}
        for use in self._uses:
            if use.reference not in problems:
                problems[use.reference] = _problem(self.trees[""].value, use.reference)
            if problems[use.reference]:
                self.broken.append(Broken(use.pointer, use.written, problems[use.reference], _CORRECT))


def follow(document: Any, reference: str, *, siblings: bool = False) -> tuple[str, Any]:
    """The pointer at which a chain of references ends, and the value there; raises Missing.

    With `siblings` (OpenAPI 3.1) a chain also ends at a schema that has other keywords beside its `$ref`.
    """
    seen: set[str] = set()
    while len(seen) < _LONGEST:
        pointer = from_fragment(reference)
        if pointer in seen:
            raise Missing("it leads back to itself")
        seen.add(pointer)
        value = find(document, pointer)
        further = value.get("$ref") if isinstance(value, dict) else None
        if not isinstance(further, str) or (siblings and not _is_bare(value)):
            return pointer, value
        reference = further
    raise Missing(f"it leads through more than {_LONGEST} references")


def _is_bare(value: dict[str, Any]) -> bool:
    return all(key in ("$ref", "summary", "description") or key.startswith("x-") for key in value)


def _problem(document: Any, reference: str) -> str:
    try:
        follow(document, reference)
    except Missing as missing:
        return str(missing)
    return ""


def _find_or_none(document: Any, pointer: str) -> Any:
    try:
        return find(document, pointer)
    except Missing:
        return None


def _references(node: Node) -> Iterator[tuple[dict[str, Any], str, str, str]]:
    """The references of one object: holder, key, the kind expected, and the pointer to the reference."""
    if node.reference is not None:
        yield node.value, "$ref", node.kind, join(node.pointer, "$ref")
    discriminator = node.value.get("discriminator") if node.kind == "schema" else None
    mapping = discriminator.get("mapping") if isinstance(discriminator, dict) else None
    if isinstance(mapping, dict):
        for name, target in mapping.items():
            if isinstance(target, str) and (target.endswith(_FILES) or "/" in target or "#" in target):
                yield mapping, name, "schema", join(node.pointer, "discriminator", "mapping", name)


def _anchors(value: Any) -> Iterator[tuple[str, str]]:
    """The name and pointer of every anchor in a file."""
    stack: list[tuple[str, Any]] = [("", value)]
    while stack:
        pointer, node = stack.pop()
        if isinstance(node, dict):
            for key in ("$anchor", "$dynamicAnchor"):
                if isinstance(node.get(key), str):
                    yield node[key], pointer
            stack.extend((join(pointer, key), member) for key, member in node.items())
        elif isinstance(node, list):
            stack.extend((f"{pointer}/{number}", member) for number, member in enumerate(node))
