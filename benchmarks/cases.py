"""The four kinds of requests that all servers are asked, and the ids of what they ask for.

Ids and bodies vary from request to request, so that no server can answer from the memory of its last answer.
In a template `{n}` stands for the number of the request as twelve hexadecimal digits, `{d}` for the number in
decimal, and `{r}` for how often all numbers have been used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

TOKEN = "c0ffee00" * 5
CREDITS = "/api/customer-credits/"
STORED = 1_000
"""How many credits there are to read."""
CUSTOMERS = 60_000
"""How many customers have no credit yet: more than any server creates credits for in one run."""

CREDIT = "cced1700-0000-4000-8000-"
WITH_CREDIT = "c0570000-0000-4000-8000-"
FREE = "f4ee0000-0000-4000-8000-"


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of request. The numbers in its templates go round from `first`, `count` of them."""

    name: str
    title: str
    method: str
    path: str
    body: str = ""
    first: int = 0
    count: int = STORED
    is_accepted: bool = True
    changes: bool = False

    @property
    def statuses(self) -> tuple[int, ...]:
        """The statuses of a right answer."""
        return (200, 201) if self.is_accepted else (400,)

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers that every request of the case carries."""
        headers = {"Authorization": f"Token {TOKEN}", "Accept": "application/json"}
        return {**headers, "Content-Type": "application/json"} if self.body else headers

    def filled(self, template: str, number: int) -> str:
        """A template with the number of a request in it."""
        rounds, number = divmod(number, self.count)
        number += self.first
        filled = template.replace("{n}", f"{number:012x}").replace("{d}", str(number))
        return filled.replace("{r}", str(rounds))


_CUSTOMER = f'"customer": "http://127.0.0.1/api/customers/{FREE}{{n}}/"'
_REFUSED = '"value": "{d},5", "minimal_consumption_logic": "sometimes", "end_date": "2099-01-01"'
_CREATED = (
    '"value": "{d}.25", "expected_consumption": "10.5", "minimal_consumption_logic": "fixed", '
    '"grace_coefficient": "10", "apply_as_minimal_consumption": true, "end_date": "2099-01-01", '
    '"offerings": []'
)

# Creates come last, because their garbage would be collected in another case.
CASES = (
    Case("one", "retrieve one", "GET", f"{CREDITS}{CREDIT}{{n}}/"),
    Case("list", "list of ten", "GET", f"{CREDITS}?page={{d}}&page_size=10", first=1, count=STORED // 10),
    Case(
        *("refused", "refused create", "POST", CREDITS, f"{{{_CUSTOMER}, {_REFUSED}}}", 1_000, CUSTOMERS),
        is_accepted=False,
    ),
    Case(
        *("create", "valid create", "POST", CREDITS, f"{{{_CUSTOMER}, {_CREATED}}}", 1_000, CUSTOMERS),
        changes=True,
    ),
)
