"""The lab works on records of its own, and leaves none behind, whatever the deployment does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from creditkit.conformance import OwnershipJournal
from creditkit.conformance.asking import CannotJudge, Client, Guard, Lab, Mode
from creditkit.conformance.asking import lab as module
from creditkit.contract import API, load
from creditkit.errors import DeploymentError

from .faulty import Answer, Deployment, Request, faulty

STORED = 14
FREE = 8


@contextmanager
def lab_of(
    deployment: Deployment, journal: OwnershipJournal | None = None, mode: Mode = Mode.WRITE
) -> Iterator[Lab]:
    with Client(deployment.target, Guard(mode)) as client:
        yield Lab(deployment.target, load(API), client, journal or OwnershipJournal(None, deployment.url))


def stored(deployment: Deployment) -> list[dict[str, Any]]:
    """What the deployment has."""
    with lab_of(deployment, mode=Mode.READ) as lab:
        return list(lab.credits())


def test_a_credit_of_ours_lives_as_long_as_its_block() -> None:
    with faulty() as deployment, lab_of(deployment) as lab:
        before = stored(deployment)
        with lab.credit(value="5") as first, lab.credit() as second:
            assert len({first["uuid"], second["uuid"]} | {c["uuid"] for c in before}) == STORED + 2
            assert len(lab.free_customers()) == FREE - 2
        assert stored(deployment) == before
        assert len(lab.free_customers()) == FREE


def test_it_is_deleted_when_its_block_ends_badly_too() -> None:
    with faulty() as deployment, lab_of(deployment) as lab:
        before = stored(deployment)
        for ending in (KeyboardInterrupt, ValueError):
            with pytest.raises(ending), lab.credit():
                raise ending
        assert stored(deployment) == before


def test_what_a_refused_create_made_all_the_same_is_deleted() -> None:
    def lie(request: Request, answer: Answer) -> None:
        if request.is_create:
            answer.status, answer.json = 400, {"detail": "no"}

    with faulty(change_answer=lie) as deployment, lab_of(deployment) as lab:
        before = stored(deployment)
        with pytest.raises(CannotJudge, match="no credit could be created"), lab.credit():
            pass
        assert stored(deployment) == before


def test_a_customer_that_only_seems_free_is_not_taken() -> None:
    """A list that hides a credit must not lead to its deletion."""
    hidden = "Aurora Research Labs"

    def hide(request: Request, answer: Answer) -> None:
        if request.is_list and "customer_uuid" not in request.parameters and answer.status == 200:
            answer.json = [credit for credit in answer.json if credit["customer_name"] != hidden]
            answer.headers["x-result-count"] = str(STORED - 1)

    with faulty(change_answer=hide) as deployment, lab_of(deployment) as lab:
        (aurora,) = [c for c in lab.free_customers() if c["name"] == hidden]
        credits_before = lab.list(f"customer_uuid={aurora['uuid']}").json()
        taken: list[str] = []
        with pytest.raises(CannotJudge, match="no customer without a credit is left"):
            nest(lab, taken)
        assert len(taken) == FREE
        assert aurora["uuid"] not in taken
        assert lab.list(f"customer_uuid={aurora['uuid']}").json() == credits_before


def nest(lab: Lab, taken: list[str]) -> None:
    """Take one customer after the other until none is left."""
    with lab.customer() as customer:
        taken.append(customer["uuid"])
        nest(lab, taken)


def test_small_pages_hide_nothing() -> None:
    def small(request: Request) -> None:
        if request.method == "GET" and "page=" in request.query:
            request.query = request.query.replace("page_size=300", "page_size=3")

    with faulty(change_request=small) as deployment, lab_of(deployment) as lab:
        assert len({credit["uuid"] for credit in lab.credits()}) == STORED
        assert len(lab.free_customers()) == FREE


def test_a_server_that_knows_one_page_only_ends_the_reading() -> None:
    def one(request: Request) -> None:
        if request.is_list:
            request.query = "page_size=5"

    with faulty(change_request=one) as deployment, lab_of(deployment) as lab:
        assert len(lab.credits()) == 5


def test_only_customers_that_the_target_names_are_given_credits() -> None:
    with faulty() as deployment, lab_of(deployment) as lab:
        chosen = lab.free_customers()[-1]["uuid"]
        lab.target = type(lab.target)(deployment.url, lab.target.tokens, customers=(chosen.upper(),))
        lab._customers = None
        assert [customer["uuid"] for customer in lab.free_customers()] == [chosen]


@pytest.mark.parametrize("status", [500, 503, 403])
def test_what_cannot_be_deleted_stays_in_the_journal(status: int) -> None:
    def refuse(request: Request) -> Answer | None:
        return Answer(status) if request.method == "DELETE" else None

    with faulty(change_request=refuse) as deployment:
        journal = OwnershipJournal(None, deployment.url)
        with lab_of(deployment, journal) as lab:
            with lab.credit() as credit:
                pass
            lab.sweep()
        assert journal.open_credits == (credit["uuid"],)
        assert journal.open_customers == (credit["customer_uuid"],)


def test_the_sweep_tries_again_what_failed_once() -> None:
    refusals = [Answer(503), Answer(503)]

    def refuse(request: Request) -> Answer | None:
        return refusals.pop() if request.method == "DELETE" and refusals else None

    with faulty(change_request=refuse) as deployment:
        journal = OwnershipJournal(None, deployment.url)
        before = stored(deployment)
        with lab_of(deployment, journal) as lab:
            with lab.credit():
                pass
            assert len(journal.open_credits) == 1
            lab.sweep()
        assert [*journal.open_credits, *journal.open_customers] == []
        assert stored(deployment) == before


def test_a_deletion_that_only_says_so_is_noticed_in_the_end() -> None:
    def pretend(request: Request) -> Answer | None:
        return Answer(204, {}) if request.method == "DELETE" else None

    with faulty(change_request=pretend) as deployment:
        journal = OwnershipJournal(None, deployment.url)
        with lab_of(deployment, journal) as lab:
            with lab.credit() as credit:
                pass
            assert list(journal.open_credits) == []
            lab.sweep()
        assert journal.open_credits == (credit["uuid"],)


def test_a_filter_that_answers_with_strangers_deletes_none_of_them() -> None:
    def ignore(request: Request) -> None:
        if request.is_list:
            request.query = ""

    with faulty(change_request=ignore) as deployment, lab_of(deployment) as lab:
        before = stored(deployment)
        with lab.credit():
            pass
        lab.sweep()
        assert stored(deployment) == before


def test_a_create_that_was_never_answered_is_looked_for_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """The credit comes into being after its request was given up, and after the first look for it."""
    monkeypatch.setattr(module, "_SETTLING", 0)
    with faulty() as deployment:
        journal = OwnershipJournal(None, deployment.url)
        before = stored(deployment)
        with lab_of(deployment, journal) as lab:
            late: list[Callable[[], object]] = []
            send = lab.client._answer

            def lose(request: Any) -> Any:
                if request.method == "POST":
                    late.append(lambda: send(request))
                    raise DeploymentError("no answer")
                return send(request)

            monkeypatch.setattr(lab.client, "_answer", lose)
            with pytest.raises(DeploymentError), lab.credit():
                pass
            late[0]()
            assert len(stored(deployment)) == STORED + 1
            lab.sweep()
        assert stored(deployment) == before
        assert [*journal.open_credits, *journal.open_customers] == []
