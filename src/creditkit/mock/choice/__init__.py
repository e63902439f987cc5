"""The client chooses the answer to one request, by a header or, from an address bar, by the query.

Prefer: code=404                ?__code=404         a documented answer, whatever the state is
Prefer: example=twoCredits      ?__example=…        the example of that name
Prefer: wait=2                  ?__wait=2           any answer, so many seconds later
"""

from .step import Choose as Choose
