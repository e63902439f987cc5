"""The distance to a deployment: every answer takes LATENCY milliseconds longer."""

import time

from django.conf import settings


def latency(get_response):
    def respond(request):
        if settings.LATENCY:
            time.sleep(settings.LATENCY)
        return get_response(request)

    return respond
