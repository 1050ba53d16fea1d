"""ClinicalTrials.gov, live: searches page by page, studies by their numbers, and how fresh its data are."""

from __future__ import annotations

import datetime
import json
import re
import time
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from index.errors import SourceError
from index.sources.ctgov.query import Query
from index.sources.ctgov.wire import Manners, Refused, Wire
from index.sources.files import Found, Rejected
from index.sources.study_json import is_study, read_study
from index.trial import Frozen, normal_id

BASE_URL = "https://clinicaltrials.gov/api/v2"
ALL_THAT_IS_READ = ("ProtocolSection", "DerivedSection", "HasResults")

_ORDER = "LastUpdatePostDate:asc"
_BATCH = 100  # numbers in one question: an address of about 1,500 characters
_MOST_ON_A_PAGE = 1000
_MOST_STUDIES = 3_000_000  # five times the registry of 2026
_EMPTY_PAGES = 10
_FRESH_STARTS = 5


class TokenRefused(SourceError):
    """The page token is no longer taken, most often since the data changed meanwhile; start over without it."""


class Page(Frozen):
    """One page. `total` stands on the first page alone, and only where the registry counts.

    `next_token` with `query` goes on after this page. Should the token be refused by then, `query.starting(reached)`
    goes on without it: studies come in the order of their last update, so all those of earlier days are through.
    """

    query: Query
    studies: tuple[Found | Rejected, ...]
    next_token: str | None = None
    total: int | None = None
    reached: datetime.date | None = None


class Vanished(Frozen):
    """A number under which the registry gives no study any more; `now`: the one under which it is kept instead."""

    id: str
    now: str | None = None


class Version(Frozen):
    """`data`: when the registry's data were last made (UTC), where it says so."""

    api: str
    data: datetime.datetime | None = None

    @property
    def next_since(self) -> datetime.date | None:
        """The day from which the next update has to ask: a day earlier, since days end later there than in UTC."""
        return self.data.date() - datetime.timedelta(days=1) if self.data else None


class _Answer(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="ignore", frozen=True)

    studies: list[Any]
    next_page_token: str | None = None
    total_count: int | None = Field(None, ge=0)


class _Version(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="ignore", frozen=True)

    api_version: str
    data_timestamp: datetime.datetime | None = None


class Registry:
    """A registry that speaks the ClinicalTrials.gov API v2; use it in a `with` block.

    `page_size`: studies a page, at most 1,000; a page that does not come through is asked for again with fewer.
    `fields`: by default everything, so that what is kept is the registry's whole record and can be read anew by a later
    reader. `ALL_THAT_IS_READ` leaves out the result tables and uploaded documents, which no reader here looks at and
    which were 29 % of the bytes of 1,783 records. One store should stay with one choice: the other one changes every
    record.
    """

    def __init__(
        self,
        base_url: str = BASE_URL,
        *,
        page_size: int = 200,
        fields: tuple[str, ...] = (),
        manners: Manners | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        notice: Callable[[str], None] = lambda _: None,
    ) -> None:
        if not 1 <= page_size <= _MOST_ON_A_PAGE:
            raise SourceError(f"a page of {page_size} studies cannot be asked for; choose 1 to {_MOST_ON_A_PAGE}")
        self._wire = Wire(base_url, manners or Manners(), sleep, clock, notice)
        self._page_size = page_size
        self._fields = {"fields": "|".join(fields)} if fields else {}
        self._notice = notice

    @property
    def base_url(self) -> str:
        return self._wire.base_url

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._wire.__exit__(kind, error, trace)

    def version(self) -> Version:
        """Which data the registry answers from."""
        try:
            given = _Version.model_validate(self._wire.get("version"))
        except ValidationError as exc:
            raise SourceError(f"{self.base_url}/version is no version of the API v2: {_first(exc)}") from exc
        data = given.data_timestamp
        return Version(api=given.api_version, data=data.replace(tzinfo=data.tzinfo or datetime.UTC) if data else None)

    def pages(self, query: Query, token: str | None = None) -> Iterator[Page]:
        """The studies that `query` asks for, those updated longest ago first; with a `token`, from there on.

        The order is what makes paging safe: a study that changes meanwhile moves behind, and is met again instead of
        missed. The registry takes no token any more once its daily data are in; then the rest is asked for from the
        last day reached. So a study may come twice, and none is left out.

        Raises:
            TokenRefused: the `token` given is not taken; start over without it.
            Refused: the registry does not understand the question; its own words say why.
            SourceError: it cannot be reached, or pages without end.
        """
        reached: datetime.date | None = None
        for fresh_starts in range(_FRESH_STARTS + 1):
            try:
                for page in self._pages(query, token, counted=not fresh_starts):
                    reached = page.reached
                    yield page
                return
            except TokenRefused as exc:
                if reached is None or fresh_starts == _FRESH_STARTS:
                    raise
                query, token = query.starting(reached), None
                self._notice(f"{exc}; going on from {reached.isoformat()}")

    def numbers(self, query: Query) -> Iterator[str]:
        """Only the numbers of the studies that `query` asks for."""
        for answer in self._answers({**query.parameters(), "fields": "NCTId"}, _MOST_ON_A_PAGE, None):
            yield from filter(None, (_numbers(document)[0] for document in answer.studies))

    def studies(self, ids: Iterable[str]) -> Iterator[Found | Rejected | Vanished]:
        """What the registry has today under these NCT numbers.

        A number that the list leaves out is asked for by itself before it counts as vanished. A study that is kept
        under another number now comes under that one, and the old number as `Vanished(id, now=…)`.
        """
        wanted: list[str] = []
        for number in dict.fromkeys(map(normal_id, ids)):
            if re.fullmatch(r"NCT\d{8}", number):
                wanted.append(number)
            else:
                yield Rejected(source=number, reason="not an NCT number; only those are known to ClinicalTrials.gov")
        for start in range(0, len(wanted), _BATCH):
            missing = dict.fromkeys(wanted[start : start + _BATCH])
            for document in self._listed(list(missing)):
                own, *former = numbers = _numbers(document)
                met = [number for number in numbers if number in missing]
                for number in met:
                    del missing[number]
                if met:
                    yield self._read(document)
                yield from (Vanished(id=number, now=own or None) for number in former if number in met)
                if not missing:
                    break  # a full page has a token even where nothing is left behind it
            for number in missing:
                yield from self._single(number)

    def _pages(self, query: Query, token: str | None, counted: bool) -> Iterator[Page]:
        asked = {**query.parameters(), "sort": _ORDER}
        days: list[datetime.date] = []
        in_order = True
        for answer in self._answers(asked, self._page_size, token):
            studies = tuple(map(self._read, answer.studies))
            updates = (one.trial.last_updated for one in studies if isinstance(one, Found))
            days = [*days[-1:], *(update.first_day for update in updates if update)]
            in_order = in_order and days == sorted(days)  # a mirror may not know the order that was asked for
            yield Page(
                query=query,
                studies=studies,
                next_token=answer.next_page_token,
                total=answer.total_count if counted else None,
                reached=days[-1] if days and in_order else None,
            )

    def _answers(self, asked: dict[str, str], size: int, token: str | None) -> Iterator[_Answer]:
        """The answers to one question, one after the other, to their end."""
        followed = {token}
        received, empty, most = 0, 0, _MOST_STUDIES
        while True:
            answer = self._answer(asked, size, token)
            received += len(answer.studies)
            empty = 0 if answer.studies else empty + 1
            if answer.total_count is not None:
                most = answer.total_count + max(_MOST_ON_A_PAGE, answer.total_count // 10)  # it may grow meanwhile
            yield answer
            token = answer.next_page_token
            if not token:
                return
            if token in followed:
                raise SourceError(f"{self.base_url}/studies gave the page token {token[:40]!r} a second time; stopped")
            if received > most or empty > _EMPTY_PAGES:
                raise SourceError(f"{self.base_url}/studies pages without end ({received:,} studies so far); stopped")
            followed.add(token)

    def _answer(self, asked: dict[str, str], size: int, token: str | None) -> _Answer:
        place = {"pageToken": token} if token else {"countTotal": "true"}

        def parameters(cuts: int) -> dict[str, str]:
            return {**self._fields, **asked, **place, "pageSize": str(max(1, size >> cuts))}

        try:
            return _Answer.model_validate(self._wire.get("studies", parameters))
        except ValidationError as exc:
            raise SourceError(f"{self.base_url}/studies is no page of studies of the API v2: {_first(exc)}") from exc
        except Refused as exc:
            if token and exc.status == 400:
                raise TokenRefused(str(exc)) from exc
            raise

    def _listed(self, numbers: list[str]) -> Iterator[Any]:
        for answer in self._answers({"filter.ids": "|".join(numbers)}, len(numbers), None):
            yield from answer.studies

    def _single(self, number: str) -> Iterator[Found | Rejected | Vanished]:
        try:
            document = self._wire.get(f"studies/{number}", lambda _: self._fields)
        except Refused as exc:
            if exc.status not in {404, 410} or not exc.by_registry:
                raise
            yield Vanished(id=number)
            return
        yield self._read(document, number)
        own = _numbers(document)[0]
        if own and own != number:
            yield Vanished(id=number, now=own)

    def _read(self, document: Any, asked: str = "without-a-number") -> Found | Rejected:
        number = _numbers(document)[0]
        source = f"{self.base_url}/studies/{number or asked}"
        try:
            if not is_study(document):
                raise SourceError("JSON, but no API v2 study")
            if not number:
                raise SourceError("a study without an NCT number")
            if "sample" in document:
                raise SourceError("a field `sample`, which no registry sends")
            raw = json.dumps(document, ensure_ascii=False).encode()
            return Found(source=source, trial=read_study(document), raw=raw, live=True)
        except SourceError as exc:
            return Rejected(source=source, reason=str(exc))
        except UnicodeEncodeError as exc:
            return Rejected(source=source, reason=f"text that is not Unicode ({exc.reason})")


def _numbers(document: Any) -> tuple[str, ...]:
    """The study's own number, empty where there is none, then those under which it was kept before."""
    section = document.get("protocolSection") if isinstance(document, dict) else None
    module = section.get("identificationModule") if isinstance(section, dict) else None
    given = module if isinstance(module, dict) else {}
    former = given.get("nctIdAliases")
    own, *others = (
        number if isinstance(number, str) and re.fullmatch(r"NCT\d{8}", number) else ""
        for number in (given.get("nctId"), *(former if isinstance(former, list) else ()))
    )
    return (own, *filter(None, others))


def _first(exc: ValidationError) -> str:
    error = exc.errors()[0]
    return f"{'.'.join(map(str, error['loc'])) or 'the answer'}: {error['msg'].lower()}"
