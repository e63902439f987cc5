"""The page of a review in a real browser: offline, by mouse and by keyboard, wide and narrow."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from browsing import expect
from creditkit.review.report.page import to_html

from .reviews import NASTY, full

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("page") / "review.html"
    path.write_text(to_html(full()), encoding="utf-8")
    return path.as_uri()


@dataclass
class Colours:
    paper: str
    ink: str


def colours(page: Page) -> Colours:
    return Colours(
        *(page.evaluate(f"getComputedStyle(document.body).{name}") for name in ("backgroundColor", "color"))
    )


def test_nothing_but_the_file_is_asked_for(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.get_by_role("button", name="Rendered").click()
    expect(page.frame_locator("#rendered iframe").get_by_role("heading", level=1)).to_contain_text("Credits")
    assert {url.split("#")[0] for url in asked if not url.startswith(("about:", "data:", "blob:"))} == {
        address
    }


def test_a_place_leads_to_its_line_and_the_line_back(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("#r0 a.place").first.click()
    shown = page.locator(".line.shown")
    expect(shown).to_have_count(1)
    expect(shown).to_be_in_viewport()
    assert page.url.endswith("#" + str(shown.get_attribute("id")))
    shown.locator("a.no").click()
    expect(page.locator("#r0")).to_be_in_viewport()


def test_an_earlier_line_is_shown_in_the_earlier_file(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("#r2 dl a.place").click()
    expect(page.locator(".line.shown")).to_be_in_viewport()
    expect(page.locator('.tabs [aria-selected="true"]')).to_contain_text("main:")


def test_a_change_is_found_in_the_rendered_contract(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("#r2 .go").click()
    rendered = page.frame_locator("#rendered iframe")
    expect(rendered.locator('[data-section-id$="operation/credits_list"]')).to_be_in_viewport()


def test_keys_lead_from_remark_to_remark(page: Page, address: str) -> None:
    page.goto(address)
    page.keyboard.press("n")
    expect(page.locator("#r0")).to_be_focused()
    page.keyboard.press("n")
    expect(page.locator(".remark.current")).to_have_count(1)
    expect(page.locator("#r1")).to_be_focused()
    page.keyboard.press("p")
    expect(page.locator("#r0")).to_be_focused()


def test_everything_that_can_be_used_is_reached_by_tab_and_shows_it(page: Page, address: str) -> None:
    page.goto(address)
    reached = set()
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.outerHTML.slice(0, 60)"))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert len(reached) == 12


def test_light_and_dark_are_the_systems_until_the_button_is_used(page: Page, address: str) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(address)
    light = colours(page)
    page.emulate_media(color_scheme="dark")
    dark = colours(page)
    assert (light.paper, dark.paper) == ("rgb(255, 255, 255)", "rgb(13, 17, 23)")
    assert light.ink != dark.ink
    page.get_by_role("button", name="Light").click()
    assert colours(page) == light


def test_a_search_leaves_the_rows_of_the_trace_that_fit(page: Page, address: str) -> None:
    page.goto(address)
    rows = page.locator(".rows tbody tr")
    every = rows.count()
    page.get_by_role("searchbox").fill("credits_list.response.name")
    expect(page.locator(".rows tbody tr:visible")).to_have_count(1)
    expect(page.locator("#shown")).to_have_text(f"1 of {every}")


def test_on_a_phone_nothing_is_wider_and_the_source_opens_over_the_page(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    viewer = page.locator("#viewer")
    expect(viewer).to_be_hidden()
    page.locator("#r0 a.place").first.click()
    expect(viewer).to_be_visible()
    expect(page.locator(".line.shown")).to_be_in_viewport()
    page.get_by_role("button", name="Back").click()
    expect(viewer).to_be_hidden()


def test_without_scripts_all_of_it_is_read(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    expect(page.locator("#r0")).to_be_visible()
    expect(page.locator("#L0-8")).to_be_visible()
    expect(page.locator(".controls")).to_be_hidden()
    context.close()


def test_what_a_contract_says_does_nothing(page: Page, address: str) -> None:
    page.goto(address)
    assert "<b>&amp;</b> 100% [x](y)" in NASTY
    expect(page.locator("#r1 h4")).to_contain_text("<b>&amp;</b> 100% [x](y)")
    expect(page.locator("#r1 h4 code")).to_have_text("c")
    expect(page.locator(".remark h4 b, .remark h4 script")).to_have_count(0)


def test_whom_it_breaks_is_told_by_operation(page: Page, address: str) -> None:
    page.goto(address)
    cells = page.locator("#broken tbody tr").all()
    assert [cell.inner_text().split() for cell in cells] == [
        ["GET", "/credits/", "1", "+", "1", "possibly", "·"],
        ["DELETE", "/credits/", "·", "1"],
    ]


def test_the_file_is_small_enough_to_send(address: str) -> None:
    assert Path(address.removeprefix("file://")).stat().st_size < 1_000_000
