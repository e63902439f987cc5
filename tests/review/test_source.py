"""A contract is read with the place of every value, and what is none is refused in one sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from creditkit.errors import ReviewInputError
from creditkit.review import Limits, Place, Source, parse_source, read_source

HEAD = "openapi: 3.0.3\ninfo: {title: Credits, version: '1'}\npaths: {}\n"

Save = Callable[..., Path]


@pytest.fixture
def save(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Save:
    """Save a contract in a folder of its own, which is the working folder."""
    monkeypatch.chdir(tmp_path)

    def write(content: str | bytes, name: str = "contract.yaml") -> Path:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def parsed(text: str, name: str = "contract.yaml", limits: Limits | None = None) -> Source:
    return parse_source(name, text.encode(), lambda _name: b"", limits=limits)


def refusal(text: str | bytes, name: str = "contract.yaml", limits: Limits | None = None) -> ReviewInputError:
    data = text.encode() if isinstance(text, str) else text
    with pytest.raises(ReviewInputError) as caught:
        parse_source(name, data, lambda _name: b"", limits=limits)
    return caught.value


def test_a_place_is_that_of_the_key() -> None:
    source = parsed("openapi: 3.0.3\ninfo:\n  title: Credits\npaths:\n  /a/b~c/:\n    get: {}\n")
    assert source.place("") == Place("contract.yaml", 1, 1, "")
    assert source.place("/info/title") == Place("contract.yaml", 3, 3, "/info/title")
    assert source.place("/paths/~1a~1b~0c~1/get").line == 6


def test_the_place_of_what_is_not_there_is_that_of_the_nearest_thing_above() -> None:
    source = parsed(HEAD)
    assert source.place("/info/contact/email").line == source.place("/info").line == 2
    assert source.place("/tags/3").line == 1


def test_items_of_lists_have_places() -> None:
    source = parsed(HEAD + "tags:\n  - name: a\n  -   name: b\n")
    assert source.place("/tags/1") == Place("contract.yaml", 6, 7, "/tags/1")
    assert source.place("/tags/1/name").column == 7


def test_dates_stay_texts_and_numbers_are_numbers() -> None:
    source = parsed(HEAD + "x-all: [2027-01-31, 12, 1.5, true, no, null, ~, '12', 0x10, 1e3]\n")
    assert source.document["x-all"] == ["2027-01-31", 12, 1.5, True, False, None, None, "12", 16, "1e3"]


def test_keys_are_the_text_that_is_written() -> None:
    source = parsed(HEAD + "x-all: {200: a, no: b, 1.50: c, 2027-01-31: d}\n")
    assert source.document["x-all"] == {"200": "a", "no": "b", "1.50": "c", "2027-01-31": "d"}


def test_an_alias_stands_where_its_anchor_is_written() -> None:
    source = parsed(HEAD + "x-a: &a\n  deep: {er: 1}\nx-b: *a\n")
    assert source.document["x-b"] == {"deep": {"er": 1}}
    assert source.place("/x-b").line == 6
    assert source.place("/x-b/deep/er").line == 5


def test_merge_keys_give_what_the_object_does_not_have() -> None:
    source = parsed(
        HEAD + "x-a: &a {p: 1, q: 2}\nx-b: {<<: *a, q: 3}\nx-c: {<<: [{r: 1}, *a]}\nx-d: {'<<': 1}\n"
    )
    assert source.document["x-b"] == {"q": 3, "p": 1}
    assert source.document["x-c"] == {"r": 1, "p": 1, "q": 2}
    assert source.document["x-d"] == {"<<": 1}
    assert source.place("/x-b/p").line == 4


@pytest.mark.parametrize("indent", [None, 2])
def test_json_and_yaml_say_the_same(indent: int | None) -> None:
    source = parsed(HEAD + "x-all: [1, -2.5, 'a\\b', \"\\u00e4\\U0001F600\", {}, [], {a: null}]\n")
    text = json.dumps(source.document, indent=indent)
    assert parsed(text, "contract.json").document == source.document
    assert parsed(text).document == source.document


def test_json_has_places() -> None:
    source = parsed('{"openapi": "3.1.0",\n "paths": {"/a": [1,\n  {"b": 2}]}}', "contract.json")
    assert source.version == "3.1"
    assert source.place("/paths/~1a/1/b") == Place("contract.json", 3, 4, "/paths/~1a/1/b")


def test_yaml_in_braces_is_read_as_yaml() -> None:
    assert parsed("{openapi: 3.0.3, info: {}}").document == {"openapi": "3.0.3", "info": {}}


def test_a_file_is_named_as_the_user_names_it(save: Save, tmp_path: Path) -> None:
    path = save(HEAD, "api/contract.yaml")
    assert read_source(path).origin == "api/contract.yaml"
    assert read_source(str(path)).place("/info").file == "api/contract.yaml"
    assert read_source(tmp_path / path).origin == "api/contract.yaml"


def test_references_are_followed_to_their_end() -> None:
    source = parsed(
        HEAD + "x-a: {$ref: '#/x-b'}\nx-b: {$ref: '#/x%2Dc', nullable: true}\nx-c: {type: string}\n"
    )
    assert source.end("/x-a") == ("/x-c", {"type": "string"})
    assert source.resolve({"$ref": "#/x-a"}) == {"type": "string"}
    assert source.resolve({"type": "integer"}) == {"type": "integer"}


def test_in_3_1_a_schema_that_says_more_beside_its_reference_is_an_end() -> None:
    source = parsed("openapi: 3.1.0\nx-a: {$ref: '#/x-b', minLength: 1}\nx-b: {type: string}\n")
    assert source.end("/x-a")[0] == "/x-a"
    assert source.resolve({"$ref": "#/x-b", "description": "A text."}) == {"type": "string"}


def test_a_reference_to_nowhere_has_no_object_at_its_end() -> None:
    source = parsed(HEAD + "x-a: {$ref: '#/x-b/c'}\nx-b: {}\n")
    assert source.end("/x-a") == ("/x-a", None)
    with pytest.raises(ReviewInputError, match=r"^contract.yaml: #/x-b/c leads nowhere$"):
        source.resolve({"$ref": "#/x-b/c"})


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        (
            HEAD + "a: [1, 2\nb: 3",
            "contract.yaml:5:2: not YAML: did not find expected ',' or ']', while parsing",
            5,
        ),
        (HEAD + "\tx: 1", "contract.yaml:4:1: not YAML: found character that cannot start any token", 4),
        (HEAD + 'x: "\\q"', "contract.yaml:4:5: not YAML: found unknown escape character", 4),
        (HEAD + "ä: \0", "contract.yaml:4:4: the character U+0000 may not stand in YAML", 4),
        (
            HEAD + "paths: {}\n",
            "contract.yaml:4:1: the key 'paths' stands here for the second time; the first is",
            4,
        ),
        (HEAD + "? [a]\n: 1\n", "contract.yaml:4:3: a key must be a text, not a list or an object", 4),
        (HEAD + "x: &a [*a]\n", "contract.yaml:4:8: *a stands within what it repeats", 4),
        (HEAD + "x: *b\n", "contract.yaml:4:4: *b repeats nothing: there is no &b above", 4),
        (HEAD + "x: {<<: 3}\n", "contract.yaml:4:9: `<<` takes objects only", 4),
        (
            HEAD + "x: !!python/object:os.system ls\n",
            "contract.yaml:4:4: the tag !!python/object:os.system is",
            4,
        ),
        (HEAD + "x: !!int abc\n", "contract.yaml:4:4: 'abc' is none of what !!int says", 4),
        (HEAD + "x: .inf\n", "contract.yaml:4:4: inf is no number in JSON", 4),
        (
            HEAD + "x: " + "9" * 5000,
            "contract.yaml:4:4: '9999999999999999999999999999999999999999' is none of",
            4,
        ),
        (HEAD + "---\na: 1\n", "contract.yaml:4:1: a second YAML document begins", 4),
        ("- 1\n", "contract.yaml: not an OpenAPI contract: the file holds a list", None),
        ("hello\n", "contract.yaml: not an OpenAPI contract: the file holds a text", None),
        ("", "contract.yaml: not an OpenAPI contract: the file holds nothing", None),
        ("info: {}\n", "contract.yaml: not an OpenAPI contract: there is no `openapi:` at the top", None),
        ("swagger: '2.0'\n", "contract.yaml:1:1: this is Swagger 2.0, which is not read here", 1),
        ("asyncapi: 3.0.0\n", "contract.yaml:1:1: this is AsyncAPI, which is not read here", 1),
        ("info: {}\nopenapi: 3.2.0\n", "contract.yaml:2:1: OpenAPI 3.2.0 is not read here", 2),
        ("openapi: 3.0\n", "contract.yaml:1:1: OpenAPI 3.0 (not a text) is not read here", 1),
    ],
)
def test_what_is_no_contract_is_refused_with_its_line(text: str, message: str, line: int | None) -> None:
    error = refusal(text)
    assert error.message.startswith(message)
    assert error.line == line
    assert error.exit_code == 7


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '{"a": 1,\n"a": 2}',
            "contract.json:2:1: the key 'a' stands here for the second time; the first is in line 1",
        ),
        ('{"a": tru}', "contract.json:1:7: not JSON: expected a value"),
        ('{"a": NaN}', "contract.json:1:7: not JSON: expected a value"),
        ('{"a": [1,]}', "contract.json:1:10: not JSON: expected a value"),
        ('{"a": 1,}', "contract.json:1:9: not JSON: expected a key in double quotes"),
        ('{"a" 1}', "contract.json:1:6: not JSON: expected a colon"),
        ('{"a": 1', "contract.json:1:8: not JSON: expected a comma or }"),
        ('{"a": 1} x', "contract.json:1:10: not JSON: something stands behind the end of the value"),
        ('{"a": "x', "contract.json:1:7: not JSON: unterminated string starting"),
        ('{"a": "\\q"}', "contract.json:1:8: not JSON: invalid \\escape"),
        (
            '{"a": "\\ud83d"}',
            "contract.json:1:15: not JSON: half of a surrogate pair in the text before this",
        ),
        ('{"a": 1e999}', "contract.json:1:7: inf is no number in JSON"),
        ('{"a": ' + "9" * 5000 + "}", "contract.json:1:7: a number of too many digits"),
        ("[" * 100_000, "contract.json:1:151: values stand more than 150 deep within each other"),
    ],
)
def test_what_is_no_json_is_refused_with_its_place(text: str, message: str) -> None:
    assert refusal(text, "contract.json").message == message


def test_what_is_not_utf_8_is_refused_with_its_line() -> None:
    error = refusal(b"openapi: 3.0.3\ninfo: caf\xe9\n")
    assert error.message == "contract.yaml:2: not UTF-8: the byte 0xE9 cannot be read"
    assert error.line == 2


def test_a_missing_file_and_a_folder_are_refused(save: Save) -> None:
    save(HEAD, "api/contract.yaml")
    with pytest.raises(ReviewInputError, match=r"^none.yaml: cannot be read: No such file or directory$"):
        read_source("none.yaml")
    with pytest.raises(ReviewInputError, match=r"^api: is a folder$"):
        read_source("api")


def test_a_file_above_the_limit_is_refused(save: Save) -> None:
    path = save(HEAD)
    message = "^contract.yaml: with this file the contract has more than 20 bytes$"
    with pytest.raises(ReviewInputError, match=message):
        read_source(path, limits=Limits(bytes=20))
    assert read_source(path, limits=Limits(bytes=len(HEAD))).version == "3.0"


LAUGHS = "x-0: &a0 [1,1,1,1,1,1,1,1,1,1]\n" + "".join(
    f"x-{level}: &a{level} [{','.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 40)
)
MERGES = "x-0: &a0 {p: 1}\n" + "".join(
    f"x-{level}: &a{level}\n" + "".join(f"  k{n}: *a{level - 1}\n" for n in range(10))
    for level in range(1, 40)
)


@pytest.mark.parametrize("bomb", [LAUGHS, MERGES], ids=["lists", "objects"])
def test_aliases_that_stand_for_billions_of_values_are_refused(bomb: str) -> None:
    assert "with its aliases put in, the file holds more than 500,000 values" in refusal(HEAD + bomb).message


@pytest.mark.parametrize(
    "text",
    ["x: " + "[" * 100_000, "x: " + "{a: " * 100_000, "x:\n " + "- " * 100_000 + "1"],
    ids=["lists", "objects", "items"],
)
def test_what_is_very_deep_is_refused(text: str) -> None:
    assert "values stand more than 150 deep within each other" in refusal(HEAD + text).message


def test_the_limit_of_values_is_told() -> None:
    assert "the file holds more than 3 values" in refusal(HEAD, limits=Limits(nodes=3)).message
