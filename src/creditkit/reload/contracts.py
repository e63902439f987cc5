"""Read a contract of the user's own from its files, check what the mock needs, and compile it.

Used by reload, proxy and export. Every error is one ContractError that names file and line.
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

Error = tuple[str, str]
"""A JSON Pointer into the contract, and a message."""

LIST = "customer_credits_list"
"""The operation whose filters other handlers read as well."""

JSON = "application/json"

# The lint rules whose violations keep a contract from being served.
_FATAL = ("openapi-valid", "reference-resolves", "schema-loop", "pattern-readable", "operation-id-unique")


@dataclass(frozen=True, slots=True)
class Read:
    """A contract and its files, including those that it refers to and that do not exist."""

    contract: Contract
    files: tuple[Path, ...]


def read_contract(path: Path, handlers: ModuleType) -> Read:
    """The contract in a file and in the files that it refers to.

    Raises ContractError, also for an operation that `handlers` does not serve; `files_of` then gives the
    files to watch.
    """
    source = _source(path)
    try:
        first = min(_errors(source, handlers), key=lambda error: source.place(error[0]), default=None)
        if first is None:
            return Read(compiled(path.name, source.document), files_in(path, source))
    except Exception as error:  # a document of any form may come here
        raise _explained(path, source, error) from error
    raise ContractError(f"{_place(source, first[0])}: {first[1]}")


def explained(path: Path, error: Exception) -> ContractError:
    """The reason why no app could be made of a contract, given the exception of the attempt."""
    return _explained(path, _source(path), error)


def _explained(path: Path, source: Source, error: Exception) -> ContractError:
    """The reason and place that the linter finds, else the exception.

    Linting only after a failure halves the time in which a good contract is reloaded.
    """
    # A missing file comes first: references into it are broken only because of it.
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
    """The files of a contract, as far as they can be found."""
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
    """The files of a contract, including missing ones that it refers to."""
    missing = (unquote(urldefrag(broken.reference).url) for broken in source.broken)
    names = [*source.files, *(str(path.parent / name) for name in missing if name and "://" not in name)]
    return tuple(dict.fromkeys([path, *map(Path, names)]))


def _place(source: Source, pointer: str) -> str:
    place = source.place(pointer)
    return f"{place.file}:{place.line}"


def _errors(source: Source, handlers: ModuleType) -> Iterator[Error]:
    """What keeps the mock from serving a valid contract."""
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
            yield from _operation_errors(source, f"{pointer}/{method}", operation, handlers)
    if found and LIST not in found and all(callable(getattr(handlers, str(name), None)) for name in found):
        yield "/paths", f"there is no operation {LIST}, whose filters other operations read"


def _operation_errors(
    source: Source, pointer: str, operation: Mapping[str, Any], handlers: ModuleType
) -> Iterator[Error]:
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
