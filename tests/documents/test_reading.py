"""YAML and JSON are read with the place of every value, and refused with line and column."""

from __future__ import annotations

import json
from typing import Any

import pytest

from creditkit.documents import DocumentError, Tree, read_document


def read(text: str, name: str = "contract.yaml", **options: Any) -> Tree:
    return read_document(text, name, **options)


def refusal(text: str, name: str = "contract.yaml", **options: Any) -> str:
    with pytest.raises(DocumentError) as caught:
        read_document(text, name, **options)
    return f"{caught.value.line}:{caught.value.column}: {caught.value.problem}"


def test_a_place_is_that_of_the_key_or_of_the_nearest_thing_above() -> None:
    tree = read("info:\n  title: Credits\n/a/b~c/:\n  get: {}\ntags:\n  - name: a\n  -   name: b\n")
    pointers = ("", "/info/title", "/~1a~1b~0c~1/get", "/info/contact/email", "/tags/1/name", "/tags/3")
    assert [tree.position(one) for one in pointers] == [(1, 1), (2, 3), (4, 3), (1, 1), (7, 7), (5, 1)]
    assert dict(tree.lines())["tags", 1, "name"] == 7


def test_dates_stay_texts_numbers_are_numbers_and_keys_are_as_written() -> None:
    values = read("[2027-01-31, 12, 1.5, true, no, null, ~, '12', 0x10, 1e3]\n").value
    assert values == ["2027-01-31", 12, 1.5, True, False, None, None, "12", 16, "1e3"]
    assert read("{200: a, no: b, 1.50: c, 2027-01-31: d}\n").value == {
        "200": "a",
        "no": "b",
        "1.50": "c",
        "2027-01-31": "d",
    }


def test_an_alias_stands_where_its_anchor_is_written() -> None:
    tree = read("a: &a\n  deep: {er: 1}\nb: *a\n")
    assert tree.value["b"] == {"deep": {"er": 1}}
    assert (tree.position("/b"), tree.position("/b/deep/er")) == ((3, 1), (2, 10))


def test_merge_keys_give_what_the_object_does_not_have() -> None:
    tree = read("a: &a {p: 1, q: 2}\nb: {<<: *a, q: 3}\nc: {<<: [{r: 1}, *a]}\nd: {'<<': 1}\n")
    assert tree.value["b"] == {"q": 3, "p": 1}
    assert tree.value["c"] == {"r": 1, "p": 1, "q": 2}
    assert tree.value["d"] == {"<<": 1}
    assert tree.position("/b/p") == (1, 8)


@pytest.mark.parametrize("indent", [None, 2])
def test_json_and_yaml_say_the_same(indent: int | None) -> None:
    value = read("all: [1, -2.5, 'a\\b', \"\\u00e4\\U0001F600\", {}, [], {a: null}]\n").value
    text = json.dumps(value, indent=indent)
    assert read(text, "contract.json").value == read(text).value == value
    assert read('{"a": 1,\n "b": [1,\n  {"c": 2}]}', "contract.json").position("/b/1/c") == (3, 4)
    assert read("{openapi: 3.0.3, info: {}}").value == {"openapi": "3.0.3", "info": {}}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: [1, 2\nb: 3", "2:2: not YAML: did not find expected ',' or ']', while parsing"),
        ("a: 1\n\tx: 1", "2:1: not YAML: found a tab character that violates indentation"),
        ("a: 1\n b: 2\n", "2:3: not YAML: mapping values are not allowed in this context"),
        ("a: 'x\n", "2:1: not YAML: found unexpected end of stream"),
        ('x: "\\q"', "1:5: not YAML: found unknown escape character"),
        ("ä: \0", "1:4: the character U+0000 may not stand in YAML"),
        ("a: {b: 1,\n b: 2}\n", "2:2: the key 'b' stands here for the second time; the first is in line 1"),
        ("? [a]\n: 1\n", "1:3: a key must be a text, not a list or an object"),
        ("x: &a [*a]\n", "1:8: *a stands within what it repeats"),
        ("x: *b\n", "1:4: *b repeats nothing: there is no &b above"),
        ("x: {<<: 3}\n", "1:9: `<<` takes objects only"),
        ("x: !!python/object:os.system ls\n", "1:4: the tag !!python/object:os.system is not known here"),
        ("x: !!int abc\n", "1:4: 'abc' is none of what !!int says"),
        ("x: .inf\n", "1:4: inf is no number in JSON"),
        ("x: " + "9" * 5000, "1:4: '9999999999999999999999999999999999999999' is none of"),
        ("a: 1\n---\na: 1\n", "2:1: a second YAML document begins"),
    ],
)
def test_what_is_no_yaml_is_refused_with_its_place(text: str, problem: str) -> None:
    assert refusal(text).startswith(problem)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"a": 1,\n"a": 2}', "2:1: the key 'a' stands here for the second time; the first is in line 1"),
        ('{"a": tru}', "1:7: not JSON: expected a value"),
        ('{"a": NaN}', "1:7: not JSON: expected a value"),
        ('{"a": [1,]}', "1:10: not JSON: expected a value"),
        ('{"a": 1,}', "1:9: not JSON: expected a key in double quotes"),
        ('{"a" 1}', "1:6: not JSON: expected a colon"),
        ('{"a": 1', "1:8: not JSON: expected a comma or }"),
        ('{"a": 1} x', "1:10: not JSON: something stands behind the end of the value"),
        ('{"a": "x', "1:7: not JSON: unterminated string starting"),
        ('{"a": "\\q"}', "1:8: not JSON: invalid \\escape"),
        ('{"a": "\\ud83d"}', "1:15: not JSON: half of a surrogate pair in the text before this"),
        ('{"a": 1e999}', "1:7: inf is no number in JSON"),
        ('{"a": ' + "9" * 5000 + "}", "1:7: a number of too many digits"),
        ("[" * 100_000, "1:151: values stand more than 150 deep within each other"),
    ],
)
def test_what_is_no_json_is_refused_with_its_place(text: str, problem: str) -> None:
    assert refusal(text, "contract.json") == problem


LAUGHS = "x-0: &a0 [1,1,1,1,1,1,1,1,1,1]\n" + "".join(
    f"x-{level}: &a{level} [{','.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 40)
)
MERGES = "x-0: &a0 {p: 1}\n" + "".join(
    f"x-{level}: &a{level}\n" + "".join(f"  k{n}: *a{level - 1}\n" for n in range(10))
    for level in range(1, 40)
)


@pytest.mark.parametrize("bomb", [LAUGHS, MERGES], ids=["lists", "objects"])
def test_aliases_that_stand_for_billions_of_values_are_refused(bomb: str) -> None:
    assert "with its aliases put in, the file holds more than 500,000 values" in refusal(bomb)
    assert refusal(bomb, aliases=False).endswith("anchors and aliases are not allowed here")


@pytest.mark.parametrize("depth", [20, 150])
@pytest.mark.parametrize("repeated", ["[", "{a: ", "- "])
def test_what_is_very_deep_is_refused(repeated: str, depth: int) -> None:
    message = f"values stand more than {depth} deep within each other"
    assert message in refusal("\n" + repeated * 100_000, depth=depth)
    assert read("[" * depth + "]" * depth, depth=depth).size == depth


def test_the_limit_of_values_is_told() -> None:
    assert "the file holds more than 3 values" in refusal("a: 1\nb: 2\nc: 3\n", size=3)
