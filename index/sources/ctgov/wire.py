"""One request to a registry at a time: polite, patient and bounded. What comes back is JSON or one clear line."""

from __future__ import annotations

import datetime
import email.utils
import importlib.metadata
import json
import re
import ssl
import zlib
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_exponential_jitter

from index.errors import SourceError
from index.trial import Frozen

Parameters = Mapping[str, str]

_BACKOFF = wait_exponential_jitter(initial=1, max=60, jitter=1)
_HOPS = 3
_SHOWN = 200  # characters of a message that is not ours
_HEARD = 20_000  # bytes of an answer that is only looked at for its message


class Manners(Frozen):
    """How a registry is treated; times in seconds.

    ClinicalTrials.gov publishes no limit and sends no header that tells of one. Its users meet 429 at more than about
    50 requests a minute, and its robots.txt asks for a second between two; `pause` keeps to both.
    """

    pause: float = 1.2  # from the start of one request to the start of the next
    silence: float = 60.0  # how long to wait for a connection, or for the next bytes
    longest: float = 600.0  # how long one answer may take as a whole
    attempts: int = 7
    patience: float = 300.0  # all waits for one answer together; a server that asks for more is left alone
    largest: int = 256 * 2**20  # bytes of one answer, unpacked


class Refused(SourceError):
    """The registry answered, and said no: `status` as in HTTP; `by_registry` unless a web page said it."""

    def __init__(self, message: str, status: int, by_registry: bool) -> None:
        super().__init__(message)
        self.status = status
        self.by_registry = by_registry


class _Failed(SourceError):
    """What may go well the next time; `after`: when the server wants to be asked; `cut`: the answer came to no end."""

    def __init__(self, message: str, after: float | None = None, cut: bool = False) -> None:
        super().__init__(message)
        self.after = after
        self.cut = cut


class Wire:
    """Asks one base address for JSON."""

    def __init__(
        self,
        base_url: str,
        manners: Manners,
        sleep: Callable[[float], None],
        clock: Callable[[], float],
        notice: Callable[[str], None],
    ) -> None:
        """`notice` gets one line before each wait that the registry or the network made necessary.

        Raises:
            SourceError: `base_url` is no web address.
        """
        self.base_url = base_url.rstrip("/")
        self._manners, self._sleep, self._clock, self._notice = manners, sleep, clock, notice
        self._began: float | None = None
        try:
            address = httpx.URL(self.base_url)
        except httpx.InvalidURL as exc:
            raise SourceError(f"{base_url!r} is no web address ({exc}); give one like https://host/api/v2") from exc
        if address.scheme not in {"http", "https"} or not address.host:
            raise SourceError(f"{base_url!r} is no web address; give one like https://host/api/v2")
        headers = {"User-Agent": _program(), "Accept": "application/json", "Accept-Encoding": "gzip"}
        self._client = httpx.Client(headers=headers, timeout=manners.silence)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def get(self, path: str, parameters: Callable[[int], Parameters] = lambda _: {}) -> Any:
        """The JSON at `path`; `parameters` is told how many answers were cut short so far, to ask for a smaller one.

        Raises:
            Refused: the registry said no, and would say it again.
            SourceError: no whole answer came within the attempts and the patience that there are.
        """
        cuts = 0

        def once() -> Any:
            nonlocal cuts
            self._keep_distance()
            try:
                return self._ask(f"{self.base_url}/{path}", parameters(cuts))
            except _Failed as exc:
                cuts += exc.cut
                raise

        retrying = Retrying(
            retry=retry_if_exception_type(_Failed),
            wait=_wait,
            stop=self._enough,
            before_sleep=self._tell,
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return retrying(once)
        except _Failed as exc:
            times = retrying.statistics["attempt_number"]
            asked = f" and asks to wait {exc.after:.0f} s" if exc.after else ""
            tried = f"gave up after {times} attempts" if times > 1 else "gave up"
            raise SourceError(f"{exc}{asked}; {tried}, try again later") from exc

    def _keep_distance(self) -> None:
        if self._began is not None and (left := self._began + self._manners.pause - self._clock()) > 0:
            self._sleep(left)
        self._began = self._clock()

    def _enough(self, state: RetryCallState) -> bool:
        """Whether to stop; a wait that the patience does not cover is not begun."""
        waited = state.idle_for + state.upcoming_sleep
        return state.attempt_number >= self._manners.attempts or waited > self._manners.patience

    def _tell(self, state: RetryCallState) -> None:
        self._notice(f"{_failure(state)}; trying again in {state.upcoming_sleep:.0f} s")

    def _ask(self, url: str, parameters: Parameters) -> Any:
        until = self._clock() + self._manners.longest
        request = self._client.build_request("GET", url, params=parameters)
        try:
            for _ in range(_HOPS):
                response = self._client.send(request, stream=True)
                try:
                    if response.next_request is None:
                        return self._heard(url, response, until)
                finally:
                    response.close()
                request = _followed(url, response, response.next_request)
        except httpx.TimeoutException as exc:
            raise _Failed(f"{url} did not answer within {self._manners.silence:g} s", cut=True) from exc
        except httpx.RequestError as exc:
            if _distrusted(exc):
                raise SourceError(
                    f"{url} shows a certificate that is not trusted here ({_one_line(str(exc))}); behind a company's "
                    "proxy, point SSL_CERT_FILE to its certificate"
                ) from exc
            kind = "cannot be reached" if isinstance(exc, httpx.ConnectError) else "broke off its answer"
            raise _Failed(f"{url} {kind} ({_one_line(str(exc)) or type(exc).__name__})", cut=True) from exc
        raise SourceError(f"{url} sends on from one address to the next without end")

    def _heard(self, url: str, response: httpx.Response, until: float) -> Any:
        status = response.status_code
        if status == httpx.codes.OK:
            return _parsed(url, self._whole(url, response, until))
        said = _message(self._beginning(response))
        line = f"{url} answered {status}{f': {said}' if said else ''}"
        if status in {408, 429} or status >= 500:
            raise _Failed(line, after=_retry_after(response.headers))
        raise Refused(line, status, by_registry="html" not in response.headers.get("Content-Type", ""))

    def _whole(self, url: str, response: httpx.Response, until: float) -> bytes:
        """Unpacked here, so that both bounds hold for every piece of it."""
        body = bytearray()
        unpack = zlib.decompressobj(wbits=31) if response.headers.get("Content-Encoding") == "gzip" else None
        for piece in response.iter_raw():
            room = self._manners.largest - len(body) + 1
            try:
                body += unpack.decompress(piece, room) if unpack else piece
            except zlib.error as exc:
                raise _Failed(f"{url} sent what cannot be unpacked ({exc})", cut=True) from exc
            if len(body) > self._manners.largest:
                raise _Failed(f"{url} sent more than {self._manners.largest:,} bytes in one answer", 0.0, cut=True)
            if self._clock() > until:
                raise _Failed(f"{url} had not sent all within {self._manners.longest:g} s", cut=True)
        return bytes(body)

    def _beginning(self, response: httpx.Response) -> str:
        body = bytearray()
        for piece in response.iter_bytes():
            body += piece
            if len(body) > _HEARD:
                break
        return body.decode("utf-8", errors="replace")


def _program() -> str:
    try:
        return f"trialogue/{importlib.metadata.version('trialogue')}"
    except importlib.metadata.PackageNotFoundError:  # run from a checkout
        return "trialogue"


def _failure(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None


def _wait(state: RetryCallState) -> float:
    failure = _failure(state)
    if isinstance(failure, _Failed) and failure.after is not None:
        return failure.after
    return _BACKOFF(state)


def _followed(url: str, response: httpx.Response, onward: httpx.Request) -> httpx.Request:
    """The next request, where the answer sends on to the same host; an old number of a study is sent on to its new one.

    Raises:
        Refused: it sends on to somewhere else.
    """
    here, there = response.url, onward.url
    if (there.host, there.port) != (here.host, here.port) or (here.scheme, there.scheme) == ("https", "http"):
        raise Refused(
            f"{url} sends on to another address ({_one_line(str(there))}), which is not followed; "
            "if that is right, give it as the base address",
            response.status_code,
            by_registry=False,
        )
    return onward


def _parsed(url: str, body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as exc:
        start = body[:_HEARD].decode("utf-8", errors="replace")
        if _is_page(start):
            raise _Failed(f"{url} answered with a web page in place of JSON ({_message(start)})", cut=True) from exc
        raise _Failed(f"{url} answered with broken or cut-off JSON ({_one_line(str(exc))})", cut=True) from exc


def _is_page(text: str) -> bool:
    return bool(re.match(r"\s*<(?:!doctype|html|head|body|\?xml|!--)", text, re.IGNORECASE))


def _message(text: str) -> str:
    """What a refusal says, in one line; of a web page its title."""
    if _is_page(text):
        title = re.search(r"<title[^>]*>(.*?)</title", text, re.IGNORECASE | re.DOTALL)
        text = title[1] if title else "a page without a title"
    return _one_line(text)


def _one_line(text: str) -> str:
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1].rstrip() + "…"


def _retry_after(headers: httpx.Headers) -> float | None:
    """Seconds, from a number of them or from a date; counted from the server's own clock where it tells the time."""
    given = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"\d{1,9}", given):
        return float(given)
    then = _moment(given)
    if then is None:
        return None
    now = _moment(headers.get("Date", "")) or datetime.datetime.now(datetime.UTC)
    return max(0.0, (then - now).total_seconds())


def _moment(text: str) -> datetime.datetime | None:
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)


def _distrusted(exc: BaseException) -> bool:
    """Whether a certificate is behind this failure; asking again would not change it."""
    cause: BaseException | None = exc
    while cause is not None and not isinstance(cause, ssl.SSLCertVerificationError):
        cause = cause.__cause__ or cause.__context__
    return cause is not None
