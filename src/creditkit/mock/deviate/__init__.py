"""Deviations shown: what real servers do otherwise, done by the mock on demand.

    async def accepts_twice(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if request.method == "DELETE" and answer.status == 404:
            answer.status = 204
        return answer

The catalogue (`creditkit.deviations`) declares what is changed, or names a function of a module in here:
`faults_delete.accepts_twice`. The honest mock's own code knows nothing of it.
"""

from .behaviour import behaviour_of
from .messages import CREDITS, Answer, Ask, Behaviour, Request, is_credit
from .step import Deviate

__all__ = ["CREDITS", "Answer", "Ask", "Behaviour", "Deviate", "Request", "behaviour_of", "is_credit"]
