"""Performance status: ECOG (also called WHO or Zubrod) and Karnofsky scores."""

from __future__ import annotations

import re

from index.criteria.readers.bounds import bounds_at, ranges
from index.criteria.readers.words import CONDITION, Words, any_of
from index.criteria.rule import AnyOf, Range, Rule, Topic

_SCALE = re.compile(
    r"(?P<ecog>\be\.?cog\b|\beastern (?:co-?operative|corporative"
    r"|collaborative)(?: oncology)?(?: group)?\b|\bzubrod\b|\b(?:who|w\.h\.o\.)\b(?=[ /-]*(?:ecog"
    r"|performance|ps\b|/|\(|score|status))|\bworld health organi[sz]ation\b|\bgog\b)"
    r"|(?P<karnofsky>\bkarnofsky'?s?\b|\bkarnofski\b|\bkps\b)|(?P<lansky>\blansky\b|\blps\b)"
)
_CUE = re.compile(r"ecog|e\.cog|perform|karnof|kps|zubrod|oncology|operative|^ps\b|who|health organi")
_FILLER = re.compile(
    r"\b(?:performance|status|scale|score|scores|scoring|grade|level|index|criteria|points?|rating|(?:ps)"
    r"|ecog|who|kps|zubrod|of|is|are|was|be|must be|must|should be|has|have|had|having|with|an?|the|group"
    r"|oncology|eastern|co-?operative|physical|play"
    r"|(?:all )?(?:patients?'?|subjects?|participants?)|on|in|at|activity|strength|condition|general|state"
    r"|physical status|functional|value|equal to|total|world health organi[sz]ation|karnofsky|who are)\b"
    r"|[\s():=,%\[\]/'-]"
)
_GAP = re.compile(r"\s*(?:%|points?\b|score\b|scores\b)?\s*")
_JOIN = re.compile(r"\W*\b(?P<word>or|and/or)\b\W*|\s*(?P<mark>[(/;,=])\s*")
_SET = re.compile(r"([0-5])((?:\s*(?:,|or|and|/|;|,\s*or|,\s*and)\s*[0-5])+)(?![\d.%])")
_WINDOW = re.compile(
    r"\(?\bwithin \d+ (?:days?|weeks?)(?: (?:prior to|before|of|from))?(?: (?:the )?(?:first |start of "
    r"|initiation of |study )*(?:registration|enrol?lment|randomi[sz]ation|treatment|screening|dose|dosing"
    r"|drug|study|entry|therapy|cycle 1|day 1|administration|inclusion|study treatment|study drug"
    r"|study entry)[a-z ,\d]{0,40})?\)?$"
    r"|\((?:see )?appendix [\w ]+\)|\b(?:prior to|before) cycle 1,? day 1\b"
)
_LAY = re.compile(
    r"^(?:you )?(?:are |is )?(?:well enough to be )?up and about for (?:at least |more than )?half (?:of )?the day"
)


def read(words: Words) -> Rule | None:
    """The rule of scores on one or two scales; a scale for children (Lansky) stays as written."""
    if not _CUE.search(words.text):
        return None
    text = words.masked(_WINDOW).masked(_LAY).part(0)
    if not _SCALE.search(text.text) and not re.search(r"\bperformance (?:status|score)\b|^ps\b", text.text):
        return None
    if CONDITION.search(re.sub(r"(?:oncology|cooperative) group", "", text.text)) or re.search(
        r"\bage|years|decline|change|improve|deteriorat", text.text
    ):
        return None
    parts = _parts(text)
    if not parts:
        return None
    rules: list[Rule] = []
    unread = False
    for scales, part in parts:
        read = _score(part, scales)
        if read is None:
            return None
        unread = unread or "lansky" in scales
        rules.extend(read)
    if not rules:
        return None
    if unread:
        return None if words.excludes else AnyOf(of=(*rules, words.as_written()))
    return any_of(rules)


def _parts(words: Words) -> list[tuple[frozenset[str], Words]] | None:
    """The stretches of one score each, with the scales named in it: "ECOG 0-2 or Karnofsky ≥ 60" has two."""
    values = [match.start() for match in re.finditer(r"\d", words.text)]
    if not values:
        return None
    parts: list[tuple[frozenset[str], Words]] = []
    start = 0
    for match in _SCALE.finditer(words.text):
        before = words.text[start : match.start()]
        if re.search(r"\d", before) and re.search(r"\d", words.text[match.end() :]):
            joined = re.search(r"(?:\bor\b|[(/]|\bequivalent to)\W*(?:(?:a|an|who|ecog|has|have)\s+)*$", before)
            if not joined:
                return None
            parts.append((_scales(before), words.part(start, start + joined.start())))
            start += joined.start()
    parts.append((_scales(words.text[start:]), words.part(start)))
    return parts


def _scales(text: str) -> frozenset[str]:
    return frozenset(str(match.lastgroup) for match in _SCALE.finditer(text))


def _score(words: Words, scales: frozenset[str]) -> list[Rule] | None:
    """The rules of one score; `None` if anything in the stretch is not understood."""
    first = re.search(
        r"≥|≤|<|>|=|\d|\b(?:at least|less|more|greater|lower|higher|not|no|above|below|over|under|between|from"
        r"|equal|up to)\b",
        words.text,
    )
    if not first or {"ecog", "karnofsky"} <= scales:
        return None
    read, end = _set(words.text, first.start()) or _range(words.text, first.start()) or (None, 0)
    if read is None:
        return None
    leftover = words.text[: first.start()] + " " + words.text[end:]
    leftover = _FILLER.sub(
        " ", re.sub(r"\bor\b", " ", _SCALE.sub(" ", leftover)) if "lansky" in scales else _SCALE.sub(" ", leftover)
    )
    if leftover.strip(" .;-"):
        return None
    top = max(bound for one in read for bound in (one.low or 0, one.high or 0))
    subject = "karnofsky" if "karnofsky" in scales or (not scales and top >= 40) else "ecog"
    if scales == {"lansky"}:
        return []
    if (
        (subject == "ecog") != (top <= 5)
        or (subject == "karnofsky" and top > 100)
        or (subject == "karnofsky" and top < 20)
    ):
        return None
    return [words.asks(Topic.PERFORMANCE_STATUS, subject, range=one) for one in read]


def _set(text: str, start: int) -> tuple[list[Range], int] | None:
    """ "0, 1 or 2" as a range; a set with a gap is none."""
    match = _SET.match(text, start)
    if not match:
        return None
    numbers = sorted({int(digit) for digit in re.findall(r"\d", match[0])})
    if numbers != list(range(numbers[0], numbers[-1] + 1)):
        return None
    return [Range(low=numbers[0], high=numbers[-1])], match.end()


def _range(text: str, start: int) -> tuple[list[Range], int] | None:
    found = bounds_at(text, start, _points)
    if found:
        bounds, join, end = found
        read = ranges(bounds, join, _number)
        return (read, end) if read else None
    single = re.compile(r"=?\s*([0-5])(?![\d.%])").match(text, start)
    if single:
        return [Range(low=int(single[1]), high=int(single[1]))], single.end()
    return None


def _points(text: str, start: int) -> tuple[str, int] | None:
    match = re.compile(r"\s*(%|points?\b|score\b)").match(text, start)
    return ("", match.end()) if match else None


def _number(number: str, _: str) -> tuple[float, str] | None:
    return (float(number), "") if re.fullmatch(r"\d{1,3}(?:\.0)?", number) else None
