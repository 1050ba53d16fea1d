"""What words name a condition: known names, the endings that such names have, and phrases that only look like one."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache, lru_cache

from bot.person.reading.words import any_of, lists


@cache
def _heads() -> re.Pattern[str]:
    words = lists("conditions")["heads"]
    whole = [word for word in words if not word.startswith("*")]
    endings = "|".join(word[1:] for word in words if word.startswith("*"))
    return re.compile(rf"(?<![\w'-])(?:{any_of(whole)}|[a-zé'-]{{2,}}(?:{endings}))(?![\w'])")


@cache
def whole(name: str) -> re.Pattern[str]:
    return re.compile(any_of(lists("conditions")[name]))


@cache
def tail() -> re.Pattern[str]:
    return re.compile(rf"\b{any_of(lists('conditions')['tails'])}$")


@cache
def starting(name: str) -> re.Pattern[str]:
    return re.compile(any_of(lists("conditions")[name]) + r"(?=\s|$)\s*")


@cache
def _known_words() -> tuple[str, ...]:
    return tuple(word for word in lists("conditions")["heads"] if re.fullmatch(r"[a-z]{7,}", word))


def is_condition(phrase: str) -> bool:
    """Whether words name a condition, by their last one or the one before "of"; a slip of spelling is forgiven."""
    if (
        not 1 < len(phrase) <= 70
        or len(phrase.split()) > 7
        or whole("general").fullmatch(phrase)
        or starting("not_leads").match(phrase)
    ):
        return False
    if tail().search(phrase) and not re.search(r"(?:^|\s)[a-z]*cells?$", phrase):
        return False
    last = phrase.split()[-1]
    if whole("never").fullmatch(last):
        return False
    found = list(_heads().finditer(phrase))
    if found and (
        found[-1].end() == len(phrase)
        or re.match(
            r"\s+(?:of (?:the )?|type |stage |grade |class |"
            r"genotype )[\w' -]+$|\s+(?:stage |grade |type )?(?:[ivx]+[abc]?|"
            r"\d[a-z]?)$",
            phrase[found[-1].end() :],
        )
    ):
        return True
    return len(last) >= 7 and _misspelt(last)


@lru_cache(maxsize=4096)
def _misspelt(word: str) -> bool:
    return bool(get_close_matches(word, _known_words(), n=1, cutoff=0.86))
