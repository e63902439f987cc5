"""Patterns: what they match is decided, and drawn."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator

from creditkit.review.diff.proof.regex_inclusion import counterexamples
from creditkit.review.diff.proof.scalar_samples import texts

SHORT = ["".join(letters) for length in range(6) for letters in product("ab0", repeat=length)]


def is_pattern(text: str) -> bool:
    """Whether the validator knows the pattern: it refuses to repeat what takes no room."""
    try:
        Draft202012Validator({"pattern": text})
    except ValueError:
        return False
    return True


def matches(pattern: str, text: str) -> bool:
    return Draft202012Validator({"pattern": pattern}).is_valid(text)


@pytest.mark.parametrize(
    ("admitted", "accepting", "expected"),
    [
        (["^[a-f]{2,4}$"], "^[a-z]+$", []),
        (["^[0-9]{1,3}$"], "^[0-9]{1,2}$", ["000"]),
        ([r"^-?\d{0,11}(?:\.\d{0,5})?$"], r"^-?\d{0,9}(?:\.\d{0,5})?$", ["0000000000", "00000000000"]),
        ([r"^-?[0-9]{1,11}\.[0-9]{5}$"], r"^-?\d{0,11}(?:\.\d{0,5})?$", []),
        ([], r"^[^\x00]*$", ["\x00"]),
        (["a"], "^a", ["0a", "0a0"]),
        (["^a|b$"], r"^(a[\s\S]*|[\s\S]*b)$", []),
        (["^a", "b$"], "^a.*b$", ["a\nb"]),
        (["^a{2,}$"], "^(aa)+$", ["aaa"]),
        (["^.$"], r"^[^\n\r\u2028\u2029]$", []),
        ([r"^\w$"], "^[A-Za-z0-9_]$", []),
        ([r"^\S$"], r"^[^\s]$", []),
        (["^[]$"], "^a$", []),
        (["x"], "", []),
        (["$"], "$^", ["a"]),
    ],
)
def test_what_one_pattern_matches_and_another_does_not_is_found_or_ruled_out(
    admitted: list[str], accepting: str, expected: list[str]
) -> None:
    found = counterexamples(tuple(admitted), accepting)
    assert found is not None
    assert [*found[: max(1, len(expected))]] == expected


@pytest.mark.parametrize(
    "pattern", [r"^(a)\1$", r"\p{L}", "(?=a)a", r"\ba", "(?<!a)b", "(", "a)", "[b-a]", "*", "(?i)a"]
)
def test_what_is_no_regular_expression_is_not_decided(pattern: str) -> None:
    assert counterexamples((pattern,), "^x$") is None


def test_what_would_take_too_long_is_not_decided() -> None:
    assert counterexamples(("^(a|b)*a(a|b){14}$",), "^(a|b)*b(a|b){14}$") is None
    assert counterexamples(("^a{5000}$",), "^a*$") is None


patterns = st.recursive(
    st.sampled_from(["a", "b", "0", "[ab]", "[^a]", ".", r"\d", "^", "$"]),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=2).map(lambda two: f"({two[0]}|{two[1]})"),
        st.tuples(inner, st.sampled_from(["?", "*", "+", "{2}", "{0,2}", "{1,}"])).map(
            lambda two: f"(?:{two[0]}){two[1]}"
        ),
    ),
    max_leaves=5,
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(patterns.filter(is_pattern), patterns.filter(is_pattern))
def test_the_decision_agrees_with_a_validator_on_all_short_texts(one: str, other: str) -> None:
    found = counterexamples((one,), other)
    assert found is not None
    for text in found:
        assert (matches(one, text), matches(other, text)) == (True, False)
    if not found:
        assert [text for text in SHORT if matches(one, text) and not matches(other, text)] == []


@pytest.mark.parametrize(
    "pattern",
    [
        "^-?[0-9]{1,3}$",
        "^(a|bc|d)+$",
        "[^a-z]",
        r"^https?://[^/?#]+/api/([0-9a-f]{32}|x)/$",
        "^(?<year>[0-9]{4})$",
        r"^\u0041\x42\.$",
    ],
)
def test_texts_for_a_pattern_match_it(pattern: str) -> None:
    drawn = [*texts(pattern)]
    assert drawn
    assert all(matches(pattern, text) for text in drawn[:1])
    assert len(drawn) == len(set(drawn))


def test_texts_reach_the_bounds_of_a_pattern_and_a_length_that_is_asked_for() -> None:
    assert {"0", "-0", "000", "-000"} <= {*texts("^-?[0-9]{1,3}$")}
    assert any(len(text) >= 30 for text in texts("^[a-z]+$", 30))
    assert [*texts(r"^(a)\1$")] == []
