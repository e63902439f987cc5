"""The live page, used as somebody uses it: in a browser, against a mock that runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from browsing import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Route

CREDITS = "/api/customer-credits/"


@pytest.fixture(scope="module")
def live(serve: Any) -> Iterator[Any]:
    """A mock whose clock stands where the default world's days are known."""
    with serve("--now", "2026-11-22") as running:
        yield running


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """The name of the test's own world."""
    return re.sub("[^a-z]", "-", request.node.name)[:60]


@pytest.fixture
def http(live: Any, name: str) -> Iterator[httpx.Client]:
    with live.client() as client:
        client.headers["X-Mock-World"] = name
        yield client


@pytest.fixture
def shown(live: Any, name: str, page: Page) -> Page:
    page.goto(f"{live.url}/_mock/?world={name}")
    expect(page.locator("#link")).to_have_text("live")
    return page


def entries(page: Page) -> Locator:
    return page.locator("#entries > li")


def held_back(page: Page, pattern: str, url: str) -> Route:
    """What a page that is opened first asks for at such an address; it waits until the test lets it go on."""
    asked: list[Route] = []
    page.route(pattern, lambda route: asked.append(route))
    with page.expect_request(pattern):
        page.goto(url)
    while not asked:  # it is told of before it is handed over
        page.wait_for_timeout(20)
    return asked[0]


def test_a_request_appears_with_its_verdict_its_violations_and_what_it_changed(
    shown: Page, http: httpx.Client
) -> None:
    first = http.get(CREDITS).json()[0]
    path = f"{CREDITS}{first['uuid']}/"
    assert http.patch(path, json={"grace_coefficient": "7"}).status_code == 200
    assert http.patch(path, json={"value": "abc"}).status_code == 400
    expect(entries(shown)).to_have_count(3)
    refused, changed, _ = entries(shown).all()
    expect(refused.locator(".pill")).to_have_text("400 violation")

    refused.locator("summary").first.click()
    expect(refused.locator(".violations li")).to_have_count(1)
    expect(refused.locator(".violations li")).to_contain_text("A valid number is required.")
    expect(refused.locator(".violations li")).to_contain_text("body /value")
    expect(refused.locator(".violations li")).to_contain_text("decimal.number")

    changed.locator("summary").first.click()
    expect(changed.locator(".diff tr")).to_have_count(1)
    expect(changed.locator(".diff th")).to_have_text("grace_coefficient")
    expect(changed.locator(".diff ins")).to_have_text("7")
    expect(changed.get_by_role("button", name="Copy as curl")).to_be_visible()


def test_rewinding_brings_back_the_world_and_takes_the_later_entries_away(
    shown: Page, http: httpx.Client
) -> None:
    first = http.get(CREDITS).json()[0]
    http.delete(f"{CREDITS}{first['uuid']}/")
    expect(entries(shown)).to_have_count(2)
    entries(shown).first.locator("summary").first.click()
    shown.get_by_role("button", name="Rewind to before").click()
    expect(entries(shown)).to_have_count(1)
    assert http.get(CREDITS).json()[0] == first


def test_the_world_is_shown_as_it_is_now(shown: Page, http: httpx.Client) -> None:
    expect(shown.locator("h1")).to_have_text("Sunday, 22 November 2026")
    rows = shown.locator("#credit-rows tr")
    first = http.get(CREDITS).json()[0]
    expect(rows.first.locator("th")).to_contain_text(first["customer_name"])
    http.patch(f"{CREDITS}{first['uuid']}/", json={"value": "1234567.5"})
    expect(rows.first.locator("td").first).to_have_text("1 234 567.5")
    http.delete(f"{CREDITS}{first['uuid']}/")
    expect(rows.filter(has_text=first["customer_name"])).to_have_count(0)
    expect(shown.locator("#user-rows li").first).to_contain_text("staff")


def test_snapshots_are_taken_restored_and_dropped(shown: Page, http: httpx.Client) -> None:
    before = http.get(CREDITS).json()
    shown.locator("#snapshot-name").fill("full")
    shown.get_by_role("button", name="Take", exact=True).click()
    restore = shown.get_by_role("button", name="Restore full")
    expect(restore).to_be_visible()
    http.delete(f"{CREDITS}{before[0]['uuid']}/")
    restore.click()
    expect(entries(shown).first.locator(".pill")).to_contain_text("control")
    assert http.get(CREDITS).json() == before
    shown.get_by_role("button", name="Drop full").click()
    expect(restore).to_have_count(0)


def test_nothing_is_to_be_pressed_before_the_page_is_whole(live: Any, page: Page) -> None:
    asked = held_back(page, "**/_mock/state*", f"{live.url}/_mock/")
    page.wait_for_timeout(300)
    expect(page.locator("#link")).to_have_text("")
    expect(page.locator("#main")).to_be_hidden()
    asked.continue_()
    expect(page.locator("#link")).to_have_text("live")
    expect(page.locator("#main")).to_be_visible()
    assert page.locator("#credit-rows tr").count() == 14


def test_what_comes_while_the_journal_is_read_is_shown_once(
    live: Any, page: Page, http: httpx.Client
) -> None:
    http.get(CREDITS)
    url = f"{live.url}/_mock/?world={http.headers['X-Mock-World']}"
    asked = held_back(page, "**/_mock/journal*", url)
    http.get(f"{CREDITS}?page=2")
    answer = asked.fetch()
    http.get(f"{CREDITS}?page=3")
    page.wait_for_timeout(300)
    asked.fulfill(response=answer)
    expect(page.locator("#link")).to_have_text("live")
    expect(entries(page)).to_have_count(3)
    expect(entries(page).locator(".url")).to_have_text([f"{CREDITS}?page=3", f"{CREDITS}?page=2", CREDITS])


def test_what_is_pressed_is_not_made_anew_while_the_world_changes(shown: Page, http: httpx.Client) -> None:
    first, second = http.get(CREDITS).json()[:2]
    http.put("/_mock/snapshots/full").raise_for_status()
    restore = shown.get_by_role("button", name="Restore full")
    restore.hover()
    shown.mouse.down()
    row = shown.locator("#credit-rows tr").filter(has_text=second["customer_name"]).element_handle()
    http.patch(f"{CREDITS}{first['uuid']}/", json={"value": "1234567.5"})
    expect(shown.locator("#credit-rows")).to_contain_text("1 234 567.5")
    shown.mouse.up()
    expect(shown.locator("#credit-rows")).not_to_contain_text("1 234 567.5")
    assert http.get(CREDITS).json()[0] == first
    assert row.evaluate("row => row.isConnected")


def test_a_forked_world_has_a_page_of_its_own(shown: Page, http: httpx.Client, name: str) -> None:
    expect(shown).to_have_title(f"{name}, creditkit mock")
    shown.locator("#fork-name").fill("mine")
    shown.get_by_role("button", name="Fork", exact=True).click()
    expect(shown).to_have_title("mine, creditkit mock")
    http.get(CREDITS)
    http.get(f"{CREDITS}?page=2", headers={"X-Mock-World": "mine"})
    expect(entries(shown)).to_have_count(1)
    expect(entries(shown)).to_contain_text("?page=2")
    shown.get_by_role("button", name="Drop it").click()
    expect(shown).to_have_title("creditkit mock")


def test_deviations_are_shown_and_hidden(shown: Page, http: httpx.Client) -> None:
    shown.locator("#catalogue > summary").click()
    shown.locator("#deviation-search").fill("hex-uuids")
    shown.locator("#deviation-rows input").first.check()
    expect(shown.locator("#shown-deviations li")).to_have_count(1)
    expect(shown.locator("#deviation-rows input").first).to_be_focused()
    assert re.fullmatch("[0-9a-f]{32}", http.get(CREDITS).json()[0]["uuid"])
    expect(entries(shown).first.locator(".pill")).to_have_text("200 deviation")
    shown.get_by_role("button", name="Hide hex-uuids").click()
    expect(shown.locator("#shown-deviations li")).to_have_count(0)
    assert "-" in http.get(CREDITS).json()[0]["uuid"]


def test_the_clock_is_advanced_set_and_stopped(shown: Page, http: httpx.Client) -> None:
    expect(shown.locator("h1")).to_have_text("Sunday, 22 November 2026")
    shown.get_by_role("button", name="+ 1 day").click()
    expect(shown.locator("h1")).to_have_text("Monday, 23 November 2026")
    before = http.get(CREDITS).json()
    shown.get_by_role("button", name="+ 1 month").click()
    expect(shown.locator("h1")).to_have_text("Wednesday, 23 December 2026")
    assert http.get(CREDITS).json() != before
    shown.locator("#date").fill("2027-02-01")
    shown.get_by_role("button", name="Go").click()
    expect(shown.locator("h1")).to_have_text("Monday, 1 February 2027")
    shown.get_by_role("button", name="Stop the clock").click()
    shown.get_by_role("button", name="Let the clock run").click()
    expect(shown.get_by_role("button", name="Stop the clock")).to_be_visible()


def test_faults_are_added_and_cleared(shown: Page, http: httpx.Client) -> None:
    shown.locator("#fault-text").fill("customer_credits_list:status=503,rate=1")
    shown.get_by_role("button", name="Add", exact=True).click()
    expect(shown.locator("#fault-rows code")).to_have_text("customer_credits_list:status=503")
    assert http.get(CREDITS).status_code == 503
    expect(entries(shown).first.locator(".pill")).to_have_text("503 fault")
    shown.locator("#fault-text").fill("nowhere:cut")
    shown.get_by_role("button", name="Add", exact=True).click()
    expect(shown.locator("#alert")).to_contain_text("there is no operation 'nowhere'")
    shown.get_by_role("button", name="Clear the faults").click()
    expect(shown.locator("#fault-rows li")).to_have_count(0)
    expect(shown.locator("#alert")).to_be_hidden()
    assert http.get(CREDITS).status_code == 200


def test_entries_are_filtered_and_held_back(shown: Page, http: httpx.Client) -> None:
    http.get(CREDITS)
    http.get(f"{CREDITS}?customer_uuid=none")
    expect(entries(shown)).to_have_count(2)
    shown.get_by_label("granted").uncheck()
    expect(entries(shown).filter(visible=True)).to_have_count(1)
    expect(shown.locator("#shown")).to_have_text("1 of 2 requests")
    shown.locator("#search").fill("customer_uuid")
    expect(entries(shown).filter(visible=True)).to_have_count(1)
    shown.locator("#search").fill("nothing like it")
    expect(entries(shown).filter(visible=True)).to_have_count(0)
    shown.locator("#hold").click()
    http.get(CREDITS)
    expect(shown.locator("#shown")).to_contain_text("1 held back")
    shown.locator("#hold").click()
    expect(entries(shown)).to_have_count(3)


def test_the_keyboard_is_enough(shown: Page, http: httpx.Client) -> None:
    http.get(CREDITS)
    http.get(f"{CREDITS}?page=2")
    expect(entries(shown)).to_have_count(2)
    shown.keyboard.press("j")
    shown.keyboard.press("j")
    shown.keyboard.press("Enter")
    expect(entries(shown).nth(1).locator(".whole")).to_contain_text("It changed nothing.")
    shown.keyboard.press("/")
    expect(shown.locator("#search")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_in_light_and_dark(shown: Page, http: httpx.Client, scheme: Any) -> None:
    shown.emulate_media(color_scheme=scheme)
    shown.set_viewport_size({"width": 390, "height": 844})
    first = http.get(CREDITS).json()[0]
    http.delete(f"{CREDITS}{first['uuid']}/")
    expect(entries(shown)).to_have_count(2)
    entries(shown).first.locator("summary").first.click()
    expect(entries(shown).first.locator(".diff").first).to_be_visible()
    assert shown.evaluate("document.documentElement.scrollWidth") == 390
    paper = shown.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == {"light": "rgb(255, 255, 255)", "dark": "rgb(13, 17, 23)"}[scheme]


def test_what_somebody_sent_is_never_markup(shown: Page, http: httpx.Client) -> None:
    http.get(CREDITS, params={"customer_name": "<img src=x onerror=alert(1)>"})
    http.patch(f"{CREDITS}<b>x</b>/", json={"value": "<script>1</script>"})
    expect(entries(shown)).to_have_count(2)
    for entry in entries(shown).all():
        entry.locator("summary").first.click()
        expect(entry.locator(".whole")).not_to_be_empty()
    assert shown.locator("#entries img, #entries script, #entries li b:not(.method)").count() == 0


def test_no_token_that_was_sent_is_on_the_page(shown: Page, http: httpx.Client) -> None:
    secret = "5ec2e7" * 6 + "abcd"
    http.get(CREDITS, headers={"Authorization": f"Token {secret}"})
    expect(entries(shown)).to_have_count(1)
    entries(shown).first.locator("summary").first.click()
    expect(entries(shown).first.locator(".whole")).to_contain_text("It changed nothing.")
    assert secret not in shown.content()


def test_it_fetches_nothing_from_elsewhere(live: Any, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{live.url}/_mock/")
    expect(page.locator("#link")).to_have_text("live")
    expect(page.locator("#credit-rows tr").first).to_be_visible()
    assert [url for url in asked if not url.startswith((live.url, "data:"))] == []


def test_a_mock_with_a_control_token_asks_for_it(browser: Any, serve: Any) -> None:
    with serve("--control-token", "open-sesame") as locked:
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{locked.url}/_mock/")
        expect(page.locator("#lock")).to_be_visible()
        expect(page.locator("#main")).to_be_hidden()
        page.locator("#token").fill("wrong")
        page.get_by_role("button", name="Open").click()
        expect(page.locator("#link")).to_have_text("locked")
        page.locator("#token").fill("open-sesame")
        page.get_by_role("button", name="Open").click()
        expect(page.locator("#link")).to_have_text("live")
        expect(page.locator("#credit-rows tr").first).to_be_visible()
        context.close()


def test_it_comes_back_when_its_stream_ends(shown: Page, live: Any, name: str) -> None:
    httpx.delete(f"{live.url}/_mock/worlds/{name}").raise_for_status()
    expect(shown.locator("#link")).to_have_text("connecting")
    expect(shown.locator("#link")).to_have_text("live")
