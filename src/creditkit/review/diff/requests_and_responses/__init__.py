"""The comparison of operations and events: credentials, parameters, bodies, statuses and headers."""

from .events import compare_events as compare_events
from .pair import Pair as Pair
from .requests import compare_requests as compare_requests
from .requests import compare_schemes as compare_schemes
from .responses import compare_responses as compare_responses
