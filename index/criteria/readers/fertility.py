"""Being able to become pregnant, contraception and pregnancy tests: "women of childbearing potential must use …"."""

from __future__ import annotations

import re

from index.criteria.readers.words import Words
from index.criteria.rule import AllOf, AnyOf, Not, Rule, Topic

_CUE = re.compile(
    r"contracep|birth control|child-? ?bearing|fertil|abstin|pregnancy test|barrier method"
    r"|condom|hcg|postmenopaus|menopaus|wocbp|steril|procreat"
)
_USES = re.compile(
    r"\b(?:contracepti\w+|contraceptives?|birth[- ]control|abstin\w+|abstain\w*|barrier"
    r" methods?|condoms?|avoid (?:becoming )?pregnan\w+|pregnancy prevention|prevent pregnancy"
    r"|prevention of pregnancy)\b"
)
_FERTILE = re.compile(
    r"\b(?:child-? ?bearing|reproductive|fertil(?:e|ity)|wocbp|premenopausal|pre-menopausal|can"
    r" become pregnant|able to (?:become|get) pregnant|procreat\w*)\b"
)
_NOT_FERTILE = re.compile(
    r"\b(?:post-?menopausal|surgical(?:ly)? steril\w*|steril[ei]\w*|hysterectomy|(?:non|not"
    r" (?:be )?of|no)[- ](?:child-? ?bearing|reproductive)|not (?:of )?child-? ?bearing"
    r"|infertil\w*)\b"
)
_WOMEN = re.compile(r"\b(?:wom[ae]n|females?|girls?|wocbp|she|her|women's)\b|child-? ?bearing")
_MEN = re.compile(r"\b(?:males?|men|man|boys?)\b")
_TEST = re.compile(
    r"\b(?:negative|positive)\b[^.;]{0,60}\b(?:pregnan\w*|hcg|beta-?hcg)\b[^.;]{0,20}(?:tests?"
    r"|result)?|\b(?:pregnan\w*|hcg)\b[^.;]{0,20}\btests?\b[^.;]{0,30}\b(?:negative|positive)\b"
)
_REFUSES = re.compile(r"\b(?:not|unwilling\w*|refus\w*|without|no|inability|unable|lack|inadequate|failure|fail|non)\b")
_AGREES = re.compile(
    r"\b(?:us(?:e|es|ing|ed)|agree\w*|willing\w*|must|should|required|practi[cs]\w*|consent"
    r"|commit\w*|accept\w*|employ\w*|need|adequate|effective|abstinen\w*|have|take|taking"
    r"|ensure|reliable|acceptable|contracepti\w+)\b"
)
_PLANS = re.compile(r"\b(?:pregnant or|pregnan\w+,|lactat\w*|breast-?\s?feed\w*|nursing)\b")
_HIGHLY = re.compile(
    r"\b(?:highly|two|double|2|hormonal|barrier|iud|intrauterine|oral|condoms?|abstin\w*|sperm"
    r"|donat\w*|egg|ova|pill|months?|weeks?|days?|during|throughout|until|for)\b"
)


def read(words: Words) -> Rule | None:
    """The rule of a statement about contraception, fertility or a pregnancy test."""
    if not _CUE.search(words.text) or len(words.text) > 600:
        return None
    text = words.part(0)
    if re.match(r"(?:if|in case|when|where|note)\b", text.text) or re.search(
        r"\b(?:allowed|permitted|not required|exempt)\b", text.text
    ):
        return None
    if test := _TEST.search(text.text):
        return _test(text, test)
    if uses := _USES.search(text.text):
        return _excluded(text, uses) if text.excludes else _included(text)
    return None


def _test(text: Words, test: re.Match[str]) -> Rule | None:
    """A pregnancy test: who is pregnant has no negative one; a man, or who cannot become pregnant, needs none."""
    positive = "positive" in test[0]
    if (
        positive != text.excludes
        or ("negative" in test[0] and positive)
        or re.search(r"\b(?:partners?|unless|cause)\b", text.text)
    ):
        return None
    if positive:
        others = re.search(r"\bor\b|[,;]", text.text[: test.start()] + text.text[test.end() :])
        leaf = text.asks(Topic.PREGNANCY, start=test.start(), end=test.end(), value=True)
        return None if others else AllOf(of=(leaf, text.as_written()))
    pregnant = text.asks(Topic.PREGNANCY, start=test.start(), end=test.end(), value=True)
    asked: Rule = AllOf(of=(Not(of=pregnant), text.as_written()))
    if _NOT_FERTILE.search(text.text) or (re.search(r"\bor\b", text.text) and not _WOMEN.match(text.text)):
        return AnyOf(of=(asked, text.as_written())) if _MEN.search(text.text) else asked
    if _FERTILE.search(text.text):
        rule = AnyOf(of=(Not(of=text.asks(Topic.CHILDBEARING, value=True)), asked))
        more = _USES.search(text.text) or _MEN.search(text.text) or _PLANS.search(text.text)
        return AllOf(of=(rule, text.as_written())) if more else rule
    return asked


def _included(text: Words) -> Rule | None:
    """Contraception that is asked for, of women who can become pregnant, of men, or of both."""
    if not _AGREES.search(text.text) or _REFUSES.search(
        re.sub(
            r"not (?:be )?(?:pregnan\w+|breast\w*|lactat\w*|nursing|planning|donat\w+|of child-?"
            r" ?bearing|limited)|without",
            " ",
            text.text,
        )
    ):
        return None
    uses: Rule = text.asks(Topic.CONTRACEPTION, value=True)
    if _HIGHLY.search(text.text) or _PLANS.search(text.text):
        uses = AllOf(of=(uses, text.as_written()))
    women, men = (
        _WOMEN.search(text.text),
        _MEN.search(re.sub(r"male (?:condoms?|partners?|contracept\w+|steril\w+)", " ", text.text)),
    )
    partner = re.search(r"\bpartners?\b", text.text)
    if _NOT_FERTILE.search(text.text) and not _FERTILE.search(text.text):
        return AnyOf(of=(uses, text.as_written()))
    if men and (not women or (partner and _MEN.match(text.text))):
        return AnyOf(of=(text.asks(Topic.SEX, value="female"), uses, text.as_written()))
    if women and men:
        return AnyOf(of=(uses, text.as_written()))
    if _FERTILE.search(text.text) or women:
        return AnyOf(of=(Not(of=text.asks(Topic.CHILDBEARING, value=True)), uses))
    return AnyOf(of=(uses, text.as_written()))


def _excluded(text: Words, uses: re.Match[str]) -> Rule | None:
    """Who can become pregnant and uses nothing against it."""
    before = text.text[: uses.start()]
    refuses = _REFUSES.search(before)
    if (
        not refuses
        or _PLANS.search(before)
        or "pregnant" in before
        or re.search(
            r"[;.]|\bor\b",
            re.sub(
                r"\b(?:women|men|woman|females?|males?|unwilling|unable|not|potential|refus\w+|willing"
                r"|using|able|pre\w*|\(?wocbp\)?) or\b",
                " ",
                before,
            ),
        )
    ):
        return None
    if re.search(
        r"\bor\b(?! (?:more|other|an?|adequate|effective|double|abstin\w*|barrier|iud|hormonal"
        r"|intrauterine|condoms?|surgical|methods?|acceptable))|[;]",
        text.text[uses.end() :],
    ):
        return None
    parts: list[Rule] = [Not(of=text.asks(Topic.CONTRACEPTION, value=True))]
    if _FERTILE.search(before) or _WOMEN.search(before):
        parts.insert(0, text.asks(Topic.CHILDBEARING, value=True))
    if _MEN.search(before) and not re.search(r"\bfemale|\bwom[ae]n", before):
        parts.insert(0, text.asks(Topic.SEX, value="male"))
    if _MEN.search(before) and _WOMEN.search(before):
        return AllOf(of=(Not(of=text.asks(Topic.CONTRACEPTION, value=True)), text.as_written()))
    return AllOf(of=(*parts, text.as_written()))
