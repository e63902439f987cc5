"""The page needs nothing else, shows what a contract says as text, and leads from each remark to its line."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from dataclasses import replace
from gzip import decompress
from html.parser import HTMLParser
from pathlib import Path

import pytest

from creditkit.review.report import to_html
from creditkit.review.review import of_finding

from .reviews import CONTRACT, clean, contract, finding, full, review

VOID = {"meta", "br", "input", "link", "img"}


class Page(HTMLParser):
    """The elements of a page: its ids, its links, its texts, and whether every element is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.sources: list[str] = []
        self.tags: set[str] = set()
        self.open: list[str] = []
        self.packed: dict[str, str] = {}
        self._script = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self.ids += [values["id"]] if "id" in values else []
        self.links += [values["href"]] if "href" in values else []
        self.sources += [values["src"]] if "src" in values else []
        self._script = values.get("id", "") if tag == "script" else ""
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self._script = ""

    def handle_data(self, data: str) -> None:
        if self._script:
            self.packed[self._script] = data

    def unpacked(self, name: str) -> str:
        return decompress(b64decode(self.packed[name])).decode()


@pytest.fixture(scope="module")
def html() -> str:
    return to_html(full())


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def test_every_element_is_closed_and_every_id_is_there_once(page: Page) -> None:
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))


def test_nothing_is_fetched(html: str, page: Page) -> None:
    assert page.sources == []
    assert [link for link in page.links if not link.startswith("#")] == []
    assert "default-src 'none'" in html
    assert not page.tags & {"link", "img", "object", "embed"}


def test_every_link_leads_somewhere(page: Page) -> None:
    assert [link for link in page.links if link.removeprefix("#") not in page.ids] == []


def test_each_remark_leads_to_its_line_and_its_earlier_line(html: str) -> None:
    article = html[html.index('id="r2"') :]
    article = article[: article.index("</article>")]
    assert re.findall(r'href="#(L\d+-\d+)">([^<]+)', article) == [
        ("L0-8", "api/openapi.yaml:8:35"),
        ("L1-8", "main:api/openapi.yaml:8:35"),
    ]


def test_each_line_at_fault_leads_back_to_its_worst_remark(html: str) -> None:
    line = re.search(r'<span class="line error" id="L0-28"><a class="no" href="#(r\d+)"', html)
    assert line
    assert line[1] == "r0"


def test_the_files_are_shown_with_all_their_lines(html: str) -> None:
    shown = re.findall(r'id="L0-(\d+)"', html)
    assert shown == [str(number) for number in range(1, len(CONTRACT.splitlines()) + 1)]


def test_what_a_contract_says_is_text(html: str) -> None:
    assert "<b>&amp;</b>" not in html.split("<script")[0]
    assert "&lt;b&gt;&amp;amp;&lt;/b&gt;" in html
    assert "<title>Not ready: api/openapi.yaml</title>" in html
    assert "Credits &amp; &lt;more&gt;" in html


def test_the_contract_and_the_program_that_renders_it_are_in_the_page(page: Page) -> None:
    assert json.loads(page.unpacked("contract")) == contract().document
    redoc = page.unpacked("redoc")
    assert "Redoc" in redoc
    assert redoc.startswith("/*!\nThe MIT License (MIT)")
    assert "DOMPurify" in redoc.split("*/\n!function")[0]


def test_the_frame_can_reach_nothing(html: str) -> None:
    assert 'sandbox="allow-scripts"' in html
    assert "allow-same-origin" not in html


def test_a_contract_that_closes_the_script_closes_nothing() -> None:
    text = CONTRACT.replace("description: Gone.", 'description: "</script><script>alert(1)</script>"')
    found = replace(clean(), source=contract(text))
    html = to_html(found)
    assert "<script>alert" not in html
    assert json.loads(Page(html).unpacked("contract")) == contract(text).document


def test_a_clean_contract_says_so() -> None:
    html = to_html(clean())
    assert "There is nothing to say against this contract." in html
    assert '<header class="banner good">' in html


def test_the_trace_is_on_the_page(html: str) -> None:
    assert "<code>credits_list.response.name</code>" in html
    assert re.search(r'<td class="fail">1<small>/2</small></td>', html)


def test_of_a_long_file_the_lines_around_each_place_are_shown() -> None:
    text = CONTRACT + "x-long:\n" + "  - a line\n" * 30_000
    remark = of_finding(finding())
    html = to_html(replace(review(remark, parts=("lint",)), source=contract(text)))
    assert "The file has 30,029 lines" in html
    shown = [int(number) for number in re.findall(r'id="L0-(\d+)"', html)]
    assert shown == list(range(13, 44))
    assert Page(html).open == []


def test_a_contract_too_large_for_a_browser_is_not_rendered() -> None:
    text = CONTRACT + "x-long: " + "x" * 3_100_000 + "\n"
    html = to_html(replace(review(parts=("lint",)), source=contract(text)))
    assert len(html) < 200_000
    assert "Rendered" not in Page(html).ids
    assert Page(html).packed == {}


def test_the_redoc_that_is_shipped_has_its_licences() -> None:
    folder = Path(__file__).parents[2] / "src" / "creditkit" / "review" / "report" / "redoc"
    assert {file.name for file in folder.iterdir()} == {
        "LICENSE",
        "redoc.standalone.js",
        "redoc.standalone.js.LICENSE.txt",
    }


def test_of_very_many_remarks_the_worst_are_shown_and_the_rest_counted() -> None:
    one = of_finding(finding())
    milder = tuple(replace(one, level="warning", message=f"mild {n}") for n in range(1_500))
    html = to_html(review(*milder, replace(one, message="the one that matters"), parts=("lint",)))
    assert "the one that matters" in html
    assert "501 more have no room on this page" in html
    page = Page(html)
    assert [link for link in page.links if link.removeprefix("#") not in page.ids] == []


def test_a_line_at_which_something_is_waived_leads_to_it() -> None:
    waived = replace(of_finding(finding()), waived="Known. (Kim, until 2027-01-01)")
    page = Page(to_html(review(waived, parts=("lint",))))
    assert "#r0" in page.links
    assert "r0" in page.ids
