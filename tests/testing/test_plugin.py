"""`credits_mock` and `credits_world` in other people's suites: apart from each other, gone afterwards."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from creditkit.control import Control

from .suites import run

APART = """
    import pytest

    LIST = "/api/customer-credits/"

    @pytest.mark.parametrize("number", range({tests}))
    def test_it_finds_only_what_it_did(credits_world, number):
        http = credits_world.client()
        assert http.get(LIST).headers["X-Result-Count"] == "14"
        free = http.get("/api/customers/?name=nimbus").json()[0]["url"]
        made = http.post(LIST, json={{"customer": free, "value": str(number + 1)}})
        assert made.status_code == 201
        assert http.get(LIST).headers["X-Result-Count"] == "15"
        assert http.get(made.headers["Location"]).json()["value"] == f"{{number + 1}}.00000"
        credits_world.control.advance(days=number)
        assert len(credits_world.control.journal(method="POST", status=201)) == 1
"""


def left(control: Control) -> list[str]:
    """The names of the worlds that are there."""
    return [world["name"] for world in control.worlds()]


def test_workers_share_a_mock_and_no_world(running: Control, tmp_path: Path) -> None:
    done = run(tmp_path, APART.format(tests=12), "-n", "2", f"--creditkit-mock-url={running.url}")
    assert done.outcomes == {"passed": 12}, done.said
    assert left(running) == ["default"]
    (default,) = running.worlds()
    assert (default["credits"], default["entry"]) == (14, 0)


@pytest.mark.soak
@pytest.mark.parametrize("repeat", range(10))
def test_sixteen_workers_leave_nothing_behind(running: Control, tmp_path: Path, repeat: int) -> None:
    done = run(tmp_path, APART.format(tests=800), "-n", "16", f"--creditkit-mock-url={running.url}")
    assert done.outcomes == {"passed": 800}, done.said
    assert left(running) == ["default"]
    (default,) = running.worlds()
    assert (default["credits"], default["entry"]) == (14, 0)


def test_a_failure_shows_the_journal_of_its_test(running: Control, tmp_path: Path) -> None:
    suite = """
        def test_a_wrong_value(credits_world):
            http = credits_world.client("support")
            http.get("/api/customer-credits/?customer_name=aurora")
            credits_world.client().post("/api/customer-credits/", json={"value": "x"})
            raise AssertionError

        def test_it_can_be_seen_by_its_token_alone(credits_world):
            import httpx
            headers = {"Authorization": f"Token {credits_world.token('owner')}"}
            assert len(httpx.get(f"{credits_world.url}/api/customer-credits/", headers=headers).json()) == 1
            assert credits_world.control.journal()[-1]["user"] == "owner"

        def test_nothing_was_asked(credits_world):
            raise AssertionError

        def test_no_world():
            raise AssertionError
    """
    done = run(tmp_path, suite, f"--creditkit-mock-url={running.url}")
    assert done.outcomes == {"failed": 3, "passed": 1}, done.said
    assert done.said.count("creditkit journal of") == 2
    journal = done.said.split("creditkit journal of test-a-wrong-value-")[1].split("\n_____")[0]
    assert re.search(r"1 +200 +granted .* support +GET /api/customer-credits/\?customer_name=aurora", journal)
    assert re.search(r"2 +400 +violation .* staff +POST /api/customer-credits/", journal)
    assert "value: A valid number is required." in journal
    assert "nothing was asked of it" in done.said
    assert left(running) == ["default"]


def test_the_mock_is_started_as_asked_for_and_stopped(tmp_path: Path) -> None:
    suite = """
        import pytest

        def test_the_world_that_was_asked_for(credits_mock, credits_world):
            print("at", credits_mock.url)
            assert len(credits_world.client().get("/api/customer-credits/").json()) == 7
            with credits_mock.world("second") as second:
                assert second.name != credits_world.name
                assert second.users["staff"] == credits_world.users["staff"]
            with pytest.raises(KeyError):
                credits_world.token("owner")

        @pytest.mark.credits_world("markup")
        def test_another_one_of_the_gallery(credits_world):
            shown = credits_world.client().get("/api/customer-credits/").json()
            assert "<b>Bold</b> & <i>Italic</i>" in [credit["customer_name"] for credit in shown]
    """
    done = run(tmp_path, suite, "-s", "--strict-markers", "--creditkit-mock-options=--world one-page")
    assert done.outcomes == {"passed": 2}, done.said
    found = re.search(r"at (http://\S+)", done.said)
    assert found
    with pytest.raises(httpx.ConnectError):
        httpx.get(found[1])


def test_wrong_options_end_the_run_with_what_the_mock_said(tmp_path: Path) -> None:
    done = run(tmp_path, "def test_it(credits_mock): pass", "--creditkit-mock-options=--world nowhere")
    assert done.code != 0
    assert "no mock could be started: creditkit: there is no world 'nowhere'" in done.said
