"""Styles: parameters written and read again, by the table of the Parameter Object."""

from __future__ import annotations

from typing import Any

import pytest

from creditkit.review.diff.proof.exchanges import flat, read, write
from creditkit.review.wire import Parameter

ROW = ["blue", "black"]
RGB = {"R": "100", "G": "200"}


def parameter(location: str, style: str, *, explode: bool, content: str = "") -> Parameter:
    return Parameter(location, "color", 0, "", False, style, explode, False, False, False, content, ())


@pytest.mark.parametrize(
    ("style", "explode", "value", "written"),
    [
        ("matrix", False, "blue", ";color=blue"),
        ("matrix", False, ROW, ";color=blue,black"),
        ("matrix", True, ROW, ";color=blue;color=black"),
        ("matrix", False, RGB, ";color=R,100,G,200"),
        ("matrix", True, RGB, ";R=100;G=200"),
        ("label", False, "blue", ".blue"),
        ("label", False, ROW, ".blue,black"),
        ("label", True, ROW, ".blue.black"),
        ("label", False, RGB, ".R,100,G,200"),
        ("label", True, RGB, ".R=100.G=200"),
        ("simple", False, "blue", "blue"),
        ("simple", False, ROW, "blue,black"),
        ("simple", True, ROW, "blue,black"),
        ("simple", False, RGB, "R,100,G,200"),
        ("simple", True, RGB, "R=100,G=200"),
        ("form", False, "blue", "blue"),
        ("form", False, ROW, "blue,black"),
        ("form", False, RGB, "R,100,G,200"),
        ("spaceDelimited", False, ROW, "blue black"),
        ("pipeDelimited", False, ROW, "blue|black"),
    ],
)
def test_a_value_is_written_as_the_table_says_and_read_again(
    style: str, explode: bool, value: Any, written: str
) -> None:
    one = parameter("path", style, explode=explode)
    pairs = write(one, value)
    assert pairs == (("color", written),)
    kind = "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"
    assert read(one, pairs, [kind]) == [value]


@pytest.mark.parametrize(
    ("style", "value", "pairs"),
    [
        ("form", ROW, (("color", "blue"), ("color", "black"))),
        ("form", RGB, (("R", "100"), ("G", "200"))),
        ("deepObject", RGB, (("color[R]", "100"), ("color[G]", "200"))),
    ],
)
def test_what_is_exploded_has_a_pair_for_each_member(style: str, value: Any, pairs: Any) -> None:
    one = parameter("query", style, explode=True)
    assert write(one, value) == pairs
    assert read(one, pairs, ["array", "object"])[isinstance(value, dict)] == value


def test_a_value_with_a_media_type_is_written_as_json() -> None:
    one = parameter("query", "form", explode=True, content="application/json")
    assert write(one, {"a": [1]}) == (("color", '{"a": [1]}'),)
    assert read(one, (("color", "{"),), ["object"]) == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, "true"),
        (1.5, "1.5"),
        (None, ""),
        ([1], "1"),
        ([1, "a"], ["1", "a"]),
        ([], None),
        ({}, None),
        ([[1, 2]], None),
    ],
)
def test_a_value_without_its_types_is_text(value: Any, expected: Any) -> None:
    assert flat(value) == expected
