"""Pages saved as HTML: read as their text would be, with nothing of their markup or machinery in it."""

from __future__ import annotations

import base64
import time
from html import escape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.criteria.split import split
from index.errors import SourceError
from index.sources.files import Found, read_file
from index.sources.page import read_page
from index.sources.saved_html import html_in, is_html, is_web_archive, text_of
from index.trial import Arm, Enrollment, Form, Intervention, Official, SectionName, Site, Trial
from index.vocabulary import Phase, Status
from tests.html_pages import page_as_html

SEEDS = ("000_", "001_", "002_", "003_", "004_")


def seed_text(data_dir: Path, start: str) -> str:
    found = sorted((data_dir / "seeds").glob(f"{start}*.txt"))
    if not found:
        pytest.skip(f"no seed page {start}*.txt at {data_dir / 'seeds'}")
    return found[0].read_text(encoding="utf-8")


def without_gaps(trial: Trial) -> Trial:
    """The trial without blank lines: HTML says that a block ends, and not how far below it the next one begins."""
    prose = {name: "\n".join(filter(str.strip, text.split("\n"))) for name, text in trial.prose.items()}
    return trial.model_copy(update={"prose": prose})


@pytest.mark.parametrize("start", SEEDS)
def test_a_page_saved_as_html_gives_the_same_trial_as_its_text(data_dir: Path, start: str) -> None:
    text = seed_text(data_dir, start)
    from_html, from_text = read_page(text_of(page_as_html(text)), entities=False), read_page(text)
    assert without_gaps(from_html) == without_gaps(from_text)
    assert from_html.origin.form is Form.PAGE
    criteria = [
        [one.text.split() for one in split(trial.prose.get(SectionName.ELIGIBILITY, ""))]
        for trial in (from_html, from_text)
    ]
    assert criteria[0] == criteria[1]


def test_a_saved_html_file_is_read_as_its_page(tmp_path: Path, data_dir: Path) -> None:
    text = seed_text(data_dir, "004_")
    path = tmp_path / "a trial.html"
    path.write_text(page_as_html(text), encoding="utf-8")
    (found,) = read_file(path)
    assert isinstance(found, Found)
    assert (found.trial.id, found.trial.origin.page) == ("Oracle-5889", "Cancer Research UK find a trial")


def test_a_web_archive_of_a_browser_is_read_as_its_page(tmp_path: Path, data_dir: Path) -> None:
    body = base64.encodebytes(page_as_html(seed_text(data_dir, "003_")).encode()).decode()
    path = tmp_path / "a trial.mhtml"
    path.write_bytes(
        (
            "From: <Saved by a browser>\r\nSubject: A trial\r\nMIME-Version: 1.0\r\n"
            'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="--xyz"\r\n\r\n'
            "----xyz\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            f"{body}\r\n----xyz\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            "iVBO\r\n----xyz--\r\n"
        ).encode()
    )
    (found,) = read_file(path)
    assert isinstance(found, Found)
    assert found.trial.id == "NCT06075238"
    assert len(found.trial.outcomes) == 2 + 5


def test_a_web_archive_without_a_page_says_so() -> None:
    archive = (
        b'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="x"\n\n--x\nContent-Type: image/png\n\n--x--\n'
    )
    assert is_web_archive(archive.decode())
    with pytest.raises(SourceError, match="without a page"):
        html_in(archive)


def test_scripts_menus_dialogues_and_tool_tips_leave_no_word() -> None:
    page = """<body><nav>Menu</nav><script>alert("no")</script><style>p{}</style><div role=dialog>Cookies</div>
    <p>Have a thyroid <span class=tip style="display:none">A gland</span>problem<i aria-hidden=true>i</i></p>
    <select><option>Choose</select><template><p>Later</p></template><!-- remark --></body>"""
    assert text_of(page) == "Have a thyroid problem"


def test_what_is_folded_away_is_kept_since_criteria_may_stand_in_it() -> None:
    panel = "<div style='display: none'>Age 18</div><p hidden>Not pregnant</p>"
    assert text_of(f"<details><summary>Criteria</summary>{panel}</details>") == "Criteria\nAge 18\n\nNot pregnant"


def test_markup_that_a_record_quotes_stays_words_and_is_unescaped_once() -> None:
    assert text_of("<p>Score &lt;b&gt;3&lt;/b&gt; &amp;lt; 4 &amp;amp; &#x3c;script&#62;</p>") == (
        "Score <b>3</b> &lt; 4 &amp; <script>"
    )


def test_what_looks_like_an_entity_in_a_page_is_the_words_of_the_record(data_dir: Path) -> None:
    text = seed_text(data_dir, "003_").replace("KPS > 60", "KPS &gt; 60")
    trial = read_page(text_of(page_as_html(text)), entities=False)
    assert "KPS &gt; 60 or ECOG" in trial.prose[SectionName.ELIGIBILITY]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>0.5 x 10<sup>9</sup>/L</p>", "0.5 x 10^9/L"),
        ("<p>10<sup>-3</sup></p>", "10^-3"),
        ("<p>CO<sub>2</sub>, m<sup>2</sup>, Lee<sup>1</sup></p>", "CO2, m2, Lee1"),
        ("<p>since 2020<sup>see note</sup></p>", "since 2020see note"),
        ("<ul><li>one<ul><li>two</ul><li>three</ul>end", "  • one\n\n    • two\n  • three\n\nend"),
        ("<ol start=4><li>four<p>more</p><li>five</ol>", "  4. four\n\n    more\n\n  5. five"),
        ("<table><tr><td>a</td><td><p>b</p><p>c</p></td><td></td><td>d</td></tr></table>", "a\tb\n\nc\t\td"),
        ("<p>a caption</p><table><tr><td></td><td></td></tr><tr><td>x<td>y</table>", "a caption\n\nx\ty"),
        ("<pre>Inclusion:\n\n  - one\n  - two</pre>", "Inclusion:\n\n  - one\n  - two"),
        ('<div class="mt-2 whitespace-pre-line">one\ntwo</div>', "one\ntwo"),
        ("<span>RECRUITING</span><span>Phase 2</span>", "RECRUITINGPhase 2"),
        ("<span style='display:block'>one</span><span style='display:block'>two</span>", "one\ntwo"),
        ("<span style='display: block'>one</span>two", "one\ntwo"),
        ("one<br>two<br><br>three<br><br><br>four", "one\ntwo\n\nthree\n\nfour"),
        ("  a \n\t b &nbsp; c  ", "a b \N{NO-BREAK SPACE} c"),
        ("<p>never closed <b>bold<p>next</i></p></div>", "never closed bold\n\nnext"),
        ("", ""),
    ],
)
def test_blocks_lists_and_cells_become_lines_bullets_and_tab_stops(html: str, text: str) -> None:
    assert text_of(html) == text


@pytest.mark.parametrize(
    "head", ["", '<meta charset="windows-1252">', "<meta http-equiv=x content='text/html; charset=latin1'>"]
)
def test_an_encoding_that_a_page_declares_is_read_and_another_is_named(head: str) -> None:
    data = f"<html><head>{head}</head><p>“Sézary”</p>".encode("cp1252")
    if head:
        assert text_of(html_in(data)) == "“Sézary”"
    else:
        with pytest.raises(SourceError, match=r"not UTF-8 text \(byte \d+ is 0x93\)"):
            html_in(data)


def test_an_encoding_that_nobody_knows_is_named() -> None:
    with pytest.raises(SourceError, match="klingon"):
        html_in(b'<html><meta charset="klingon"><p>\xff</p>')


def test_a_page_of_another_system_names_those_that_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "soup.htm"
    path.write_text("<!doctype html><title>Soup</title><h1>A recipe for soup</h1>", encoding="utf-8")
    (rejected,) = read_file(path)
    assert not isinstance(rejected, Found)
    assert "none of the systems" in rejected.reason
    assert "MedPath" in rejected.reason


def test_a_page_without_end_is_read_in_a_moment() -> None:
    began = time.monotonic()
    assert text_of("<div><b>" * 20_000 + "end" + "</i></div>" * 20_000).strip() == "end"
    assert time.monotonic() - began < 5


@given(st.lists(st.text("ab<>&;\"'/=!-é", min_size=1, max_size=12), max_size=8))
def test_escaped_words_come_back_as_they_were(words: list[str]) -> None:
    text = " ".join(words)
    assert text_of(f"<p><b>{escape(text)}</b></p>") == text


@given(st.text("<>&;/ =\"'abdiprtuv!-#1", max_size=120))
def test_any_markup_gives_some_text_and_no_error(markup: str) -> None:
    assert isinstance(text_of(markup), str)


@pytest.mark.parametrize(
    ("start", "html"),
    [
        ("<!DOCTYPE html>", True),
        ("\n<!-- saved from url -->\n<HTML>", True),
        ('<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x">', True),
        ("<clinical_study>", False),
        ("A text about <html>", False),
    ],
)
def test_html_is_told_by_its_beginning(start: str, html: bool) -> None:
    assert is_html(start) is html


CLASSIC = """<!DOCTYPE html><html><head><title>Exampline - Full Text View</title></head><body>
<div class="banner">COVID-19 is an emerging situation.</div><nav>Home &gt; Study</nav>
<h1 class="tr-h1">Exampline in Lymphoma</h1>
<div class="warn"><i class="fa" aria-hidden="true">!</i> The safety and scientific validity of this study is the
 responsibility of the study sponsor and investigators. Listing a study does not mean it has been evaluated.</div>
<div><div><span class="term">Recruitment Status <i aria-hidden="true" class="fa"></i></span> : Recruiting</div>
<div>First Posted : July 14, 2009</div><div>Last Update Posted : May 1, 2021</div></div>
<div class="ct-header2"><h3>Study Description</h3></div>
<div class="ct-body3">Brief Summary:</div><div class="ct-body3 tr-indent2">Does exampline help?</div><br>
<table border="1"><tbody><tr><th><span>Condition or disease <i></i></span>  </th><th>Intervention/treatment </th>
<th>Phase</th></tr><tr><td><span style="display:block;margin-bottom:1ex;">Lymphoma</span><span
 style="display:block">Leukemia</span></td><td><span style="display:block">Drug: exampline</span></td>
<td style="white-space:nowrap;"><span style="display:block">Phase 2</span></td></tr></tbody></table>
<div class="ct-header2"><h3>Study Design</h3></div>
<table><caption>Layout table for study information</caption><thead><tr><th id="a"></th><th id="b"></th></tr></thead>
<tr><td>Study Type <i class="fa"></i> :</td><td>Interventional &nbsp;(Clinical Trial)</td></tr>
<tr><td>Estimated <span>Enrollment <i></i></span> :</td><td>35 participants</td></tr></table>
<h3>Arms and Interventions</h3>
<table><thead><tr><th>Arm </th><th>Intervention/treatment </th></tr></thead>
<tr><td>Experimental: High<div class="tr-indent2">Every day</div></td>
<td>Drug: exampline<div class="tr-indent2">10 mg</div><br></td></tr></table>
<h3>Outcome Measures</h3><div><span>Primary Outcome Measures <i></i></span> :<ol>
<li>Response [&nbsp;Time&nbsp;Frame:&nbsp;6 months&nbsp;]<div class="tr-indent2">By scan</div><br></li></ol></div>
<h3>Eligibility Criteria</h3><table><caption>Layout table for eligibility information</caption>
<tr><td>Ages Eligible for Study: &nbsp; </td><td>18 Years and older &nbsp; (Adult)</td></tr></table>
<div class="ct-header3">Criteria</div><div><p>Inclusion Criteria:</p><ul><li>Platelets &ge; 100 x 10<sup>9</sup>/L
<ul><li>or more</li></ul></li><li>Age 18</li></ul><p>Exclusion Criteria:</p><ul><li>Pregnancy</li></ul></div>
<h3>Contacts and Locations</h3><table><caption>Layout table for location information</caption>
<tr><td colspan="2"><b>United States, Texas</b></td></tr>
<tr><td><b>City Hospital</b></td><td>Recruiting</td></tr><tr><td>Houston, Texas, United States, 77030</td></tr></table>
<div class="ct-header3">Sponsors and Collaborators</div><div>Example Institute</div>
<div class="ct-header3">Investigators</div><table><caption>Layout table for investigator information</caption>
<tr><td>Study Director:</td><td>Call Center</td><td>Example Institute of Texas</td></tr></table>
<h3>More Information</h3><table><caption>Layout table for additonal information</caption>
<tr><td>Responsible Party:</td><td>Example Institute</td></tr>
<tr><td>ClinicalTrials.gov Identifier:</td><td>NCT09990001</td></tr></table>
<div>Additional relevant MeSH terms:</div><table><caption>Layout table for MeSH terms</caption>
<tr><td>Lymphoma<br>Neoplasms</td><td>Leukemia</td></tr></table>
<div class="footer"><p>For Patients and Families</p><p>Copyright</p></div></body></html>"""


def test_cells_of_a_classic_page_stay_apart_and_its_foot_is_no_term() -> None:
    one = read_page(text_of(CLASSIC), entities=False)
    assert (one.id, one.title, one.status) == ("NCT09990001", "Exampline in Lymphoma", Status.RECRUITING)
    assert (one.conditions, one.phases) == (("Lymphoma", "Leukemia"), (Phase.PHASE2,))
    assert one.enrollment == Enrollment(count=35, estimated=True)
    assert one.arms == (
        Arm(label="High", type="EXPERIMENTAL", description="Every day", interventions=("Drug: exampline",)),
    )
    assert one.interventions == (Intervention(name="exampline", type="DRUG", description="10 mg"),)
    assert [(outcome.measure, outcome.time_frame, outcome.description) for outcome in one.outcomes] == [
        ("Response", "6 months", "By scan")
    ]
    assert one.sites == (
        Site(
            facility="City Hospital",
            city="Houston",
            state="Texas",
            zip="77030",
            country="United States",
            status=Status.RECRUITING,
        ),
    )
    assert one.officials == (
        Official(name="Call Center", role="STUDY_DIRECTOR", affiliation="Example Institute of Texas"),
    )
    assert one.condition_mesh == ("Lymphoma", "Leukemia")
    assert one.condition_ancestors == ("Neoplasms",)
    assert one.prose[SectionName.ELIGIBILITY].startswith("Inclusion Criteria:\n\n  • Platelets ≥ 100 x 10^9/L\n")
    assert [criterion.id for criterion in split(one.prose[SectionName.ELIGIBILITY])] == [
        *("inclusion-1", "inclusion-1.1", "inclusion-2", "exclusion-1")
    ]
