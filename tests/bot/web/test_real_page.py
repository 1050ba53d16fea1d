"""The web app over the bundled sample: a real server, a real browser and the real conversation, nothing recorded."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from index.store.store import Store
from tests.browser import DESK, PHONE, Server, say, serving, visit

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(sample_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("real"), store=str(sample_store.folder)) as running:
        yield running


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_whole_way_on_the_sample(browser: Browser, server: Server, size: dict[str, int]) -> None:
    with visit(browser, server, size) as page:
        page.set_default_timeout(60_000)  # the first question waits for the embedder
        expect.set_options(timeout=60_000)
        expect(page.get_by_text("sample trials, restated from real records")).to_be_visible()

        page.locator("#starters button").first.click()
        card = page.locator(".tl-card", has_text="NCT06530576")
        expect(card).to_contain_text("Recruiting")

        card.get_by_role("button", name="Who can join").click()
        citation = page.get_by_role("button", name="NCT06530576 · exclusion 8")
        citation.click()
        passage = page.get_by_role("region", name=re.compile("exclusion 8.*word for word"))
        expect(passage.locator("mark")).to_contain_text("pregnant or breastfeeding")

        expect(page.get_by_text("How old are you?").last).to_be_visible()
        say(page, "57")
        expect(page.get_by_text(re.compile(r"This moves \d+ trials?")).last).to_be_visible()
        expect(page.locator(".tl-moves").last).to_contain_text("you said “57”")
        page.get_by_role("button", name="Not sure").last.click()

        page.get_by_role("button", name="Undo").last.click()
        expect(page.get_by_text(re.compile("Taken back")).last).to_be_visible()

        say(page, "I have crushing chest pain right now")
        expect(page.get_by_role("alert")).to_contain_text("call your local emergency number")
