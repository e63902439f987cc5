"""The four cases: what every server is asked, and what a right answer is.

Ids and bodies vary from request to request, so that work is measured and not a memory of the last answer.
In a template `{n}` becomes the number of the request as twelve hexadecimal digits, `{d}` as it is written,
and `{r}` how often all numbers have gone round.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

TOKEN = "c0ffee00" * 5
CREDITS = "/api/customer-credits/"
STORED = 1_000
"""How many credits there are to read."""
CUSTOMERS = 60_000
"""How many customers wait for a credit: more than any server here creates in one run."""

CREDIT = "cced1700-0000-4000-8000-"
WITH_CREDIT = "c0570000-0000-4000-8000-"
FREE = "f4ee0000-0000-4000-8000-"


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of request. `first` and `count` say which numbers go round in `{n}`."""

    name: str
    title: str
    method: str
    path: str
    body: str
    first: int
    count: int
    is_accepted: bool
    changes: bool = False

    @property
    def statuses(self) -> tuple[int, ...]:
        """The statuses of a right answer."""
        return (200, 201) if self.is_accepted else (400,)

    def filled(self, template: str, number: int) -> str:
        """A template with the number of a request in it."""
        rounds, number = divmod(number, self.count)
        number += self.first
        return (
            template.replace("{n}", f"{number:012x}").replace("{d}", str(number)).replace("{r}", str(rounds))
        )

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers that every request of the case carries."""
        headers = {"Authorization": f"Token {TOKEN}", "Accept": "application/json"}
        return {**headers, "Content-Type": "application/json"} if self.body else headers


# Creates come last: what they leave to be tidied up falls to no other case.
CASES = (
    Case("one", "retrieve one", "GET", f"{CREDITS}{CREDIT}{{n}}/", "", 0, STORED, is_accepted=True),
    Case(
        "list",
        "list of ten",
        "GET",
        f"{CREDITS}?page={{d}}&page_size=10",
        "",
        1,
        STORED // 10,
        is_accepted=True,
    ),
    Case(
        "refused",
        "refused create",
        "POST",
        CREDITS,
        f'{{"customer": "http://127.0.0.1/api/customers/{FREE}{{n}}/", "value": "{{d}},5", '
        '"minimal_consumption_logic": "sometimes", "end_date": "2099-01-01"}',
        1_000,
        CUSTOMERS,
        is_accepted=False,
    ),
    Case(
        "create",
        "valid create",
        "POST",
        CREDITS,
        f'{{"customer": "http://127.0.0.1/api/customers/{FREE}{{n}}/", "value": "{{d}}.25", '
        '"expected_consumption": "10.5", "minimal_consumption_logic": "fixed", "grace_coefficient": "10", '
        '"apply_as_minimal_consumption": true, "end_date": "2099-01-01", "offerings": []}',
        1_000,
        CUSTOMERS,
        is_accepted=True,
        changes=True,
    ),
)
