"""A contract of one's own: read from its files, checked for what the mock needs, and compiled.

It may be cut into several files. Whatever is wrong with it is one ContractError that names file and line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import unquote, urldefrag

from creditkit.contract import METHODS, Contract, compiled
from creditkit.errors import ContractError, ReviewInputError
from creditkit.review import Source, lint, read_source

Fault = tuple[str, str]
"""Where something is wrong, as a JSON Pointer, and what."""

LIST = "customer_credits_list"
"""The operation whose filters other handlers read, too."""

JSON = "application/json"

# What of `lint` may keep a contract from being served; the rest is for its reviewers.
_FATAL = ("openapi-valid", "reference-resolves", "schema-loop", "pattern-readable", "operation-id-unique")


@dataclass(frozen=True, slots=True)
class Read:
    """A contract as read, and the files that it was read from, those that are missing included."""

    contract: Contract
    files: tuple[Path, ...]


def read_contract(path: Path, handlers: ModuleType) -> Read:
    """The contract in a file and those that it refers to, all of whose operations `handlers` serves.

    Raises ContractError; `files_of` tells what to watch then.
    """
    source = _source(path)
    try:
        fault = min(_faults(source, handlers), key=lambda fault: source.place(fault[0]), default=None)
        if fault is None:
            return Read(compiled(path.name, source.document), files_in(path, source))
    except Exception as error:  # the form of the file is anybody's guess
        raise _explained(path, source, error) from error
    raise ContractError(f"{_place(source, fault[0])}: {fault[1]}")


def explained(path: Path, error: Exception) -> ContractError:
    """Why a contract cannot be served, of which it is only known that an app cannot be made of it."""
    return _explained(path, _source(path), error)


def _explained(path: Path, source: Source, error: Exception) -> ContractError:
    """The review's reason and place, where it has one.

    It is asked when something has failed and not before: a good contract is taken up in half the time.
    """
    # Whatever refers to what would be in a file that is not there leads nowhere as well.
    for broken in source.broken:
        if not broken.reference.startswith("#"):
            message = f"{_place(source, broken.pointer)}: {broken.reference}: {broken.problem}"
            return ContractError(message, broken.hint)
    found = [finding for finding in lint(source) if finding.rule in _FATAL]
    if not found:
        return ContractError(f"{path}: cannot be served: {error}", f"see `creditkit review lint {path}`")
    more = f" (and {len(found) - 1} more: see `creditkit review lint {path}`)" if len(found) > 1 else ""
    first = found[0]
    return ContractError(f"{first.place.file}:{first.place.line}: {first.message}{more}", first.hint)


def files_of(path: Path) -> tuple[Path, ...]:
    """The files of a contract, as far as it can be read."""
    try:
        return files_in(path, read_source(path))
    except ReviewInputError:
        return (path,)


def _source(path: Path) -> Source:
    try:
        return read_source(path)
    except ReviewInputError as error:
        raise ContractError(error.message, error.hint) from error


def files_in(path: Path, source: Source) -> tuple[Path, ...]:
    """The files of a contract, and those that it refers to in vain."""
    missing = (unquote(urldefrag(broken.reference).url) for broken in source.broken)
    names = [*source.files, *(str(path.parent / name) for name in missing if name and "://" not in name)]
    return tuple(dict.fromkeys([path, *map(Path, names)]))


def _place(source: Source, pointer: str) -> str:
    place = source.place(pointer)
    return f"{place.file}:{place.line}"


def _faults(source: Source, handlers: ModuleType) -> Iterator[Fault]:
    """What keeps the mock from serving a contract, valid as it may be."""
    if source.version != "3.0":
        yield "/openapi", "the mock serves OpenAPI 3.0.x, since Connexion 3.3 refuses 3.1"
        return
    found = set()
    for template, item in source.document.get("paths", {}).items():
        pointer = f"/paths/{template.replace('~', '~0').replace('/', '~1')}"
        operations = {method: item[method] for method in METHODS if method in item}
        if not operations:
            yield pointer, "the path has no operation"
        if "x-method-not-allowed" not in item:
            yield (
                pointer,
                "`x-method-not-allowed` is missing: the 405 for methods that the path does not list",
            )
        for method, operation in operations.items():
            found.add(operation.get("operationId"))
            yield from _operation_faults(source, f"{pointer}/{method}", operation, handlers)
    if found and LIST not in found and all(callable(getattr(handlers, str(name), None)) for name in found):
        yield "/paths", f"there is no operation {LIST}, whose filters other operations read"


def _operation_faults(
    source: Source, pointer: str, operation: Mapping[str, Any], handlers: ModuleType
) -> Iterator[Fault]:
    name = operation.get("operationId")
    if not callable(getattr(handlers, str(name), None)) or not str(name).islower():
        yield (
            f"{pointer}/operationId",
            f"no handler serves the operation {name!r}: handlers/ has none of that name",
        )
    if not operation.get("security", source.document.get("security")):
        yield pointer, "the operation has no `security`: every operation of the mock asks for a token"
    for status in operation.get("responses", {}):
        if not str(status).isdigit():
            yield f"{pointer}/responses/{status}", f"the mock reads plain statuses, not {status!r}"
    if "requestBody" in operation:
        body = source.resolve(operation["requestBody"])
        if JSON not in body.get("content", {}):
            yield f"{pointer}/requestBody", f"the mock reads bodies by their {JSON}, which is missing"
