"""Reading a seed: what a good one means, and the one clear error of a bad one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import jsonschema_rs
import pytest
import yaml

from creditkit.errors import SeedError
from creditkit.store import load_seed
from creditkit.store.seeds.consistency import DATES, REFERENCES
from creditkit.store.seeds.seed import SECTIONS

from .conftest import SMALL, STAFF, D, Grow, Sow, day, only_credit, staff_of

Refused = Callable[[str], SeedError]

SCHEMA = yaml.safe_load(
    (Path(__file__).parents[2] / "src" / "creditkit" / "store" / "seed.schema.yaml").read_text("utf-8")
)


def test_the_schema_is_valid_and_each_pattern_says_what_it_wants() -> None:
    jsonschema_rs.meta.validate(SCHEMA)

    def untitled(node: object, path: str) -> list[str]:
        if isinstance(node, dict):
            here = [path] if "pattern" in node and "title" not in node else []
            return here + [found for key, value in node.items() for found in untitled(value, f"{path}/{key}")]
        return []

    assert untitled(SCHEMA, "") == []


def test_the_checks_beyond_the_schema_name_fields_that_it_has() -> None:
    def fields(section: str) -> dict[str, object]:
        kind = SCHEMA["properties"][section]["items"]["$ref"].rpartition("/")[2]
        return dict(SCHEMA["$defs"][kind]["properties"])

    named = [(section, field) for section, field, _ in (*REFERENCES, *DATES)]
    assert [(section, field) for section, field in named if field not in fields(section)] == []
    assert set(SECTIONS) == set(SCHEMA["properties"]) - {"about", "screen", "clock"}


def test_the_smallest_seed_is_one_user(sow: Sow) -> None:
    seed = sow(f"users: [{{username: a, token: {STAFF}}}]")
    assert (seed.start, [len(seed.sections[section]) for section in SECTIONS]) == ("now", [1, 0, 0, 0, 0, 0])


def test_a_byte_order_mark_is_no_part_of_the_seed(tmp_path: Path) -> None:
    path = tmp_path / "seed.yaml"
    path.write_text(SMALL, "utf-8-sig")
    assert len(load_seed(path).sections["users"]) == 4


def test_uuids_that_are_left_out_are_the_same_on_every_start_and_differ_between_kinds(grow: Grow) -> None:
    def uuids() -> list[str]:
        world = grow("credits: [{customer: aurora}]", projects="  - {key: hpc, customer: nimbus, name: x}\n")
        staff = staff_of(world)
        return [
            *(user.uuid for user in world.users),
            *(customer.uuid for customer in world.customers.listing(staff)),
            *(offering.uuid for offering in world.offerings.listing(staff)),
            only_credit(world).uuid,
        ]

    first = uuids()
    assert uuids() == first
    assert len(set(first)) == len(first)
    assert [str(UUID(uuid)) for uuid in first] == first


def test_a_uuid_may_be_written_without_dashes_and_in_capitals(grow: Grow) -> None:
    world = grow("credits: [{customer: aurora, uuid: C4ED1700000040008000000000000001}]")
    assert only_credit(world).uuid == "c4ed1700-0000-4000-8000-000000000001"


def test_every_field_of_a_credit_is_planted(grow: Grow) -> None:
    world = grow("""
    credits:
      - {customer: aurora, value: 12.5, offerings: [vm, hpc, vm], end_date: 2020-02-01, created: month-2,
         expected_consumption: 99, minimal_consumption_logic: linear, grace_coefficient: -5,
         apply_as_minimal_consumption: false}
    """)
    credit = only_credit(world)
    assert (str(credit.value), str(credit.expected_consumption)) == ("12.50000", "99.00000")
    assert (credit.end_date, credit.created.date()) == (day("2020-02-01"), day("2026-09-01"))
    assert (credit.minimal_consumption_logic, credit.grace_coefficient) == ("linear", D(-5))
    assert credit.apply_as_minimal_consumption is False
    offerings = world.credits.view(credit).offerings
    assert [offering.name for offering in offerings] == ["Nordic VM", "Aurora HPC"]


def test_a_compensation_takes_the_project_of_what_it_paid_for(grow: Grow) -> None:
    world = grow(
        """
        credits: [{customer: aurora, value: 10}]
        invoices:
          - {customer: aurora, month: month, state: pending, tax_percent: 10,
             items: [{name: Nodes, offering: hpc, project: sky, price: 100}],
             compensations: [{of: Nodes, price: 30}, {project: sky, price: 5, tax_percent: 20}, {price: 1}]}
        """,
        projects="  - {key: sky, customer: aurora, name: Sky, credit: 2}\n",
    )
    credit = only_credit(world)
    assert world.credits.consumptions(credit)[0].price == 36
    cleared = world.credits.clear_compensations(credit)
    assert cleared.value == 46
    assert world.credits.view(cleared).allocated_to_projects == 37


def test_a_slug_is_the_key_unless_it_is_given(sow: Sow, grow: Grow) -> None:
    world = grow("credits: [{customer: aurora}]")
    assert world.credits.view(only_credit(world)).customer.slug == "aurora"
    seed = sow(SMALL.replace("key: aurora,", "key: aurora, slug: Aurora_2,"))
    assert seed.sections["customers"][0]["slug"] == "Aurora_2"


USERS = f"users:\n  - {{username: staff, token: {STAFF}}}\n"


@pytest.mark.parametrize(
    ("more", "line", "reason"),
    [
        # What the schema says.
        ("custmers: []\n", 3, "unknown key 'custmers'"),
        ("customers: 5\n", 3, "customers: must be a list"),
        ("customers:\n", 3, "customers: must be a list"),
        ("customers:\n  - aurora\n", 4, "customers[0]: must be a mapping"),
        ("customers:\n  - {key: a}\n", 4, "customers[0]: 'name' is missing"),
        ("customers:\n  - {key: a, name: yes}\n", 4, "customers[0].name: must be text"),
        (
            "customers:\n  - {key: a, name: ''}\n",
            4,
            "customers[0].name: must be a line of 1 to 150 characters",
        ),
        (
            'customers:\n  - {key: a, name: "a\\0b"}\n',
            4,
            "customers[0].name: must be a line of 1 to 150 characters",
        ),
        ("customers:\n  - {key: a b, name: x}\n", 4, "customers[0].key: must be a key of letters"),
        ("customers:\n  - {key: a, name: x,\n     uuid: 5}\n", 5, "customers[0].uuid: must be a uuid"),
        ("credits:\n  - {customer: a,\n     valeu: 5}\n", 5, "credits[0]: unknown key 'valeu'"),
        ("credits:\n  - {customer: a, value: -5}\n", 4, "credits[0].value: must be an amount such as"),
        ("credits:\n  - {customer: a, value: 1.123456}\n", 4, "credits[0].value: must be an amount"),
        ("credits:\n  - {customer: a, value: 123456789012}\n", 4, "credits[0].value: must be an amount"),
        ("credits:\n  - {customer: a, value: 1e3}\n", 4, "credits[0].value: must be an amount"),
        ("credits:\n  - {customer: a, end_date: soon}\n", 4, "credits[0].end_date: must be null, a date"),
        ("credits:\n  - {customer: a, end_date: [1]}\n", 4, "credits[0].end_date: must be text or null"),
        (
            "credits:\n  - {customer: a, grace_coefficient: 1.5}\n",
            4,
            "credits[0].grace_coefficient: must be a whole",
        ),
        (
            "credits:\n  - {customer: a, minimal_consumption_logic: linaer}\n",
            4,
            "credits[0].minimal_consumption_logic: must be one of fixed, linear",
        ),
        (
            "credits:\n  - {customer: a, apply_as_minimal_consumption: maybe}\n",
            4,
            "credits[0].apply_as_minimal_consumption: must be true or false",
        ),
        ("clock: noon\n", 3, "clock: must be now, a date such as"),
        (
            "invoices:\n  - {customer: a, month: month, state: open}\n",
            4,
            "invoices[0].state: must be one of pending, created, paid",
        ),
        (
            "invoices:\n  - {customer: a, month: month, state: paid,\n"
            "     items: [{name: x, price: 1, prise: 2}]}\n",
            5,
            "invoices[0].items[0]: unknown key 'prise'",
        ),
        # Dates that do not exist.
        ("clock: 2026-02-30\n", 3, "'2026-02-30' is not a date that exists"),
        ("clock: 9999-12-31T23:59-05:00\n", 3, "'9999-12-31T23:59-05:00' is not a date that exists"),
        ("clock: 2026-02-03T25:00\n", 3, "'2026-02-03T25:00' is not a date that exists"),
        (
            "customers:\n  - {key: a, name: A}\ncredits:\n  - {customer: a, end_date: 2026-13-01}\n",
            6,
            "'2026-13-01' is not a date that exists",
        ),
        (
            "customers:\n  - {key: a, name: A}\ncredits:\n  - {customer: a, end_date: 2026-12-02}\n",
            6,
            "'2026-12-02' is not the first day of a month",
        ),
        # References.
        ("credits:\n  - {customer: a}\n", 4, "no entry of customers has the key 'a'"),
        ("projects:\n  - {key: p, customer: a, name: P}\n", 4, "no entry of customers has the key 'a'"),
        (
            "invoices:\n  - {customer: a, month: month, state: paid}\n",
            4,
            "no entry of customers has the key 'a'",
        ),
        (
            "customers:\n  - {key: a, name: A}\ncredits:\n  - {customer: a,\n     offerings: [x]}\n",
            7,
            "no entry of offerings has the key 'x'",
        ),
        (
            f"  - {{username: u, token: {'a' * 40},\n     owner_of: [a]}}\n",
            4,
            "no entry of customers has the key 'a'",
        ),
        (
            f"  - {{username: u, token: {'a' * 40},\n     project_admin_of: [p]}}\n",
            4,
            "no entry of projects has the key 'p'",
        ),
        # Duplicates.
        (f"  - {{username: u, token: {STAFF}}}\n", 3, "a second entry of users with the same token"),
        (
            f"  - {{username: staff, token: {'a' * 40}}}\n",
            3,
            "a second entry of users with the same username",
        ),
        (
            "customers:\n  - {key: a, name: A}\n  - {key: a, name: B, slug: b}\n",
            5,
            "a second entry of customers with the same key",
        ),
        (
            "customers:\n  - {key: a, name: A}\n  - {key: b, name: B, slug: a}\n",
            5,
            "a second entry of customers with the same slug",
        ),
        (
            "customers:\n  - {key: a, name: A, uuid: 5a1c0de0-0000-4000-8000-000000000001}\n"
            "  - {key: b, name: B, uuid: 5A1C0DE0000040008000000000000001}\n",
            5,
            "a second entry of customers with the same uuid",
        ),
        (
            "customers:\n  - {key: a, name: A}\ncredits:\n  - {customer: a}\n  - {customer: a, value: 1}\n",
            7,
            "a second entry of credits with the same customer",
        ),
        (
            "customers:\n  - {key: a, name: A}\ninvoices:\n  - {customer: a, month: month, state: paid}\n"
            "  - {customer: a, month: month, state: pending}\n",
            7,
            "a second entry of invoices with the same customer and month",
        ),
        # What cannot be together.
        (
            "customers:\n  - {key: a, name: A}\n"
            "credits:\n  - {customer: a, minimal_consumption_logic: linear}\n",
            6,
            "a credit with linear logic needs an end_date",
        ),
        (
            "customers:\n  - {key: a, name: A}\ninvoices:\n  - {customer: a, month: month, state: paid,\n"
            "     items: [{name: x, price: 1}],\n     compensations: [{of: x, price: 1}]}\n",
            8,
            "compensations of 'a', which has no credit",
        ),
    ],
)
def test_a_fault_of_a_seed_has_line_reason_and_hint(
    refused: Refused, more: str, line: int, reason: str
) -> None:
    error = refused(USERS + more)
    assert error.line == line
    where, _, said = error.message.partition(f"seed.yaml:{line}: ")
    assert said.startswith(reason)
    assert where
    assert error.hint or "must be" in said
    assert STAFF not in error.message + error.hint


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("users: []\n", 1, "users: must be a list of at least one user"),
        ("- 1\n", 1, "must be a mapping"),
        ("just text\n", 1, "must be a mapping"),
        ("users:\n  - {username: a, token: C0FFEE}\n", 2, "users[0].token: must be 40 hexadecimal digits"),
        ("users:\n  - {username: a}\n", 2, "users[0]: 'token' is missing"),
        (
            USERS.replace("}", ", staff: 1}"),
            2,
            "users[0].staff: must be true or false",
        ),
        ("users: [\n", 2, "not YAML: "),
    ],
)
def test_a_seed_without_good_users_is_refused(refused: Refused, text: str, line: int, reason: str) -> None:
    error = refused(text)
    assert error.line == line
    assert f"seed.yaml:{line}: {reason}" in error.message


INVOICE = """
credits: [{customer: aurora}]
invoices:
  - customer: aurora
    month: month
    state: pending
    items:
      - {name: Nodes, offering: hpc, price: 5}
      - {name: Web, offering: %(offering)s, project: %(project)s, price: 5}
    compensations:
      - {of: Nodes, price: 5}
      - {of: %(of)s, project: %(paid)s, price: 5}
"""


@pytest.mark.parametrize(
    ("part", "value", "line", "reason", "hint"),
    [
        ("offering", "mail", 9, "no entry of offerings has the key 'mail'", "add it to offerings, or"),
        ("project", "sky", 9, "'aurora' has no project 'sky'", "name a project of the invoice's customer"),
        ("project", "theirs", 9, "'aurora' has no project 'theirs'", "name a project of the"),
        ("of", "Node", 12, "no item of this invoice is named 'Node'", "name one of: Nodes, Web"),
        ("paid", "sky", 12, "'aurora' has no project 'sky'", "name a project of the invoice's customer"),
    ],
)
def test_the_lines_of_an_invoice_fit_each_other(
    refused: Refused, part: str, value: str, line: int, reason: str, hint: str
) -> None:
    parts = {"offering": "vm", "project": "climate", "of": "Web", "paid": "climate"}
    small = SMALL + "  - {key: theirs, customer: nimbus, name: Theirs}\n"
    error = refused(small + INVOICE % (parts | {part: value}))
    assert error.line == small.count("\n") + line
    assert error.message.endswith(reason)
    assert error.hint.startswith(hint)


def test_the_first_fault_of_the_file_is_the_one_that_is_told(refused: Refused) -> None:
    error = refused(USERS + "credits:\n  - {customer: a}\nprojects:\n  - {key: p, customer: a, name: P}\n")
    assert error.line == 4
    error = refused(USERS + "customers:\n  - {key: a}\n  - {nmae: b, key: b}\n")
    assert error.line == 4


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (USERS + "custmers: []\n", "did you mean 'customers'?"),
        (
            USERS + "worlds: []\n",
            "known here: about, screen, clock, users, customers, offerings, projects, credits, invoices",
        ),
        (USERS + "customers: [{key: a, name: no}]\n", "a text such as no or null needs quotes"),
    ],
)
def test_a_hint_says_what_to_write(refused: Refused, text: str, hint: str) -> None:
    assert refused(text).hint == hint


def test_a_file_that_cannot_be_read_is_told_by_its_name(tmp_path: Path) -> None:
    missing = tmp_path / "none.yaml"
    with pytest.raises(SeedError) as caught:
        load_seed(missing)
    assert caught.value.message == f"{missing}: cannot be read: No such file or directory"
    assert (caught.value.line, caught.value.exit_code) == (None, 4)
    with pytest.raises(SeedError, match="cannot be read: Is a directory"):
        load_seed(tmp_path)
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SeedError, match="not UTF-8 text"):
        load_seed(binary)


def test_amounts_of_a_seed_are_exact(grow: Grow) -> None:
    world = grow("credits: [{customer: aurora, value: 99999999999.99999}]")
    assert only_credit(world).value == D("99999999999.99999")
