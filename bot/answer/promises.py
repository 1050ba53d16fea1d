"""Words that no statement about a trial may hold: a promise, a decision of the study team's, or a doctor's advice.

A table, read as written: a sentence that only denies one of these is refused too, since a reader may miss the "not".
"""

from __future__ import annotations

import re

_YOU = (
    r"(?:you|your (?:mother|father|wife|husband|partner|daughter|son|child|sister|brother|friend|relative)|the patient"
    r"|he|she)"
)
_ARE = r"(?: are| is|'re|'s| seems?| appears?| looks?| will be| would be)(?: not|n't)?"
_OPEN = r"(?<!whether )(?<!if )"  # "the study team decides whether you are eligible" decides nothing

_REFUSED: dict[str, tuple[str, ...]] = {
    "decides who can join": (
        rf"{_OPEN}\b{_YOU} (?:do |does |definitely |clearly |now |already |certainly |probably )*qualif(?:y|ies)\b",
        rf"{_OPEN}\b{_YOU} (?:do |does |don't |doesn't )?(?:\w+ )?(?:meets?|satisf(?:y|ies)|fulfils?) "
        r"(?:all|every|the|most)\b",
        rf"{_OPEN}\b{_YOU}{_ARE} (?:\w+ )?(?:in)?eligible\b",
        rf"{_OPEN}\b{_YOU}{_ARE} (?:a |an )?(?:\w+ )?(?:match|fit|candidate) for\b",
        rf"{_OPEN}\b{_YOU} (?:would|will|do|does)(?: not|n't)? qualify\b",
        rf"{_OPEN}\b{_YOU} (?:can|could)(?: ?not|'t)? (?:\w+ )?(?:join|take part|enrol|participate)",
        rf"\b{_YOU} (?:will not|won't|may not) (?:\w+ )?(?:join|take part|enrol|participate)",
        r"\b(?:right|suitable|ideal|perfect|good|best|unsuitable|wrong) (?:\w+ )?for (?:you|him|her|your \w+)\b",
        r"\b(?:accepts?|rejects?|excludes?|rules? out|takes?) (?:you|him|her)\b",
        r"\b\d+ ?(?:%|percent|per cent) (?:match|chance (?:of|that you)|likely to (?:qualify|be eligible))",
    ),
    "promises an effect": (
        r"\b(?:will|can|does|would|could|may|might) (?:\w+ )?cures?\b",
        r"\bcured?s? (?:you|your|him|her|them)\b",
        r"\b(?:a|the) cure for\b",
        r"\bwill (?:\w+ )?(?:help|heal|save|work for|benefit|improve|relieve|protect|fix) (?:you|your|him|her|them)\b",
        r"\byou(?:r \w+)? will (?:\w+ )?(?:benefit|get better|feel better|recover|improve|live longer|survive)\b",
        r"\b(?:miracle|wonder drug|game[- ]chang\w+|revolutionary|life[- ]saving|unprecedented"
        r"|best (?:treatment|hope|option|chance))"
        r"\b",
        r"\bbreakthrough\b(?! (?:cancer |fungal |invasive )?(?:infection|pain|bleed|seizure|symptom|disease|candid"
        r"|varicella|nausea|vomiting|headache|migraine|h[a]?emolysis|designation|therapy designation|covid|spotting))",
        r"\bguarante\w+",
        r"\b100 ?(?:%|percent|per cent) (?:safe|effective|certain|cure)",
        r"\b(?:proven|proved) (?:to (?:be |work)|safe|effective|treatment|cure)",
    ),
    "promises safety": (
        r"\b(?:completely|totally|perfectly|entirely|absolutely|very|quite) safe\b",
        r"\b(?:no|without(?: any)?) (?:risks?|side effects)\b(?! of| for| from)",
        r"\brisk[- ]free\b",
        r"\bnothing to worry about\b",
    ),
    "advises": (
        rf"\b{_YOU} (?:should|must|need to|ought to|have to|had better) (?:\w+ )?(?:not )?"
        r"(?:take|stop|start|join|enrol\w*|switch|change|increase|reduce|lower|raise|skip|avoid|choose|try|begin|continue"
        r"|keep taking|give up|quit|wait)\b",
        r"\b(?:i|we) (?:would )?(?:recommend|advise|suggest|urge)\b",
        r"^(?:please )?(?:stop|start|take|skip|increase|reduce|double|switch|quit) (?:taking |using |your )",
        r"\bit is (?:safe|better|best|wise) (?:for you )?to\b",
        r"\bdo not (?:talk|speak|tell|listen) to (?:your|the) doctor\b",
    ),
}
# "To find out whether it is safe and effective" is a study's aim; without such a word before it, it is a claim.
_WHEN_NOT_ASKED = re.compile(
    r"\b(?:(?:is|are) (?:\w+ ){0,3}safe|safe and effective|effective and safe|safe, effective)\b"
    r"(?! (?:dose|doses|method|contracepti))"
)
_ASKED = re.compile(r"\b(?:whether|if|how)\b")
_COMPILED = {kind: tuple(re.compile(pattern) for pattern in patterns) for kind, patterns in _REFUSED.items()}

# Words that speak for a trial: only where the record has them.
_LOADED = re.compile(
    r"\b(?:free|at no cost|no costs?|paid|pays|reimburse\w*|insur\w+|compensat\w+|safe|safer|safely|safest|effective"
    r"|promising|proven|novel|innovative|new (?:treatment|drug|medicine|therapy)|better|best|superior|improves?"
    r"|painless|natural)\b"
)


def loaded_words(text: str) -> list[str]:
    """The words of `text` that speak for a trial; those after "whether" only say what a study asks."""
    words = text.lower()
    asked = _ASKED.search(words)
    return _LOADED.findall(words, 0, asked.start() if asked else len(words))


def promise_in(text: str) -> str | None:
    """What `text` does that it must not, in a few words; `None` if nothing."""
    words = " ".join(text.lower().replace("’", "'").split())
    for kind, patterns in _COMPILED.items():
        if any(pattern.search(words) for pattern in patterns):
            return kind
    effective = _WHEN_NOT_ASKED.search(words)
    return "promises an effect" if effective and not _ASKED.search(words, 0, effective.end()) else None
