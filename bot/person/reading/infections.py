"""The infections that trials ask for by name, had or not had, by the words right before and behind the name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from bot.person.reading.message import Found, Message
from bot.person.reading.words import any_of, lists
from index.criteria.rule import Attribute, Topic


@cache
def _infections() -> re.Pattern[str]:
    groups = "|".join(f"(?P<{subject}>{any_of(names)})" for subject, names in lists("infections").items())
    return re.compile(rf"(?<![\w-])(?:{groups})(?![\w])")


_PLUS = re.compile(
    r"\s*(?:-|–|status\s*(?:is|:)?|test|is|was|:|=|infection|virus|\()*\s*(?P<sign>positive|pos\b|\+(?!\w)|carrier|"
    r"yes\b|infected)"
)
_MINUS = re.compile(
    r"\s*(?:-|–|status\s*(?:is|:)?|tests?|is|was|:|=|infection|virus|and (?:hbv|hcv|hiv|hep(?:atitis)? [bc])|"
    r"\()*\s*(?:negative|neg\b|no\b|none\b|never\b|-ve)"
)
_HAS = re.compile(
    r"(?:\b(?:i|he|she|who|also|and|'ve|have|has|had)\s+(?:have|has|had|got|also have)|have|has|had|got|living with|"
    r"lives with|diagnosed with|infected with|affected by|positive for|suffer(?:ing|s)? (?:from|with)|with|"
    r"coinfection with|co-infected with|history of|h/o|contracted|caught)\s+(?:been diagnosed with |"
    r"been living with )?(?:chronic |active |an? |the |both |also |a history of )*$"
)
_NO = re.compile(
    r"\b(?:negative for|no(?: history of| known| active)?|n't have|not have|never had|denies|without|free of|"
    r"don'?t have)\s+(?:any |a )?(?:(?:hiv|hep(?:atitis)?|hbv|hcv|aids|tb|tuberculosis|[bc]|or|and|,)[\s,]+)*$"
)
_ELSE = re.compile(
    r"\s*(?:vaccin\w*|immuni\w*|vacc\b|shots?|antibod\w+|surface|core|test(?:ed|ing)?\b(?! (?:negative|positive|is|"
    r"was))|prep\b|prevention|exposure|trials?|stud)"
)
_OR_C = re.compile(r"\s*(?:and|or|nor|/|,|&)\s*c\b")
_CURED = re.compile(
    r"\b(?:cured|cleared|clear of|svr|used to have|treated for|resolved|history of|h/o|in the past(?! \d| few| two|"
    r" three)|was (?:positive|infected))\b|\b(?:had)\s+$"
)


def infections(message: Message) -> Iterator[Found]:
    """HIV, hepatitis B and C, tuberculosis: had or not had, by what stands right before and behind the name."""
    low = message.low
    for match in _infections().finditer(low):
        subject = str(match.lastgroup)
        before = low[max(message.sentence(match.start())[0], match.start() - 60) : match.start()]
        if _ELSE.match(low, match.end()) or re.search(
            r"\b(?:latent|anti|co-?infected|test(?:ed)? for|vaccinated (?:for|"
            r"against)|immune to|against|about|family|risk of|"
            r"exposed to)[\s-]*$",
            before,
        ):
            continue
        minus = _MINUS.match(low, match.end())
        plus = None if minus else _PLUS.match(low, match.end())
        lead = _NO.search(before) or _HAS.search(before)
        sign = minus or plus
        if not (sign or lead):
            continue
        denial = message.denial(match.start())
        if sign and denial is not None and "," in low[denial : match.start()]:
            denial = None  # "not pregnant, HIV positive"
        end = sign.end() if sign else match.end()
        value = not (minus or denial is not None or (not plus and _NO.search(before)))
        start = match.start() - len(before) + lead.start() if lead else match.start()
        start = start if denial is None else min(denial, start)
        left, right = message.clause(match.start())
        unsure = message.unsure(match.start(), end) or (value and bool(_CURED.search(low, left, right)))
        yield Found(
            Attribute(topic=Topic.INFECTION, subject=subject),
            value,
            min(start, match.start()),
            end,
            at=match.start(),
            unsure=unsure,
        )
        if subject == "hepatitis_b" and (also := _OR_C.match(low, match.end())):
            yield Found(
                Attribute(topic=Topic.INFECTION, subject="hepatitis_c"),
                value,
                min(start, match.start()),
                max(end, also.end()),
                at=match.start(),
                unsure=unsure,
            )
