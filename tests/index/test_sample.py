"""The bundled sample says what its sources say, in other words: the same facts, the same criteria, the same numbers."""

from __future__ import annotations

import gzip
import html
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from index.criteria.split import split
from index.sources.escapes import unescape
from index.sources.page import read_page
from index.sources.registry_row import read_row
from index.sources.study_json import read_study
from index.trial import RegistryDate, Site, Trial
from index.vocabulary import Phase, Status

SAMPLE = Path(__file__).resolve().parents[2] / "index" / "sample"
FILES = tuple(sorted(SAMPLE.glob("*.json")))

LONGEST_SHARED_RUN = 11  # words; a longer one would be copying
MOST_OUTCOMES = 8
MOST_SITES = 25


class SeedPage(NamedTuple):
    """A saved page behind a sample file, and the lines between which its criteria stand."""

    file: str
    first: str
    last: str


SEED_PAGES = {
    "NCT06530576": SeedPage("000_da69bb51f88b60f1.txt", "View original clinical language", "Treatments Being Tested"),
    "NCT03730740": SeedPage("001_508e1f711b9d4928.txt", "", ""),
    "NCT00466921": SeedPage("002_31e2007ff1c7bb33.txt", "Accepts Healthy Volunteers:", "Information from the National"),
    "NCT06075238": SeedPage("003_64c542241520e9a8.txt", "Inclusion Criteria", "Study & Design"),
    "Oracle-5889": SeedPage("004_8eb8009bb75355db.txt", "Who can enter", "Trial design"),
}
ROW = "NCT05703074"  # restated from a row of the flat registry export
REGISTRY_FILES = tuple(path for path in FILES if path.stem not in SEED_PAGES and path.stem != ROW)

SAME_AS_RECORD = (
    *("id", "title", "official_title", "acronym", "other_ids", "status", "study_type", "phases"),
    *("conditions", "keywords", "condition_mesh", "condition_ancestors", "intervention_mesh", "intervention_ancestors"),
    *("enrollment", "minimum_age", "maximum_age", "sex", "healthy_volunteers", "sponsor", "sponsor_class"),
    *("collaborators", "start", "primary_completion", "completion", "first_posted", "last_updated", "verified"),
    "has_results",
)
SAME_AS_PAGE = (
    *("id", "official_title", "status", "study_type", "phases", "conditions", "keywords", "condition_mesh"),
    *("condition_ancestors", "intervention_mesh", "intervention_ancestors", "enrollment", "design"),
    *("healthy_volunteers", "sponsor", "collaborators", "sites", "has_results"),
)
DATES = ("start", "primary_completion", "completion", "first_posted", "last_updated", "verified")

# Names and facts, which a restating keeps word for word.
NAMES = frozenset(
    {
        *("briefTitle", "officialTitle", "acronym", "label", "name", "otherNames", "interventionNames"),
        *("armGroupLabels", "conditions", "keywords", "measure", "timeFrame", "locations", "meshes", "ancestors"),
        *("secondaryIdInfos", "orgStudyIdInfo", "restated_from"),
    }
)
CONTACT_KEYS = frozenset(
    {"contacts", "centralContacts", "overallOfficials", "responsibleParty", "phone", "phoneExt", "email"}
)
PHONE = re.compile(r"\+\d[\d ()\-]{7,}\d|(?<![\d\-])\(?\d{3,4}\)?[ \-]\d{3}[ \-]\d{3,4}(?![\d\-])")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def load(path: Path) -> dict[str, Any]:
    document = json.loads(path.read_text(encoding="utf-8"))
    assert isinstance(document, dict)
    return document


def trial(path: Path) -> Trial:
    return read_study(load(path))


def record(data_dir: Path, trial_id: str) -> dict[str, Any]:
    path = data_dir / "studies" / f"{trial_id}.json"
    if not path.is_file():
        pytest.skip(f"no record of {trial_id} under {data_dir}")
    return load(path)


def page_text(data_dir: Path, trial_id: str) -> str:
    path = data_dir / "seeds" / SEED_PAGES[trial_id].file
    if not path.is_file():
        pytest.skip(f"no saved page of {trial_id} under {data_dir}")
    return path.read_text(encoding="utf-8")


def criteria(document: dict[str, Any]) -> str:
    return unescape(document["protocolSection"].get("eligibilityModule", {}).get("eligibilityCriteria", ""))


def criteria_of_page(trial_id: str, text: str) -> str:
    page = SEED_PAGES[trial_id]
    if not page.first:
        return ""
    return text.partition(page.first)[2].partition(page.last)[0]


def numbers(text: str) -> Counter[str]:
    return Counter(NUMBER.findall(text))


def outline(text: str) -> list[str]:
    """For every line that is not empty its indent and list marker, and how many bullets stand inside it."""
    lines = [line for line in text.split("\n") if line.strip()]
    marks = [re.match(r"\s*(?:\*|\d+\.(?!\d)|[a-z]+\.(?=\s))?", line) for line in lines]
    return [f"{mark[0] if mark else ''}|{line.count('•')}" for mark, line in zip(marks, lines, strict=True)]


def strings(value: Any, skip: frozenset[str] = frozenset()) -> Iterator[str]:
    """Every text in a document, without those under the keys in `skip`."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from strings(item, skip)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in skip:
                yield from strings(item, skip)


def keys(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from keys(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from keys(item)


def runs(text: str, length: int) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[start : start + length]) for start in range(len(words) - length + 1)}


def copied(document: dict[str, Any], source: str) -> list[str]:
    """Runs of words in a line of the document's prose that stand in `source` too and are too long for chance."""
    length = LONGEST_SHARED_RUN + 1
    theirs = runs(source, length)
    lines = (line for text in strings(document, NAMES) for line in text.split("\n"))
    return [" ".join(run) for line in lines for run in runs(line, length) & theirs]


# Without any data at hand


def test_the_sample_has_about_thirty_trials_named_by_their_ids() -> None:
    assert 28 <= len(FILES) <= 34
    assert [path.stem for path in FILES] == [trial(path).id for path in FILES]
    assert SEED_PAGES.keys() <= {path.stem for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
class TestEachFile:
    def test_says_what_it_was_restated_from(self, path: Path) -> None:
        sample = load(path)["sample"]
        assert {"restated_from", "as_of", "source", "url", "page"} <= sample.keys()
        assert path.stem.replace("-", " ") in sample["restated_from"]
        if sample["as_of"] is None:
            assert "without a" in sample["restated_from"]
        else:
            assert sample["restated_from"].endswith(f"as updated {sample['as_of']}")
        if path.stem.startswith("NCT"):
            assert sample["source"] == "ClinicalTrials.gov"
            assert sample["url"] == f"https://clinicaltrials.gov/study/{path.stem}"
        else:
            assert (sample["source"], sample["url"]) == ("Cancer Research UK", None)
        assert (sample["page"] is not None) == (path.stem in SEED_PAGES)

    def test_holds_no_contact_and_no_name_of_an_official(self, path: Path) -> None:
        document = load(path)
        assert not CONTACT_KEYS & set(keys(document))
        assert [text for text in strings(document) if "@" in text] == []
        assert [text for text in strings(document) if PHONE.search(text)] == []

    def test_is_plain_text_without_escapes(self, path: Path) -> None:
        marks = re.compile(r"\\|&(?:lt|gt|amp|#\d+);|<\w+>")
        assert [text for text in strings(load(path)) if marks.search(text)] == []

    def test_stays_small_enough_to_read(self, path: Path) -> None:
        read = trial(path)
        assert len(read.outcomes) <= MOST_OUTCOMES
        assert len(read.sites) <= MOST_SITES
        assert read.title
        assert read.prose


def test_every_state_that_matters_to_a_person_is_there() -> None:
    trials = [trial(path) for path in FILES]
    states = Counter(read.status for read in trials)
    assert states[Status.RECRUITING] >= 13
    assert states[Status.NOT_YET_RECRUITING] >= 2
    assert states[Status.ACTIVE_NOT_RECRUITING] >= 1
    assert states[Status.NO_LONGER_RECRUITING] == 1
    assert any(read.status is Status.COMPLETED and read.has_results for read in trials)
    stopped = [read for read in trials if read.status in {Status.TERMINATED, Status.WITHDRAWN, Status.SUSPENDED}]
    assert len(stopped) >= 2
    assert all(read.why_stopped for read in stopped)


def test_there_are_trials_for_children_for_healthy_people_and_in_pregnancy() -> None:
    trials = [trial(path) for path in FILES]
    assert any(read.maximum_age is not None and read.maximum_age.years < 18 for read in trials)
    assert any(read.healthy_volunteers for read in trials)
    assert any("Pregnancy" in " ".join(read.conditions) for read in trials)
    assert len({site.country for read in trials for site in read.sites}) >= 10


def test_the_phone_pattern_knows_a_number_from_a_protocol_code() -> None:
    assert PHONE.search("Freephone 0808 800 4040")
    assert PHONE.search("+44 20 7946 0000")
    assert PHONE.search("call (555) 010-0199")
    assert not PHONE.search("331-201-00072")
    assert not PHONE.search("NCT06530576, 3.9-10.0 mmol/L, 2000 IU")


# The traps of the five pages outlive the restating


def seed(trial_id: str) -> dict[str, Any]:
    return load(SAMPLE / f"{trial_id}.json")


def test_the_figures_of_the_earlier_regimen_stay_with_it() -> None:
    """S1.12: 54 patients, 88.9 % and 75.9 % belong to three drugs, not to this trial."""
    summary: str = seed("NCT06530576")["protocolSection"]["descriptionModule"]["briefSummary"]
    earlier, _, present = summary.partition("\n\n")
    for figure in ("54", "88.9%", "75.9%"):
        assert figure in earlier
        assert figure not in present
    assert "earlier regimen of three drugs" in earlier
    assert "speculate" in present


def test_a_page_without_criteria_gets_none() -> None:
    """S2.6, S2.15, S2.19: no eligibility list, recruiting past its end, and a dose that is another study's."""
    document = seed("NCT03730740")
    assert "eligibilityModule" not in document["protocolSection"]
    read = trial(SAMPLE / "NCT03730740.json")
    assert (read.minimum_age, read.maximum_age, read.conditions) == (None, None, ())
    assert read.status is Status.RECRUITING
    assert read.completion is not None
    assert read.completion.text == "2023-11"
    assert "in that study 25 mg" in document["protocolSection"]["descriptionModule"]["detailedDescription"]


def test_inverted_criteria_stay_in_the_inclusion_list() -> None:
    """S3.29, S3.31, S3.35."""
    text = criteria(seed("NCT00466921"))
    assert "Exclusion" not in text
    assert "* No stem cell transplant in the past" in text
    assert "* Not pregnant and not nursing" in text
    assert text.index("DISEASE CHARACTERISTICS:") < text.index("PATIENT CHARACTERISTICS:")
    assert text.index("PRIOR CONCURRENT THERAPY:") < text.index("* See Disease Characteristics")


def test_contradictions_of_a_page_are_not_smoothed_over() -> None:
    """S4.15, S4.20, S4.21: phase 2 beside "phase I/II", an allergy to a drug named nowhere else, "bimonthly"."""
    document = seed("NCT06075238")
    protocol = document["protocolSection"]
    assert protocol["designModule"]["phases"] == [Phase.PHASE2]
    assert "phase I/II" in protocol["descriptionModule"]["briefSummary"]
    assert "bimonthly" in protocol["descriptionModule"]["briefSummary"]
    assert "detailedDescription" not in protocol["descriptionModule"]
    assert " ".join(strings(document)).count("Chidamide") == 1


def test_a_trial_without_a_registry_number_keeps_its_own() -> None:
    read = trial(SAMPLE / "Oracle-5889.json")
    assert read.id == "Oracle-5889"
    assert read.origin.url is None
    assert {name.value for name in read.prose} >= {"design", "visits", "side_effects"}


# Against the records, where they are at hand


@pytest.mark.parametrize("path", REGISTRY_FILES, ids=lambda path: path.stem)
class TestAgainstTheRecord:
    def test_facts_are_those_of_the_record(self, path: Path, data_dir: Path) -> None:
        ours, theirs = trial(path), read_study(record(data_dir, path.stem))
        for name in SAME_AS_RECORD:
            assert getattr(ours, name) == getattr(theirs, name), name
        assert bool(ours.why_stopped) == bool(theirs.why_stopped)
        assert ours.origin.as_of is not None
        assert theirs.last_updated is not None
        assert ours.origin.as_of.first_day == theirs.last_updated.first_day

    def test_design_arms_and_interventions_are_those_of_the_record(self, path: Path, data_dir: Path) -> None:
        ours, theirs = trial(path), read_study(record(data_dir, path.stem))
        prose = {"intervention_model_description", "masking_description"}
        assert ours.design.model_dump(exclude=prose) == theirs.design.model_dump(exclude=prose)
        for mine, original in zip(ours.arms, theirs.arms, strict=True):
            assert mine.model_dump(exclude={"description"}) == original.model_dump(exclude={"description"})
        for drug, source in zip(ours.interventions, theirs.interventions, strict=True):
            assert drug.model_dump(exclude={"description"}) == source.model_dump(exclude={"description"})

    def test_sites_and_outcomes_are_some_of_the_record(self, path: Path, data_dir: Path) -> None:
        ours, theirs = trial(path), read_study(record(data_dir, path.stem))
        originals = [site_alone(site) for site in theirs.sites]
        assert [site for site in ours.sites if site not in originals] == []
        assert len(ours.sites) == len(originals) or len(ours.sites) >= MOST_SITES - 1
        measured = {(outcome.kind, outcome.time_frame) for outcome in theirs.outcomes}
        assert {(outcome.kind, outcome.time_frame) for outcome in ours.outcomes} <= measured

    def test_no_criterion_and_no_number_is_lost_or_added(self, path: Path, data_dir: Path) -> None:
        ours, theirs = criteria(load(path)), criteria(record(data_dir, path.stem))
        assert outline(ours) == outline(theirs)
        assert numbers(ours) == numbers(theirs)

    def test_every_number_in_the_prose_stands_in_the_record(self, path: Path, data_dir: Path) -> None:
        source = unescape("\n".join(strings(record(data_dir, path.stem)["protocolSection"])))
        prose = "\n".join(strings(load(path)["protocolSection"], NAMES))
        assert set(numbers(prose)) <= numbers(source).keys()

    def test_the_prose_is_not_copied(self, path: Path, data_dir: Path) -> None:
        source = "\n".join(unescape(text) for text in strings(record(data_dir, path.stem)["protocolSection"], NAMES))
        assert copied(load(path), source) == []


def test_the_trial_from_a_row_keeps_its_facts_criteria_and_numbers(data_dir: Path) -> None:
    with gzip.open(data_dir / "registry.jsonl.gz", "rt", encoding="utf-8") as lines:
        row = next(json.loads(line) for line in lines if f'"id": "{ROW}"' in line[:40])
    path = next(path for path in FILES if path.stem == ROW)
    ours, theirs = trial(path), read_row(row)
    for name in ("id", "title", "official_title", "status", "phases", "study_type", "conditions", "minimum_age"):
        assert getattr(ours, name) == getattr(theirs, name), name
    assert (ours.maximum_age, ours.sex, ours.healthy_volunteers) == (theirs.maximum_age, theirs.sex, False)
    assert [one.name for one in ours.interventions] == [one.name for one in theirs.interventions]
    assert [(c.kind, c.id) for c in split(criteria(load(path)))] == [(c.kind, c.id) for c in split(row["eligibility"])]
    assert numbers(criteria(load(path))) == numbers(row["eligibility"])
    assert copied(load(path), f"{row['summary']}\n{row['eligibility']}") == []


@pytest.mark.parametrize("trial_id", SEED_PAGES)
class TestAgainstTheSavedPage:
    def test_facts_are_those_of_the_page(self, trial_id: str, data_dir: Path) -> None:
        ours, theirs = trial(SAMPLE / f"{trial_id}.json"), read_page(page_text(data_dir, trial_id))
        for name in SAME_AS_PAGE:
            assert getattr(ours, name) == getattr(theirs, name), name
        for name in DATES:
            assert days(getattr(ours, name)) == days(getattr(theirs, name)), name
        assert days(ours.origin.as_of) == days(theirs.origin.as_of)
        assert ours.origin.page == theirs.origin.page
        assert [drug.name for drug in ours.interventions] == [drug.name for drug in theirs.interventions]
        assert [(one.kind, one.time_frame) for one in ours.outcomes] == [
            (one.kind, one.time_frame) for one in theirs.outcomes
        ]

    def test_a_title_and_ages_stand_on_the_page(self, trial_id: str, data_dir: Path) -> None:
        ours, text = trial(SAMPLE / f"{trial_id}.json"), page_text(data_dir, trial_id)
        assert ours.title in text or trial_id == "NCT03730740"
        for limit in (ours.minimum_age, ours.maximum_age):
            assert limit is None or re.search(rf"\b{limit.years:.0f}\b", criteria_of_page(trial_id, text) + text)

    def test_no_criterion_and_no_number_is_lost_or_added(self, trial_id: str, data_dir: Path) -> None:
        ours = criteria(seed(trial_id))
        theirs = criteria_of_page(trial_id, page_text(data_dir, trial_id))
        assert bool(ours) == bool(theirs.strip())
        assert numbers(ours) == numbers(theirs)
        assert len(re.findall(r"^\s*\*", ours, re.MULTILINE)) == theirs.count("•")

    def test_every_number_in_the_prose_stands_on_the_page(self, trial_id: str, data_dir: Path) -> None:
        prose = "\n".join(trial(SAMPLE / f"{trial_id}.json").prose.values())
        assert set(numbers(prose)) <= numbers(page_text(data_dir, trial_id)).keys()

    def test_the_prose_is_not_copied(self, trial_id: str, data_dir: Path) -> None:
        assert copied(seed(trial_id), page_text(data_dir, trial_id)) == []


def site_alone(site: Site) -> Site:
    """A site without its contacts; a telephone number that stands in place of a facility's name is no name either.

    Some records escape a facility's name twice.
    """
    name = html.unescape(site.facility) if site.facility and not PHONE.search(site.facility) else None
    return site.model_copy(update={"contacts": (), "facility": name})


def days(date: RegistryDate | None) -> tuple[object, ...] | None:
    return (date.first_day, date.last_day, date.estimated) if date else None
