"""The display of a medicine -> the names of what is in it: "24 HR Metformin hydrochloride 500 MG …" is metformin."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.person.fhir.codes import Coded, row
from index.criteria.concepts import Sort, concepts_in

_PACKAGE = re.compile(r"^(?:(?:\d+(?:\.\d+)? (?:hr|ml|actuat|day)|nda\d+|abuse-deterrent|24hr|12hr)\s+)+")
_FORM = re.compile(
    r"\s*(?:\d[\d.,]*\s*(?:mg|mcg|ug|ml|unt|units?|meq|%|actuat|hr|day|mmol|g|iu)\b.*"
    r"|\b(?:oral|injectable|injetable|injection|topical|ophthalmic|nasal|inhalation|rectal|vaginal|transdermal|tablets?"
    r"|capsules?|solution|suspension|cream|ointment|patch|inhaler|implant|prefilled|product|pill|drug implant"
    r"|extended release|delayed release|chewable|metered dose)\b.*)$"
)
_SALT = re.compile(
    r"\s+(?:hydrochloride|hcl|sodium|potassium|calcium|sulfate|acetate|tartrate|succinate|maleate|fumarate|mesylate"
    r"|besylate|phosphate|citrate|propionate|dihydrate|monohydrate|hydrobromide|bitartrate|trihydrate|furoate)(?!\w)"
)


def medicines_named(name: Coded) -> tuple[str, ...]:
    """The drugs by the names under which they are known; an ingredient that is not, as it is written."""
    readings = [tuple(_drugs(words)) for words in (name.words, *name.others)]
    known = [drugs for drugs in readings if any(_known(drug) for drug in drugs)]
    return (known or readings)[0] if readings else ()


def _drugs(words: str) -> Iterator[str]:
    for part in dict.fromkeys(_ingredients(words)):
        yield from row("drug_names").get(part) or _known(part) or (part,)


def _known(words: str) -> tuple[str, ...]:
    found = (one.concept for one in concepts_in(words) if one.concept.sort is Sort.MEDICINE)
    return tuple(dict.fromkeys(concept.id for concept in found))


def _ingredients(words: str) -> tuple[str, ...]:
    """What stands before the strengths, one for each part of a combination, without salts."""
    low = re.sub(r"\s*\[[^\]]*\]|\s*\([^)]*\)", "", words.casefold()).strip()
    low = _PACKAGE.sub("", low)
    parts = (_SALT.sub("", _FORM.sub("", part)).strip(" ,-") for part in low.split(" / "))
    return tuple(part for part in parts if re.search("[a-z]{3}", part))
