"""A contract is read with the place of every value, and what is none is refused in one sentence."""

from __future__ import annotations

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


def test_values_have_places_in_yaml_and_json() -> None:
    source = parsed("openapi: 3.0.3\ninfo:\n  title: Credits\npaths:\n  /a/b~c/:\n    get: {}\n")
    assert source.place("/info/title") == Place("contract.yaml", 3, 3, "/info/title")
    assert source.place("/paths/~1a~1b~0c~1/get").line == 6
    source = parsed('{"openapi": "3.1.0",\n "paths": {"/a": [1,\n  {"b": 2}]}}', "contract.json")
    assert source.version == "3.1"
    assert source.place("/paths/~1a/1/b") == Place("contract.json", 3, 4, "/paths/~1a/1/b")


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
        (HEAD + "\tx: 1", "contract.yaml:4:1: not YAML: found character that cannot start any token", 4),
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


def test_the_limit_of_values_is_told() -> None:
    assert "the file holds more than 3 values" in refusal(HEAD, limits=Limits(nodes=3)).message
