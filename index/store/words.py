"""Words in tantivy: fielded, stemmed BM25 over trials. The only module that knows tantivy.

Exclusion criteria are left out: a trial that keeps out people with diabetes is not about diabetes (measured: +.043
recall at 100 trials).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from index.criteria.criterion import Kind
from index.errors import DerivedBroken, StoreBusy, StoreReadOnly
from index.record import Record
from index.trial import SectionName

_BOOSTS = {
    "title": 3.0,
    "conditions": 3.0,
    "keywords": 2.0,
    "names": 2.0,
    "interventions": 1.0,
    "summary": 1.5,
    "inclusion": 1.0,
    "description": 0.5,
}
FIELDS = tuple(_BOOSTS)
_NAME_FIELDS = ("title", "conditions", "keywords", "names", "interventions")  # the others tell of it at length
_COUNTED = ("title", "conditions", "summary", "inclusion", "description")
_WORD = re.compile(r"[^\W_]+(?:[-'][^\W_]+)*")
_AMERICAN = {
    "aemi": "emi",
    "haem": "hem",
    "paed": "ped",
    "oede": "ede",
    "oesoph": "esoph",
    "anaes": "anes",
    "gynae": "gyne",
    "rrhoea": "rrhea",
    "tumour": "tumor",
    "faec": "fec",
    "orthopae": "orthope",
    "foet": "fet",
    "coeliac": "celiac",
    "leucaem": "leukem",
    "pnoea": "pnea",
    "oestr": "estr",
    "aetiol": "etiol",
    "caesar": "cesar",
    "sulph": "sulf",
    "fibre": "fiber",
    "behaviour": "behavior",
}
_BRITISH = re.compile("|".join(sorted(_AMERICAN, key=len, reverse=True)))
_LONGEST_QUERY = 60
_COMMON_WORDS = """
    a about all am an and any are as at be been being but by can could do does for from had has have he her him
    his how i if in into is it its me my no not of on or our out she should so some such than that the their
    them there these they this those to up us was we were what when where which who why will with would you your
    yours mine one ones also only please find show list need want looking look help get got join trial trials
    study studies clinical research recruiting people person patient patients year years old near around close
    yes yeah nope ok okay sure maybe know idk dont don't i'm im i've ive he's she's it's what's there's didn't
    never thanks thank hello hi more other others different another next else available open now today currently
    tell say says think just really very much many mother father mom mum dad son daughter wife husband brother
    sister friend grandmother grandfather kid best better choose name anything something
"""
_COMMON = frozenset(_COMMON_WORDS.split())


class WordIndex:
    """`folder` is made if it is not there."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        self._tantivy: Any = tantivy
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._index: Any = tantivy.Index(self._schema(), path=str(folder), reuse=True)
        except PermissionError as exc:
            raise StoreReadOnly(f"the store folder {folder} cannot be written: {exc}") from exc
        except (OSError, ValueError) as exc:
            raise DerivedBroken(
                f"the words in {folder} cannot be opened ({exc}); run: trialogue doctor --repair"
            ) from exc

    @cached_property
    def _analyzer(self) -> Any:
        """What "en_stem" does with each text that is indexed."""
        made, keep = self._tantivy.TextAnalyzerBuilder(self._tantivy.Tokenizer.simple()), self._tantivy.Filter
        return made.filter(keep.remove_long(40)).filter(keep.lowercase()).filter(keep.stemmer("english")).build()

    def _schema(self) -> Any:
        builder = self._tantivy.SchemaBuilder()
        builder.add_text_field("key", stored=True, tokenizer_name="raw")
        builder.add_text_field("trial_id", tokenizer_name="raw")
        for field in _BOOSTS:
            builder.add_text_field(field, tokenizer_name="en_stem")
        return builder.build()

    def add(self, records: Iterable[tuple[str, Record]]) -> None:
        """Adds (key, record) pairs; a key that is there already is replaced. Visible when this returns."""
        writer = self._writer(64_000_000)
        for key, record in records:
            writer.delete_documents_by_term("key", key)
            writer.add_document(self._tantivy.Document(key=key, trial_id=record.trial.id, **_fields(record)))
        self._finish(writer)

    def delete(self, keys: Iterable[str]) -> None:
        doomed = list(keys)
        if not doomed:
            return
        writer = self._writer(15_000_000)
        for key in doomed:
            writer.delete_documents_by_term("key", key)
        self._finish(writer)

    def _writer(self, heap: int) -> Any:
        try:
            return self._index.writer(heap_size=heap, num_threads=1)
        except ValueError as exc:
            if "LockBusy" in str(exc):
                raise StoreBusy("another process of this machine is writing the words; try again") from exc
            raise

    def _finish(self, writer: Any) -> None:
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def refresh(self) -> None:
        """Takes note of what was written since the last look."""
        self._index.reload()

    def stems(self, text: str) -> tuple[str, ...]:
        """The words of a text that say what it is about, as the index holds them, in their order."""
        return tuple(stem for word in content_words(text) for stem in self._analyzer.analyze(word))

    def rarity(self, stem: str) -> float:
        """How telling a stem is: the logarithm of all trials for each one that holds it; 0 for one that none holds."""
        searcher = self._index.searcher()
        held = max(int(searcher.doc_freq(field, stem)) for field in _COUNTED)
        return math.log(1 + (searcher.num_docs - held + 0.5) / (held + 0.5)) if held else 0.0

    def search(self, weights: Mapping[str, float], limit: int, field: str | None = None) -> list[tuple[str, float]]:
        """(key, BM25 score) of the trials that hold some of these stems, best first, each stem counting by its weight;
        in all fields, or in one.
        """
        self._index.reload()
        query, occur, boosts = self._tantivy.Query, self._tantivy.Occur, {field: 1.0} if field else _BOOSTS
        parts = [
            (occur.Should, query.boost_query(query.term_query(self._index.schema, name, stem), weight * boost))
            for stem, weight in weights.items()
            for name, boost in boosts.items()
        ]
        return self._found(query.boolean_query(parts), limit)

    def named(self, text: str, limit: int, every_word: bool = False) -> list[tuple[str, float]]:
        """(key, BM25 score) of the trials with words of `text`, or all of them, in a field that names things."""
        terms = Counter(content_words(text))
        if not terms:
            return []
        wanted = " ".join(f'"{term}"' for term, _ in terms.most_common(_LONGEST_QUERY))
        self._index.reload()
        query, _ = self._index.parse_query_lenient(
            wanted, list(_NAME_FIELDS), field_boosts=_BOOSTS, conjunction_by_default=every_word
        )
        return self._found(query, limit)

    def _found(self, query: Any, limit: int) -> list[tuple[str, float]]:
        searcher = self._index.searcher()
        hits = searcher.search(query, limit).hits
        found = sorted((-float(score), str(searcher.doc(address)["key"][0])) for score, address in hits)
        return [(key, -score) for score, key in found]  # equals in an order that no build changes

    def keys(self) -> frozenset[str]:
        """The keys of all trials that are in the index."""
        held = self.count()
        searcher = self._index.searcher()
        hits = searcher.search(self._tantivy.Query.all_query(), held).hits if held else []
        return frozenset(str(searcher.doc(address)["key"][0]) for _, address in hits)

    def count(self) -> int:
        self._index.reload()
        return int(self._index.searcher().num_docs)


def content_words(text: str) -> tuple[str, ...]:
    """The words of a text that say what it is about, lower case, in their order; empty for "is there one near me?"."""
    words = _WORD.findall(_one_spelling(text).replace("’", "'"))
    bare = (re.sub(r"'s?$", "", word) if "'" in word else word for word in words)
    return tuple(word for word in bare if word and word not in _COMMON and not (word.isdigit() and len(word) < 4))


def _fields(record: Record) -> dict[str, str]:
    trial = record.trial
    included = (one.lead for one in record.criteria if one.kind is Kind.INCLUSION)
    places = {part for site in trial.sites for part in (site.city, site.state, site.country) if part}
    texts = {
        "title": " ".join(part for part in (trial.title, trial.official_title) if part),
        "conditions": "; ".join((*trial.conditions, *trial.condition_mesh)),
        "keywords": "; ".join(trial.keywords),
        "names": "; ".join(
            part
            for part in (trial.id, trial.acronym, trial.sponsor, *(o.id for o in trial.other_ids), *sorted(places))
            if part
        ),
        "interventions": "; ".join(name for one in trial.interventions for name in (one.name, *one.other_names))
        + "; "
        + "; ".join(trial.intervention_mesh),
        "summary": trial.prose.get(SectionName.BRIEF_SUMMARY, ""),
        "inclusion": " ".join(included),
        "description": trial.prose.get(SectionName.DETAILED_DESCRIPTION, ""),
    }
    return {field: _one_spelling(text) for field, text in texts.items()}


def _one_spelling(text: str) -> str:
    """Lower case, British spellings as American ones and letters without accents, in the index and in questions alike:
    leukaemia, tumour, oedema; Sézary.
    """
    if not text.isascii():
        text = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return _BRITISH.sub(lambda match: _AMERICAN[match[0]], text.lower())
