"""Observations that say how somebody is: activity, smoking, pregnancy, and a cancer's stage, markers and variants."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from bot.person.fhir.codes import Coded, coded, is_one_of, plain, row, speaks_of
from bot.person.fhir.measured import FINAL, KIND, dated, measurements, when
from bot.person.fhir.moments import days_ago, first_day, lies_ahead
from bot.person.fhir.told import LeftAside, Told, Why, say
from index.criteria.rule import Topic

if TYPE_CHECKING:
    from fhir.resources.R4B.condition import Condition
    from fhir.resources.R4B.observation import Observation

PREGNANCY_DAYS = 30
"""An observation on pregnancy from before that says nothing of today."""

_STAGE = re.compile(r"(?:.*\bstage )?(?:(?P<roman>iv|i{1,3})|(?P<digit>[0-4]))(?:[a-d]\d?(?:is)?)?\d?(?: \(.*\))?")
_ROMAN = {"i": 1.0, "ii": 2.0, "iii": 3.0, "iv": 4.0}
_DISTANT = re.compile(r"(?:.*\s)?[cpy]*m(?P<spread>[01])[a-d]?(?:\(.*\))?(?: (?:category|stage).*)?")


class _Seen(NamedTuple):
    """An observation made ready: what was asked, what was found, in words, and when."""

    one: Observation
    name: Coded
    answer: Coded
    moment: object
    ago: float | None
    day: datetime.date | None

    @property
    def words(self) -> str:
        """The question in words; its LOINC code where the record gives none."""
        return self.name.words or f"LOINC {next(iter(self.name.of('loinc')), 'without a code')}"

    @property
    def quote(self) -> str:
        return f"{self.words}: {self.answer.words}" + dated(self.moment)

    def aside(self, why: Why) -> LeftAside:
        return LeftAside(kind=KIND, words=self.words, why=why)


def observations(record: tuple[Observation, ...], today: datetime.date) -> Iterator[Told]:
    for one in record:
        seen = _seen(one, today)
        if one.status not in FINAL:
            yield seen.aside(Why.ERROR if one.status == "entered-in-error" else Why.NOT_FINAL)
        elif lies_ahead(seen.moment, today):
            yield seen.aside(Why.AHEAD)
        else:
            yield from list(_read(seen, today)) or [seen.aside(Why.NO_TOPIC)]


def stages(record: tuple[Condition, ...]) -> Iterator[Told]:
    """The stage that stands in a cancer's condition itself."""
    for one in record:
        name = coded(one.code)
        cancer = speaks_of("conditions", "cancer", name.plain)
        for stage in (one.stage or []) if cancer else []:
            words = coded(stage.summary).words
            number = stage_meant(words)
            if number is not None:
                yield say(Topic.STAGE, "", number, f"{name.words}, stage {words}", day=first_day(one.recordedDate))


def _seen(one: Observation, today: datetime.date) -> _Seen:
    moment = when(one)
    answer = coded(one.valueCodeableConcept)
    if not answer.words:
        words = (row("answer_codes")[code] for _, code in answer.codes if code in row("answer_codes"))
        answer = answer._replace(words=next(words, (one.valueString or "")[:80]))
    return _Seen(one, coded(one.code), answer, moment, days_ago(moment, today), first_day(moment))


def _read(seen: _Seen, today: datetime.date) -> Iterator[Told]:
    yield from measurements(seen.one, today)
    if scale := seen.name.named("loinc", "performance"):
        yield from _performance(seen, scale)
    if marker := seen.name.named("loinc", "markers"):
        yield from _marker(seen, marker)
    match seen.name.named("loinc", "status") or seen.name.named("snomed", "status"):
        case "smoking":
            yield _smoking(seen)
        case "pregnancy":
            yield _pregnancy(seen)
        case "disease_status":
            yield from _disease_status(seen)
        case "stage":
            yield _stage(seen)
        case "metastasis":
            yield _metastasis(seen)
        case "variant":
            yield from _variant(seen)


def _performance(seen: _Seen, scale: str) -> Iterator[Told]:
    """A score as a number, a quantity, or the code of an answer."""
    score: float | None = None
    if seen.one.valueInteger is not None:
        score = float(seen.one.valueInteger)
    elif seen.one.valueQuantity is not None and seen.one.valueQuantity.value is not None:
        score = float(seen.one.valueQuantity.value)
    else:
        answers = row("performance_answers")
        score = next((float(answers[code]) for code in seen.answer.of("loinc") if code in answers), None)
    if score is None or not 0 <= score <= (5 if scale == "ecog" else 100):
        yield seen.aside(Why.NO_VALUE)
        return
    what = seen.name.words or f"{scale.upper() if scale == 'ecog' else scale.title()} performance status"
    quote = f"{what} {score:g}" + dated(seen.moment)
    yield say(Topic.PERFORMANCE_STATUS, scale, score, quote, days_ago=seen.ago, day=seen.day)


def _yes(seen: _Seen) -> bool | None:
    """Positive, negative, or neither; told by the interpretation where the value says nothing."""
    for answer in (seen.answer, *map(coded, seen.one.interpretation or [])):
        words = plain(answer.words)
        if is_one_of("answers", "positive", words):
            return True
        if is_one_of("answers", "negative", words):
            return False
    return None


def _marker(seen: _Seen, marker: str) -> Iterator[Told]:
    """A marker that is there is not absent, and the other way round: both are said."""
    found = _yes(seen)
    if found is None:
        yield seen.aside(Why.NO_VALUE)
        return
    there, missing = row("marker_words")[marker]
    yield say(Topic.BIOMARKER, there, found, seen.quote, days_ago=seen.ago, day=seen.day)
    yield say(Topic.BIOMARKER, missing, not found, seen.quote, days_ago=seen.ago, day=seen.day)


def _variant(seen: _Seen) -> Iterator[Told]:
    """A variant of a gene that is studied: "pik3ca mutation"; a fusion or a gain of copies by its own name."""
    genes = [
        gene
        for part in seen.one.component or []
        if row("status")["gene"] in coded(part.code).of("loinc")
        for gene in _gene(coded(part.valueCodeableConcept))
    ]
    found = _yes(seen)
    if found is None or len(genes) != 1:
        yield seen.aside(Why.NO_VALUE)
        return
    symbol, words = genes[0]
    texts = [coded(part.valueCodeableConcept).plain for part in seen.one.component or []]
    texts += [coded(one).plain for one in seen.one.interpretation or []]
    sort = "mutation"
    for sign, name in (("fusion|rearrange|transloc", "rearrangement"), ("amplif|duplicat|gain", "amplification")):
        sort = name if any(re.search(sign, text) for text in texts) else sort
    quote = f"variant of {words}: {seen.answer.words}" + dated(seen.moment)
    yield say(Topic.BIOMARKER, f"{symbol} {sort}", found, quote, days_ago=seen.ago, day=seen.day)


def _gene(gene: Coded) -> Iterator[tuple[str, str]]:
    numbers = [code.removeprefix("HGNC:") for code in gene.of("hgnc")]
    known = next((str(row("genes")[one]) for one in numbers if one in row("genes")), None)
    if known or re.fullmatch(r"[A-Z][A-Z0-9-]{1,9}", gene.words):
        yield known or gene.words.lower(), gene.words or f"HGNC:{numbers[0]}"


def _smoking(seen: _Seen) -> Told:
    """Who stopped has smoked and does not smoke: a rule may mean either, so it is not sure."""
    words = seen.answer.plain
    if is_one_of("answers", "never_smoker", words):
        return say(Topic.LIFESTYLE, "smoking", False, seen.quote, day=seen.day)
    if is_one_of("answers", "former_smoker", words):
        return say(Topic.LIFESTYLE, "smoking", True, seen.quote, sure=False, day=seen.day)
    if is_one_of("answers", "smoker", words):
        return say(Topic.LIFESTYLE, "smoking", True, seen.quote, days_ago=seen.ago, day=seen.day)
    return seen.aside(Why.NO_VALUE)


def _pregnancy(seen: _Seen) -> Told:
    if seen.ago is None or seen.ago > PREGNANCY_DAYS:
        return seen.aside(Why.LONG_AGO)
    for answer, value in (("pregnant", True), ("not_pregnant", False)):
        if is_one_of("answers", answer, seen.answer.plain):
            return say(Topic.PREGNANCY, "", value, seen.quote, days_ago=seen.ago, day=seen.day)
    return seen.aside(Why.NO_VALUE)


def _disease_status(seen: _Seen) -> Iterator[Told]:
    for answer, state in (("progression", "progressive"), ("remission", "remission"), ("spread", "metastatic")):
        if is_one_of("answers", answer, seen.answer.plain):
            yield say(Topic.DISEASE_STATE, state, True, seen.quote, days_ago=seen.ago, day=seen.day)


def _stage(seen: _Seen) -> Told:
    number = stage_meant(seen.answer.words)
    if number is None:
        return seen.aside(Why.NO_VALUE)
    quote = f"{seen.name.words or 'stage group'} {seen.answer.words}" + dated(seen.moment)
    return say(Topic.STAGE, "", number, quote, days_ago=seen.ago, day=seen.day)


def stage_meant(words: str) -> float | None:
    """ "IIIB" -> 3, "Stage 2A" -> 2; a stage that is no group of these is `None`."""
    match = _STAGE.fullmatch(plain(words))
    if match is None:
        return None
    return _ROMAN[match["roman"]] if match["roman"] else float(match["digit"])


def _metastasis(seen: _Seen) -> Told:
    """What was not there at staging may have come since."""
    match = _DISTANT.fullmatch(seen.answer.plain)
    if match is None:
        return seen.aside(Why.NO_VALUE)
    found = match["spread"] == "1"
    return say(Topic.DISEASE_STATE, "metastatic", found, seen.quote, sure=found, days_ago=seen.ago, day=seen.day)
