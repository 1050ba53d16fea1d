"""Markers of a tumour or an illness by name: "EGFR mutation", "HER2-positive", "CD20+", "MSI-H"."""

from __future__ import annotations

import re
from itertools import pairwise

from index.criteria.readers.words import Words, any_of
from index.criteria.rule import AllOf, Not, Rule, Topic

_GENES = (
    r"egfr|alk|ros-?1|braf|kras|nras|hras|ras|her-?2(?:/neu)?|erbb2|her3|brca(?: ?1/2| ?1"
    r" ?(?:and|or|/) ?2| ?1| ?2)?|pd-?l1|ntrk(?:1/2/3)?|met|ret|fgfr[1-4]?|idh-?[12](?:/2)?"
    r"|flt-?3|npm1|jak-?2|mpl|calr|bcr[-/]abl1?|mgmt|pik3ca|tp53|p53|tmb|msi|kit|c-kit"
    r"|pdgfr[ab]?|esr1|pten|hpv|p16|cd19|cd20|cd22|cd30|cd33|cd38|cd79b|bcma"
    r"|estrogen receptors?|oestrogen receptors?|progesterone receptors?|hormone receptors?|er"
    r"|pr|hr|philadelphia(?: chromosome)?|ph|cldn18\.2|claudin ?18\.2|trop-?2|psma|gd2"
    r"|nectin-?4|folate receptor alpha|tpmt|ebv|cftr|apoe4?|hla[- ]?\w+(?:\*\d\d(?::\d\d)?)?"
)
_FINDING = (
    r"mutations?|mutated|mutant|mutation-positive|amplification|amplified|re-?arrangements?"
    r"|fusions?|translocations?|deletions?|overexpression|over-expression|expression|expressing"
    r"|positivity|positive|negative|wild[- ]?type|v600[ek]?|g12c|alterations?|loss|deficient|\+"
    r"|-h(?:igh)?\b|high"
)
_MARKER = re.compile(
    rf"(?<![a-z0-9])(?P<gene>{_GENES})(?:\s*\((?:[a-z0-9 /-]{{1,14}})\))?(?:[\s-]*(?:gene|exon"
    rf" \d+|activating|sensitizing|sensitising|actionable|driver|status|tumou?rs?|v600[ek]?|g12c"
    rf"|protein|receptor|internal tandem|itd|test(?:s|ing)?(?: is| was)?|is|by ihc"
    rf"|tumor)\b)*[\s-]*(?P<finding>{_FINDING})(?![a-z])"
)
_BEFORE = re.compile(
    r"\b(?:activating|sensitizing|sensitising|known|documented|presence of|confirmed|positive|negative)\b"
)
_NOT = re.compile(
    r"^(?:(?:patients?|subjects?|participants?|tumou?rs?|must|should|the|with|who|has|have|is"
    r"|are|be|known|known to)\s+)*(?:no\b|not\b|without|absence of|lack\w*|negative for|free of"
    r"|do not|does not)"
)
_INNER = re.compile(
    r"\b(?:no|not|non|without|unless|except|if|may|can|unknown|either|neither|eligible"
    r"|regardless|any|irrespective)\b|other than"
)
_ENDS = {
    "+": "positive",
    "-h": "high",
    "-high": "high",
    "mutated": "mutation",
    "mutant": "mutation",
    "mutations": "mutation",
    "mutation-positive": "mutation",
    "positivity": "positive",
    "fusions": "fusion",
    "amplified": "amplification",
    "rearrangements": "rearrangement",
    "re-arrangement": "rearrangement",
    "re-arrangements": "rearrangement",
    "translocations": "translocation",
    "deletions": "deletion",
    "over-expression": "overexpression",
    "expressing": "expression",
    "alterations": "alteration",
    "wild type": "wild-type",
    "wildtype": "wild-type",
}


def read(words: Words) -> Rule | None:
    """The rule of a statement that names one marker or several in a row; what stands beside them narrows."""
    if (
        not re.search(
            r"mutat|positiv|negativ|amplif|arrange|fusion|express|\+|-h|wild|v600|g12c|delet|transloc"
            r"|loss|alteration|deficien",
            words.text,
        )
        or len(words.text) > 260
    ):
        return None
    text = words.part(0)
    found = list(_MARKER.finditer(text.text))
    if not found or any(
        match["gene"] in {"hpv", "ebv", "er", "pr", "hr", "ph", "met", "ret", "kit"}
        and match["finding"] in {"high", "loss", "expression"}
        for match in found
    ):
        return None
    refused = _NOT.match(text.text)
    if (refused and text.excludes) or _INNER.search(text.text[refused.end() if refused else 0 :]):
        return None
    if re.match(r"(?:for|if|when|in|where)\b", text.text) or re.search(
        r"[;]|\. |\bconsent|\btests?\b|\bvaccin", text.text
    ):
        return None
    leaves: list[Rule] = [
        text.asks(Topic.BIOMARKER, _subject(match), start=match.start(), end=match.end(), value=True) for match in found
    ]
    between = [text.text[left.end() : right.start()] for left, right in pairwise(found)]
    either = all(re.search(r"\bor\b|/|,", gap) for gap in between) and not any(
        re.search(r"\band\b", gap) for gap in between
    )
    if len(leaves) > 1 and not (either and any("or" in gap for gap in between)) and not refused:
        return (
            AllOf(of=(*leaves, text.as_written()))
            if not text.excludes and all("and" in gap for gap in between)
            else None
        )
    outside = text.text[: found[0].start()] + " " + text.text[found[-1].end() :]
    if re.search(r"\bor\b", outside):
        return None
    rule = any_of(leaves)
    if re.search(
        r"[a-z]",
        re.sub(
            r"\b(?:patients?|subjects?|participants?|with|known|documented|presence|of|has|have|a|an"
            r"|the|must|be|is|are|who|tumou?rs?|confirmed|status|disease|harbou?r\w*|no|not|without"
            r"|absence|gene)\b",
            " ",
            outside,
        ),
    ):
        rule = AllOf(of=(rule, text.as_written()))
    return Not(of=rule) if refused else rule


def _subject(match: re.Match[str]) -> str:
    finding = re.sub(r"\s+", " ", match["finding"]).strip()
    gene = (
        re.sub(r"\s+", " ", match["gene"])
        .replace("her-2", "her2")
        .replace("her2/neu", "her2")
        .replace("ros-1", "ros1")
        .replace("pdl1", "pd-l1")
        .replace("pd-l1", "pd-l1")
    )
    exact = re.search(r"v600[ek]?|g12c", match[0])
    return f"{gene} {exact[0] if exact and finding.startswith(('mut', exact[0])) else _ENDS.get(finding, finding)}"
