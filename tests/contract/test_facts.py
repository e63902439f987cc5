"""The table of facts is complete."""

from __future__ import annotations

import csv
from collections import Counter
from importlib.resources import files

from creditkit.contract import load_facts

FACTS = load_facts()


def test_there_are_196_facts_in_their_places() -> None:
    assert Counter(fact.place for fact in FACTS) == {
        "response": 130,
        "request": 38,
        "query": 12,
        "path": 7,
        "status": 9,
    }


def test_every_fact_has_an_id_of_its_own() -> None:
    assert len({fact.id for fact in FACTS}) == 196


def test_the_table_gives_each_fact_the_id_that_it_has() -> None:
    text = (files("creditkit.contract") / "facts.csv").read_text(encoding="utf-8")
    assert [row["id"] for row in csv.DictReader(text.splitlines())] == [fact.id for fact in FACTS]


def test_the_table_keeps_the_order_of_the_page() -> None:
    of_create = [f"{f.name}: {f.type}" for f in FACTS if f.operation == "customer_credits_create"][:10]
    assert of_create == [
        "value: string (decimal)",
        "customer: string (uri)",
        "offerings: array of string (uri)s",
        "end_date: string (date)",
        "expected_consumption: string (decimal)",
        "minimal_consumption_logic: string",
        "grace_coefficient: string (decimal)",
        "apply_as_minimal_consumption: boolean",
        "201: ",
        "uuid: string (uuid)",
    ]
