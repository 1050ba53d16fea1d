"""Ways in which real records lay out their lists; each text is an excerpt of the record that its test names."""

from __future__ import annotations

import pytest

from index.criteria.criterion import Join
from index.criteria.split import split


def told(text: str) -> list[str]:
    """The criteria of a text in short: `inclusion-1 Age over 18`, sub-criteria included."""
    return [f"{one.id} {' '.join(one.lead.split())}" for one in split(text)]


# --- whose line ends


def test_the_line_ends_of_the_export_are_not_the_authors() -> None:  # NCT00833027
    text = (
        "Inclusion Criteria:\n\n"
        "          -  Patient Is Currently On Monotherapy With Metformin For At Least 10 Weeks Prior To Study\n"
        "             Entry\n"
    )
    assert told(text) == [
        "inclusion-1 Patient Is Currently On Monotherapy With Metformin For At Least 10 Weeks Prior To Study Entry"
    ]


def test_a_number_that_the_export_moved_to_a_new_line_is_no_list_mark() -> None:  # NCT05688215
    text = (
        "Inclusion Criteria:\n\n"
        "          -  Aspartate aminotransferase (AST) (serum glutamic-oxaloacetic transaminase (AST/[SGOT])\n"
        "             or alanine aminotransferase (ALT) (serum glutamate pyruvate transaminase [SGPT]) =<\n"
        "             2.5 X ULN\n"
    )
    (only,) = split(text)
    assert " ".join(only.text.split()).endswith("=< 2.5 X ULN")


def test_a_list_without_marks_may_begin_its_items_in_small_letters() -> None:  # NCT02744976
    text = "Exclusion Criteria:\nacute coronary syndrome\ncongestive heart failure NYHA III-IV\nallergy to metformin"
    assert told(text) == [
        "exclusion-1 acute coronary syndrome",
        "exclusion-2 congestive heart failure NYHA III-IV",
        "exclusion-3 allergy to metformin",
    ]


def test_items_apart_by_blank_lines_may_begin_in_small_letters_too() -> None:  # NCT01091961
    text = "Inclusion Criteria:\ncurrently taking an ACEi\n\n no change in these medications\n\n age ≥18 years."
    assert told(text) == [
        "inclusion-1 currently taking an ACEi",
        "inclusion-2 no change in these medications",
        "inclusion-3 age ≥18 years.",
    ]


def test_a_sentence_that_stops_in_its_middle_goes_on_in_the_next_line() -> None:  # NCT02689024
    text = "Inclusion Criteria:\nadult patients aged = 55 years with\na radiographically confirmed hip fracture"
    assert len(split(text)) == 1


def test_an_or_between_two_lines_does_not_make_both_of_them_required() -> None:  # NCT03212352
    text = "Inclusion Criteria:\na crown-rump length = 6mm and no cardiac activity OR\nno fetal growth one week later"
    assert len(split(text)) == 1


def test_an_or_at_the_end_of_an_exclusion_only_links_the_list() -> None:  # NCT03887715
    text = "Exclusion Criteria:\n\nCurrent suicidal intent; or\n\nTreatment with another investigational device."
    assert told(text) == [
        "exclusion-1 Current suicidal intent; or",
        "exclusion-2 Treatment with another investigational device.",
    ]


# --- marks


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("E05. ", "E06. "),  # NCT05420220
        ("E 18. ", "E 19. "),  # NCT05733598
        ("I-5. ", "I-6. "),  # NCT02477644
        ("Inclusion 1: ", "Inclusion 2: "),
        ("Criteria 2, ", "Criteria 3, "),  # NCT03256344
        ("① ", "② "),  # NCT05601401
        ("1）", "2）"),  # NCT04745975
        ("（5）", "（6）"),  # NCT03878472
        ("a.) ", "b.) "),  # NCT05952453
        ("[*]", "[*]"),  # NCT05118854
        ("•. ", "•. "),  # NCT04442191
        ("--", "--"),  # NCT06303713
        ("-", "-"),  # NCT04390269
        (". ", ". "),  # NCT04383548
        ("°", "°"),  # NCT03093922
    ],
)
def test_marks_of_all_kinds_are_left_out_of_the_criteria(first: str, second: str) -> None:
    text = f"Inclusion Criteria:\n\n{first}Informed consent\n{second}Measurable disease"
    assert told(text) == ["inclusion-1 Informed consent", "inclusion-2 Measurable disease"]


@pytest.mark.parametrize(
    "line",
    [
        "6-min walk of > 50m (without rehabilitation)",  # NCT00730301
        "2-hour C-peptide level < 1.8 ng/mL.",  # NCT01717911
        "24-hour creatinine clearance greater than 45 mL/min",  # NCT00001427
        "12-Lead ECG: an abnormal and significant finding",  # NCT01777334
        "C. difficile toxin A or B detected in a stool specimen",  # NCT00384527
        "S. aureus on at least 1 blood culture",  # NCT01701219
        "U.S. resident",  # NCT05372913
    ],
)
def test_what_only_looks_like_a_mark_stays_in_its_criterion(line: str) -> None:
    assert [one.text for one in split(f"Inclusion Criteria:\n\n* Consent\n\n{line}")][-1] == line


def test_capital_letters_that_follow_each_other_are_marks() -> None:
    assert told("A. asthma\nB. cancer") == ["inclusion-1 asthma", "inclusion-2 cancer"]


def test_bullets_of_another_kind_under_an_item_are_its_sub_criteria() -> None:  # NCT03107416
    text = (
        "Exclusion Criteria:\n\n4. High risk for post-embolization hepatic failure:\n\n"
        "  °Child's C cirrhosis\n\n  °> 80% liver involvement by tumor"
    )
    assert told(text) == [
        "exclusion-1 High risk for post-embolization hepatic failure:",
        "exclusion-1.1 Child's C cirrhosis",
        "exclusion-1.2 > 80% liver involvement by tumor",
    ]


# --- lists in one line


def test_letters_in_a_line_are_sub_criteria_of_the_words_before_them() -> None:  # NCT05444946
    text = (
        "Inclusion Criteria:\n* The diagnosis of ABPA will be made based on the presence of all the following: "
        "(a) A.fumigatus specific IgE >0.35 kUA/L; (b) total IgE ≥500 IU/mL; (c) eosinophil count ≥500 cells/µL"
    )
    assert told(text) == [
        "inclusion-1 The diagnosis of ABPA will be made based on the presence of all the following:",
        "inclusion-1.1 A.fumigatus specific IgE >0.35 kUA/L;",
        "inclusion-1.2 total IgE ≥500 IU/mL;",
        "inclusion-1.3 eosinophil count ≥500 cells/µL",
    ]
    assert split(text)[0].join is Join.ALL


def test_numbers_in_a_line_go_on_with_the_number_that_it_begins_with() -> None:  # NCT06147258
    text = (
        "Inclusion Criteria: (1) diagnosis of SCI with limb weakness; (2) aged > 18 years; (3) access to the internet"
    )
    assert told(text) == [
        "inclusion-1 diagnosis of SCI with limb weakness;",
        "inclusion-2 aged > 18 years;",
        "inclusion-3 access to the internet",
    ]


def test_dashes_in_a_line_that_begins_with_one_are_bullets() -> None:  # NCT01735955
    text = (
        "Inclusion Criteria:\n-Patient is currently participating in a study -Patient is currently benefiting from "
        "the treatment -Patient has demonstrated compliance"
    )
    assert len(split(text)) == 3


def test_dashes_in_a_line_of_another_kind_are_only_dashes() -> None:
    assert len(split("Inclusion Criteria:\n* Hepatitis B - Surface antigen - Negative")) == 1


def test_a_bullet_in_the_middle_of_a_line_begins_a_sub_criterion() -> None:  # NCT01794793
    text = (
        "Inclusion Criteria:\n* Written informed consent obtained prior to enrolling • If consent cannot be expressed "
        "in writing, it must be formally documented"
    )
    assert [one.id for one in split(text)] == ["inclusion-1", "inclusion-1.1"]


def test_semicolons_after_a_heading_part_a_list_and_those_in_a_sentence_do_not() -> None:
    assert len(split("Exclusion Criteria: pregnancy; renal failure; known allergy to iodine")) == 3
    assert len(split("Exclusion Criteria: Pregnancy is no reason. Renal failure; see below; is.")) == 1


def test_the_sections_of_old_protocols_are_headings() -> None:  # NCT00004375
    text = (
        "PROTOCOL ENTRY CRITERIA:\n\n        --Disease Characteristics--\n\n        Patients ages 15 to 70\n\n"
        "        --Prior/Concurrent Therapy--\n\n        No requirement for tetracycline"
    )
    assert [(one.text, one.heading) for one in split(text)] == [
        ("Patients ages 15 to 70", "Disease Characteristics"),
        ("No requirement for tetracycline", "Prior/Concurrent Therapy"),
    ]


def test_the_labelled_paragraphs_of_old_cancer_trials_come_apart() -> None:  # NCT00002519
    text = (
        "DISEASE CHARACTERISTICS: Histologically proven non-small cell lung cancer Evaluable disease\n\n"
        "        PATIENT CHARACTERISTICS: Age: 18 and over Performance status: 0-2 Hematopoietic: WBC normal\n"
        "        Platelet count normal Endocrine therapy: Not specified\n\n"
        "        PRIOR CONCURRENT THERAPY: See Disease Characteristics"
    )
    assert [(" ".join(one.text.split()), one.heading and " ".join(one.heading.split())) for one in split(text)] == [
        ("Histologically proven non-small cell lung cancer", "DISEASE CHARACTERISTICS"),
        ("Evaluable disease", "DISEASE CHARACTERISTICS"),
        ("18 and over", "Age"),
        ("0-2", "Performance status"),
        ("WBC normal", "Hematopoietic"),
        ("Platelet count normal", "Hematopoietic"),
        ("Not specified", "Endocrine therapy"),
        ("See Disease Characteristics", "PRIOR CONCURRENT THERAPY"),
    ]
    assert [one.note for one in split(text)] == [False] * 6 + [True, False]


# --- headings


@pytest.mark.parametrize(
    "text",
    [
        "Exclusion criteria includes any patients with autoimmune disease affecting breast tissue, anyone receiving "
        "neoadjuvant chemotherapy, and any patient who has had an earlier operation on the same side",  # NCT04683120
        "Exclusion Criteria <18 years of age",  # NCT04329923
        "Exclusion Criteria Patients were excluded if they indicated a current or former history of tobacco smoking, "
        "any systemic disease that could affect the mouth, or any treatment of it in the last half year",  # NCT04833569
        "Negative or positive serology against SARS-CoV-2 infection Exclusion criteria\n* Pregnancy",  # NCT04402827
        "Patients who meet any of the following criteria will be excluded from study entry.\n* Pregnant",  # NCT03024216
    ],
)
def test_a_long_line_that_names_the_exclusions_turns_what_follows_it(text: str) -> None:
    last = split(f"Inclusion Criteria:\n* Adults\n{text}")[-1]
    assert last.id == "exclusion-1"
    assert "criteria" not in last.text.lower()


def test_a_line_that_only_announces_the_list_is_no_criterion() -> None:  # NCT03308396
    lead = "Subject must meet all of the following applicable inclusion criteria to participate in this study:"
    text = f"* {lead}\n  * Adult"
    assert told(text) == ["inclusion-1 Adult"]


def test_the_steps_of_a_trial_stay_above_their_criteria() -> None:  # NCT03180268
    text = "* PRIOR TO STEP 1 REGISTRATION:\n* Adult\n* PRIOR TO STEP 2 REGISTRATION:\n* Consent"
    assert [(one.text, one.heading) for one in split(text)] == [
        ("Adult", "PRIOR TO STEP 1 REGISTRATION"),
        ("Consent", "PRIOR TO STEP 2 REGISTRATION"),
    ]


@pytest.mark.parametrize(
    "remark",
    [
        "Other protocol-defined inclusion/exclusion criteria may apply.",  # NCT03350815
        "No eligibility criteria",  # NCT00005291
        "There is no exclusion criteria for cohorts 1 and 2, part A.",  # NCT04898543
    ],
)
def test_a_remark_that_asks_nothing_is_kept_as_a_note(remark: str) -> None:
    (only,) = split(f"* {remark}")
    assert (only.text, only.note) == (remark, True)


# --- groups


def test_an_or_between_sub_criteria_makes_one_of_them_enough() -> None:  # NCT02971748
    text = (
        "Inclusion Criteria:\n\n12. Females of non-childbearing potential, that is:\n\n"
        "    1. postmenopausal; OR\n    2. have had a hysterectomy; OR\n    3. a condition that prevents childbearing."
    )
    assert split(text)[0].join is Join.ANY


def test_an_and_in_a_list_of_exclusions_does_not_ask_for_all_of_them() -> None:  # NCT04482699
    text = (
        "Exclusion Criteria:\n\n* Uncontrolled cardiovascular disease, including: (a) stroke within the past 30 days; "
        "(b) uncontrolled angina; and (c) clinically significant arrhythmias"
    )
    assert [one.join for one in split(text)] == [None, None, None, None]
