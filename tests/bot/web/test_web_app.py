"""The web app as a person meets it: a server process of its own, a real browser, and recorded turns behind the page."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.errors import SettingsError
from bot.serve import make_root, serve
from tests.browser import DESK, NARROW, PHONE, Server, say, serving, visit
from tests.fakes import OTHER, TRIAL

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[3]
FAKE_APP = Path(__file__).with_name("fake_app.py")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("web"), app=str(FAKE_APP)) as running:
        yield running


def search(page: Page) -> None:
    page.locator("#starters button").first.click()
    expect(page.get_by_role("button", name="Not sure")).to_be_visible()


# --- the whole way


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_person_finds_trials_reads_the_rule_answers_by_button_and_takes_it_back(
    browser: Browser, server: Server, size: dict[str, int]
) -> None:
    with visit(browser, server, size) as page:
        expect(page.get_by_text("I am a computer program, not a doctor")).to_be_visible()
        expect(page.get_by_text("Only a few sample records are here.")).to_be_visible()

        search(page)
        expect(page.get_by_text("Searched for “T-cell lymphoma that came back”: 12 trials found")).to_be_visible()
        expect(page.locator(".tl-card")).to_have_count(2)
        card = page.get_by_role("article", name="Exampline tablets")
        for words in (
            "Recruiting",
            TRIAL,
            "Phase 2 · Leeds, United Kingdom · record as of 2026-06-26",
            "sample record",
            "fits so far",
        ):
            expect(card).to_contain_text(words)

        card.get_by_role("button", name=f"{TRIAL} · inclusion 2").click()
        passage = page.get_by_role("region", name=re.compile("inclusion 2.*word for word"))
        expect(passage.locator("mark")).to_have_text("A T-cell lymphoma that came back or did not respond")
        expect(passage).to_contain_text("Platelets at least 75")

        page.get_by_role("button", name="Yes", exact=True).click()
        expect(page.get_by_text("This moves 1 trial")).to_be_visible()
        moved = page.locator(".tl-moves")
        expect(moved).to_contain_text("From not known yet → to may be a problem")
        expect(moved).to_contain_text("“Active hepatitis B”")
        expect(page.get_by_text("Have you had hepatitis B in the last six months?")).to_be_visible()
        expect(page.get_by_role("button", name="Not sure")).to_be_hidden()

        page.get_by_role("button", name="What do you know about me?").click()
        expect(page.locator(".tl-known tbody tr")).to_have_count(2)
        expect(page.get_by_role("row", name="Hepatitis B yes “yes”")).to_be_visible()

        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_text("I took back the last thing")).to_be_visible()
        page.get_by_role("button", name="What do you know about me?").click()
        expect(page.locator(".tl-known").last.locator("tbody tr")).to_have_count(1)

        say(page, "I have crushing chest pain")
        alert = page.get_by_role("alert")
        expect(alert).to_contain_text("Call your local emergency number now.")
        expect(alert).to_be_in_viewport(ratio=1)


def test_every_sentence_of_an_answer_opens_its_passage(browser: Browser, server: Server) -> None:
    with visit(browser, server) as page:
        say(page, "Could I get a placebo?")
        claims = page.locator(".tl-claims > li")
        expect(claims).to_have_count(2)
        for claim, quote in (
            (claims.nth(0), "Everybody in the study gets exampline"),
            (claims.nth(1), "Active hepatitis B"),
        ):
            claim.get_by_role("button", name=TRIAL).click()
            expect(claim.locator("mark")).to_contain_text(quote)
        expect(page.locator(".tl-answer")).to_contain_text("1 sentence left out: the record did not bear it out.")


# --- what must not happen


def test_markup_in_a_record_is_shown_as_text_and_a_foreign_record_address_is_no_link(
    browser: Browser, server: Server
) -> None:
    with visit(browser, server) as page:
        search(page)
        planned = page.get_by_role("article", name="A planned study")
        expect(planned).to_contain_text("<img src=https://example.org/x onerror=alert(1)>")
        expect(planned.locator("img, b")).to_have_count(0)
        expect(planned.get_by_role("link")).to_have_count(0)
        link = page.get_by_role("article", name="Exampline tablets").get_by_role("link", name="Open the record")
        expect(link).to_have_attribute("href", f"https://clinicaltrials.gov/study/{TRIAL}")


def test_a_closed_record_says_so_before_its_title(browser: Browser, server: Server) -> None:
    with visit(browser, server) as page:
        search(page)
        words = page.get_by_role("article", name="A planned study").inner_text()
        assert words.index("Not yet recruiting") < words.index(OTHER) < words.index("A planned study")
        assert "out of date" in words


def test_a_broken_turn_says_so_plainly_keeps_what_is_known_and_tells_nobody_the_words(
    browser: Browser, server: Server
) -> None:
    with visit(browser, server) as page:
        search(page)
        say(page, "please fail")
        expect(page.get_by_text("That did not work")).to_be_visible()
        assert "a person's words" not in page.inner_text("body")
        page.get_by_role("button", name="What do you know about me?").click()
        expect(page.get_by_role("row", name="Age 62 years")).to_be_visible()
    assert "a person's words" not in (server.folder / "log").read_text()


def test_what_a_person_says_is_written_to_no_file(browser: Browser, server: Server) -> None:
    with visit(browser, server) as page:
        search(page)
        say(page, "my secret is quinoline")
        expect(page.locator(".tl-card")).to_have_count(4)
        page.get_by_role("button", name="What do you know about me?").click()
        expect(page.get_by_role("row", name="“I am 62”")).to_be_visible()
        written = [path for path in server.folder.rglob("*") if path.is_file()]
        assert any(path.name == "Turn.jsx" for path in written), "the server's own folder is among them"
        for words in (b"quinoline", b"I am 62"):
            assert [path for path in written if words in path.read_bytes()] == []


def test_starting_over_forgets(browser: Browser, server: Server) -> None:
    with visit(browser, server) as page:
        search(page)
        page.get_by_role("button", name="Start over").click()
        expect(page.get_by_text("I have forgotten what you told me.")).to_be_visible()
        expect(page.get_by_role("button", name="What do you know about me?")).to_be_hidden()


# --- keyboard, small screens, two kinds of reader


def test_all_of_it_works_by_keyboard(browser: Browser, server: Server) -> None:
    with visit(browser, server) as page:
        page.locator("#tl-skip").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#chat-input")).to_be_focused()
        page.keyboard.type("Which trials are there?")
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Not sure")).to_be_visible()

        tab_to(page, f"{TRIAL} · inclusion 2")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        page.keyboard.press("Enter")
        expect(page.locator(".tl-passage mark")).to_be_visible()
        page.keyboard.press("Tab")
        expect(page.locator(".tl-card-top").first).to_be_attached()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Enter")
        expect(page.locator(".tl-passage")).to_have_count(0)

        tab_to(page, "No")
        page.keyboard.press("Space")
        expect(page.locator(".tl-moves")).to_contain_text("fits so far")


def tab_to(page: Page, name: str) -> None:
    """Presses Tab until the button of that name has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        focused = page.evaluate("document.activeElement.getAttribute('aria-label') || document.activeElement.innerText")
        if focused == name:
            return
    pytest.fail(f"no Tab leads to {name!r}")


TOO_WIDE = """() => [...document.querySelectorAll('.tl-turn *')]
  .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
  .map((e) => e.className)"""

TOO_SMALL = """() => [...document.querySelectorAll('.tl-turn button, .tl-turn a, .tl-turn summary')]
  .map((e) => [e.innerText, e.getBoundingClientRect()])
  .filter(([, box]) => box.height > 0 && (box.height < 24 || box.width < 24))
  .map(([text]) => text)"""


@pytest.mark.parametrize("size", [PHONE, NARROW], ids=["390", "320"])
def test_nothing_is_wider_than_a_small_screen_and_every_target_is_large_enough(
    browser: Browser, server: Server, size: dict[str, int]
) -> None:
    with visit(browser, server, size) as page:
        search(page)
        page.locator(".tl-chip").first.click()
        assert page.evaluate(TOO_WIDE) == []
        assert page.evaluate(TOO_SMALL) == []


TOO_FAINT = """() => {
  const parse = (colour) => (colour.match(/[\\d.]+/g) || []).map(Number);
  const over = (top, ground) => [0, 1, 2].map((i) => top[i] * (top[3] ?? 1) + ground[i] * (1 - (top[3] ?? 1)));
  const linear = (v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const ground = (e) =>
    e ? over(parse(getComputedStyle(e).backgroundColor), ground(e.parentElement)) : [255, 255, 255];
  const ratio = (e) => {
    const under = ground(e);
    const [a, b] = [light(over(parse(getComputedStyle(e).color), under)), light(under)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  return [...document.querySelectorAll('.tl-turn *, .watermark *')]
    .filter((e) => e.getClientRects().length && [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()))
    .map((e) => `${e.className} ${ratio(e).toFixed(2)}`)
    .filter((line) => Number(line.split(' ').pop()) < 4.5);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_their_ground(browser: Browser, server: Server, scheme: Literal["light", "dark"]) -> None:
    with visit(browser, server, scheme=scheme) as page:
        expect(page.locator("html")).to_have_class(scheme)
        search(page)
        page.locator(".tl-chip").first.click()
        say(page, "I have crushing chest pain")
        expect(page.get_by_role("alert")).to_be_visible()
        assert page.evaluate(TOO_FAINT) == []


def test_a_clinician_gets_starters_of_their_own(browser: Browser, server: Server) -> None:
    with visit(browser, server) as page:
        page.locator("#chat-profiles").click()
        page.get_by_role("option", name="Clinician").click()
        expect(page.get_by_role("button", name="B-ALL after a transplant")).to_be_visible()
        expect(page.locator("#starters button")).to_have_count(4)


# --- the server


def test_another_site_cannot_open_a_conversation_here(server: Server) -> None:
    request = urllib.request.Request(
        f"{server.url}/ws/socket.io/?EIO=4&transport=polling", headers={"Origin": "https://example.org"}
    )
    with pytest.raises(urllib.request.HTTPError, match="403") as refused:
        urllib.request.urlopen(request, timeout=5)
    refused.value.close()


def test_a_port_in_use_is_one_clear_line(server: Server, tmp_path: Path) -> None:
    port = int(server.url.rsplit(":", 1)[1])
    with pytest.raises(SettingsError, match=rf"port {port} of 127\.0\.0\.1.*choose another") as refused:
        serve("127.0.0.1", port, tmp_path, open_browser=False)
    assert "\n" not in str(refused.value)


def test_the_root_of_the_page_holds_our_settings_and_no_address_of_another_host(tmp_path: Path) -> None:
    make_root(tmp_path)
    assert (tmp_path / "chainlit.md").read_text().startswith("# Trialogue")
    for path in tmp_path.rglob("*"):
        if path.is_file() and path.suffix in (".css", ".json", ".toml", ".js"):
            elsewhere = re.findall(r"https?://(?!127\.0\.0\.1|localhost|www\.w3\.org)\S+", path.read_text())
            assert elsewhere == [], path.name
