"""Who may do what: staff writes, support reads everything, an owner reads the own customer's."""

from rest_framework.permissions import BasePermission

READING = {"list", "retrieve", "consumptions", "metadata", None}
"""Actions of a view set that anybody who is logged in may ask for; None is a method that the path lacks."""


class StaffWrites(BasePermission):
    def has_permission(self, request, view):
        return view.action in READING or request.user.is_staff


def visible(queryset, user, path=""):
    """The part of a queryset that the user may see; `path` leads from its model to the customer."""
    if user.is_staff or user.is_support:
        return queryset
    return queryset.filter(**{f"{path}owners": user})
