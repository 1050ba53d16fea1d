"""Whatever the text: criteria are slices of it, nest without overlap, and leave out nothing but marks and headings."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from index.criteria.split import split
from tests.evals.left_out import Kept, faults, kept_as, left_out

_MARKS = st.sampled_from(
    [
        "* ",
        "- ",
        "-",
        "• ",
        "o ",
        "\uf0b7",
        "➢ ",
        "1. ",
        "2. ",
        "3) ",
        "(3) ",
        "4- ",
        "a) ",
        "b. ",
        "iv. ",
        "1.2 ",
        "①",
        "",
    ]
)
_WORDS = st.sampled_from(
    [
        *(
            "Age 18 - 65",
            "ANC > 1.5 x 10^9/L",
            "one of the following:",
            "None",
            "Note: only adults",
            "pregnant;",
            "and",
        ),
        *(
            "3.5 mg/dL",
            "é. 2) x 1) y",
            "…",
            "6-min walk of 50 m",
            "E. coli infection",
            "OR",
            "either a) one b) two c) three",
        ),
        *("1. asthma 2. cancer 3. pain", "≥ 18 years", "no prior therapy within\t4 weeks", "unless treated", "(see 3)"),
        *("Patients who have cancer • who can walk • who consent", "-asthma - Cancer - Pain", "asthma; cancer; pain"),
        *("PATIENT CHARACTERISTICS: Age: 18 and over Renal: Not specified Hepatic: Bilirubin normal AST normal",),
    ]
)
_HEADINGS = st.sampled_from(
    ["Inclusion Criteria:", "exclusion criteria", "INCLUSION CRITERIA FOR COHORT B", "Key exclusion:", "For cohort A:"]
)
_INDENTS = st.sampled_from(["", "", "  ", "    ", "\t", "          "])
_ITEMS = st.builds("{}{}{}".format, _INDENTS, _MARKS, st.one_of(_WORDS, st.text(max_size=12)))
_LINES = st.lists(st.one_of(_ITEMS, _ITEMS, _HEADINGS, st.just("")), max_size=16)
_TEXTS = st.builds(lambda lines, end: end.join(lines), _LINES, st.sampled_from(["\n", "\n\n", "\r\n", " "]))


@settings(max_examples=400, deadline=None)
@given(_TEXTS)
def test_every_criterion_is_a_slice_of_its_text_and_lies_in_its_parent(text: str) -> None:
    assert list(faults(text, split(text))) == []


@settings(max_examples=200, deadline=None)
@given(_TEXTS, st.text(alphabet=" \n\t", max_size=5))
def test_white_space_at_the_end_changes_nothing(text: str, blank: str) -> None:
    assert split(text.rstrip() + blank) == split(text.rstrip())


@settings(max_examples=200, deadline=None)
@given(st.lists(st.from_regex(r"[A-Z][a-z]{3,9}( [a-z]{2,9}){1,9}", fullmatch=True), min_size=1, max_size=9))
def test_a_plain_list_comes_back_as_it_was_written(items: list[str]) -> None:
    text = "Exclusion Criteria:\n\n" + "\n".join(f"* {item}" for item in items)
    assert [one.text for one in split(text)] == items


@settings(max_examples=300, deadline=None)
@given(st.lists(st.builds("{}{}".format, _MARKS, _WORDS), min_size=1, max_size=8), _HEADINGS)
def test_nothing_is_left_out_but_marks_and_headings(items: list[str], heading: str) -> None:
    text = "\n".join([heading, *items])
    assert [piece for piece in left_out(text, split(text)) if kept_as(piece) is Kept.LOST] == []


def test_text_that_is_left_out_is_called_lost() -> None:
    text = "Inclusion Criteria:\n* Age 18 or over\n* Cancer that came back"
    assert list(left_out(text, split(text)[:1])) == ["Inclusion Criteria:", "*", "* Cancer that came back"]
    assert kept_as("* Cancer that came back") is Kept.LOST
    assert kept_as("Exclusion Criteria <18 years of age") is Kept.LOST


def test_a_criterion_that_overlaps_the_one_before_is_a_fault() -> None:
    text = "* Age 18 or over\n* Cancer"
    first, second = split(text)
    late = second.model_copy(update={"start": first.end - 2, "text": text[first.end - 2 : second.end]})
    assert list(faults(text, (first, late))) == ["inclusion-2 overlaps what stands before or around it"]
