"""A small chat server on this machine that speaks the OpenAI way, so that the model's side is tested without a model.

Each request takes the next of the scripted behaviours; the last one stays. A behaviour gets the request and gives the
status and what the model says; the `wrong` ones are mistakes that real models make.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behaviour = Callable[[dict[str, Any]], tuple[int, str]]
_SENTENCE = re.compile(r"^(p\d+\.\d+) (.+)$", re.MULTILINE)


class Served(ThreadingHTTPServer):
    """The server, its address, and every request that it was sent."""

    daemon_threads = True

    def __init__(self, script: tuple[Behaviour, ...]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = list(script)
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.done = threading.Event()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away while it was kept waiting is part of the play."""


@contextmanager
def openai_server(*script: Behaviour) -> Iterator[Served]:
    server = Served(script)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.done.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Served

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(request)
        self.server.keys.append(self.headers.get("Authorization"))
        behaviour = self.server.script.pop(0) if len(self.server.script) > 1 else self.server.script[0]
        status, said = (404, "no such path") if self.path != "/v1/chat/completions" else behaviour(request)
        if said is _LATE:
            self.server.done.wait(5)
        kind, body = "application/json", json.dumps({"error": {"message": said, "type": "server"}})
        if said.startswith("<html"):
            kind, body = "text/html", said
        elif status == 200:
            body = json.dumps(_reply(request, said))
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: Any) -> None:
        """Keeps the test output clean."""


def _reply(request: dict[str, Any], said: str) -> dict[str, Any]:
    """`said` as the content, or as the arguments of a tool call where the request brought tools."""
    message: dict[str, Any] = {"role": "assistant", "content": said}
    if tools := request.get("tools"):
        call = {
            "id": "call_1",
            "type": "function",
            "function": {"name": tools[0]["function"]["name"], "arguments": said},
        }
        message = {"role": "assistant", "content": None, "tool_calls": [call]}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": request["model"],
        "choices": [{"index": 0, "finish_reason": "tool_calls" if tools else "stop", "message": message}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }


_LATE = "too late"


def says(answer: object) -> Behaviour:
    """Says this, whatever it is asked; text as it is, anything else as JSON."""
    return lambda _: (200, answer if isinstance(answer, str) else json.dumps(answer))


def refuses(status: int) -> Behaviour:
    return lambda _: (status, f"this server answers {status}")


def too_late(_: dict[str, Any]) -> tuple[int, str]:
    """Waits until the test is over, or five seconds."""
    return 200, _LATE


def malformed(_: dict[str, Any]) -> tuple[int, str]:
    return 200, '{"claims": [{"text": "no end'


def web_page(_: dict[str, Any]) -> tuple[int, str]:
    """What a proxy says to somebody who is not logged in."""
    return 200, "<html>Please log in</html>"


def no_json_schema(request: dict[str, Any]) -> tuple[int, str]:
    """A server that knows tool calls only, and then answers well."""
    return (400, "response_format is not supported") if "response_format" in request else good(request)


def good(request: dict[str, Any]) -> tuple[int, str]:
    """One claim for each of the first two sentences of the passages: the sentence, and its id."""
    return _claims([(text, [identifier]) for identifier, text in passage_sentences(request)[:2]])


def wrong_source(request: dict[str, Any]) -> tuple[int, str]:
    """A good claim, and one that points at a sentence that is not there."""
    (identifier, text), *_ = passage_sentences(request)
    return _claims([(text, [identifier]), ("It says something else as well.", ["p99.1"])])


def wrong_text(added: str) -> Behaviour:
    """A good claim, and the same with words added that do not stand in the passage."""

    def behave(request: dict[str, Any]) -> tuple[int, str]:
        (identifier, text), *_ = passage_sentences(request)
        return _claims([(text, [identifier]), (f"{text} {added}", [identifier])])

    return behave


def by_form(**behaviours: Behaviour) -> Behaviour:
    """Each form that may be asked for (`Written`, `Worded`, `ReadReply`) with a behaviour of its own."""
    return lambda request: behaviours[form_of(request)](request)


def claims(write: Callable[[Sentences], list[tuple[str, list[str]]]]) -> Behaviour:
    """The claims that `write` makes of the sentences it was sent: each a text and the ids it points at."""
    return lambda request: _claims(write(Sentences(passage_sentences(request))))


def rewords(word: Callable[[str], str]) -> Behaviour:
    """The question that it is asked to word, as `word` puts it."""

    def behave(request: dict[str, Any]) -> tuple[int, str]:
        asked = human_text(request).rpartition("\nThe question: ")[2].partition("\nWhy it is asked: ")[0]
        return 200, json.dumps({"text": word(asked)})

    return behave


class Sentences(dict[str, str]):
    """The numbered sentences of a task: id -> words."""

    def with_words(self, words: str) -> str:
        """The id of the first sentence that holds these words."""
        return next(identifier for identifier, text in self.items() if words in text)


def form_of(request: dict[str, Any]) -> str:
    """The name of the form that the answer is asked for in."""
    if tools := request.get("tools"):
        return str(tools[0]["function"]["name"])
    return str(request["response_format"]["json_schema"]["name"])


def human_text(request: dict[str, Any]) -> str:
    return "\n".join(str(message["content"]) for message in request["messages"] if message["role"] == "user")


def passage_sentences(request: dict[str, Any]) -> list[tuple[str, str]]:
    """The numbered sentences of the task, without those of the prompt's own examples."""
    return _SENTENCE.findall(human_text(request).rpartition("The passages:\n")[2])


def _claims(claims: list[tuple[str, list[str]]]) -> tuple[int, str]:
    return 200, json.dumps({"claims": [{"text": text, "sources": sources} for text, sources in claims]})
