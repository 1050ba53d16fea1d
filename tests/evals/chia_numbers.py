"""Numeric comparisons that Chia's annotators marked: analyte, comparator, value and unit, read without our readers.

Gold is a Measurement joined to a Value by `has_value`, if the table has the analyte, by whatever spelling, and the
value compares with a number. Left out, and counted: values without a number, changes, numbers without a comparison, and
signs that the data set lost ("= 30 ml/min" where trials have ≥ or ≤). Limits in units that cannot be meant ("hemoglobin
< 9 mg/dL") stay in: our readers refuse them, which counts as missed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from index.criteria.plain import plain
from index.criteria.rule import Requirement, Topic
from index.criteria.units import ULN, analyte_named, analytes, analytes_in, convert, unit_at, unit_in, units_of
from index.trial import Frozen
from tests.evals.chia_brat import Entity, Line

SAME = 0.002  # two values are one if they differ by less than this share: what rounding to a printed figure gives


class Compared(Frozen):
    """A comparison. `meanings`: its value in canonical units; several where no unit stands beside it."""

    subject: str
    sign: str
    meanings: tuple[tuple[float, str], ...]
    place: tuple[int, int] = (0, 0)

    def same(self, other: Compared, within: float = SAME) -> bool:
        return (self.subject, self.sign) == (other.subject, other.sign) and any(
            unit == unit_ and abs(value - value_) <= within * max(abs(value), abs(value_))
            for value, unit in self.meanings
            for value_, unit_ in other.meanings
        )

    def __str__(self) -> str:
        value, unit = self.meanings[0] if self.meanings else ("?", "?")
        return f"{self.subject} {self.sign} {value} {unit}"


# --- what the annotators marked

_SIGNS = (
    (
        ">=",
        r">\s?/?\s?=|>\s?or\s?=|=\s?/?\s?>|>_|≥|(?:greater|more|higher|larger)(?: than)?,? or equal(?: to)?"
        r"|equal (?:to )?or (?:greater|more|higher|above)(?: than)?|at least|no(?:t)? (?:less|lower|fewer) than"
        r"|minimum(?: of)?|at/above|not below",
    ),
    (
        "<=",
        r"<\s?/?\s?=|<\s?or\s?=|=\s?/?\s?<|<_|≤|(?:less|lower|fewer|smaller)(?: than)?,? or equal(?: to)?"
        r"|equal (?:to )?or (?:less|lower|below)(?: than)?|at most|up to|no(?:t)? (?:more|greater|higher) than"
        r"|(?:not|no) exceed\w*|maximum(?: of)?|not above",
    ),
    (">", r">|(?:greater|more|higher|larger) than|above|over\b|exceed\w*|in excess of|beyond|major than"),
    ("<", r"<|(?:less|lower|fewer|smaller) than|ess than|below|under\b"),
)
_SIGN = re.compile("|".join(f"(?P<s{number}>{spelled})" for number, (_, spelled) in enumerate(_SIGNS)))
_LATE = re.compile(
    r"\b(?:or|and|/)\s?(?:(?P<up>more|greater|higher|above|over|worse)|(?P<down>less|lower|below|under|better))\b"
)
_IN_UNITS = re.compile(
    r"(?:[x×*]\s*)?\b10\s?(?:[\^*]+|e\+?)?\s?\(?\d\)?(?=\s*(?:cells?)?\s*/)|/\s?10\^?9|1[.,]7\d?\s?m\w*[2²^*m]*"
    r"|\bmm\s?\^?3|\bm\s?\^?2|\bh\s?-\s?1\b|(?<=\d)/30\b"
)
_NUMBER = re.compile(
    r"\d{1,3}(?:[,.' ]\s?\d{3})+(?!\d)|\d+(?:[.,]\d+)?|\b(?:twice|triple|two|three|four|five|ten|one)\b"
)
_WORDS = {"twice": 2, "triple": 3, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "ten": 10}
_LIMIT = re.compile(r"\buln\b|\bunl\b|upper|\bnormal\b|\biuln\b")
_JOIN = re.compile(r"^[^a-z0-9]*(?:-|to|and|~)[^a-z0-9]*$")


def marked(line: Line, left_out: Counter[str]) -> list[Compared]:
    """The gold comparisons of a criterion; `left_out` counts the values that are none, by reason."""
    found: list[Compared] = []
    for measurement, value in _values_of(line):
        subjects = subjects_of(measurement)
        if not subjects:
            continue
        read = _pressures(value) if subjects == _PRESSURES else None
        if read is None:
            each = [compared(subject, value) for subject in subjects]
            reasons = [one for one in each if isinstance(one, str)]
            read = reasons[0] if reasons else [one for found_ in each if not isinstance(found_, str) for one in found_]
        if isinstance(read, str):
            left_out[read] += 1
            continue
        for one in read:
            if not any(one.same(other) for other in found):
                found.append(one)
    return _once(found)


def _values_of(line: Line) -> Iterator[tuple[Entity, str]]:
    """Each measurement with its value's words; the classes of one list, "I, II or III", are one value."""
    classes: dict[str, tuple[Entity, list[str]]] = {}
    for measurement, value in [*line.related("has_value"), *_unrelated(line)]:
        if value.type != "Value":
            continue
        if subjects_of(measurement)[:1] in (("nyha",), ("asa",), ("child_pugh",)):
            classes.setdefault(measurement.id, (measurement, []))[1].append(value.text)
        else:
            yield measurement, value.text
    for measurement, texts in classes.values():
        yield measurement, " , ".join(texts)


def _unrelated(line: Line) -> Iterator[tuple[Entity, Entity]]:
    """Values that the annotators related to nothing, or to the men or women whom they hold for: they are taken for the
    nearest measurement before them, if they have a unit of it.
    """
    related = {value.id for one, value in line.related("has_value") if one.type != "Person"}
    for value in line.entities.values():
        if value.type != "Value" or value.id in related:
            continue
        before = [one for one in line.entities.values() if one.type == "Measurement" and one.start < value.start]
        nearest = max(before, key=lambda one: one.start, default=None)
        subjects = subjects_of(nearest) if nearest else ()
        number = re.search(r"\d[\d.,]*", value.text)
        if nearest and len(subjects) == 1 and number and unit_at(plain(value.text), number.end(), subjects[0]):
            yield nearest, value


def _once(found: list[Compared]) -> list[Compared]:
    """The same limit given twice, "3.0 mg/dL (265 µmol/L)", is one comparison with two meanings."""
    kept: list[Compared] = []
    for one in found:
        twin = next((number for number, other in enumerate(kept) if one.same(other, within=0.06)), None)
        if twin is None:
            kept.append(one)
        else:
            kept[twin] = kept[twin].model_copy(update={"meanings": (*kept[twin].meanings, *one.meanings)})
    return kept


def compared(subject: str, text: str) -> list[Compared] | str:
    """The comparisons that a marked value makes, or why it makes none."""
    text = re.sub(r"<u\+[0-9a-f]{4}>", " ", plain(text))
    if re.search(r"percentile|standard deviation|increase|decrease|\bdrop|reduc|change|ideal|\blog", text):
        return "no absolute value"
    if subject in ("nyha", "asa", "child_pugh"):
        return _classes(subject, text)
    masked = _IN_UNITS.sub(lambda match: "#" * len(match[0]), text)
    numbers = list(_NUMBER.finditer(masked))
    if not numbers:
        sign = _sign(masked)
        if sign and re.search(r"\buln\b|upper limit", masked):
            return [Compared(subject=subject, sign=sign, meanings=((1.0, ULN),))]
        return "no number"
    if len(numbers) > 2:
        return "more than two numbers"
    signs = []
    for place, number in enumerate(numbers):
        before = masked[numbers[place - 1].end() if place else 0 : number.start()]
        after = masked[number.end() : numbers[place + 1].start() if place + 1 < len(numbers) else len(masked)]
        late = _LATE.search(after)
        signs.append(_sign(before) or ((">=" if late["up"] else "<=") if late else "=" if "=" in before else ""))
    if len(numbers) == 2 and not any(signs) and _JOIN.match(_between(masked, numbers, subject)):
        signs = [">=", "<="]
    elif len(numbers) == 2 and signs[0][:1] == ">" and not signs[1] and _JOIN.match(_between(masked, numbers, subject)):
        signs[1] = "<="
    if signs == ["", "<="] or signs == ["", "<"]:
        flipped = re.fullmatch(r"\D*[\d.,]+\D{0,8}(≤|<=|=<|<)\D{2,40}(?:≤|<=|=<|<)\s?[\d.,]+.*", masked)
        signs[0] = "" if not flipped else ">" if flipped[1] == "<" else ">="
    if signs == ["="] or signs == ["=", "="]:
        return "sign lost"
    if not all(signs):
        return "no comparison"
    behind = [text[one.end() : other.start()] for one, other in zip(numbers, [*numbers[1:]], strict=False)]
    behind.append(text[numbers[-1].end() :])
    whole = next((unit for part in reversed(behind) if (unit := _unit(subject, part))), None)
    found = []
    for sign, number, part in zip(signs, numbers, behind, strict=True):
        if sign == "=":
            continue
        unit = _unit(subject, part) or whole
        found.append(Compared(subject=subject, sign=sign, meanings=_meanings(subject, _values(number[0]), unit)))
    return found


_CLASSES = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6}
_CHILD = {"a": (5, 6), "b": (7, 9), "c": (10, 15)}


def _classes(subject: str, text: str) -> list[Compared] | str:
    """Classes as numbers, the letters of Child-Pugh as its points; a list means from its lowest to its highest."""
    spelled = r"\b(?:[abc]|[5-9]|1[0-5])\b" if subject == "child_pugh" else r"\b(?:iv|vi|i{1,3}|v|[1-6])(?:[ab])?\b"
    found = re.findall(spelled, re.sub(r"class(?:es)?|grades?|stages?|asa", " ", text))
    if not found:
        return "no number"
    ends = [
        (_CHILD[one] if one in _CHILD else (number := _CLASSES.get(bare := one.rstrip("ab")) or int(bare), number))
        for one in found
    ]
    low, high = min(one for one, _ in ends), max(other for _, other in ends)
    unit = analytes()[subject].unit
    late = _LATE.search(text) if len(found) == 1 else None
    sign = (">=" if late["up"] else "<=") if late else _sign(text)
    if not sign and re.search(r"=|\+", text):
        return (
            "sign lost"
            if "=" in text and "+" not in text
            else [Compared(subject=subject, sign=">=", meanings=((low, unit),))]
        )
    if sign:
        value = low if sign in (">=", "<") else high
        return [Compared(subject=subject, sign=sign, meanings=((value, unit),))]
    return [
        Compared(subject=subject, sign=">=", meanings=((low, unit),)),
        Compared(subject=subject, sign="<=", meanings=((high, unit),)),
    ]


def _between(text: str, numbers: list[re.Match[str]], subject: str) -> str:
    between = text[numbers[0].end() : numbers[1].start()]
    unit = unit_at(between, 0, subject)
    return between[unit.end :] if unit else between


def _sign(text: str) -> str:
    """The last comparison before a number."""
    last = None
    for match in _SIGN.finditer(text):
        last = match
    return "" if last is None else _SIGNS[int(str(last.lastgroup)[1:])][0]


def _unit(subject: str, text: str) -> str | None:
    bare = text.strip(" ,.;()[]")
    if not bare:
        return None
    if unit := unit_in(bare, subject):
        return unit
    begins = unit_at(text, 0, subject)
    if begins:
        return begins.name
    return ULN if _LIMIT.search(bare) or re.fullmatch(r"x|times", bare) else None


def _values(number: str) -> list[float]:
    if number in _WORDS:
        return [float(_WORDS[number])]
    """A comma before three digits marks thousands; a point may mark thousands or decimals."""
    digits = re.sub(r"[' ]", "", number)
    thousands = re.fullmatch(r"[1-9]\d{0,2}(?:[.,]\d{3})+", digits)
    values = [float(re.sub(r"[.,]", "", digits))] if thousands else []
    if not thousands or digits.count(".") == 1:
        values.append(float(digits.replace(",", ".")))
    return values


def _meanings(subject: str, values: Iterable[float], unit: str | None) -> tuple[tuple[float, str], ...]:
    units = (unit,) if unit else units_of(subject)
    meant = ((value, ULN) if one == ULN else convert(subject, value, one) for value in values for one in units)
    return tuple(one for one in meant if one)


_PRESSURES = ("systolic_bp", "diastolic_bp")


def _pressures(text: str) -> list[Compared] | str:
    """ "> 160/100 mmHg": systolic over diastolic."""
    match = re.search(r"(\d{2,3})\s*(?:mm\s?hg)?\s*/\s*(\d{2,3})", plain(text))
    sign = _sign(plain(text)[: match.start()]) if match else ""
    if not match:
        return "no number"
    if not sign:
        return "sign lost" if "=" in text else "no comparison"
    values = (("systolic_bp", match[1]), ("diastolic_bp", match[2]))
    return [Compared(subject=one, sign=sign, meanings=((float(value), "mmHg"),)) for one, value in values]


_OTHER = re.compile(
    r"\bratio\b|\bration\b|/|urin|ventricular|atrial|pulmonary|transferr|\bdrop|index \(|orthostatic|z-?score"
    r"|intake|dietary|\bcsf\b|cerebrospinal|\bchange|reduc|increas|decreas|gradient|kinase|isoenzyme|cord"
    r"|antibod|tumou?r|protein excretion"
    r"|birth|gain|loss|fetal|estimated fetal|lens|prostate weight|bmi z|percentile|pre-?pregnan|ideal|donor"
    r"|stone|thymus"
)
_BROAD = {
    "platelets": r"platelet|thrombocyte|\bplt",
    "neutrophils": r"neutrophil|\banc\b|granulocyte",
    "lymphocytes": r"lymphocyte",
    "leukocytes": r"\bwbc|leu[ck]ocyte|white (?:blood )?(?:cell|count)",
    "cd4": r"\bcd4",
    "hemoglobin": r"ha?emoglobin(?! a)|\bhgb|\bhb\b",
    "hematocrit": r"ha?ematocrit|\bhct\b",
    "creatinine_clearance": r"creatinine clearance|\bcr ?cl\b|\bcl ?cr\b|\bccr\b",
    "creatinine": r"creatinine(?! clear)|\bscr\b",
    "egfr": r"glomerular filtration|\be?gfr\b",
    "direct_bilirubin": r"(?:direct|conjugated) bili",
    "bilirubin": r"(?<!direct )(?<!conjugated )\bbilirubin",
    "alt": r"\balt\b|alanine|\bsgpt\b|\balat\b",
    "ast": r"\bast\b|aspartate|\bsgot\b|\basat\b",
    "alkaline_phosphatase": r"alkaline|\balp\b|alk phos",
    "ggt": r"\bggt\b|glutamyl",
    "ldh": r"\bldh\b|lactate dehydrog",
    "lipase": r"lipase",
    "amylase": r"amylase",
    "albumin": r"albumin(?!uria)",
    "hba1c": r"a1c|glycosylated|glycated",
    "fasting_glucose": r"fasting.*(?:glucose|sugar)|\bfpg\b|\bfbg\b",
    "glucose": r"(?<!fasting )(?<!fasting blood )(?<!fasting plasma )(?:glucose|blood sugar)",
    "ldl": r"\bldl|low.density",
    "hdl": r"\bhdl|high.density",
    "triglycerides": r"triglycerid",
    "potassium": r"potassium",
    "sodium": r"sodium",
    "calcium": r"calcium",
    "ferritin": r"ferritin",
    "psa": r"\bpsa\b|prostate.specific",
    "crp": r"\bcrp\b|c.reactive",
    "inr": r"\binr\b|international normali",
    "lvef": r"ejection|\blvef\b|\bef\b",
    "fev1": r"\bfev",
    "oxygen_saturation": r"saturation|\bspo2|\bsao2",
    "bmi": r"\bbmi\b|body.mass.index",
    "weight": r"weigh(?!t loss)",
    "systolic_bp": r"systolic|\bsbp\b",
    "diastolic_bp": r"diastolic (?:blood|bp|press)|\bdbp\b|^diastolic$",
    "heart_rate": r"heart rate|pulse rate|\bhr\b",
    "qtc": r"\bqtc",
    "temperature": r"temperature|\btemp\b|\bfever\b",
    "testosterone": r"testosterone",
    "magnesium": r"magnesium",
    "nyha": r"new york heart|nyha",
    "asa": r"american society of an|\basa\b",
    "child_pugh": r"\bchild.?pugh",
    "gestational_age": r"gestational age",
    "apnea_hypopnea_index": r"hypopno?ea|\bahi\b",
    "mmse": r"mini.mental|mmse",
    "moca": r"montreal|moca",
    "gcs": r"glasgow|\bgcs\b",
    "tsh": r"\btsh\b|thyroid.stim",
    "hiv_rna": r"hiv.*(?:rna|viral)",
    "hbv_dna": r"hbv.?dna",
    "uric_acid": r"uric acid|urate",
    "cholesterol": r"(?:total|serum) cholesterol|^cholesterol",
}


def subjects_of(measurement: Entity) -> tuple[str, ...]:
    """The analytes that a marked measurement names, by any spelling; both pressures for just "blood pressure"."""
    name = plain(measurement.text)
    if known := analyte_named(name):
        return (known,)
    if re.fullmatch(r"(?:\w+ )?(?:(?:arterial )?blood pressure|bp)(?: ?\(bp\))?", name):
        return _PRESSURES
    several = [analyte_named(part) for part in re.split(r"/|,|\bor\b|\band\b", name)]
    if len(several) == 2 and all(several):
        return tuple(one for one in several if one)
    if _OTHER.search(name):
        return ()
    exact = {found.name for found in analytes_in(name) if found.end - found.start > 0.6 * len(name)}
    broad = {subject for subject, spelled in _BROAD.items() if subject in analytes() and re.search(spelled, name)}
    met = exact or broad
    return (met.pop(),) if len(met) == 1 else ()


# --- what a reader gives


def of_leaves(leaves: Iterable[Requirement]) -> list[Compared]:
    """The comparisons of typed leaves: one for each end of a range, each once."""
    found: list[Compared] = []
    for leaf in leaves:
        if leaf.attribute.topic is not Topic.LAB or leaf.range is None:
            continue
        limit, place = leaf.range, (leaf.start, leaf.end)
        for value, sign in (
            (limit.low, ">=" if limit.low_included else ">"),
            (limit.high, "<=" if limit.high_included else "<"),
        ):
            if value is not None:
                one = Compared(subject=leaf.attribute.subject, sign=sign, meanings=((value, limit.unit),), place=place)
                found += [] if any(one.same(other) for other in found) else [one]
    return found


_PLAIN_COMPARISON = re.compile(
    r"[^.;,]{0,30}?(?P<ge>≥|>=|=>|at least|greater than or equal to)|[^.;,]{0,30}?(?P<le>≤|<=|=<"
    r"|less than or equal to|up to)"
    r"|[^.;,]{0,30}?(?P<gt>>|greater than|more than|above|over)|[^.;,]{0,30}?(?P<lt><|less than|below|under)"
)
_SIGN_OF = {"ge": ">=", "le": "<=", "gt": ">", "lt": "<"}


def by_expression(text: str) -> list[Compared]:
    """The baseline: a name of the table, at most 30 characters, a comparator, a number, a unit of the table."""
    low = plain(text)
    found: list[Compared] = []
    for name in analytes_in(low):
        sign = _PLAIN_COMPARISON.match(low, name.end)
        number = re.compile(r"\s*(\d[\d,]*(?:\.\d+)?)").match(low, sign.end()) if sign else None
        if not sign or not number:
            continue
        unit = unit_at(low, number.end(), name.name)
        meant = convert(name.name, float(number[1].replace(",", "")), unit.name if unit else analytes()[name.name].unit)
        if meant:
            found.append(
                Compared(
                    subject=name.name,
                    sign=_SIGN_OF[str(sign.lastgroup)],
                    meanings=(meant,),
                    place=(name.start, number.end()),
                )
            )
    return found
