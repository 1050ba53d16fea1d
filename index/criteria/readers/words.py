"""The words of a criterion while they are read: plain text with its place in the section, and the phrases that change
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from index.criteria.concepts import Mention, concepts_in
from index.criteria.criterion import Kind
from index.criteria.plain import plain
from index.criteria.rule import AllOf, AnyOf, AsWritten, Attribute, Range, Requirement, Rule, Topic

_EVENT = (
    r"(?:(?:the )?(?:time of |date of |point of |day of |start of |moment of )?(?:the )?(?:initial |study "
    r"|first |baseline |written |trial )?"
    r"(?:screening(?: (?:and|or|/) (?:baseline|randomi[sz]ation|enrol?lment))?|baseline|enrol?lment|entry"
    r"|study entry|randomi[sz]ation|inclusion"
    r"|signing(?: of)?(?: the)?(?: written)?(?: informed)?(?: consent)?(?: form)?(?: ?\(?icf\)?)?"
    r"|signature(?: of)?(?: the)?(?: informed)? consent(?: form)?(?: \(icf\))?"
    r"|informed consent(?: form)?(?: \(icf\))?(?: signing| signature)?|consent(?:ing)?|visit ?-?1|day ?-?1"
    r"|recruitment|registration|admission"
    r"|first vaccination|first dose|diagnosis|assessment)(?: (?:in|into|to|for) (?:the |this )?(?:study"
    r"|trial))?(?: (?:visit|period|phase))?(?: \(visit 1\))?)"
)
_HARMLESS = re.compile(
    rf"(?P<open>\()?,?\s*(?:\b(?:at|on|when|upon|by|as of|prior to|before|during) {_EVENT}(?![a-z])"
    r"|\b(?:as )?(?:determined|assessed|judged|evaluated|confirmed) by (?:the |an? )?(?:local |study "
    r"|treating |site |principal )?(?:investigators?|physicians?|study doctor)\b"
    r"|\baccording to (?:the )?(?:investigator|medical history|medical records?)(?:'s (?:judge?ment|opinion))?\b"
    r"|\bfor (?:entry into|enrol?lment in|inclusion in|participation in) (?:the|this) (?:study|trial)\b"
    r"|\bto be (?:included|enrolled|eligible)(?: in (?:the|this) (?:study|trial))?(?![a-z])"
    r"|\b(?:will|must|should|shall|are to|to) be excluded(?: from (?:the|this) (?:study|trial))?(?![a-z])"
    r"|\b(?:is|are) (?:not eligible|excluded|ineligible)(?: (?:for|from) (?:the|this) (?:study|trial))?(?=[\s.;]*$)"
    r")(?(open)\s*\)?)"
)
_LIST_MARK = re.compile(r"\s*(?:[-*•·○▪➢✓o]\s+|\(?(?:\d{1,2}|[a-h]|i{1,3}|iv|v)[.)]\s+|[①-⑳])")
_STOPS = " .;,:!-\n\t"
_JOINS = ("or", "and")
_TAIL = re.compile(r"(?<=[\s;,])(?:and|or)$")

CONDITION = re.compile(
    r"\b(?:if|when|where|unless|except(?:ions?|ing)?|excluding|other than|only|cohorts?|arms?|parts?"
    r"|groups?|phase|stage \d|dose|escalation|expansion|stratum|strata|sub-?study|optional"
    r"|donors?|controls?|parents?|caregivers?|carers?|mothers?'?s?|fathers?|spouses?|partners?|siblings?"
    r"|maternal|in case|in which case|depending|provided|whichever|otherwise|instead|respectively"
    r"|may|can|could|allowed|permitted|acceptable|eligible|included|e\.?g|such as|for example|countr(?:y"
    r"|ies)|sites?|local|national|legal|for (?:patients|subjects|participants|those|women|men|children"
    r"|males?|females?|adults?))\b"
)
"""Words by which the rest of a criterion may change what was read of it: then nothing is read."""

NOTHING = re.compile(r"[\s.,;:()\[\]/&-]*")


class Named:
    """The concepts that a whole criterion names, looked up once and only where a reader asks; places in the section."""

    def __init__(self, text: str, place: int) -> None:
        self._text, self.place = text, place
        self._found: tuple[Mention, ...] | None = None

    def within(self, start: int, end: int) -> list[Mention]:
        if self._found is None:
            self._found = tuple(concepts_in(self._text))
        shift = self.place
        return [one for one in self._found if start <= one.start + shift and one.end + shift <= end]


@dataclass(frozen=True, slots=True)
class Words:
    """A stretch of a criterion: `text` is plain, and its first character stands at `place` in the section."""

    text: str
    place: int
    kind: Kind
    named: Named = field(default_factory=lambda: Named("", 0), compare=False, repr=False)

    def part(self, start: int, end: int | None = None) -> Words:
        """The stretch `start:end`, without blanks and marks around it."""
        text = self.text[start:end]
        lead = len(text) - len(text.lstrip(" ,;:.-"))
        return Words(_without_tail(text[lead:]), self.place + start + lead, self.kind, self.named)

    def as_written(self, start: int = 0, end: int | None = None) -> AsWritten:
        part = self.part(start, end)
        return AsWritten(start=part.place, end=part.place + max(len(part.text), 1))

    def masked(self, pattern: re.Pattern[str]) -> Words:
        """The same words with what matches blanked out: places stay what they are."""
        return Words(pattern.sub(_blanks, self.text), self.place, self.kind, self.named)

    def mentions(self) -> list[tuple[Mention, int, int]]:
        """The concepts that are named in it and not blanked out, each with its place in `text`."""
        found = []
        for one in self.named.within(self.place, self.place + len(self.text)):
            start = one.start + self.named.place - self.place
            end = start + one.end - one.start
            if not self.text[start:end].isspace() and self.text[start - 1 : start] != "-":
                found.append((one, start, end))
        return found

    def asks(
        self,
        topic: Topic,
        subject: str = "",
        *,
        start: int = 0,
        end: int | None = None,
        range: Range | None = None,
        value: bool | str | None = None,
        within_days: float | None = None,
    ) -> Requirement:
        part = self.part(start, end)
        return Requirement(
            attribute=Attribute(topic=topic, subject=subject),
            start=part.place,
            end=part.place + len(part.text),
            range=range,
            value=value,
            within_days=within_days,
        )

    @property
    def excludes(self) -> bool:
        return self.kind is Kind.EXCLUSION


def _without_tail(text: str) -> str:
    """Without end stops, and without the "and" or "or" that leads to the next item of a list."""
    text = text.rstrip(_STOPS)
    while text.endswith(_JOINS) and (cut := _TAIL.sub("", text).rstrip(_STOPS)) != text:
        text = cut
    return text


def _blanks(match: re.Match[str]) -> str:
    return " " * len(match[0])


def words_of(text: str, place: int, kind: Kind) -> Words:
    """A criterion's own words, ready to be read: no list mark, no end stop, harmless phrases blanked out."""
    mark = _LIST_MARK.match(text)
    named = Named(text, place)
    return Words(plain(text), place, kind, named).part(mark.end() if mark else 0).masked(_HARMLESS).part(0)


def all_of(rules: Sequence[Rule]) -> Rule:
    rules = _once(rules)
    return rules[0] if len(rules) == 1 else AllOf(of=tuple(rules))


def any_of(rules: Sequence[Rule]) -> Rule:
    rules = _once(rules)
    return rules[0] if len(rules) == 1 else AnyOf(of=tuple(rules))


def _once(rules: Sequence[Rule]) -> list[Rule]:
    """Each rule once: "nursing or breast-feeding" asks for one thing."""
    return list({_content(rule): rule for rule in reversed(rules)}.values())[::-1]


def _content(rule: Rule) -> Rule:
    return rule.model_copy(update={"start": 0, "end": 0}) if isinstance(rule, Requirement) else rule


def both_or_either(rules: list[Rule], unsure: AsWritten) -> Rule:
    """For words that may mean "and" as well as "or": certain where both meanings agree, unknown where they do not."""
    if len(rules) == 1:
        return rules[0]
    return AllOf(of=(any_of(rules), AnyOf(of=(all_of(rules), unsure))))
