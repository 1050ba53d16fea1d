"""A message as its readers see it: sentences, clauses, and at every place what is denied, asked, imagined or doubted.

Places are characters of the message as it was written, so that every quote is a slice of it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from bot.person.reading.holders import Holder, Mention, holder_at, mentions_in
from bot.person.reading.words import any_of, numbers
from index.criteria.plain import plain
from index.criteria.rule import Attribute


@dataclass(frozen=True)
class Found:
    """Something read at `start:end`, of whoever is spoken of at `at`; `holder` where the words themselves say who."""

    attribute: Attribute
    value: float | bool | str
    start: int
    end: int
    at: int
    unit: str = ""
    days_ago: float | None = None
    unsure: bool = False
    holder: Holder | None = None


@dataclass(frozen=True)
class Zone:
    """A stretch of text that states nothing: asked (`imagined` False) or only imagined."""

    start: int
    end: int
    imagined: bool


class Time(NamedTuple):
    """A phrase such as "3 weeks ago"."""

    start: int
    end: int
    days: float


_BLANK = 30
_BLANKS = re.compile(rf"\s{{{_BLANK + 1},}}")  # nothing is read across so much empty space

_STOP = re.compile(r"[!?]+|\.(?=\s|$|[\"')\]])|\.(?=[A-Z][a-z])|[;•]|\n(?=\s*\n|\s*[^a-z\s])|(?<=[.:;])\n")
_ABBREVIATION = re.compile(r"\b(?:dr|mr|mrs|ms|prof|vs|approx|e\.g|i\.e|etc|st|yr|yrs|no|dept|pt|y\.o)$")

_SUBJECT = r"(?:i|i'm|im|i've|ive|he|she|he's|she's|we|my|our|his|her|they|it|it's|the patient|pt)"
_TURN = (
    r"(?:but|however|although|though|except|apart from|other than|"
    r"besides|only|because|cause|due to|thanks to|while|"
    r"whereas|so)\b"
)
_VERB = r"(?:am|is|are|have|has|take|takes|live|lives|currently|now|on)"
_CLAUSE = re.compile(
    rf"[;:]\s|\s[-–—]\s|\b{_TURN}|,\s*(?:and\s+|so\s+)?(?=(?:{_SUBJECT}|{_VERB})\b)"
    rf"|\band\s+(?:also\s+)?(?=(?:{_SUBJECT}|{_VERB}|had|was)\b)"
)

_DENIAL = re.compile(
    r"(?:\b(?:i|we)\s+)?\b(?:don'?t|do not|doesn'?t|does not)\s+(?:think|believe)\s+(?:that\s+)?(?:i|he|she)(?:'ve|'m|"
    r"\s+(?:have|has|had|am|is))?(?:\s+ever)?(?:\s+had)?\b"
    r"|\b(?:no(?!\s*[,.:])|not|never|nor|without|denie[sd]|denying|negative for|free of|neither|none|lacks|non|w/o|"
    r"ain't|aint"
    r"|(?:do|does|did|have|has|had|is|are|was|were)n'?t)(?![\w'/])"
)
_NO_DENIAL = re.compile(
    r"(?:no|not|never|(?:did|do|does|has|have|is|was|are)(?:n'?t| not)|without)\s+(?:been\s+|really\s+|much\s+|any\s+|"
    r"very\s+|a\s+)*"
    r"(?:only|doubt|just|longer|more|well|sure|certain|help\w*|respon\w+|work\w*|getting|improv\w+|relief|effect\w*|"
    r"benefit\w*|success\w*|luck|progress|change\w*|better|further"
    r"|wonder|idea|problems? with|side effects?|tolerat\w+|under control|controlled|good|like|cur(?:e|ed)|treatments?|"
    r"to mention|yet (?:recovered|finished)|enough|stop\w*|the same|too|as|so|happy|able|side|issues? with)\b"
)
_UNSURE = re.compile(
    r"\b(?:i (?:do not |don'?t )?(?:think|believe|guess|suppose)|maybe|perhaps|probably|possibly|might|(?:may|could|"
    r"can) (?:have|be|also)|not (?:100 ?% |totally |completely |quite |entirely |exactly )?(?:sure|certain)|unsure"
    r"|if i (?:remember|recall)|thinks|thought|felt to|suspect\w*|likely|apparently|supposedly|presumably|presumed|"
    r"presumptive|rule out|r/o|vs\.?|query|borderline|concern(?:ing)? for|concerned (?:for|about|it)|questionable|"
    r"equivocal)\b|\bor something\b"
)

_UNSURE_BEHIND = re.compile(
    r"[\s,(]*(?:but )?(?:i (?:think|believe|guess|suppose)|maybe|perhaps|probably|possibly|i'?m not (?:really |"
    r"quite )?sure|not sure|or something|if i (?:remember|recall)|apparently|supposedly)\b"
)

_IMAGINED = re.compile(
    r"\b(?:if (?!possible|so\b|any\b|needed|that helps|it helps|you |anyone|there|not\b|i (?:remember|recall))|"
    r"even if|what if|whether|suppose|supposing|imagine|in case|assuming|unless|were i|had i|as if|as though|let's say"
    r"|(?:i|we) (?:wrongly |just |earlier )?(?:said|wrote|typed|mentioned|told you)|you (?:said|wrote|think)|"
    r"worried (?:about|that)|afraid (?:of|that|i)|scared (?:of|that)|fear(?:ing)? (?:of|that)"
    r"|(?:want|wanted|like|trying|try|hope|hoping|planning|plan|wish(?:ing)?|going|about) to (?:get|be|become|have|"
    r"avoid|prevent|donate)|at risk (?:of|for)|risk of|prevent(?:ing|ion of)?|screen(?:ed|ing) for|"
    r"tested for(?! positive)|test for|to avoid)\b"
)
_ASKED = re.compile(
    r"\bwhat(?! is called| they call|'s called)\b|\bwhich (?:trials?|stud(?:y|ies)|ones?|of|drugs?|hospitals?|"
    r"clinics?|clinical|treatments?|cent(?:er|re)s?|sites?)\b"
    r"|\bwhere (?:can|are|is|do|does|to|could|should|would)\b|\bhow (?:can|do|does|did|long|many|much|far|about|old|"
    r"to|is|are|come|would|could|should|soon|often)\b|\bwhy\b"
    r"|\b(?:can|could|do|does|did|should|would|will|may|shall|must|have|has) (?:i|you|we|he|she|they|it|there|anyone|"
    r"anybody|people|patients|those|any)\b(?<!have any)(?<!has any)"
    r"|\b(?:can|could|would|will|does|should) (?:my|his|her|our|the|a|an|someone|women|men|these|this|that|trials?)\b"
    r"|\b(?:am i|are you|are we|are they|are there|is there|is it|is he|is she|is this|is that|were there|"
    r"was there)\b|\b(?:can|could|do|did|should|would) someone\b"
    r"|\bany (?:trials?|studies|study|options|help|chance|new|other trials|suggestions|ideas|advice|clinical|"
    r"treatments?)\b|\b(?:wonder(?:ing)?|curious|ask(?:ing)?|know|tell me) (?:if|whether|about|what|how)\b"
)
_ASKED_AT_START = re.compile(
    r"\s*(?:so |and |but |hi |hello |ok |okay |please |,)*(?:is|are|was|were|am|do|does|did|can|could|would|will|"
    r"should|has|have|had|who|whose|when|which|who's|any|anyone|anybody)\b(?!n't| not)(?! (?:been|had|got|a|an|type|"
    r"stage|lung|breast)\b)"
)
_STATED_AGAIN = re.compile(
    r"(?:,\s*|[-–—(]\s*|\b(?:and|but|because|since|as|cause|although|though|given that|considering|seeing as|"
    r"seeing that|who)\s+|^|\s{2,})"
    r"(?:i am|i'm|im|i have|i've|ive|i had|i was|i live|i take|he is|he's|he has|she is|she's|she has|he had|she had|"
    r"(?:my|his|her) [a-z0-9]+(?: [a-z]+)? (?:is|was|are|were|has|had)|my name)\b"
    r"|\b(?:i'm|im|i am|he's|she's|he is|she is)\s+(?:an? )?(?=\d{1,3}\b)|\bi live in\b|\bmy name is\b"
)
_ONLY_BUT = re.compile(
    r"\b(?:but|however|although|though|because|since)\s+(?=(?:i|he|she|my|his|her)\b)|,\s*(?=(?:i'm|im|i am|he's|"
    r"she's|he is|she is)\s+(?:an? )?\d{1,3}\b)"
)
_PRESUMED = re.compile(
    r"(?:\s|,|\(|\d|(?:who|that)\b|'s\b|with\b|wom[ae]n\b|m[ae]n\b|female\b|male\b|lady\b|"
    r"gentleman\b|boy\b|girl\b|has\b|had\b|is\b|was\b|been\b|diagnosed\b|aged?\b|an?\b|the\b|and\b|years?\b|yrs?\b|"
    r"y/?o\b|old\b|[-–]|recently\b|also\b|both\b|suffering\b|suffers\b|from\b|(?:early|late|advanced|severe|stage|"
    r"metastatic)\b)*"
)
_PRESUMED_IF = re.compile(
    r"(?:\s|,|\(|\d|(?:who|that)\b(?:'s| has| is| was| had)|with\b|aged?\b|an?\b|years?\b|old\b|stage\b|severe\b|"
    r"and\b|advanced\b)*"
)

_REACH = 300  # characters; a clause without an end reaches no further

_UNIT_DAYS = {"day": 1, "week": 7, "wk": 7, "month": 30, "mth": 30, "year": 365, "yr": 365}
_AGO = re.compile(
    rf"\b(?P<n>\d{{1,3}}|an?|{any_of(numbers())})\s+(?P<unit>days?|weeks?|wks?|months?|mths?|years?|yrs?)\s+(?:ago|"
    r"back\b|prior\b(?! to))|\blast\s+(?P<last>week|month)\b|\b(?P<near>yesterday|today)\b"
)


class Message:
    """One message; `low` is its text in one spelling of letters and signs, character for character."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.low = _BLANKS.sub(lambda blanks: blanks[0][:_BLANK] + "\0" * (len(blanks[0]) - _BLANK), plain(text))

    @cached_property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """The sentences as `(start, end)`, their marks included."""
        ends = [m.end() for m in _STOP.finditer(self.text) if not self._abbreviated(m)]
        bounds = [0, *ends, len(self.text)]
        return tuple((start, end) for start, end in pairwise(bounds) if end > start)

    def _abbreviated(self, stop: re.Match[str]) -> bool:
        return stop[0] == "." and bool(_ABBREVIATION.search(self.low, max(0, stop.start() - 6), stop.start()))

    def sentence(self, at: int) -> tuple[int, int]:
        place = bisect_right(self.sentences, at, key=lambda span: span[0]) - 1
        return self.sentences[max(place, 0)]

    @cached_property
    def _clauses(self) -> tuple[int, ...]:
        cuts = {start for start, _ in self.sentences} | {m.end() for m in _CLAUSE.finditer(self.low)}
        return tuple(sorted(cuts))

    def clause(self, at: int) -> tuple[int, int]:
        """The stretch around a place over which a denial, a doubt or a time reaches."""
        place = bisect_right(self._clauses, at)
        start = self._clauses[place - 1] if place else 0
        end = self._clauses[place] if place < len(self._clauses) else len(self.low)
        return max(start, at - _REACH), min(end, at + _REACH)

    @cached_property
    def zones(self) -> tuple[Zone, ...]:
        return tuple(zone for start, end in self.sentences for zone in self._zones_of(start, end))

    def _zones_of(self, start: int, end: int) -> Iterator[Zone]:
        place = start
        while (found := self._unstated(place, end)) is not None:
            opening, imagined = found
            again = (_ONLY_BUT if imagined else _STATED_AGAIN).search(self.low, opening + 1, end)
            while again and re.search(
                r"\b(?:if|when|think|that|whether|once|until|say|told|before)\s*$", self.low[opening : again.start()]
            ):
                again = (_ONLY_BUT if imagined else _STATED_AGAIN).search(self.low, again.end(), end)
            yield Zone(start=opening, end=again.start() if again else end, imagined=imagined)
            if not again:
                return
            place = again.start() + 1

    def _unstated(self, start: int, end: int) -> tuple[int, bool] | None:
        """Where the sentence stops stating, and whether it imagines there."""
        first = start == self.sentence(start)[0]
        imagined = _IMAGINED.search(self.low, start, end)
        asked = (_ASKED_AT_START.match(self.low, start, end) if first and self._marked(end) else None) or _ASKED.search(
            self.low, start, end
        )
        if not asked and not imagined:
            return self._marked_only(start, end) if first else None
        if asked and (not imagined or asked.start() < imagined.start()):
            return asked.start(), False
        return (imagined.start(), True) if imagined else None

    def _marked(self, end: int) -> bool:
        return "?" in self.text[max(0, end - 3) : end]

    def _marked_only(self, start: int, end: int) -> tuple[int, bool] | None:
        """A question by its mark alone: its last part is asked; all of it, if it has one part."""
        if not self._marked(end):
            return None
        comma = self.low.rfind(",", start, end)
        return (comma if comma > start else start), False

    def states(self, at: int) -> bool:
        """Whether what stands at a place is said to be so, and not asked, imagined or wished."""
        place = bisect_right(self.zones, at, key=lambda zone: zone.start) - 1
        if place < 0 or at >= self.zones[place].end:
            return True
        return self._presumed(at, _PRESUMED_IF if self.zones[place].imagined else _PRESUMED)

    def _presumed(self, at: int, pattern: re.Pattern[str]) -> bool:
        """A question about "my husband with lymphoma" takes the lymphoma for granted."""
        mention = self._mention_before(at)
        if mention is None or not mention.named:
            return False
        return mention.start <= at < mention.end or pattern.fullmatch(self.low, mention.end, at) is not None

    @cached_property
    def mentions(self) -> tuple[Mention, ...]:
        return mentions_in(self.low, [start for start, _ in self.sentences])

    def _mention_before(self, at: int) -> Mention | None:
        place = bisect_right(self.mentions, at, key=lambda mention: mention.start) - 1
        return self.mentions[place] if place >= 0 else None

    def holder(self, at: int) -> Holder | None:
        """Whom the words at a place are about; `None` where nobody is named."""
        return holder_at(self.mentions, at, self.sentence(at)[0])

    def denial(self, at: int) -> int | None:
        """Where the denial begins that reaches a place; `None` if it is not denied."""
        start, _ = self.clause(at)
        last = None
        for match in _DENIAL.finditer(self.low, start, at):
            if not _NO_DENIAL.match(self.low, match.start()):
                last = match
        if last is None or re.search(r"\b(?:but|yes)\b", self.low[last.end() : at]):
            return None
        return last.start()

    def unsure(self, start: int, end: int) -> bool:
        """Whether the clause doubts what stands at `start:end`."""
        left, _ = self.clause(start)
        return bool(_UNSURE.search(self.low, max(left, start - 80), end) or _UNSURE_BEHIND.match(self.low, end))

    def times(self, start: int, end: int) -> Iterator[Time]:
        """Every phrase between two places that says how long ago something was."""
        for match in _AGO.finditer(self.low, start, end):
            yield Time(start=match.start(), end=match.end(), days=_days(match))

    def days_ago(self, start: int, end: int) -> float | None:
        """How long ago, as said between two places; the nearest time where several are."""
        return min((time.days for time in self.times(start, end)), default=None)

    def quote(self, start: int, end: int) -> str:
        return self.text[start:end]


def _days(match: re.Match[str]) -> float:
    if match["near"]:
        return 1.0 if match["near"] == "yesterday" else 0.0
    unit = match["last"] or match["unit"].rstrip("s")
    said = match["n"] or "1"
    number = int(said) if said.isdigit() else numbers().get(said, 1)
    return float(number * _UNIT_DAYS[unit])
