"""The distance to a deployment, and requests that leave no trace."""

import time

from django.conf import settings
from django.db import transaction


def latency(get_response):
    """Every answer takes LATENCY milliseconds longer."""

    def respond(request):
        if settings.LATENCY:
            time.sleep(settings.LATENCY)
        return get_response(request)

    return respond


def dry_run(get_response):
    """A request with the header `X-Dry-Run` is answered as any other, and then undone."""

    def respond(request):
        if "X-Dry-Run" not in request.headers:
            return get_response(request)
        with transaction.atomic():
            response = get_response(request)
            transaction.set_rollback(True)
        return response

    return respond
