"""Deviations: the mock behaves like real servers that differ from the contract, on demand.

    async def accepts_twice(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if request.method == "DELETE" and answer.status == 404:
            answer.status = 204
        return answer

The catalogue (`creditkit.deviations`) declares the changes, or names one of the `FUNCTIONS`, to which tests
may add. The honest mock's own code knows nothing of deviations.
"""

from .behaviour import behaviour_of, change_answer, change_request, deviations_to_show
from .edits import edit_all
from .messages import CREDITS, Answer, Ask, Behaviour, Request, is_credit
from .releases import FUNCTIONS
from .step import Deviate

__all__ = [
    "CREDITS",
    "FUNCTIONS",
    "Answer",
    "Ask",
    "Behaviour",
    "Deviate",
    "Request",
    "behaviour_of",
    "change_answer",
    "change_request",
    "deviations_to_show",
    "edit_all",
    "is_credit",
]
