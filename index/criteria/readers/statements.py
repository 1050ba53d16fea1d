"""A statement that names illnesses, treatments or allergies, one or a list of them, with what narrows or refuses it.

Every item keeps its place in the rule: what is not read stays as written, where it makes nothing certain.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from index.criteria.readers import treatments
from index.criteria.readers.allergy import allergic_to, read_allergy, read_named_allergy
from index.criteria.readers.certainty import decidable
from index.criteria.readers.conditions import Found, completed, read_condition
from index.criteria.readers.groups import Group, in_part, joined
from index.criteria.readers.items import Item, items, without_example_words
from index.criteria.readers.lexicon import names_illness, phrase
from index.criteria.readers.naming import lead
from index.criteria.readers.windows import WINDOW, window_days, windows
from index.criteria.readers.words import Words
from index.criteria.rule import AllOf, Not, Rule, Topic, requirements_in

Reader = Callable[[Words], Rule | None]

_FOR_SOME = re.compile(
    r"(?:for|if|when|where|whenever|in case|in patients|in subjects|in women|in men|in those"
    r"|unless|except|once|note|after|during|at|prior to|before|while)\b"
)
_TURNS = re.compile(
    r"\b(?:must|(?:are|is) defined|should|shall|may|can|cannot|could|will|would|need|needs|allowed|permitted"
    r"|eligible|acceptable|included|if|when|only|provided|unless|also|preferably)\b"
)
_TURNS_BACK = re.compile(
    r"\b(?:allowed|permitted|eligible|acceptable|exempt|(?:not|without being) (?:an?"
    r" )?(?:exclu\w+|reason)|are included|is included|can be|may be (?:included|enrolled)|may"
    r" participate|may enrol|will not|should not|do not|does not apply|not considered|(?:is"
    r"|are) not an?|not (?:be )?regarded)\b"
)
_RELATIVE = re.compile(r"\b(?:that|which|who)\s+(?:may|can|could|would|will|might|cannot|should|must)\b")
_GOVERNS = re.compile(
    r"\b(?:of|for|from|with|to|by|in|on|due|related|caused|associated|requiring|that|which|who"
    r"|without|after|before|including|such as|like|about|against|regarding|toward|into)\b"
)
_SENTENCE = re.compile(r"(?<=[a-z0-9)]{3})\.\s+(?=[a-z(])")
_ABBREVIATED = re.compile(r"\b(?:etc|e\.g|i\.e|vs|approx|incl|resp|inc|dr|st|no|spp)$")
_LABEL = re.compile(r"[a-z][a-z /&-]{2,48}:\s+(?=[a-z])")
_LABEL_TURNS = re.compile(
    r"\b(?:family|allerg\w*|include\w*|including|except\w*|test\w*|treatments?|therap\w*"
    r"|medications?|risk|definition|defined|following|not|no|cohort|group|arm|part|phase|for"
    r"|score|scale|history)\b"
)
_TAIL = re.compile(
    r"\b(?:requir\w*|that|which|who|treated|defined|need\w*|with|due|caused|leading|associated"
    r"|despite|receiving|on|using|for|by|resulting|when|after)\b"
)
_SOME_PEOPLE = re.compile(
    r"(?:(?:male|female|adult|p[a]?ediatric|elderly|older|young|adolescent|hospitali[sz]ed"
    r"|ambulatory|symptomatic|caucasian)(?:\s*(?:,|and|or|/)\s*(?:male|female|adult"
    r"|p[a]?ediatric|elderly|adolescent))*\s+)?"
    r"(?:patients?|subjects?|participants?|individuals?|volunteers?|outpatients?|inpatients?"
    r"|adults?|children|child|adolescents?|men|women|infants?|boys?|girls?|athletes?|workers?"
    r"|residents?)"
    r"(?:\s*(?:and|or|/|,)\s*(?:adults?|children|adolescents?|men|women|girls))?\s+(?=with|who"
    r"|diagnosed|suffering|having|affected|that|undergoing|receiving)"
)
_ANY = re.compile(r"(?:or |and )?(?:to )?(?:any|an?|the|one)\b(?! (?:history|prior|previous|known))")
_LISTS = re.compile(
    r"\b(?:requir\w*|that|which|who|due|caused|secondary|defined|treated|need\w*|interfer\w*|associated|resulting|leading|class|grade|stage)\b"
)
_SHARED = re.compile(r"\b(?:that|which|who|within|requir\w*|during)\b")
_EITHER_SEX = re.compile(
    r"(?:^|(?<=[,;]))\s*(?:both |either )?(?:(?:males?|m[ae]n|boys)\s*(?:or|and|/)\s*(?:females?|wom[ae]n|girls)"
    r"|(?:females?|wom[ae]n|girls)\s*(?:or|and|/)\s*(?:males?|m[ae]n|boys))(?=\s*(?:[,;.]|$))"
)
"""A part of a list that asks nothing, and whose "or" is not the list's."""
_BUT = re.compile(r"\b(?:but|however|although|yet)\b")


def read(words: Words, plainly: Reader) -> Rule | None:
    """The rule of a statement; `plainly` reads items of other kinds, such as laboratory values."""
    text = words.part(0)
    if _FOR_SOME.match(text.text):
        return None
    first, rest = _first_sentence(text)
    rule = _statement(first, plainly)
    if rule is None or not any(decidable(rule)):
        return None
    if rest is None:
        return rule
    permits = _TURNS_BACK.search(rest.text) or re.search(
        r"\b(?:may|can|unless|except|however|(?:not|do not|does not) include)\b", rest.text
    )
    return AllOf(of=(rule, rest.as_written())) if bool(permits) == text.excludes and not isinstance(rule, Not) else None


def _first_sentence(text: Words) -> tuple[Words, Words | None]:
    for match in _SENTENCE.finditer(text.text):
        if not _ABBREVIATED.search(text.text[: match.start()]):
            return text.part(0, match.start()), text.part(match.end())
    return text, None


def _statement(text: Words, plainly: Reader) -> Rule | None:
    label = _LABEL.match(text.text)
    if label:
        if _LABEL_TURNS.search(label[0]):
            return None
        rule = _statement(text.part(label.end()), plainly)
        return AllOf(of=(rule, text.as_written(0, label.end()))) if rule and not isinstance(rule, Not) else None
    body, refused, some = _refusal(text.masked(_EITHER_SEX).part(0))
    if not body.text or body.text.startswith("to ") or re.search(r"\bbetween\b.* and\b", body.text):
        return None
    turned = _RELATIVE.sub(" ", body.text)
    if (refused and text.excludes) or (_TURNS_BACK if text.excludes else _TURNS).search(turned):
        return None
    if refused:
        if _BUT.search(body.text):
            return None
        rule = joined(_groups(*_windowed(body), plainly, True), True)
        return Not(of=rule) if rule and not some else None
    rule = joined(_groups(*_windowed(body), plainly, False), body.excludes)
    return in_part(rule, text.as_written()) if rule and some else rule


def _refusal(text: Words) -> tuple[Words, bool, bool]:
    """The words without who is meant and without the refusal at their start; whether there was one, and whether it is
    about some people only.
    """
    place, refused = 0, False
    people = phrase("frame", "people").match(text.text)
    place = people.end() if people else 0
    some = None if people else _SOME_PEOPLE.match(text.text)
    place = some.end() if some else place
    while True:
        while place < len(text.text) and text.text[place] in " ,":
            place += 1
        if verb := phrase("frame", "refused").match(text.text, place):
            refused = True
        else:
            verb = phrase("frame", "verbs").match(text.text, place)
        if not verb:
            return text.part(place), refused, some is not None
        place = verb.end()


def _windowed(body: Words) -> tuple[Words, float | None]:
    """The words without a time window that holds for them all, and its days."""
    found = windows(body.text)
    if len(found) != 1:
        return body, None
    if found[0].end() < len(body.text.rstrip(" .;)")) and found[0].start() > 2:
        return body, None
    return body.masked(WINDOW).part(0), window_days(found[0])


def _groups(body: Words, days: float | None, plainly: Reader, refused: bool) -> list[Group]:
    groups: list[Group] = []
    state = _State()
    listed = items(body)
    of_tail = days is not None and _TAIL.search(body.text) is not None
    last = max((at for at, item in enumerate(listed) if item.anew or item.ends), default=0)
    for at, item in enumerate(listed):
        span = days if at >= last else None
        if groups and (item.examples or state.examples) and not (item.anew or item.ends):
            bare = Item(without_example_words(item.words), "", False)
            _example(groups[-1], item, _found(bare, state, span, plainly, of_tail), state)
            continue
        if groups and item.clause and not refused:
            groups[-1].end = item.words.place + len(item.words.text)
            groups[-1].narrow_to = len(groups[-1].rules)
            state.shadow = True
            continue
        if item.anew or item.ends or not groups:
            groups.append(Group(item.words.place, 0, item.join))
            if days is not None and at < last and not any(one.ends for one in listed[at + 1 : last + 1]):
                groups[-1].narrow_from = 0
            state = _State(allergy=state.allergy and _ANY.match(item.words.text) is not None)
        group = groups[-1]
        group.end = item.words.place + len(item.words.text)
        if item.join and group.rules:
            group.joins.add(item.join)
        found = _found(item, state, span, plainly, of_tail) or _shared(item, listed[at + 1 :], state)
        if found is not None:
            _typed(group, item, found, state)
        elif not state.tail or _names_something(item.words):  # else "requiring X or Y": more of what narrows
            _unread(group, item, state)
    return groups


def _typed(group: Group, item: Item, found: Found, state: _State) -> None:
    group.typed = True
    group.rules.append(in_part(found.rule, item.words.as_written()) if state.shadow or found.open else found.rule)
    if found.narrowed and not state.shadow:
        group.narrow_from = min(group.narrow_from, len(group.rules) - 1)
    if found.shared and not state.shadow:
        group.narrow_to = len(group.rules)
    state.shadow = state.shadow or found.open
    state.tail = found.open and _LISTS.search(item.words.text) is not None


def _unread(group: Group, item: Item, state: _State) -> None:
    """An item that is kept as written, where what it says may be of its neighbours as well."""
    group.unread = True
    place, narrowed, *_ = lead(item.words.text, 0, set())
    if narrowed and not state.shadow:
        group.narrow_from = min(group.narrow_from, len(group.rules))
    if _SHARED.search(item.words.text, place):
        group.narrow_to = len(group.rules)
    group.rules.append(_kept(item.words))
    state.shadow = state.shadow or bool(_GOVERNS.search(item.words.text, place))


def _example(group: Group, item: Item, found: Found | None, state: _State) -> None:
    """One of the examples of an illness or treatment: it counts by itself, and an unread one adds nothing."""
    group.end = item.words.place + len(item.words.text)
    state.examples = True
    if found and group.typed:
        partly = found.open or found.narrowed or state.shadow
        group.rules.append(in_part(found.rule, item.words.as_written()) if partly else found.rule)


@dataclass
class _State:
    """What the items so far say about the next: an allergy, a treatment, examples of what was named before.

    `shadow`: it may hang on the one before it.
    """

    allergy: bool = False
    mode: treatments.Mode | None = None
    illness: bool = False
    shadow: bool = False
    tail: bool = False
    examples: bool = False
    heard: treatments.Mode | None = None


def _found(item: Item, state: _State, days: float | None, plainly: Reader, of_tail: bool) -> Found | None:
    """What an item asks; `of_tail`: the time window may hold for what is told of an illness, not for the illness."""
    words = item.words
    if (start := allergic_to(words)) is not None:
        state.allergy = True
        return read_allergy(words.part(start))
    if state.allergy:
        return read_allergy(words)
    if found := read_named_allergy(words):
        return found
    if led := treatments.lead(words.text):
        state.heard = led[0]
    if (not state.illness or led) and (found := treatments.read_treatment(words, state.mode or state.heard, days)):
        state.mode = led[0] if led else (state.mode or treatments.UNSAID)
        return found
    if state.mode is not None:
        return None
    if found := read_condition(words, None if of_tail else days):
        state.illness = True
        return replace(found, open=True, shared=True) if of_tail and days is not None else found
    if days is None and not state.shadow and (rule := plainly(words)) and not _refuses(rule):
        return Found(rule)
    return None


def _refuses(rule: Rule) -> bool:
    return isinstance(rule, Not) or all(
        leaf.attribute.topic in {Topic.SEX, Topic.AGE} for leaf in requirements_in(rule)
    )


def _shared(item: Item, later: list[Item], state: _State) -> Found | None:
    """An adjective whose noun stands in a later item of the same group."""
    if state.allergy or state.mode is not None:
        return None
    for one in later:
        if one.anew:
            return None
        if found := completed(item.words, one.words):
            return found
    return None


_JUDGED = re.compile(
    r"\b(?:opinion|judge?ment|discretion|view) of (?:the |an? )?(?:\w+ )?(?:investigator"
    r"|physician|study|doctor)|\binvestigator'?s?'? (?:opinion|judge?ment|discretion|view)"
    r"|\b(?:deemed|considered|judged) (?:\w+ )?by the (?:\w+ )?investigator"
)


def _kept(words: Words) -> Rule:
    return words.asks(Topic.TEAM, value=True) if _JUDGED.search(words.text) else words.as_written()


def _names_something(words: Words) -> bool:
    """Whether an illness or a treatment is named anywhere in an item that was not read."""
    bare = re.sub(r"\([^()]*\)?", lambda match: " " * len(match[0]), words.text)
    named = any(bare[start:end].strip() for _, start, end in words.mentions())
    return named or any(names_illness(word) for word in re.findall(r"[a-z-]+", bare))
