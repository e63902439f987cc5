"""The releases that this deployment can be; the variable PROFILE chooses one at the start."""

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True)
class Profile:
    """One release as it behaves, which is not always as it is documented."""

    dashed_uuids: bool = False
    numbers: bool = False  # computed amounts are JSON numbers; elsewhere the text of a decimal
    actions_answer: bool = False  # elsewhere they end in a 500 and are rolled back
    missing_value_is_zero: bool = False  # elsewhere an expected consumption without a value is a 500
    query: bool = False  # the filter `query`, from 7.9.2 on
    withdrawable: bool = False  # adjust_withdrawable and its balance, from 8.1 on


PROFILES = {
    "documented": Profile(dashed_uuids=True, numbers=True, actions_answer=True, missing_value_is_zero=True),
    "waldur-7.9.1": Profile(),
    "waldur-8.0.9": Profile(query=True),
    "waldur-8.1.2": Profile(query=True, withdrawable=True),
}
profile = PROFILES[settings.PROFILE]
