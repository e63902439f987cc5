"""Reviews made by hand, so that reports can be tested for every kind of thing that they tell."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from creditkit.contract import Fact
from creditkit.review import Finding, Place
from creditkit.review.diff import Change, Judgement, Witness
from creditkit.review.review import Part, Remark, Review, Unseen, of_change, of_finding, of_gap
from creditkit.review.source import Source, parse_source
from creditkit.review.trace import Trace, trace

CONTRACT = """\
openapi: 3.0.3
info: {title: "Credits & <more>", version: "1"}
paths:
  /credits/:
    get:
      operationId: credits_list
      parameters:
        - {name: page, in: query, schema: {type: integer}}
      responses:
        '200':
          description: The credits.
          content:
            application/json:
              schema:
                type: array
                items: {$ref: '#/components/schemas/Credit'}
    delete:
      operationId: credits_clear
      x-source: decided here
      responses:
        '204': {description: Gone.}
components:
  schemas:
    Credit:
      type: object
      properties:
        uuid: {type: string, format: uuid}
        value: {type: string, pattern: '^-?[0-9]*$'}
"""
EARLIER = CONTRACT.replace("'204'", "'202'").replace("integer", "string")
FACTS = (
    Fact("credits_list", "query", "page", "integer"),
    Fact("credits_list", "status", "200", "array of objects"),
    Fact("credits_list", "response", "uuid", "string (uuid)"),
    Fact("credits_list", "response", "name", "string"),
)
NASTY = 'a | b, `c` <b>&amp;</b> 100% [x](y) \x1b[31m\u202e "q"\nnext: line'


def no_files(name: str) -> bytes:
    raise FileNotFoundError(2, "No such file", name)


def contract(text: str = CONTRACT, name: str = "api/openapi.yaml") -> Source:
    return parse_source(name, text.encode(), no_files)


def finding(pointer: str = "/components/schemas/Credit/properties/value/pattern", **more: str) -> Finding:
    values = {
        "rule": "pattern-loose",
        "severity": "error",
        "message": "it takes the lone sign",
        "reason": "A lone sign is no number.",
        "hint": "ask for a digit",
    } | more
    return Finding(place=contract().place(pointer), **values)  # type: ignore[arg-type]


def change(judgement: Judgement = "breaking", **more: object) -> Change:
    witness = Witness(
        {"method": "GET", "path": "/credits/", "query": {"page": "last"}, "body": {"name": NASTY}},
        "request",
        "old",
        "new",
    )
    pointer = "/paths/~1credits~1/get/parameters/0/schema"
    values: dict[str, object] = {
        "kind": "request-parameter-type-changed",
        "judgement": judgement,
        "breaks": frozenset({"senders"}) if judgement in ("breaking", "possible") else frozenset(),
        "operation": "GET /credits/",
        "where": "query page",
        "old": contract(EARLIER, "main:api/openapi.yaml").place(pointer),
        "new": contract().place(pointer),
        "message": f"the query parameter page is now a number ({judgement})",
        "reason": "A client that sends what was allowed is refused.",
        "witness": witness if judgement == "breaking" else None,
    } | more
    return Change(**values)  # type: ignore[arg-type]


def review(
    *remarks: Remark,
    traced: Trace | None = None,
    base: Source | None = None,
    unseen: tuple[Unseen, ...] = (),
    parts: tuple[Part, ...] = ("lint", "diff", "trace"),
    text: str = CONTRACT,
) -> Review:
    return Review(contract(text), base, remarks, traced, unseen, frozenset(parts))


def clean() -> Review:
    return review(traced=trace(contract(), FACTS[:3]), base=contract(name="main:api/openapi.yaml"))


def full(*, strict: bool = False) -> Review:
    """A review that has everything to say."""
    source = contract()
    found = trace(source, FACTS)
    removed = change(
        "breaking",
        kind="response-removed",
        old=contract(EARLIER, "main:api/openapi.yaml").place("/paths/~1credits~1/delete/responses/202"),
        new=None,
        operation="DELETE /credits/",
        where="status 202",
        message="the status 202 is gone",
        breaks=frozenset({"readers"}),
        witness=Witness({"method": "DELETE", "path": "/credits/", "status": 204}, "response", "new", "old"),
    )
    changes = (change(), removed, change("possible"), change("compatible"), change("documentation"))
    known = of_finding(finding(rule="path-ambiguous", message="known"))
    place = Place("waivers.toml", 3, 1, "")
    waiver = Remark("waivers", "waiver-no-good", "error", place, "x", "expired on 2026-01-01", "", "", True)
    return review(
        of_finding(finding()),
        of_finding(
            finding("/info/title", rule="error-response", severity="warning", message=NASTY, hint=NASTY)
        ),
        *(of_change(one, source, strict=strict) for one in changes),
        *(of_gap(row) for row in found.gaps),
        waiver,
        replace(known, waived="Known. (Kim, until 2027-01-01)"),
        traced=found,
        base=contract(EARLIER, "main:api/openapi.yaml"),
        unseen=(Unseen("webhooks", "the contract has none"),),
    )


def saved(folder: Path, text: str = CONTRACT) -> Path:
    path = folder / "openapi.yaml"
    path.write_text(text, encoding="utf-8")
    return path
