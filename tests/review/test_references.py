"""A contract in several files is read as one, and a reference that leads nowhere is told and not followed."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from creditkit.errors import ReviewInputError
from creditkit.review import Limits, Source, lint, read_source

ROOT = """\
openapi: 3.0.3
info: {title: Credits, version: '1'}
paths:
  /credits/:
    $ref: paths/credits.yaml
"""
CREDITS = """\
get:
  operationId: credits_list
  responses:
    '200':
      description: Every credit.
      content:
        application/json:
          schema:
            $ref: '../schemas.yaml#/Credit'
    '400':
      $ref: '../contract.yaml#/components/responses/Refused'
"""
SCHEMAS = """\
Credit:
  type: object
  properties:
    value: {$ref: '#/Amount'}
    parts: {type: array, items: {$ref: '#/Credit'}}
Amount:
  type: string
  format: deciml
"""
REFUSED = "components:\n  responses:\n    Refused: {description: The request is refused.}\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def source(**files: str) -> Source:
    """The contract whose files are given by name, `__` for a slash."""
    for name, text in files.items():
        path = Path(name.replace("__", "/") + ".yaml")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return read_source("contract.yaml")


def broken(reference: str, **files: str) -> str:
    """Why a reference in the place of a path leads nowhere."""
    text = ROOT.replace("paths/credits.yaml", reference)
    [found] = source(contract=text, **files).broken
    assert found.pointer == "/paths/~1credits~1/$ref"
    assert found.reference == reference.strip("'")
    return found.problem


def test_files_become_one_document() -> None:
    read = source(contract=ROOT + REFUSED, paths__credits=CREDITS, schemas=SCHEMAS)
    assert read.broken == ()
    assert read.files == ("contract.yaml", "paths/credits.yaml", "schemas.yaml")
    pointer, item = read.end("/paths/~1credits~1")
    assert pointer == "/x-creditkit-files/paths~1credits.yaml"
    schema = read.resolve(item["get"]["responses"]["200"]["content"]["application/json"]["schema"])
    assert read.resolve(schema["properties"]["value"]) == {"type": "string", "format": "deciml"}
    assert read.resolve(item["get"]["responses"]["400"]) == {"description": "The request is refused."}


def test_places_are_those_in_the_other_files() -> None:
    read = source(contract=ROOT + REFUSED, paths__credits=CREDITS, schemas=SCHEMAS)
    [finding] = lint(read)
    assert (str(finding.place), finding.place.pointer) == ("schemas.yaml:8:3", "/Amount/format")
    assert finding.rule == "format-known"


def test_what_no_reference_leads_to_in_another_file_is_not_looked_at() -> None:
    read = source(
        contract=ROOT + REFUSED, paths__credits=CREDITS, schemas=SCHEMAS + "Other: {$ref: none.yaml}\n"
    )
    assert read.broken == ()


def test_a_reference_to_nothing_says_where_it_ends() -> None:
    assert broken("'#/components/pathItems/None'") == "there is no 'components'"
    assert broken("paths/none.yaml") == "paths/none.yaml cannot be read: No such file or directory"
    assert broken("'schemas.yaml#/None'", schemas=SCHEMAS) == "there is no 'None'"
    assert broken("'schemas.yaml#Name'", schemas=SCHEMAS) == "there is no $anchor 'Name'"


def test_a_reference_to_itself_is_told() -> None:
    assert broken("'#/paths/~1credits~1'") == "it leads back to itself"
    circle = source(contract=ROOT, paths__credits="$ref: ../contract.yaml#/paths/~1credits~1\n")
    assert {one.problem for one in circle.broken} == {"it leads back to itself"}
    assert circle.end("/paths/~1credits~1") == ("/paths/~1credits~1", None)


def test_a_chain_without_end_is_told() -> None:
    chain = "".join(f"    S{n}: {{$ref: '#/components/schemas/S{n + 1}'}}\n" for n in range(200))
    text = f"openapi: 3.0.3\ncomponents:\n  schemas:\n{chain}    S200: {{type: string}}\n"
    problems = {one.problem for one in source(contract=text).broken}
    assert problems == {"it leads through more than 100 references"}


def test_a_broken_file_is_told_by_its_own_line() -> None:
    problem = broken("paths/credits.yaml", paths__credits="get:\n  a: [1\n")
    assert problem.startswith("paths/credits.yaml:3:1: not YAML: did not find expected ',' or ']'")


@pytest.mark.parametrize("reference", ["../secret.yaml", "paths/../../secret.yaml", "/etc/hostname"])
def test_nothing_is_read_outside_the_folder_of_the_contract(here: Path, reference: str) -> None:
    (here.parent / "secret.yaml").write_text("get: {}\n")
    assert broken(reference) == "it is outside the folder of the contract, where nothing is read"


def test_a_link_does_not_lead_outside_the_folder_either(here: Path) -> None:
    (here.parent / "secret.yaml").write_text("get: {}\n")
    Path("inside.yaml").symlink_to(here.parent / "secret.yaml")
    assert broken("inside.yaml") == "inside.yaml cannot be read: it is outside the folder of the contract"


@pytest.mark.parametrize(
    ("reference", "problem"),
    [
        ("'http://[::1/a.yaml'", "it is no address: Invalid IPv6 URL"),
        ("'a%00b.yaml'", "a\x00b.yaml cannot be read: embedded null byte"),
        ("'#/tags/" + "9" * 5000 + "'", "there is no 'tags'"),
        ("paths", "paths cannot be read: Is a directory"),
    ],
    ids=["brackets", "null", "digits", "folder"],
)
def test_what_is_no_name_of_a_file_is_told(reference: str, problem: str) -> None:
    Path("paths").mkdir()
    assert broken(reference) == problem


def test_other_schemes_are_not_read() -> None:
    assert broken("file:///etc/hostname") == "files are not read by file: addresses"


@pytest.mark.parametrize("reference", ["https://example.com/a.yaml", "//example.com/a.yaml"])
def test_other_hosts_are_not_asked(reference: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.socket.connect", lambda *_args: pytest.fail("something was fetched"))
    assert broken(reference) == "it stands on another host, and nothing was fetched"
    [finding] = [one for one in lint(read_source("contract.yaml")) if one.rule == "reference-resolves"]
    assert finding.place.line == 5
    assert finding.message == f"{reference} leads nowhere: it stands on another host, and nothing was fetched"


def test_all_files_together_are_held_to_the_limits() -> None:
    source(contract=ROOT + REFUSED, paths__credits=CREDITS, schemas=SCHEMAS)
    with pytest.raises(
        ReviewInputError, match=r"^paths/credits.yaml: with this file the contract has more than"
    ):
        read_source("contract.yaml", limits=Limits(bytes=len(ROOT + REFUSED) + 5))
    with pytest.raises(ReviewInputError, match=r"^schemas.yaml: the contract has more than 2 files"):
        read_source("contract.yaml", limits=Limits(files=2))
    [finding] = read_source("contract.yaml", limits=Limits(nodes=20)).broken
    assert "paths/credits.yaml:" in finding.problem
    assert "holds more than" in finding.problem


@pytest.fixture
def host() -> Iterator[str]:
    """A host that has a schema, something large, and nothing else."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = {"/schemas.yaml": SCHEMAS.encode(), "/large.yaml": b"a: " + b"x" * 5000}
            self.send_response(200 if self.path in known else 404)
            self.end_headers()
            self.wfile.write(known.get(self.path, b""))

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_another_host_is_asked_when_somebody_wants_it(host: str) -> None:
    path = CREDITS.replace("../schemas.yaml", f"{host}/schemas.yaml")
    source(contract=ROOT + REFUSED, paths__credits=path)
    [finding] = lint(read_source("contract.yaml", remote=True))
    assert str(finding.place) == f"{host}/schemas.yaml:8:3"


def test_what_another_host_does_not_give_is_told(host: str) -> None:
    source(contract=ROOT.replace("paths/credits.yaml", f"{host}/none.yaml"))
    [none] = read_source("contract.yaml", remote=True).broken
    assert none.problem == f"{host}/none.yaml cannot be read: the host answered 404"
    source(contract=ROOT.replace("paths/credits.yaml", f"{host}/large.yaml"))
    [large] = read_source("contract.yaml", remote=True, limits=Limits(bytes=1000)).broken
    assert large.problem == f"{host}/large.yaml cannot be read: it has more than 1,000 bytes"
    source(contract=ROOT.replace("paths/credits.yaml", "http://127.0.0.1:1/a.yaml"))
    [refused] = read_source("contract.yaml", remote=True).broken
    assert refused.problem.startswith("http://127.0.0.1:1/a.yaml cannot be read: ")
