"""Every error creditkit raises on purpose, in one tree.

::

    CreditkitError            what, where, what to do: `message`, `hint`, `exit_code`
    ├── UsageError        2   an option or its value is wrong
    ├── ContractError     3   a contract cannot be read or is not a valid OpenAPI 3.0 document
    ├── SeedError         4   a seed file cannot be read, or breaks a rule (`line`)
    ├── DataFileError     5   a data file cannot be read or written
    ├── PortError         6   the address or port cannot be listened on
    ├── ReviewInputError  7   a contract, or a part of it, cannot be read for its review (`line`)
    ├── ControlError      8   a mock cannot be reached, or refuses to be controlled (`status`)
    └── DeploymentError   2   a deployment cannot be reached or judged: `check` could not do its work

    Refusal                   a request that the world does not grant; becomes one HTTP answer
    ├── NotAuthenticated      no credentials, or credentials that do not hold
    ├── NotPermitted          the user may not do this
    ├── NotFound              there is no such object, or this user cannot see it
    ├── MethodNotAllowed      the path does not have this method
    ├── NotAcceptable         no media type that the client accepts can be made
    ├── UnsupportedMediaType  the body's media type is not read here
    ├── Malformed             the body, or a name, cannot be read
    ├── NoRoom                the mock holds as much as it may
    ├── Conflict              what is asked for does not go with how things are now
    └── Rejected              the input breaks rules: carries every `Violation`, never only the first

The first half ends a command: the CLI prints `message` and `hint` and exits with `exit_code`, and no
traceback reaches a user. The second half ends a request; which status and body it becomes is the
business of `creditkit.mock`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple


class CreditkitError(Exception):
    """Something that ends a command, said in one sentence and followed by what to do about it."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    @property
    def sentence(self) -> str:
        """All of it in one sentence: what, and what to do."""
        told = f"{self.message}: {self.hint}" if self.hint else self.message
        return told if told.endswith((".", "?")) else f"{told}."


class UsageError(CreditkitError):
    """An option, an environment variable or their value is wrong."""

    exit_code = 2


class ContractError(CreditkitError):
    """A contract cannot be read, or is not a valid OpenAPI 3.0 document."""

    exit_code = 3


class SeedError(CreditkitError):
    """A seed file cannot be read or breaks a rule of the seed schema.

    `line` is counted from 1 and is None where the whole file is at fault.
    """

    exit_code = 4

    def __init__(self, message: str, hint: str = "", *, line: int | None = None) -> None:
        super().__init__(message, hint)
        self.line = line


class DataFileError(CreditkitError):
    """A data file cannot be read, written, or is held by another process."""

    exit_code = 5


class PortError(CreditkitError):
    """The mock cannot listen on the address and port that it was given."""

    exit_code = 6


class ReviewInputError(CreditkitError):
    """A contract, or a part of it, cannot be read for its review.

    `line` is counted from 1 and is None where the whole file is at fault.
    """

    exit_code = 7

    def __init__(self, message: str, hint: str = "", *, line: int | None = None) -> None:
        super().__init__(message, hint)
        self.line = line


class ControlError(CreditkitError):
    """A mock cannot be reached, or refuses what its control API was asked for, with its own sentence.

    `status` is that of its answer, 0 where there was none.
    """

    exit_code = 8

    def __init__(self, message: str, hint: str = "", *, status: int = 0) -> None:
        super().__init__(message, hint)
        self.status = status


class DeploymentError(CreditkitError):
    """A deployment cannot be reached, or does not answer well enough to be judged.

    Its exit code is that of every check that could not do its work, as of schemathesis and pytest.
    """

    exit_code = 2


class Violation(NamedTuple):
    """One broken rule in one request.

    `field` is the name of the body field or query parameter, empty for a rule over several fields.
    `message` is in the words of the real server; `rule` is a stable name for programs
    (`decimal.places`, `end_date.first-of-month`). `expected` and `got` serve the
    `application/problem+json` form. `contract` is a JSON Pointer into the contract where it says so.
    """

    field: str
    rule: str
    message: str
    expected: str = ""
    got: Any = None
    contract: str = ""
    location: str = "body"


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a failure of the program
    """A request that the world does not grant."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail


class NotAuthenticated(Refusal):
    """The request carries no credentials, or credentials that do not hold."""


class NotPermitted(Refusal):
    """The user is known and may not do this."""


class NotFound(Refusal):
    """There is no such object, or this user cannot see it: the two are never told apart."""


class MethodNotAllowed(Refusal):
    """The path is known and does not have this method."""


class NotAcceptable(Refusal):
    """Nothing that the client accepts can be made."""


class UnsupportedMediaType(Refusal):
    """The media type of the body is not one that the operation reads."""


class Malformed(Refusal):
    """The body cannot be parsed as what its media type says, or a name is none."""


class NoRoom(Refusal):
    """The mock holds as much already as it may; the detail says what makes room."""


class Conflict(Refusal):
    """What is asked for does not go with how things are now: it is out of reach, or cannot be changed."""


class Rejected(Refusal):
    """The input breaks rules; `violations` holds all of them, in the contract's order of fields."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        super().__init__("The request breaks rules.")
        self.violations = tuple(violations)

    def __str__(self) -> str:
        return "; ".join(f"{v.field or '*'}: {v.message}" for v in self.violations)
