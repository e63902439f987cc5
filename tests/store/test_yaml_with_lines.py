"""YAML with its lines: what is read, and what is refused where."""

from __future__ import annotations

from typing import Any

import pytest

from creditkit.errors import SeedError
from creditkit.store.seeds.yaml_with_lines import DEPTH, read_yaml


def test_scalars_stay_as_they_are_written_but_for_true_false_and_null() -> None:
    text = """
    amount: 12.50
    token: 0123456789
    date: 2026-11-22
    exponent: 1e3
    quoted: 'no'
    yes_: yes
    no_: false
    nothing: null
    tilde: ~
    empty:
    list: [1, x]
    """
    assert read_yaml(text).data == {
        "amount": "12.50",
        "token": "0123456789",
        "date": "2026-11-22",
        "exponent": "1e3",
        "quoted": "no",
        "yes_": True,
        "no_": False,
        "nothing": None,
        "tilde": None,
        "empty": None,
        "list": ["1", "x"],
    }


def test_each_part_has_its_line_and_a_value_that_of_its_key() -> None:
    marked = read_yaml("a: 1\nb:\n  - x\n  - {c: 2,\n     d: 3}\n")
    lines = {("a",): 1, ("b",): 2, ("b", 0): 3, ("b", 1): 4, ("b", 1, "c"): 4, ("b", 1, "d"): 5}
    assert {path: marked.line(path) for path in lines} == lines
    assert marked.line(("b", 1, "missing")) == 4
    assert marked.line(("nowhere", 3)) == 1


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a: [1, 2\nb: 3\n", 2, "not YAML: did not find expected ',' or ']'"),
        ("a: &x [1]\nb: *x\n", 2, "anchors and aliases are not allowed here"),
        (
            "a: 1\nb: !!python/object/apply:os.system [ls]\n",
            2,
            "the tag !!python/object/apply:os.system ",
        ),
        ("a: !mine 1\n", 1, "the tag !mine is not known here"),
        ("a: 1\nb: 2\na: 3\n", 3, "the key 'a' stands here for the second time; the first is in line 1"),
        ("", None, "the file is empty"),
        ("# nothing\n", None, "the file is empty"),
    ],
)
def test_a_fault_has_its_line(text: str, line: int | None, reason: str) -> None:
    with pytest.raises(SeedError) as caught:
        read_yaml(text)
    assert caught.value.line == line
    assert caught.value.message.startswith(reason)
    assert caught.value.hint


def test_the_deepest_allowed_is_read() -> None:
    data: Any = read_yaml("[" * DEPTH + "]" * DEPTH).data
    for _ in range(DEPTH - 1):
        (data,) = data
    assert data == []
