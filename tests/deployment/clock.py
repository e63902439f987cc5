"""The time of the deployment: the system's, moved by an offset, so that a test can let a month end."""

from datetime import timedelta

from django.utils import timezone


def now():
    from .models import Clock

    offset = Clock.objects.values_list("offset", flat=True).first()
    return timezone.now() + (offset or timedelta())


def today():
    return now().date()


def first_of_month(day):
    return day.replace(day=1)


def next_month(day):
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def previous_month(day):
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)
