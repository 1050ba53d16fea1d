"""A registry on this machine: answers as the ClinicalTrials.gov API v2 does, and misbehaves when told.

`with RegistryServer(real_studies(data_dir, 50), [Fault(Misbehaviour.TOO_MANY, value="2")]) as server:` serves at
`server.base_url`, remembers `server.requests`, and lets `server.studies` be changed at any time.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain, islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from tests.registry_search import Json, Parameters, Refusal, numbers_of, search, with_fields

ALWAYS = 1_000_000
CHANGED = "The data have probably changed while you were paginating. Please, start over from the first page."
_PARAMETERS = {
    *("format", "query.cond", "query.term", "query.locn", "filter.overallStatus", "filter.ids", "filter.advanced"),
    *("fields", "sort", "countTotal", "pageSize", "pageToken"),
}


class Misbehaviour(StrEnum):
    TOO_MANY = "429, with `value` as its Retry-After"
    ERROR = "500"
    UNAVAILABLE = "503, with `value` as its Retry-After"
    SLOW = "not a byte for `value` seconds"
    DRIPPING = "a byte every `value` seconds"
    RESET = "the connection closed without an answer"
    DROPPED = "the connection closed in the middle of the body"
    CUT_OFF = "half of the JSON, as if it were all"
    WEB_PAGE = "a web page with status 200"
    REPEATED_TOKEN = "the token of this page as the token of the next"
    ENDLESS = "always one more page, each with a new token"
    REFUSED_TOKEN = "400 to any page token, in the registry's own words"
    TOO_LARGE = "more bytes than anyone wants, where more than `value` studies are asked for"
    SENT_ON = "a redirect to `value`"
    SAYS = "`value` as the whole body, with status `status`"


@dataclass
class Fault:
    """One planned misbehaviour: from request number `request` on (from 0, counted over all), `times` times."""

    kind: Misbehaviour
    request: int = 0
    times: int = 1
    value: str = ""
    status: int = 200
    headers: Parameters = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """What the server was asked."""

    path: str
    parameters: Parameters
    headers: Parameters


@dataclass
class _Reply:
    body: bytes
    status: int = 200
    headers: Parameters = field(default_factory=lambda: {"Content-Type": "application/json"})
    sent: int | None = None  # bytes of the body that go out before the connection breaks
    drip: float = 0.0  # seconds between one byte and the next


class RegistryServer:
    """The server in its own thread. `studies`: number -> study, to be changed between runs and between requests.

    `unlisted`: numbers that no list shows though the study is there; `gone`: numbers that lists still show though the
    study is not there any more. A study taken out of `studies` is neither listed nor there.
    """

    def __init__(self, studies: Iterable[Json], faults: Iterable[Fault] = ()) -> None:
        self.studies = {study["protocolSection"]["identificationModule"]["nctId"]: study for study in studies}
        self.faults = list(faults)
        self.requests: list[Request] = []
        self.unlisted: set[str] = set()
        self.gone: set[str] = set()
        self.data_timestamp = "2026-06-30T09:00:05"
        self.date = ""  # what its clock shows, where that is not the time
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.registry = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/api/v2"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._server.shutdown()
        self._thread.join()
        self.close()

    def close(self) -> None:
        """Gives the port back; for a server that was never started."""
        self._server.server_close()

    def refresh(self, data_timestamp: str) -> None:
        """The daily data are in: page tokens given before are refused from now on."""
        self.data_timestamp = data_timestamp

    def wait(self, seconds: float) -> None:
        self._stopped.wait(seconds)

    def answer(self, request: Request) -> _Reply | None:
        """`None` closes the connection without a word."""
        with self._lock:
            number = len(self.requests)
            self.requests.append(request)
            fault = next((one for one in self.faults if one.times and one.request <= number), None)
            if fault:
                fault.times -= 1
        return _misbehaved(self, fault, request) if fault else self.proper(request)

    def proper(self, request: Request) -> _Reply:
        """The answer of a registry in good health."""
        try:
            return _Reply(json.dumps(self._document(request), ensure_ascii=False).encode())
        except Refusal as refusal:
            reply = _Reply(str(refusal).encode(), refusal.status, {"Content-Type": "text/plain;charset=utf-8"})
            reply.headers |= refusal.headers
            return reply

    def _document(self, request: Request) -> Json:
        for name in request.parameters:
            if name not in _PARAMETERS:
                raise Refusal(400, f"`{name}` is unknown parameter")
        match request.path.removeprefix("/api/v2/").split("/"):
            case ["version"]:
                return {"apiVersion": "2.0.5", "dataTimestamp": self.data_timestamp}
            case ["studies"]:
                return self._page(request.parameters)
            case ["studies", number]:
                return self._single(number, request.parameters)
        raise Refusal(404, "no such path")

    def _single(self, number: str, parameters: Parameters) -> Json:
        if not re.fullmatch(r"(NCT|nct)\d{8}", number):
            raise Refusal(400, f"`nctId` has incorrect format: {number}")
        study = self.studies.get(number.upper())
        if study and number.upper() not in self.gone:
            return with_fields(study, parameters)
        for own, other in self.studies.items():
            if number in numbers_of(other)[1:]:
                raise Refusal(301, "", {"Location": f"/api/v2/studies/{own}"})
        raise Refusal(404, f"NCT number {number} not found")

    def _page(self, parameters: Parameters) -> Json:
        size = min(int(parameters.get("pageSize", "0")) or 10, 1000)
        asked = {k: v for k, v in parameters.items() if k not in {"pageSize", "pageToken", "countTotal"}}
        seal = hashlib.sha256(json.dumps([self.data_timestamp, sorted(asked.items())]).encode()).hexdigest()[:8]
        start = 0
        if "pageToken" in parameters:
            given, _, offset = _unpacked(parameters["pageToken"]).partition(":")
            if given != seal:
                raise Refusal(400, CHANGED)
            start = int(offset)
        hidden = self.unlisted | (self.gone if "filter.ids" in asked else set())
        found = search([study for number, study in self.studies.items() if number not in hidden], asked)
        page: Json = {"studies": [with_fields(study, parameters) for study in found[start : start + size]]}
        if parameters.get("countTotal") == "true" and "pageToken" not in parameters:
            page["totalCount"] = len(found)
        if len(page["studies"]) == size:  # as the registry does, even where nothing is left for the next page
            page["nextPageToken"] = base64.urlsafe_b64encode(f"{seal}:{start + size}".encode()).decode().rstrip("=")
        return page


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    registry: RegistryServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away while it is kept waiting is part of the play."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer on a kept connection comes 40 ms late
    server: _Server

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        request = Request(address.path, dict(parse_qsl(address.query, keep_blank_values=True)), dict(self.headers))
        reply = self.server.registry.answer(request)
        self.close_connection = reply is None or reply.sent is not None
        if reply is None:
            return
        body = reply.body
        if "gzip" in self.headers.get("Accept-Encoding", "") and body and "Content-Encoding" not in reply.headers:
            body = gzip.compress(body, compresslevel=1)
            reply.headers = {**reply.headers, "Content-Encoding": "gzip"}
        self.send_response(reply.status)
        for name, value in {**reply.headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        step = 1 if reply.drip else len(body)
        for start in range(0, len(body) if reply.sent is None else reply.sent, step or 1):
            self.wfile.write(body[start : min(start + step, reply.sent or len(body))])
            self.server.registry.wait(reply.drip)

    def date_time_string(self, timestamp: float | None = None) -> str:
        return self.server.registry.date or super().date_time_string(timestamp)

    def log_message(self, format: str, *args: Any) -> None:
        """Keeps the test output clean."""


def _unpacked(token: str) -> str:
    try:
        return base64.urlsafe_b64decode(token.encode() + b"==").decode()
    except ValueError:
        return ""


def _misbehaved(server: RegistryServer, fault: Fault, request: Request) -> _Reply | None:
    plain = {"Content-Type": "text/plain;charset=utf-8", **fault.headers}
    wait = {"Retry-After": fault.value} if fault.value else {}
    match fault.kind:
        case Misbehaviour.TOO_MANY:
            return _Reply(b"Too many requests", 429, plain | wait)
        case Misbehaviour.UNAVAILABLE:
            return _Reply(b"Service unavailable", 503, plain | wait)
        case Misbehaviour.ERROR:
            return _Reply(b"Internal error", 500, plain)
        case Misbehaviour.RESET:
            return None
        case Misbehaviour.WEB_PAGE:
            page = b"<!DOCTYPE html><html><head><title>Down for\n maintenance</title></head></html>"
            return _Reply(page, 200, {"Content-Type": "text/html"})
        case Misbehaviour.SENT_ON:
            return _Reply(b"", 302, {"Location": fault.value})
        case Misbehaviour.SAYS:
            return _Reply(fault.value.encode("utf-8", "surrogatepass"), fault.status, plain)
        case Misbehaviour.REFUSED_TOKEN if "pageToken" in request.parameters:
            return _Reply(CHANGED.encode(), 400, plain)
        case Misbehaviour.TOO_LARGE if int(request.parameters.get("pageSize", "1")) > int(fault.value):
            return _Reply(b" " * 3_000_000)
        case Misbehaviour.SLOW:
            server.wait(float(fault.value))
    reply = server.proper(request)
    match fault.kind:
        case Misbehaviour.DROPPED:
            reply.sent = 20
        case Misbehaviour.DRIPPING:
            reply.drip = float(fault.value)
        case Misbehaviour.CUT_OFF:
            reply.body = reply.body[: len(reply.body) // 2]
        case Misbehaviour.REPEATED_TOKEN if token := request.parameters.get("pageToken"):
            reply.body = json.dumps(json.loads(reply.body) | {"nextPageToken": token}).encode()
        case Misbehaviour.ENDLESS:
            first = {name: value for name, value in request.parameters.items() if name != "pageToken"}
            reply = server.proper(Request(request.path, first, {}))
            reply.body = json.dumps(json.loads(reply.body) | {"nextPageToken": f"t{len(server.requests)}"}).encode()
    return reply


def real_studies(data_dir: Path, count: int = 1_000_000) -> list[Json]:
    """`count` real records: those of a recorded page, then the single ones in the order of their numbers."""
    recorded = json.loads((data_dir / "ctgov_api" / "pages" / "page_with_next_token.json").read_text("utf-8"))
    singles = (json.loads(file.read_text("utf-8")) for file in sorted((data_dir / "studies").glob("NCT*.json")))
    known = {numbers_of(study)[0] for study in recorded["studies"]}
    others = (study for study in singles if numbers_of(study)[0] not in known)
    return list(islice(chain(recorded["studies"], others), count))
