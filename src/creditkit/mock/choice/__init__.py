"""Choice: what a client wishes for one request, in a header or, from an address bar, in the query.

Prefer: code=404                ?__code=404         a documented answer, whatever the state is
Prefer: example=twoCredits      ?__example=…        the example of that name
Prefer: wait=2                  ?__wait=2           any answer, so many seconds later
"""

from .step import Choose as Choose
