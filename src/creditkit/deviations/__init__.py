"""Deviations: the known ways in which the vendor's releases differ from the contract, as data.

    >>> from creditkit.deviations import chosen, of_release
    >>> [deviation.severity for deviation in chosen(["actions-crash"])]
    ['major']
    >>> "actions-empty" in {deviation.id for deviation in of_release("waldur-8.0.9")}
    True

`catalogue/` holds them as YAML that anybody can extend. The mock shows them, a check can expect them, and
`page` makes docs/deviations.md of them.
"""

from .choosing import chosen, near, of_release
from .deviation import ANY, AnswerChange, Condition, Deviation, Edit, Release, RequestChange, Shown, Sign
from .loading import deviation_of, load_catalogue, load_releases, read_deviations, shown_of

__all__ = [
    "ANY",
    "AnswerChange",
    "Condition",
    "Deviation",
    "Edit",
    "Release",
    "RequestChange",
    "Shown",
    "Sign",
    "chosen",
    "deviation_of",
    "load_catalogue",
    "load_releases",
    "near",
    "of_release",
    "read_deviations",
    "shown_of",
]
