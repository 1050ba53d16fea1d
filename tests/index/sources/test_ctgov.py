"""The live registry, played by a server on this machine with real records: through good days and bad ones."""

from __future__ import annotations

import datetime
import json
import socket
from email.utils import format_datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from index.errors import SourceError
from index.sources.ctgov.query import Query
from index.sources.ctgov.registry import ALL_THAT_IS_READ, Page, Registry, TokenRefused, Vanished, Version
from index.sources.ctgov.wire import Manners, Refused
from index.sources.files import Found, Rejected
from index.vocabulary import Status
from tests.registry_server import ALWAYS, CHANGED, Fault, Misbehaviour, RegistryServer, Request, real_studies
from tests.studies import study

Json = dict[str, Any]
SILENCE = 0.25
MANNERS = Manners(pause=0, silence=SILENCE, attempts=4)


class Client(Registry):
    """A registry client that sleeps by writing down for how long, and keeps the lines it was told."""

    def __init__(self, base_url: str, manners: Manners = MANNERS, **settings: Any) -> None:
        self.naps: list[float] = []
        self.told: list[str] = []
        super().__init__(base_url, manners=manners, sleep=self.naps.append, notice=self.told.append, **settings)


def found_in(pages: list[Page]) -> list[str]:
    return [one.trial.id for page in pages for one in page.studies if isinstance(one, Found)]


def some(count: int) -> list[Json]:
    """Small studies, each updated a day after the one before."""
    return [study(number, updated=f"2026-03-{number:02}") for number in range(1, count + 1)]


def fails(client: Registry, kind: type[SourceError] = SourceError) -> str:
    """What the client says when it cannot page through everything."""
    with pytest.raises(kind) as failure:
        list(client.pages(Query()))
    assert "\n" not in str(failure.value)
    return str(failure.value)


def numbers(*of: int) -> list[str]:
    return [f"NCT0999{number:04}" for number in of]


@pytest.fixture(scope="module")
def real(data_dir: Path) -> list[Json]:
    return real_studies(data_dir)


# what is asked


def test_a_query_becomes_the_parameters_of_the_api() -> None:
    query = Query(
        conditions=("T-cell lymphoma", "mycosis  fungoides", "t-cell Lymphoma "),
        terms=("CAR-T",),
        place="Ohio",
        statuses=(Status.RECRUITING, Status.NOT_YET_RECRUITING),
        since=datetime.date(2026, 5, 1),
    )
    assert query.parameters() == {
        "query.cond": "(mycosis fungoides) OR (t-cell Lymphoma)",
        "query.term": "CAR-T",
        "query.locn": "Ohio",
        "filter.overallStatus": "NOT_YET_RECRUITING|RECRUITING",
        "filter.advanced": "AREA[LastUpdatePostDate]RANGE[2026-05-01,MAX]",
    }
    assert query.words == (
        "mycosis fungoides or t-cell Lymphoma, CAR-T, in Ohio, recruiting or not yet recruiting, "
        "updated since 2026-05-01"
    )
    assert Query().parameters() == {}
    assert Query().words == Query().key == "all studies"


def test_a_query_is_remembered_by_the_same_key_in_any_order_and_from_any_day() -> None:
    query = Query(conditions=("a", "b & c=d"), statuses=(Status.RECRUITING, Status.SUSPENDED))
    same = Query(conditions=("b & c=d", " a"), statuses=(Status.SUSPENDED, Status.RECRUITING))
    assert query.key == same.key == same.starting(datetime.date(2026, 1, 2)).key
    assert query.key == "query.cond=(a) OR (b %26 c%3Dd)&filter.overallStatus=RECRUITING|SUSPENDED"
    others = [Query(), Query(terms=("a",)), Query(conditions=("a",)), Query(conditions=("a", "b & c=d"))]
    assert len({query.key, *(other.key for other in others)}) == 5


def test_brackets_that_are_no_operator_of_the_registry_are_left_out() -> None:
    assert Query(terms=("[18F]FDG PET",)).parameters() == {"query.term": "18F FDG PET"}
    kept = "AREA[Phase]PHASE3 AND AREA[StartDate]RANGE[2024-01-01,MAX]"
    assert Query(terms=(kept,)).parameters() == {"query.term": kept}


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"statuses": (Status.ACTIVE,)}, "no status ACTIVE; choose from NOT_YET_RECRUITING"),
        ({"conditions": ("lymphoma (stage IV",)}, "left open in the search 'lymphoma \\(stage IV'"),
        ({"terms": ('"car t',)}, "left open"),
        ({"terms": ("NCT01234567, nct01234568",), "statuses": (Status.RECRUITING,)}, "passes over status and date"),
    ],
)
def test_a_question_that_the_registry_would_refuse_or_mistake_is_refused_here(asked: Json, says: str) -> None:
    with pytest.raises(SourceError, match=says):
        Query(**asked)


def test_a_question_starts_on_no_earlier_day_than_before() -> None:
    early, late = datetime.date(2026, 1, 1), datetime.date(2026, 2, 1)
    assert Query(since=late).starting(early).since == Query(since=early).starting(late).since == late


# pages


def test_every_real_study_comes_once_and_whole_in_the_order_of_the_updates(real: list[Json]) -> None:
    with RegistryServer(real[:60]) as server, Client(server.base_url, page_size=20) as client:
        pages = list(client.pages(Query()))
        sent = {f"{server.base_url}/studies/{number}": document for number, document in server.studies.items()}
    assert [len(page.studies) for page in pages] == [20, 20, 20, 0]  # a full page always has a token
    assert [page.total for page in pages] == [60, None, None, None]
    read = [one for page in pages for one in page.studies if isinstance(one, Found)]
    assert {one.source: json.loads(one.raw) for one in read} == sent
    days = [one.trial.last_updated.first_day for one in read if one.trial.last_updated]
    assert days == sorted(days)
    assert [page.reached for page in pages] == [days[19], days[39], days[59], days[59]]
    assert {request.headers["User-Agent"] for request in server.requests} == {f"trialogue/{version('trialogue')}"}
    assert not client.told


def test_a_search_goes_by_condition_status_place_and_day(real: list[Json]) -> None:
    asked = Query(conditions=("lymphoma", "melanoma"), statuses=(Status.RECRUITING,))
    with RegistryServer(real) as server, Client(server.base_url) as client:
        (page,) = client.pages(asked)
        trials = [one.trial for one in page.studies if isinstance(one, Found)]
        middle = trials[len(trials) // 2].last_updated
        assert middle
        later = found_in(list(client.pages(asked.starting(middle.first_day))))
        (in_texas,) = client.pages(asked.model_copy(update={"place": "Texas"}))
    assert {trial.status for trial in trials} == {Status.RECRUITING}
    assert {trial.id for trial in trials} >= set(later)
    assert later == [one.id for one in trials if one.last_updated and one.last_updated.first_day >= middle.first_day]
    there = {trial.id for trial in trials if any(site.state == "Texas" for site in trial.sites)}
    assert set(found_in([in_texas])) == there
    assert 0 < len(there) < len(later) < len(trials) < len(real)


def test_answers_recorded_from_the_registry_are_read_as_they_came(data_dir: Path) -> None:
    recorded = [
        (data_dir / "ctgov_api" / "pages" / f"search_phelan_{name}_20260811.json").read_text("utf-8")
        for name in ("limit5", "next")
    ]
    answers = [Fault(Misbehaviour.SAYS, value=answer) for answer in (*recorded, '{"studies": []}')]
    with RegistryServer([], answers) as server, Client(server.base_url, page_size=5) as client:
        pages = list(client.pages(Query(conditions=("Phelan-McDermid",))))
    studies = [one for answer in recorded for one in json.loads(answer)["studies"]]
    assert found_in(pages) == [one["protocolSection"]["identificationModule"]["nctId"] for one in studies]
    assert [page.total for page in pages] == [21, None, None]
    tokens = [json.loads(answer)["nextPageToken"] for answer in recorded]
    assert [request.parameters.get("pageToken") for request in server.requests] == [None, *tokens]


def test_only_what_is_read_can_be_asked_for(real: list[Json]) -> None:
    with_results = [one for one in real[:200] if "resultsSection" in one]
    with RegistryServer(with_results) as server, Client(server.base_url, fields=ALL_THAT_IS_READ) as client:
        (page,) = client.pages(Query())
    read = [one for one in page.studies if isinstance(one, Found)]
    assert len(read) == len(with_results) > 0
    assert all(set(json.loads(one.raw)) == {"protocolSection", "derivedSection", "hasResults"} for one in read)


def test_paging_goes_on_where_another_client_left_off() -> None:
    with RegistryServer(some(5)) as server:
        with Client(server.base_url, page_size=2) as client:
            first = next(client.pages(Query()))
        with Client(server.base_url, page_size=3) as client:
            rest = list(client.pages(first.query, first.next_token))
    assert found_in([first]) + found_in(rest) == numbers(1, 2, 3, 4, 5)


def test_a_token_that_was_kept_too_long_is_an_error_of_its_own() -> None:
    with RegistryServer(some(5)) as server, Client(server.base_url, page_size=2) as client:
        token = next(client.pages(Query())).next_token
        server.refresh("2026-07-01T09:00:00")
        with pytest.raises(TokenRefused, match=f"answered 400: {CHANGED}"):
            next(client.pages(Query(), token))
    assert len(server.requests) == 2


def test_new_data_in_the_middle_of_the_paging_lose_no_study() -> None:
    with RegistryServer(some(6)) as server, Client(server.base_url, page_size=2) as client:
        pages = client.pages(Query())
        got = [next(pages), next(pages)]
        server.studies |= {one["protocolSection"]["identificationModule"]["nctId"]: one for one in some(9)[7:]}
        server.studies[numbers(1)[0]] = study(1, updated="2026-04-01")
        server.refresh("2026-07-01T09:00:00")
        got += pages
    assert found_in(got) == numbers(1, 2, 3, 4, 4, 5, 6, 8, 9, 1)  # the day last reached is asked for again
    assert client.told == [f"{server.base_url}/studies answered 400: {CHANGED}; going on from 2026-03-04"]
    assert got[-1].query.since == datetime.date(2026, 3, 4)
    assert [page.total for page in got] == [6, None, None, None, None, None]


class Unsorted(RegistryServer):
    """A mirror that takes the `sort` it is asked for, and does not sort."""

    def proper(self, request: Request) -> Any:
        request.parameters.pop("sort", None)
        return super().proper(request)


def test_where_the_order_is_not_kept_the_caller_has_to_start_over() -> None:
    with Unsorted(some(6)[::-1]) as server, Client(server.base_url, page_size=2) as client:
        pages = client.pages(Query())
        assert next(pages).reached is None
        server.refresh("2026-07-01T09:00:00")
        with pytest.raises(TokenRefused):
            next(pages)


def test_data_that_change_at_every_turn_end_the_paging() -> None:
    one_day = [study(number) for number in range(1, 6)]
    with (
        RegistryServer(one_day, [Fault(Misbehaviour.REFUSED_TOKEN, times=ALWAYS)]) as server,
        Client(server.base_url, page_size=2) as client,
    ):
        fails(client, TokenRefused)
    assert len(client.told) == 5


def test_a_token_that_repeats_ends_the_paging_with_an_error() -> None:
    faults = [Fault(Misbehaviour.REPEATED_TOKEN, request=1, times=ALWAYS)]
    with RegistryServer(some(9), faults) as server, Client(server.base_url, page_size=2) as client:
        said = fails(client)
    assert "gave the page token" in said
    assert "a second time; stopped" in said
    assert len(server.requests) == 2


@pytest.mark.parametrize(("studies", "requests"), [(some(5), (5 + 1000) // 5 + 1), ([], 10 + 1)])
def test_pages_without_end_are_left(studies: list[Json], requests: int) -> None:
    faults = [Fault(Misbehaviour.ENDLESS, times=ALWAYS)]
    with RegistryServer(studies, faults) as server, Client(server.base_url, page_size=5) as client:
        assert "pages without end" in fails(client)
    assert len(server.requests) == requests  # 5 studies a page until they are more than 5 + 1,000; 10 empty pages


def test_a_study_that_cannot_be_read_is_rejected_with_its_number_and_the_rest_goes_on() -> None:
    claim = {"restated_from": "a record of somebody's own", "source": "A registry that is trusted"}
    broken: list[Json] = [study(2, minimum_age="old enough"), {**study(3), "sample": claim}, study(4, title="\ud800")]
    listed = [study(1), *broken, "not a study", {"protocolSection": None}, study(5)]
    answer = Fault(Misbehaviour.SAYS, value=json.dumps({"studies": listed}))
    with RegistryServer([], [answer]) as server, Client(server.base_url) as client:
        (page,) = client.pages(Query())
    assert found_in([page]) == numbers(1, 5)
    reasons = {one.source.rpartition("/")[2]: one.reason for one in page.studies if isinstance(one, Rejected)}
    assert list(reasons) == [*numbers(2, 3, 4), "without-a-number"]
    assert len(page.studies) == len(listed)
    assert "'old enough' is not an age" in reasons[numbers(2)[0]]


# studies by their numbers


def test_studies_are_looked_up_in_batches_and_what_is_gone_is_said() -> None:
    many = [study(number) for number in range(1, 151)]
    wanted = [one["protocolSection"]["identificationModule"]["nctId"] for one in many]
    with RegistryServer(many) as server, Client(server.base_url) as client:
        del server.studies[wanted[3]]
        server.gone.add(wanted[4])
        server.unlisted.add(wanted[5])
        got = list(client.studies([*wanted, wanted[0], "nct 0999-0002", "ISRCTN12345678"]))
    assert got[0] == Rejected(
        source="ISRCTN12345678", reason="not an NCT number; only those are known to ClinicalTrials.gov"
    )
    assert [one for one in got if isinstance(one, Vanished)] == [Vanished(id=wanted[3]), Vanished(id=wanted[4])]
    read = [one.trial.id for one in got if isinstance(one, Found)]
    assert sorted(read) == sorted(set(wanted) - {wanted[3], wanted[4]})
    assert len(server.requests) == 2 + 3  # two batches, three numbers asked for by themselves


def test_a_study_that_moved_to_another_number_says_so() -> None:
    moved = study(1)
    moved["protocolSection"]["identificationModule"]["nctIdAliases"] = numbers(7, 8)
    with RegistryServer([moved]) as server, Client(server.base_url) as client:
        listed = list(client.studies(numbers(7)))
        server.unlisted.add(numbers(1)[0])
        single = list(client.studies(numbers(8)))
    for old, (now, before) in ((7, listed), (8, single)):
        assert isinstance(now, Found)
        assert now.trial.id == numbers(1)[0]
        assert before == Vanished(id=numbers(old)[0], now=numbers(1)[0])
    assert [request.path.rpartition("/")[2] for request in server.requests] == ["studies", "studies", *numbers(8, 1)]


def test_a_study_that_nobody_asked_for_is_passed_over() -> None:
    other = json.dumps({"studies": [study(5)]})
    with (
        RegistryServer([study(1)], [Fault(Misbehaviour.SAYS, value=other)]) as server,
        Client(server.base_url) as client,
    ):
        (one,) = client.studies(numbers(1))
    assert isinstance(one, Found)
    assert one.trial.id == numbers(1)[0]


def test_a_web_page_that_says_not_found_makes_no_study_vanish() -> None:
    lost = Fault(
        Misbehaviour.SAYS,
        request=1,
        value="<html><title>Lost</title></html>",
        status=404,
        headers={"Content-Type": "text/html"},
    )
    with RegistryServer([], [lost]) as server, Client(server.base_url) as client:
        asked = client.studies(numbers(1))
        with pytest.raises(Refused, match="answered 404: Lost"):
            next(asked)


def test_the_version_tells_from_which_day_to_ask_next() -> None:
    with RegistryServer([]) as server, Client(server.base_url) as client:
        given = client.version()
    assert given == Version(api="2.0.5", data=datetime.datetime(2026, 6, 30, 9, 0, 5, tzinfo=datetime.UTC))
    assert given.next_since == datetime.date(2026, 6, 29)
    assert Version(api="2").next_since is None


# a registry that misbehaves


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault(Misbehaviour.TOO_MANY), "answered 429: Too many requests"),
        (Fault(Misbehaviour.ERROR), "answered 500: Internal error"),
        (Fault(Misbehaviour.UNAVAILABLE), "answered 503: Service unavailable"),
        (Fault(Misbehaviour.SLOW, value="5"), f"did not answer within {SILENCE} s"),
        (Fault(Misbehaviour.RESET), "broke off its answer"),
        (Fault(Misbehaviour.DROPPED), "broke off its answer"),
        (Fault(Misbehaviour.CUT_OFF), "broken or cut-off JSON"),
        (Fault(Misbehaviour.WEB_PAGE), "a web page in place of JSON (Down for maintenance)"),
        (Fault(Misbehaviour.SAYS, value="[" * 100_000), "broken or cut-off JSON"),
        (Fault(Misbehaviour.SAYS, value="{}", headers={"Content-Encoding": "gzip"}), "what cannot be unpacked"),
    ],
    ids=lambda given: given.kind.name if isinstance(given, Fault) else "",
)
def test_what_may_pass_is_tried_again_after_growing_waits(fault: Fault, said: str) -> None:
    fault.request, fault.times = 1, 2
    with RegistryServer(some(4), [fault]) as server, Client(server.base_url, page_size=2) as client:
        assert found_in(list(client.pages(Query()))) == numbers(1, 2, 3, 4)
    assert len(client.naps) == len(client.told) == 2
    assert 1 <= client.naps[0] <= 2 <= client.naps[1] <= 3  # 1 and 2 s, each with up to 1 s by chance
    assert all(said in line and "trying again in" in line and "\n" not in line for line in client.told)


def test_a_registry_that_stays_broken_is_given_up_with_one_line() -> None:
    with RegistryServer([], [Fault(Misbehaviour.ERROR, times=ALWAYS)]) as server, Client(server.base_url) as client:
        said = fails(client)
    assert said == (
        f"{server.base_url}/studies answered 500: Internal error; gave up after 4 attempts, try again later"
    )
    assert len(server.requests) == 4


@pytest.mark.parametrize("as_date", [False, True])
def test_the_wait_that_the_registry_asks_for_is_kept(as_date: bool) -> None:
    now = datetime.datetime(2020, 2, 3, 4, 5, 6, tzinfo=datetime.UTC)  # the server's clock counts, whatever it shows
    value = format_datetime(now + datetime.timedelta(seconds=97), usegmt=True) if as_date else "97"
    fault = Fault(Misbehaviour.TOO_MANY, value=value)
    with RegistryServer([], [fault]) as server, Client(server.base_url) as client:
        server.date = format_datetime(now, usegmt=True)
        list(client.pages(Query()))
    assert client.naps == [97.0]


def test_a_longer_wait_than_anyone_has_patience_for_is_not_begun() -> None:
    faults = [Fault(Misbehaviour.UNAVAILABLE, value="7200")]
    with RegistryServer([], faults) as server, Client(server.base_url) as client:
        assert "503: Service unavailable and asks to wait 7200 s; gave up, try again later" in fails(client)
    assert not client.naps
    assert len(server.requests) == 1


def test_a_page_that_is_too_large_or_too_slow_is_asked_for_again_with_fewer_studies() -> None:
    manners = MANNERS.model_copy(update={"largest": 1_000_000})
    faults = [Fault(Misbehaviour.TOO_LARGE, times=3, value="3")]
    with RegistryServer(some(9), faults) as server, Client(server.base_url, manners, page_size=8) as client:
        pages = list(client.pages(Query()))
    assert found_in(pages) == numbers(*range(1, 10))
    assert [request.parameters["pageSize"] for request in server.requests] == ["8", "4", "2", "8"]
    assert "sent more than 1,000,000 bytes" in client.told[0]
    assert client.naps == [0, 0]


def test_an_answer_that_drips_is_not_waited_for_for_ever() -> None:
    manners = Manners(pause=0, silence=1, longest=0.3, attempts=2)
    faults = [Fault(Misbehaviour.DRIPPING, value="0.02")]
    with RegistryServer(some(3), faults) as server, Client(server.base_url, manners) as client:
        assert found_in(list(client.pages(Query()))) == numbers(1, 2, 3)
    assert "had not sent all within 0.3 s" in client.told[0]


def test_a_refusal_is_not_tried_again_and_keeps_the_words_of_the_registry_to_one_line() -> None:
    refusal = Fault(Misbehaviour.SAYS, value="Bad\x1b[2J\nquery: " + "x" * 500, status=400)
    with RegistryServer([], [refusal]) as server, Client(server.base_url) as client:
        said = fails(client, Refused)
    assert "answered 400: Bad [2J query: xxx" in said
    assert said.endswith("x…")
    assert len(said) < 300
    assert len(server.requests) == 1


def test_a_redirect_to_another_address_is_not_followed() -> None:
    with RegistryServer([]) as elsewhere:
        fault = Fault(Misbehaviour.SENT_ON, value=f"{elsewhere.base_url}/studies")
        with RegistryServer([], [fault]) as server, Client(server.base_url) as client:
            assert "sends on to another address (http://127.0.0.1:" in fails(client, Refused)
    assert not elsewhere.requests


def test_a_redirect_in_a_circle_is_left() -> None:
    faults = [Fault(Misbehaviour.SENT_ON, value="/api/v2/studies", times=ALWAYS)]
    with RegistryServer([], faults) as server, Client(server.base_url) as client:
        assert "from one address to the next without end" in fails(client)
    assert len(server.requests) == 3


@pytest.mark.parametrize("value", ['{"studies": 5}', "[]", '{"studies": [], "nextPageToken": {}}', "null"])
def test_json_that_is_no_page_of_studies_is_said_and_not_asked_for_again(value: str) -> None:
    with RegistryServer([], [Fault(Misbehaviour.SAYS, value=value)]) as server, Client(server.base_url) as client:
        assert "is no page of studies of the API v2: " in fails(client)
    assert len(server.requests) == 1


def test_a_registry_that_is_not_there_is_one_line() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/api/v2"
    with Client(address) as client:
        said = fails(client)
    assert said.startswith(f"{address}/studies cannot be reached (")
    assert said.endswith("; gave up after 4 attempts, try again later")


@pytest.mark.parametrize("address", ["clinicaltrials.gov/api/v2", "ftp://host/api", "http://", "https://ho st:x/"])
def test_what_is_no_web_address_is_said_before_anything_is_asked(address: str) -> None:
    with pytest.raises(SourceError, match="is no web address"):
        Registry(address)


def test_a_page_size_that_the_registry_does_not_have_is_refused() -> None:
    with pytest.raises(SourceError, match="choose 1 to 1000"):
        Registry(page_size=1001)


def test_requests_keep_their_distance() -> None:
    now, naps = [100.0], []

    def sleep(seconds: float) -> None:
        naps.append(seconds)
        now[0] += seconds

    with RegistryServer(some(4)) as server:
        slow = Registry(server.base_url, page_size=2, manners=Manners(pause=1.5), sleep=sleep, clock=lambda: now[0])
        with slow as client:
            for _ in client.pages(Query()):
                now[0] += 0.5  # what is done with a page counts
    assert naps == [1.5 - 0.5] * 2
