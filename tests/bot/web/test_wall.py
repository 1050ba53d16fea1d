"""The wall around the page: no link to another host survives, and a page of another host is refused."""

from __future__ import annotations

import asyncio

import pytest

from bot.web.wall import ASGIApp, Message, OwnHostOnly, Receive, Scope, Send, without_foreign_links

INDEX = b"""<head><link rel="preconnect" href="https://fonts.example.org" crossorigin />
<link
  rel="stylesheet"
  href="https://cdn.example.org/katex.min.css"
/><script src="//cdn.example.org/x.js"></script><meta property="og:image" content="https://example.org/a.png">
<link rel="stylesheet" href="/assets/own.css"><script type="module" src="/assets/own.js"></script></head>"""


def replying(content_type: bytes, body: bytes) -> ASGIApp:
    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        headers = [(b"content-type", content_type), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        half = len(body) // 2
        await send({"type": "http.response.body", "body": body[:half], "more_body": True})
        await send({"type": "http.response.body", "body": body[half:]})

    return app


def ask(app: ASGIApp, kind: str = "http", **headers: str) -> list[Message]:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    raw = [(name.encode(), value.encode()) for name, value in {"host": "localhost:8000", **headers}.items()]
    asyncio.run(_call(OwnHostOnly(app), {"type": kind, "headers": raw}, receive, send))
    return sent


async def _call(app: OwnHostOnly, scope: Scope, receive: Receive, send: Send) -> None:
    await app(scope, receive, send)


def test_links_to_other_hosts_go_and_our_own_stay() -> None:
    page = without_foreign_links(INDEX.decode())
    assert "example.org" not in page
    assert '<link rel="stylesheet" href="/assets/own.css">' in page
    assert '<script type="module" src="/assets/own.js"></script>' in page


def test_a_page_is_cleaned_whole_and_its_length_is_right() -> None:
    start, body = ask(replying(b"text/html; charset=utf-8", INDEX))
    assert b"example.org" not in body["body"]
    assert dict(start["headers"])[b"content-length"] == str(len(body["body"])).encode()


@pytest.mark.parametrize("kind", [b"text/html", b"application/javascript"])
def test_every_reply_forbids_the_browser_to_load_from_elsewhere(kind: bytes) -> None:
    headers = dict(ask(replying(kind, b"x"))[0]["headers"])
    assert headers[b"content-security-policy"].startswith(b"default-src 'self'")
    assert headers[b"referrer-policy"] == b"no-referrer"


def test_what_is_no_page_passes_unchanged() -> None:
    script = b"load('https://example.org')"
    sent = ask(replying(b"application/javascript", script))
    assert b"".join(message["body"] for message in sent[1:]) == script


@pytest.mark.parametrize(
    ("origin", "refused"), [("http://localhost:8000", False), ("https://example.org", True), ("null", True)]
)
def test_only_a_page_of_this_very_address_may_talk_to_it(origin: str, refused: bool) -> None:
    sent = ask(replying(b"text/plain", b"x"), origin=origin)
    assert (sent[0]["status"] == 403) is refused


def test_a_foreign_page_gets_no_open_line() -> None:
    assert ask(replying(b"", b""), kind="websocket", origin="https://example.org")[0]["type"] == "websocket.close"
