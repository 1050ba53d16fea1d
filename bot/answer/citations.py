"""Nothing unverified is shown: a claim stays only if its places resolve and all that can be checked in it stands there.

Whoever wrote the claim chose places; the quotes are looked up here. What does not hold is dropped and counted.
"""

from __future__ import annotations

import re
from typing import Protocol

from bot.answer.numbers import unsupported_numbers
from bot.answer.plain import plain
from bot.answer.promises import loaded_words, promise_in
from bot.answer.schema import Answer, Citation, Claim, Draft, DraftClaim, Intent, Place, Provenance
from index.trial import SectionName, normal_id, trial_ids_in

__all__ = ["Texts", "plain", "verify", "why_not"]


class Texts(Protocol):
    """Where the words of the trials stand."""

    def section(self, trial_id: str, section: SectionName) -> str | None:
        """The text of a section; `None` if the trial is not known or has none."""
        ...

    def label(self, place: Place) -> str:
        """How a place is named to a reader: "NCT06530576 · exclusion 8"."""
        ...


_QUOTED = re.compile(r"“([^“”]*)”|\"([^\"]*)\"|«([^«»]*)»|„([^„“”]*)[“”]")
_CONTACTS = (
    re.compile(r"[^\s@<>()]+@[^\s@<>()]+\w"),
    re.compile(r"\b[\w.]+\s*[\[(]\s*at\s*[\])]\s*[\w.]+", re.IGNORECASE),
    re.compile(r"\b(?:https?|ftp|mailto|javascript|data|tel)\s*:\s*[^\s<>]+", re.IGNORECASE),
    re.compile(r"\b(?:[a-z0-9\-]{2,}\.)+[a-z]{2,}\b(?:/[^\s<>]*)?", re.IGNORECASE),
    re.compile(r"\+\s?\d[\d\s().\-]{5,}\d|\(\d{2,5}\)\s?\d[\d\s.\-]{4,}\d|\b\d{3}[\s.\-]\d{3,4}[\s.\-]\d{3,5}\b"),
)
_LEAST_QUOTED = 4  # characters; shorter ones in quotation marks are letters and names of arms


def verify(draft: Draft, texts: Texts, *, intent: Intent, provenance: Provenance | None = None) -> Answer:
    """The claims of `draft` that hold, each with its quotes; how many did not is in `dropped`."""
    checked = [_checked(claim, texts) for claim in draft.claims]
    claims = tuple(claim for claim in checked if claim is not None)
    return Answer(
        intent=intent,
        claims=claims,
        notes=draft.notes,
        dropped=len(checked) - len(claims),
        provenance=provenance or Provenance(),
    )


def why_not(text: str, citations: tuple[Citation, ...]) -> str | None:
    """Why a claim with this text does not hold on these citations, in a few words; `None` if it holds."""
    if not text or not citations:
        return "says nothing" if citations else "names no place"
    quotes = "\n".join(citation.quote for citation in citations)
    if promise := promise_in(_own_words(text, citations)):
        return promise
    cited = {normal_id(citation.trial_id) for citation in citations}
    there = cited | set(trial_ids_in(quotes))
    if strangers := [identifier for identifier in trial_ids_in(text) if identifier not in there]:
        return f"names {strangers[0]}, which it does not cite"
    if _missing([text], quotes) is None:
        return None  # the record's own words
    if words := _missing(_quoted(text), quotes):
        return f"quotes words that do not stand there: {words}"
    if contact := _missing([match[0] for pattern in _CONTACTS for match in pattern.finditer(text)], quotes):
        return f"gives a contact or link that does not stand there: {contact}"
    if loaded := _missing(loaded_words(text), quotes):
        return f"recommends with a word that does not stand there: {loaded}"
    if numbers := unsupported_numbers(_without(cited, text), quotes):
        return f"counts what does not stand there: {', '.join(numbers)}"
    return None


def _own_words(text: str, citations: tuple[Citation, ...]) -> str:
    """`text` without the rule that it shows: a rule of the record is never dropped, whatever words it is written in."""
    for citation in citations:
        rule = plain(citation.quote)
        if citation.section is SectionName.ELIGIBILITY and text.endswith(rule):
            return text.removesuffix(rule)
    return text


def _checked(claim: DraftClaim, texts: Texts) -> Claim | None:
    citations = tuple(_resolved(place, texts) for place in dict.fromkeys(claim.places))
    text = plain(claim.text)
    found = tuple(citation for citation in citations if citation is not None)
    if len(found) < len(citations) or why_not(text, found):
        return None
    return Claim(text=text, citations=found)


def _resolved(place: Place, texts: Texts) -> Citation | None:
    section = texts.section(place.trial_id, place.section)
    if section is None or not 0 <= place.start < place.end <= len(section):
        return None
    quote = section[place.start : place.end]
    if not quote.strip():
        return None
    where = Place(trial_id=place.trial_id, section=place.section, start=place.start, end=place.end)
    return Citation(**where.model_dump(), quote=quote, label=texts.label(where))


def _quoted(text: str) -> list[str]:
    """The words in quotation marks, without the stop that typesetting puts inside them."""
    inside = ("".join(part or "" for part in match.groups()).strip(" .,;:…") for match in _QUOTED.finditer(text))
    return [words for words in inside if len(words) >= _LEAST_QUOTED]


def _missing(wanted: list[str], quotes: str) -> str | None:
    """The first of the words that does not stand in the quotes, as they are or as they read without markup."""
    there = f"{_folded(quotes)}\n{_folded(plain(quotes))}"
    return next((words for words in wanted if not _stands(_folded(words).rstrip(".,;:"), there)), None)


def _stands(words: str, text: str) -> bool:
    """Whether `words` stands in `text`, not as a part of longer words."""
    left, right = (r"(?<!\w)" if words[:1].isalnum() else ""), (r"(?!\w)" if words[-1:].isalnum() else "")
    return re.search(f"{left}{re.escape(words)}{right}", text) is not None


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split())


def _without(trial_ids: set[str], text: str) -> str:
    """`text` without these ids, however they are spelled: their digits count nothing."""
    for identifier in trial_ids:
        spelled = r"[\s\-_:#./]*".join(map(re.escape, re.sub(r"[\W_]", "", identifier)))
        text = re.sub(rf"(?<!\w){spelled}(?!\w)", " ", text, flags=re.IGNORECASE)
    return text
