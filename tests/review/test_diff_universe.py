"""Random schemas, and all values of a small universe: no break is missed, and none is made up."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator

from creditkit.review.diff import compare
from creditkit.review.diff.proof import ExchangeChecker
from creditkit.review.wire import Media, read_wire
from mutants.table import source, whole

SCALARS: list[Any] = [None, True, 0, 1, 2, 3, 2.5, "", "a", "b", "ab", "abc", "2030-01-01"]
LISTS: list[Any] = [[], ["a"], [1], ["a", "a"], ["a", 1], [None]]
INNER: list[Any] = [*SCALARS, *LISTS]
OBJECTS: list[Any] = [{}, *({"p": one} for one in INNER), *({"q": one} for one in INNER)]
OBJECTS += [{"p": one, "q": other} for one, other in product(INNER, SCALARS)]
OBJECTS += [{"p": {"p": one}} for one in SCALARS]
UNIVERSE: list[Any] = [*INNER, *OBJECTS]

leaves = st.one_of(
    st.just({}),
    st.just({"type": "string", "format": "date"}),
    st.fixed_dictionaries(
        {"type": st.just("string")},
        optional={
            "minLength": st.integers(0, 2),
            "maxLength": st.integers(0, 3),
            "pattern": st.sampled_from(["^a", "b$", "^[ab]{1,2}$", "^(a|abc)$"]),
        },
    ),
    st.fixed_dictionaries(
        {"type": st.sampled_from(["integer", "number", ["integer", "null"], ["string", "integer"]])},
        optional={
            "minimum": st.integers(0, 2),
            "maximum": st.integers(1, 3),
            "multipleOf": st.sampled_from([1, 2]),
        },
    ),
    st.lists(st.sampled_from(["a", "b", 1, None]), min_size=1, max_size=3, unique=True).map(
        lambda v: {"enum": v}
    ),
    st.sampled_from([{"type": "boolean"}, {"type": "null"}, {"const": "a"}]),
)


def compounds(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    properties = st.dictionaries(st.sampled_from(["p", "q"]), inner, max_size=2)
    objects = st.fixed_dictionaries(
        {"type": st.just("object"), "properties": properties},
        optional={
            "required": st.lists(st.sampled_from(["p", "q"]), max_size=2, unique=True),
            "additionalProperties": st.one_of(st.booleans(), inner),
        },
    )
    arrays = st.fixed_dictionaries(
        {"type": st.just("array"), "items": inner},
        optional={"minItems": st.integers(0, 2), "maxItems": st.integers(0, 2), "uniqueItems": st.booleans()},
    )
    groups = st.tuples(st.sampled_from(["anyOf", "oneOf", "allOf"]), st.lists(inner, min_size=1, max_size=2))
    return st.one_of(objects, arrays, groups.map(lambda pair: {pair[0]: pair[1]}))


schemas = st.recursive(leaves, compounds, max_leaves=4)


def check(old: dict[str, Any], new: dict[str, Any]) -> None:
    """What `compare` says of a request body is held against every value, judged by plain JSON Schema.

    A client sends no members that the old contract does not name, unless it says that there may be others.
    """
    sources = [source(whole({"openapi": "3.1.0", "request": one})) for one in (old, new)]
    changes = compare(sources[0], sources[1])
    valid = [Draft202012Validator(one, validate_formats=True).is_valid for one in (old, new)]
    wire = read_wire(sources[0])
    body = next(iter(wire.operations.values())).body
    assert body is not None
    documented = ExchangeChecker(wire)
    node = body.media["application/json"].node
    sent = [one for one in UNIVERSE if valid[0](one) and documented.admits_value("request", node, one)]
    refused = [one for one in sent if not valid[1](one)]
    judgements = {one.judgement for one in changes}
    if refused:
        assert judgements & {"breaking", "possible"}, f"{refused[0]} is refused, and nothing is said of it"
    for one in changes:
        assert (one.judgement == "breaking") == (one.witness is not None)
        if one.witness is not None:
            assert valid[0](one.witness.value["body"])
            # A member that is no longer named is lost, and not refused.
            assert "removed" in one.kind or not valid[1](one.witness.value["body"]), one.kind


def check_response(old: dict[str, Any], new: dict[str, Any]) -> None:
    """The same for a response body. Readers of the old contract take members that it does not name."""
    sources = [source(whole({"openapi": "3.1.0", "response": one})) for one in (old, new)]
    changes = compare(sources[0], sources[1])
    sides = [ExchangeChecker(read_wire(one)) for one in sources]
    nodes = [_media(side).node for side in sides]
    sent = [one for one in UNIVERSE if sides[1].admits_value("response", nodes[1], one)]
    unexpected = [one for one in sent if not sides[0].admits_value("response", nodes[0], one, "tolerant")]
    if unexpected:
        assert {one.judgement for one in changes} & {"breaking", "possible"}, f"{unexpected[0]} is not told"
    valid = Draft202012Validator(new, validate_formats=True).is_valid
    for one in changes:
        assert (one.judgement == "breaking") == (one.witness is not None)
        if one.witness is not None and one.witness.admitted_by == "new":
            assert valid(one.witness.value["body"])
            assert not sides[0].admits_value("response", nodes[0], one.witness.value["body"], "tolerant")


def _media(side: ExchangeChecker) -> Media:
    (operation,) = side.wire.operations.values()
    return operation.responses["200"].media["application/json"]


@settings(max_examples=100, deadline=None, derandomize=True)
@given(schemas, schemas)
def test_no_break_is_missed_between_any_two_schemas_of_requests(
    old: dict[str, Any], new: dict[str, Any]
) -> None:
    check(old, new)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(schemas, schemas)
def test_no_break_is_missed_between_any_two_schemas_of_responses(
    old: dict[str, Any], new: dict[str, Any]
) -> None:
    check_response(old, new)


@pytest.mark.soak
@settings(max_examples=5_000, deadline=None)
@given(schemas, schemas)
def test_no_break_is_missed_between_many_schemas(old: dict[str, Any], new: dict[str, Any]) -> None:
    check(old, new)
    check_response(old, new)
