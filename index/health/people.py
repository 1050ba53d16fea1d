"""The age and sex fields against what the criteria say of everybody who joins.

Only a rule that is about age or sex and nothing else counts, and only where the record seems to have a single
population: groups of people with rules of their own explain a difference.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator

from index.criteria.criterion import Criterion, Join, Kind
from index.criteria.rule import AllOf, AnyOf, Not, Range, Requirement, Rule, Topic
from index.health.flag import Flag, Sign, lines
from index.record import Record
from index.trial import AgeLimit, Form, Frozen, Trial
from index.vocabulary import Sex

_AGE = re.compile(r"\bage[ds]?\b|\bageing\b|\bold(?:er)?\b|\byounger\b|\by\.?/?o\b|\byears?-olds?\b", re.IGNORECASE)
_AGE_OR_YEARS = re.compile(r"\bage|\byear|\bold", re.IGNORECASE)
_OF_ANOTHER = re.compile(
    r"\b(?:donors?|siblings?|mothers?|fathers?|parents?|caregivers?|carers?|spouses?|partners?|controls?"
    r"|volunteers?|diagnos\w+|onset|menarche|menopaus\w+|birth|gestation\w*|bone|mental|developmental|corrected)\b",
    re.IGNORECASE,
)
_ADDED_BY_A_SOURCE = re.compile(r"Must (?:have (?:min|max)imum age of|be (?:FE)?MALE\b)")
_TO_THE_END = re.compile(
    r"≤|⩽|<\s?=|inclu|\bunder\b|\bless\b|\bno more\b|\bup to\b|\bthrough\b|\byounger\b|\bmost\b", re.I
)
_BOTH_SEXES = re.compile(
    r"\b(?:males?\s*(?:,|/|or|and|and/or|&)\s*females?|females?\s*(?:,|/|or|and|and/or|&)\s*males?"
    r"|men\s*(?:,|/|or|and|and/or|&)\s*women|women\s*(?:,|/|or|and|and/or|&)\s*men"
    r"|(?:either|both) (?:sex(?:es)?|genders?))\b(?! (?:condoms?|partners?|contracept\w+|parents?|relatives?))",
    re.IGNORECASE,
)
_OF_SEX = {
    "male": re.compile(r"\b(?:males?|men|man|boys?|both|either sex|sexes|sperm)\b", re.IGNORECASE),
    "female": re.compile(
        r"\b(?:females?|women|woman|girls?|both|either sex|sexes|pregnan\w+|lactat\w+|breast-?\s?feed\w*"
        r"|menopaus\w*)\b",
        re.IGNORECASE,
    ),
}
_NO_LIMIT = 100  # years: "18 to 99 years" and "999 Years" say that there is none
_SAME = 0.26  # years: months and weeks are kept as parts of a year
_LONGEST = 160  # characters of a rule about age or sex alone


class _Bound(Frozen):
    """The age up to or from which a criterion takes people; `shut`: not that age itself."""

    criterion: Criterion
    years: float
    shut: bool


def ages(record: Record) -> Iterator[Flag]:
    trial = record.trial
    if not (trial.minimum_age or trial.maximum_age) or not _single_population(record):
        return
    lows, highs = _bounds(record)
    if len({round(one.years / _SAME) for one in lows}) > 1 or len({round(one.years / _SAME) for one in highs}) > 1:
        return
    low = next((one for one in lows if not _agrees(one, trial.minimum_age, trial, upper=False)), None)
    high = next((one for one in highs if not _agrees(one, trial.maximum_age, trial, upper=True)), None)
    found = low or high
    if found is None or _said_elsewhere(record, found.criterion, trial.minimum_age if low else trial.maximum_age):
        return
    yield Flag(
        sign=Sign.AGES_DIFFER,
        text=f"{found.criterion.label.capitalize()} says “{_words(found.criterion)}”, but the record's age fields say "
        f"{_field(trial)}. Ask the study team which holds.",
        spans=(found.criterion.span, *lines(record, "Minimum age", "Maximum age")),
    )


def _field(trial: Trial) -> str:
    low, high = trial.minimum_age, _limit(trial.maximum_age)
    if low and high:
        return f"{low.text} to {high.text}"
    return f"{low.text} and no upper limit" if low else f"no lower limit and up to {high.text if high else 'any age'}"


def _limit(field: AgeLimit | None) -> AgeLimit | None:
    return field if field and field.years < _NO_LIMIT else None


def _bounds(record: Record) -> tuple[list[_Bound], list[_Bound]]:
    """What the criteria say of the lowest and the highest age; exclusions only where no inclusion says it."""
    said: dict[tuple[Kind, bool], list[_Bound]] = {}
    for criterion in _about_everybody(record):
        if not _AGE.search(criterion.lead) or _OF_ANOTHER.search(criterion.lead):
            continue
        excludes = criterion.kind is Kind.EXCLUSION
        leaves = list(_leaves(criterion.rule, excludes)) if criterion.rule else []
        if not leaves or any(not _fits(leaf, record.trial) for leaf, _ in leaves):
            continue
        for leaf, negated in leaves:
            for upper, years, shut in _ends(leaf.range, negated) if leaf.range else ():
                bound = _Bound(criterion=criterion, years=years, shut=shut)
                said.setdefault((criterion.kind, upper), []).append(bound)
    sides = []
    for upper in (False, True):
        stricter = [one for one in said.get((Kind.EXCLUSION, upper), ()) if _narrows(one, record.trial, upper)]
        sides.append(said.get((Kind.INCLUSION, upper)) or stricter)
    return sides[0], sides[1]


def _fits(leaf: Requirement, trial: Trial) -> bool:
    """Whether a part of a rule about age leaves it one for everybody; "women from 60" does so in a study of women."""
    if leaf.attribute.topic is Topic.SEX:
        return trial.sex is not None and trial.sex.lower() == leaf.value
    return leaf.attribute.topic in (Topic.AGE, Topic.PREGNANCY, Topic.BREAST_FEEDING, Topic.HEALTHY_VOLUNTEER)


def _ends(ages: Range, negated: bool) -> Iterator[tuple[bool, float, bool]]:
    """(whether the upper end, years, shut) of the ages that a rule takes."""
    if negated and ages.low is not None and ages.high is not None:
        return
    if ages.low is not None:
        yield negated, ages.low, ages.low_included == negated
    if ages.high is not None:
        yield not negated, ages.high, ages.high_included == negated


def _narrows(bound: _Bound, trial: Trial, upper: bool) -> bool:
    """Whether an exclusion keeps out an age that the field takes; one that keeps out less contradicts nothing."""
    field = _limit(trial.maximum_age) if upper else trial.minimum_age
    if field is None:
        return True
    return bound.years < field.years if upper else bound.years > field.years


def _agrees(bound: _Bound, field: AgeLimit | None, trial: Trial, upper: bool) -> bool:
    """Whether field and criterion take the same ages in completed years: "< 18" and 17 do, and so do "< 18" and 18."""
    limit = _limit(field) if upper else field
    if limit is None:
        open_end = bound.years >= _NO_LIMIT - 11 if upper else bound.years <= _SAME
        return open_end or trial.origin.form is not Form.RECORD
    if abs(bound.years - limit.years) < _SAME:
        return True
    if not upper:
        return (math.floor(bound.years) + 1 if bound.shut else math.ceil(bound.years)) == limit.years
    if (math.ceil(bound.years) - 1 if bound.shut else math.floor(bound.years)) == limit.years:
        return True
    up_to = not bound.shut and not _TO_THE_END.search(bound.criterion.lead)  # "5 to 18 years" may mean: until 18
    return up_to and bound.years - 1 == limit.years


def _said_elsewhere(record: Record, criterion: Criterion, field: AgeLimit | None) -> bool:
    """Whether another inclusion gives the field's age: then the field is wider for a group of its own."""
    if field is None:
        return False
    age = re.compile(rf"(?<![\d.]){field.years:g}(?![\d.]*\d)")
    others = (one for one in record.criteria if one.kind is Kind.INCLUSION and one.id != criterion.id)
    return any(age.search(one.text) and _AGE_OR_YEARS.search(one.text) for one in others)


def sexes(record: Record) -> Iterator[Flag]:
    sex = record.trial.sex
    if sex is None or not _single_population(record):
        return
    for criterion in _about_everybody(record):
        if criterion.kind is Kind.EXCLUSION or len(criterion.lead) > _LONGEST:
            continue
        both = sex is not Sex.ALL and _BOTH_SEXES.search(criterion.lead)
        if both or (sex is Sex.ALL and _only_one_sex(record, criterion)):
            yield Flag(
                sign=Sign.SEXES_DIFFER,
                text=f"{criterion.label.capitalize()} says “{_words(criterion)}”, but the record's sex field says "
                f"{sex.words}{'' if sex is Sex.ALL else ' only'}. Ask the study team which holds.",
                spans=(criterion.span, *lines(record, "Sex")),
            )
            return


def _only_one_sex(record: Record, criterion: Criterion) -> bool:
    """Whether a rule asks for one sex, and no other rule speaks of the other one."""
    leaves = [leaf for leaf, _ in _leaves(criterion.rule, negated=False)] if criterion.rule else []
    named = {str(leaf.value) for leaf in leaves if leaf.attribute.topic is Topic.SEX}
    if len(named) != 1 or any(leaf.attribute.topic not in (Topic.SEX, Topic.AGE) for leaf in leaves):
        return False
    other = _OF_SEX["male" if named == {"female"} else "female"]
    return not any(other.search(one.text) for one in record.criteria if one.parent is None and one.id != criterion.id)


def _single_population(record: Record) -> bool:
    """Whether one list of inclusions is followed by one of exclusions: more lists than that are of several groups."""
    kinds = [one.kind for one in record.criteria if not one.note]
    changes = sum(this is not following for this, following in itertools.pairwise(kinds))
    return changes <= 1 and not any(one.for_some for one in record.criteria)


def _about_everybody(record: Record) -> Iterator[Criterion]:
    known = {one.id: one for one in record.criteria}
    for criterion in record.criteria:
        above = known.get(criterion.parent or "")
        while above and above.join is Join.ALL and above.kind is Kind.INCLUSION:
            above = known.get(above.parent or "")
        ours = above is None and not criterion.note and criterion.join is None and criterion.heading is None
        if ours and not _ADDED_BY_A_SOURCE.match(criterion.lead):
            yield criterion


def _leaves(rule: Rule, negated: bool) -> Iterator[tuple[Requirement, bool]]:
    """What a rule asks of everybody, each with whether it is asked not to hold; nothing where a part is unread."""
    match rule:
        case Requirement():
            return iter([(rule, negated)])
        case Not(of=inner):
            return _leaves(inner, not negated)
        case AllOf(of=parts) if not negated:
            found = [list(_leaves(part, negated)) for part in parts]
        case AnyOf(of=parts) if negated:
            found = [list(_leaves(part, negated)) for part in parts]
        case _:
            return iter(())
    return iter([leaf for part in found for leaf in part] if all(found) else [])


def _words(criterion: Criterion) -> str:
    return " ".join(criterion.lead.split()).rstrip(" ;,")
