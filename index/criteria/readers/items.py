"""A criterion's words as a list: its items, how they are joined, and which begin anew ("…, or a history of …")."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.criteria.readers.allergy import ALLERGIC
from index.criteria.readers.lexicon import phrase, words
from index.criteria.readers.words import Words

_CUT = re.compile(
    r"(?P<paren>[()\[\]])|\s*(?P<mark>[,;])(?!\d)\s*(?:(?P<first>and/or|or|and|nor|as well as)\b)?"
    r"|\s+(?P<second>and/or|or|and|nor|as well as|&)(?=\s)|(?<=[a-z]{3})\s?(?P<slash>/)\s?(?=[a-z]{3})"
)
_EXAMPLES = re.compile(
    r"(?:(?:but )?not limited to|including|such as|e\.?g\b|for example|for instance|like"
    r"|i\.e)\b[\s.,:]*(?:but not limited to)?[\s.,:]*"
)
_ALLERGY = re.compile(r"allerg|hypersens|anaphyl|intoler|sensitiv|idiosyn")
_CLAUSE = re.compile(
    r"(?:who|that|which|whose|has|have|had|is|are|was|were|as|if|with|without|requiring"
    r"|requires?|defined|according|confirmed|based|despite|due|including|but|when|where|while"
    r"|resulting|leading|causing|treated|within|for"
    r"|in|on|at|during|after|before|since|unless|except|not|to|from|by|being|having|receiving"
    r"|whether|regardless|likely|need\w*|such as|e\.g|i\.e|currently|even|only|also|either"
    r"|until|documented by)\b"
)
"""Words that begin a clause on what stands before it, where no "or" does."""
_ANEW = re.compile(
    r"(?:(?:or|and)\s+)?(?:(?:any|an?|known|documented|personal|medical|past|prior|previous"
    r"|current|the|clinical|active|recent|positive|severe|serious|significant|uncontrolled)\s+)*"
    r"(?:history|presence|evidence|diagnos\w+|existence|patients?|subjects?|participants?|those"
    r"|individuals?|who|has|have|had|is|are|use|treatment|therapy|receipt|received|receiving"
    r"|currently|allerg\w+|hypersensitiv\w+|intoleran\w+"
    r"|any(?! other)|concomitant|concurrent|contraindication\w*|participation|inability|unable"
    r"|pregnan\w+|known|taking)\b"
)


@dataclass(frozen=True, slots=True)
class Item:
    """`join`: what stands before it ("or", "and", "," or nothing); `anew`: it does not lean on the items before it.

    `ends`: a semicolon stands before it.
    """

    words: Words
    join: str
    anew: bool
    ends: bool = False

    @property
    def examples(self) -> bool:
        """Whether it gives examples of the item before it."""
        return self.join in {",", "and", "or"} and not self.ends and _EXAMPLES.match(self.words.text) is not None

    @property
    def clause(self) -> bool:
        """Whether it only says more about the item before it."""
        return self.join in {",", "and"} and not self.ends and _CLAUSE.match(self.words.text) is not None


def items(body: Words) -> list[Item]:
    """The items of a list, at the commas, "and"s and "or"s that stand outside brackets and outside names."""
    spans = [(start, end) for _, start, end in body.mentions()]
    if _ALLERGY.search(body.text):
        spans += [(match.end() - len(match[0].lstrip(" ,/")), match.end()) for match in ALLERGIC.finditer(body.text)]
    found: list[Item] = []
    depth, place, join, ends = 0, 0, "", False
    for match in _CUT.finditer(body.text):
        if match["paren"]:
            depth = max(0, depth + (1 if match[0] in "([" else -1))
            continue
        if depth or any(start < match.end() and match.start() < end for start, end in spans):
            continue
        item = body.part(place, match.start())
        said = match["first"] or match["second"] or ("or" if match["slash"] else ",")
        if _only_leads(item.text) and not any(place <= start < match.start() for start, _ in spans):
            continue
        if item.text:
            found.append(Item(item, join, _anew(item.text, join), ends))
            join, ends = "", False
        join = "or" if said in {"or", "and/or", "nor"} else "and" if said in {"and", "&", "as well as"} else join or ","
        ends = ends or match["mark"] == ";"
        place = match.end()
    last = body.part(place)
    if last.text:
        found.append(Item(last, join, _anew(last.text, join), ends))
    return found


def _anew(text: str, join: str) -> bool:
    return _ANEW.match(text) is not None and not (join in {",", "and"} and _CLAUSE.match(text))


def _only_leads(text: str) -> bool:
    """Whether the words name nothing: "known or …", "severe or …", "moderate, …"."""
    left = phrase("frame", "harmless", "widens").sub(" ", text)
    return all(
        word in words("frame", "narrows") or word.isdigit() or word in {"or", "and"}
        for word in re.findall(r"[a-z0-9-]+", left)
    )


def without_example_words(item: Words) -> Words:
    match = _EXAMPLES.match(item.text)
    return item.part(match.end()) if match else item
