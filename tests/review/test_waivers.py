"""A waiver covers what it names, no more, no longer, and never in silence."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from creditkit.errors import UsageError
from creditkit.review.command import known_rules
from creditkit.review.review import Part, Review, of_change, of_finding, of_gap
from creditkit.review.trace import trace
from creditkit.review.waivers import apply_waivers, load_waivers

from .reviews import FACTS, change, contract, finding, review

TODAY = date(2026, 11, 22)
TERMS = 'reason = "It is known."\nowner = "Kim"\nuntil = 2026-11-22\n'
GAPS = tuple(of_gap(row) for row in trace(contract(), FACTS).gaps)


def applied(tmp_path: Path, found: Review, *tables: str) -> Review:
    path = tmp_path / "waivers.toml"
    path.write_text("# ours\n" + "".join(f"[[waiver]]\n{table}" for table in tables), encoding="utf-8")
    return apply_waivers(found, load_waivers(path, known_rules()), TODAY, known_rules(), path)


def everything(*parts: Part) -> Review:
    remarks = (of_finding(finding()), of_change(change(), contract(), strict=False), *GAPS)
    return review(*remarks, parts=parts or ("lint", "diff", "trace"))


@pytest.mark.parametrize(
    ("rule", "at"),
    [
        ("pattern-loose", ""),
        ("pattern-loose", "#/components/schemas/Credit/properties/value/pattern"),
        ("pattern-loose", "/components/schemas/Credit"),
        ("request-parameter-type-changed", ""),
        ("request-parameter-type-changed", "GET /credits/"),
        ("request-parameter-type-changed", "/paths/~1credits~1/get"),
        ("fact-missing", "credits_list.response.name"),
        ("element-unexplained", "credits_list 200 value"),
    ],
)
def test_what_is_waived_fails_no_more_and_says_who_answers_for_it(tmp_path: Path, rule: str, at: str) -> None:
    found = applied(tmp_path, everything(), f'rule = "{rule}"\nat = "{at}"\n{TERMS}link = "https://t/1"\n')
    (waived,) = [remark for remark in found.remarks if remark.waived]
    assert (waived.rule, waived.is_open) == (rule, False)
    assert waived.waived == "It is known. (Kim, until 2026-11-22, https://t/1)"
    assert len(found.open) == len(everything().open) - 1


def test_with_everything_waived_a_review_is_clean(tmp_path: Path) -> None:
    rules = dict.fromkeys(remark.rule for remark in everything().remarks)
    found = applied(tmp_path, everything(), *(f'rule = "{rule}"\n{TERMS}' for rule in rules))
    assert (found.open, found.exit_code) == ((), 0)


@pytest.mark.parametrize(
    "at", ["/components/schemas/Cred", "POST /credits/", "#/components/schemas/Credit/properties/uuid"]
)
def test_a_waiver_for_another_place_waives_nothing_and_is_an_error(tmp_path: Path, at: str) -> None:
    found = applied(tmp_path, everything(), f'rule = "pattern-loose"\nat = "{at}"\n{TERMS}')
    assert not any(remark.waived for remark in found.remarks)
    (complaint,) = found.of("waivers")
    assert complaint.message == (
        f"the waiver of pattern-loose {at} is not needed any more: there is nothing that it waives"
    )
    assert (complaint.rule, complaint.place.line, found.exit_code) == ("waiver-no-good", 2, 1)


@pytest.mark.parametrize(
    ("terms", "problem"),
    [
        (TERMS.replace("2026-11-22", "2026-11-21"), "expired on 2026-11-21"),
        ('reason = "x"\n', "has no owner and no until"),
        ("", "has no reason and no owner and no until"),
    ],
)
def test_a_waiver_that_is_no_good_waives_nothing_and_is_an_error(
    tmp_path: Path, terms: str, problem: str
) -> None:
    good = f'rule = "fact-missing"\n{TERMS}'
    found = applied(tmp_path, everything(), good, f'rule = "pattern-loose"\n{terms}')
    assert [remark.rule for remark in found.remarks if remark.waived] == ["fact-missing"]
    (complaint,) = found.of("waivers")
    assert complaint.message == f"the waiver of pattern-loose {problem}"
    assert complaint.place.line == 7


def test_a_waiver_for_what_was_not_looked_at_is_left_in_peace(tmp_path: Path) -> None:
    found = applied(tmp_path, review(parts=("lint",)), f'rule = "fact-missing"\n{TERMS}')
    assert (found.remarks, found.exit_code) == ((), 0)


def test_a_change_that_breaks_nobody_needs_no_waiver(tmp_path: Path) -> None:
    compatible = review(of_change(change("compatible"), contract(), strict=False))
    found = applied(tmp_path, compatible, f'rule = "request-parameter-type-changed"\n{TERMS}')
    assert "is not needed any more" in found.of("waivers")[0].message


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('[[waiver]]\nrule = "no-such-rule"\n', "waiver 1: rule: there is no rule 'no-such-rule'"),
        ('[[waiver]]\nrules = "x"\n', "waiver 1: rules: there is no such key"),
        ('[[waiver]]\nuntil = "2026-01-01"\n', "waiver 1: until: must be a date"),
        ("[[waiver]]\nrule = 3\n", "waiver 1: rule: must be a text"),
        ("waiver = 3\n", "waivers stand under [[waiver]], and nothing else stands there"),
        ("[[waiver]\n", "is no TOML"),
    ],
)
def test_a_file_that_is_none_of_waivers_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "waivers.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as error:
        load_waivers(path, known_rules())
    assert complaint in error.value.message
    assert error.value.message.startswith(str(path))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load_waivers(tmp_path / "none.toml", known_rules())
