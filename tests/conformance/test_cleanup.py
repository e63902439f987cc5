"""Cleaning up deletes what a run left over, nothing else, and only once."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from creditkit.conformance import Cleaned, OwnershipJournal, clean_up
from creditkit.conformance.asking import told
from creditkit.errors import DeploymentError

from .faulty import CREDITS, TOKENS, Answer, Deployment, Request, faulty

FREE = "5a1c0de0-0000-4000-8000-0000000000f1"


def staff(deployment: Deployment) -> httpx.Client:
    return httpx.Client(base_url=deployment.url, headers={"Authorization": f"Token {TOKENS['staff']}"})


def stored(deployment: Deployment) -> list[dict[str, Any]]:
    with staff(deployment) as http:
        return list(http.get(CREDITS, params={"page_size": 300}).json())


def left_over(deployment: Deployment) -> str:
    """A credit as a killed run leaves it."""
    with staff(deployment) as http:
        made = http.post(CREDITS, json={"customer": f"{deployment.url}/api/customers/{FREE}/"})
        assert made.status_code == 201
        return str(made.json()["uuid"])


def test_what_was_created_is_deleted_and_a_second_time_nothing_happens(tmp_path: Path) -> None:
    with faulty() as deployment:
        before = stored(deployment)
        journal = OwnershipJournal(tmp_path / "j", deployment.url)
        journal.take(FREE)
        uuid = left_over(deployment)
        journal.created(uuid)
        assert clean_up(deployment.target, OwnershipJournal(tmp_path / "j", deployment.url)) == Cleaned(
            (uuid,)
        )
        assert stored(deployment) == before
        assert clean_up(deployment.target, OwnershipJournal(tmp_path / "j", deployment.url)) == Cleaned()


def test_a_create_that_was_never_answered_is_found_by_its_customer(tmp_path: Path) -> None:
    with faulty() as deployment:
        before = stored(deployment)
        journal = OwnershipJournal(tmp_path / "j", deployment.url)
        journal.take(FREE)
        uuid = left_over(deployment)
        assert clean_up(deployment.target, journal) == Cleaned((uuid,))
        assert stored(deployment) == before


def test_a_credit_that_the_customer_may_have_been_given_since_then_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "j"
    with faulty() as deployment:
        uuid = left_over(deployment)
        before = stored(deployment)
        at = (datetime.now(UTC) - timedelta(hours=2)).isoformat()
        path.write_text(
            json.dumps({"event": "take", "url": deployment.url, "at": at, "customer": FREE}) + "\n"
        )
        cleaned = clean_up(deployment.target, OwnershipJournal(path, deployment.url))
        assert cleaned == Cleaned(kept=(uuid,))
        assert stored(deployment) == before
        assert list(told(cleaned)) == [f"Not touched, as it may be somebody else's by now: credit {uuid}"]
        assert clean_up(deployment.target, OwnershipJournal(path, deployment.url)) == Cleaned()


def test_what_somebody_deleted_already_is_gone(tmp_path: Path) -> None:
    with faulty() as deployment:
        journal = OwnershipJournal(tmp_path / "j", deployment.url)
        journal.created("11111111-1111-4111-8111-111111111111")
        cleaned = clean_up(deployment.target, journal)
        assert cleaned == Cleaned(gone=("11111111-1111-4111-8111-111111111111",))
        assert journal.open_credits == ()


def test_what_cannot_be_deleted_is_told_and_kept_for_the_next_time(tmp_path: Path) -> None:
    def refuse(request: Request) -> Answer | None:
        return Answer(503) if request.method == "DELETE" else None

    with faulty(change_request=refuse) as deployment:
        journal = OwnershipJournal(tmp_path / "j", deployment.url)
        journal.take(FREE)
        uuid = left_over(deployment)
        journal.created(uuid)
        cleaned = clean_up(deployment.target, journal)
        assert cleaned.left == ((uuid, "DELETE is answered with 503"),)
        assert not cleaned.is_done
        assert (journal.open_credits, journal.open_customers) == ((uuid,), (FREE,))


def test_a_deletion_that_only_says_so_is_no_deletion(tmp_path: Path) -> None:
    def pretend(request: Request) -> Answer | None:
        return Answer(204, {}) if request.method == "DELETE" else None

    with faulty(change_request=pretend) as deployment:
        journal = OwnershipJournal(tmp_path / "j", deployment.url)
        uuid = left_over(deployment)
        journal.created(uuid)
        assert clean_up(deployment.target, journal).left == ((uuid, "it is there after it was deleted"),)
        assert journal.open_credits == (uuid,)


def test_a_deployment_that_is_away_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("creditkit.conformance.asking.client._PAUSE", 0)
    with faulty() as deployment:
        target = type(deployment.target)("http://127.0.0.1:1", {"staff": "x"})
        journal = OwnershipJournal(tmp_path / "j", target.url)
        journal.take(FREE)
        with pytest.raises(DeploymentError, match="cannot connect"):
            clean_up(target, journal)
        assert journal.open_customers == (FREE,)
