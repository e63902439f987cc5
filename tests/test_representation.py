"""Amounts in JSON, for any scale in a data file."""

from __future__ import annotations

from decimal import Decimal

import pytest

from creditkit.handlers.representation import number
from creditkit.store import PLAIN


@pytest.mark.parametrize(
    "text",
    [
        "0",
        "-0",
        "0.00000",
        "-0.00000",
        "7",
        "1.5",
        "0.12345",
        "12.123456",
        "1E+5",
        "1.2E+55",
        "0E-5",
        "1E-5",
        "123456789.12345",
        "-3.25000",
        "0.000005",
        "99999.999995",
    ],
)
def test_an_amount_has_five_places(text: str) -> None:
    assert str(PLAIN["value"].show(Decimal(text))) == f"{Decimal(text):.5f}"


@pytest.mark.parametrize(
    "text", ["0", "-0", "10", "-5", "100", "1E+2", "10.0", "0.5", "1.5", "2.5", "0E+3", "0E-2", "1E-30"]
)
def test_a_share_in_percent_has_no_places(text: str) -> None:
    assert str(PLAIN["grace_coefficient"].show(Decimal(text))) == f"{Decimal(text):.0f}"


@pytest.mark.parametrize(
    ("text", "said"),
    [("9.45000", 9.45), ("10.00000", 10), ("-0.50000", -0.5), ("0E-5", 0), ("-0", 0), ("1E+3", 1000)],
)
def test_a_whole_amount_is_a_whole_number(text: str, said: float) -> None:
    told = number(Decimal(text))
    assert told == said
    assert type(told) is type(said)
