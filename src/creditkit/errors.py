"""All errors that creditkit raises on purpose.

::

    CreditkitError            ends a command: `message`, `hint`, `exit_code` (the number below)
    ├── UsageError        2   an option or its value is wrong
    ├── ContractError     3   a contract cannot be read or is not a valid OpenAPI 3.0 document
    ├── SeedError         4   a seed file cannot be read, or breaks a rule (`line`)
    ├── DataFileError     5   a data file cannot be read or written
    ├── PortError         6   the address or port cannot be listened on
    ├── ReviewInputError  7   `review` cannot read a contract or a part of it (`line`)
    ├── ControlError      8   a mock cannot be reached, or refuses a control request (`status`)
    └── DeploymentError   2   `check` cannot reach or judge the deployment

    Refusal                   ends a request: becomes one HTTP answer
    ├── NotAuthenticated      no credentials, or invalid ones
    ├── NotPermitted          the user may not do this
    ├── NotFound              there is no such object, or this user cannot see it
    ├── MethodNotAllowed      the path does not have this method
    ├── NotAcceptable         the client accepts none of the available media types
    ├── UnsupportedMediaType  the operation does not read the body's media type
    ├── Malformed             the body, or a name, cannot be read
    ├── NoRoom                a limit of the mock is reached
    ├── Conflict              the request does not fit the present state
    └── Rejected              the input breaks rules: carries every `Violation`

The CLI prints `message` and `hint` and exits with `exit_code`; no traceback reaches a user.
`creditkit.mock` chooses status and body of a refusal.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple


class CreditkitError(Exception):
    """An error that ends a command: one sentence, and a hint what to do about it."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    @property
    def sentence(self) -> str:
        """Message and hint in one sentence."""
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
    """The mock cannot listen on the given address and port."""

    exit_code = 6


class ReviewInputError(CreditkitError):
    """`review` cannot read a contract or a part of it.

    `line` is counted from 1 and is None where the whole file is at fault.
    """

    exit_code = 7

    def __init__(self, message: str, hint: str = "", *, line: int | None = None) -> None:
        super().__init__(message, hint)
        self.line = line


class ControlError(CreditkitError):
    """A mock cannot be reached, or refuses a control request; the message is then the mock's.

    `status` is the status of its answer, 0 without an answer.
    """

    exit_code = 8

    def __init__(self, message: str, hint: str = "", *, status: int = 0) -> None:
        super().__init__(message, hint)
        self.status = status


class DeploymentError(CreditkitError):
    """A deployment cannot be reached, or does not answer well enough to be judged.

    Exit code 2, as for any check that cannot run; schemathesis and pytest use the same.
    """

    exit_code = 2


class Violation(NamedTuple):
    """One broken rule in one request.

    `field` is the name of the body field or query parameter, empty for a rule over several fields.
    `message` is the real server's wording; `rule` is a stable name for programs
    (`decimal.places`, `end_date.first-of-month`). `expected` and `got` serve the
    `application/problem+json` form. `contract` is a JSON Pointer to the rule in the contract.
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
    """The request carries no credentials, or invalid ones."""


class NotPermitted(Refusal):
    """The user is known and may not do this."""


class NotFound(Refusal):
    """There is no such object, or this user cannot see it; both get the same answer."""

    @classmethod
    def of(cls, kind: str) -> NotFound:
        """The refusal that the real server words for an object of this kind: `Customer`, `CustomerCredit`."""
        return cls(f"No {kind} matches the given query.")


class MethodNotAllowed(Refusal):
    """The path is known and does not have this method."""


class NotAcceptable(Refusal):
    """The client accepts none of the available media types."""


class UnsupportedMediaType(Refusal):
    """The media type of the body is not one that the operation reads."""


class Malformed(Refusal):
    """The body does not parse as its media type, or a name is invalid."""


class NoRoom(Refusal):
    """A limit of the mock is reached; the detail says how to make room."""


class Conflict(Refusal):
    """The request does not fit the present state: its target is out of reach, or cannot be changed."""


class Rejected(Refusal):
    """The input breaks rules; `violations` holds all of them, in the contract's order of fields."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        super().__init__("The request breaks rules.")
        self.violations = tuple(violations)

    def __str__(self) -> str:
        return "; ".join(f"{v.field or '*'}: {v.message}" for v in self.violations)
