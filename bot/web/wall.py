"""What every page of the web app carries: a wall that lets the browser fetch nothing from another host.

A conversation about an illness is nobody else's business, not even by way of the address that a font is fetched from.
Pure ASGI, so that a closed connection stays a closed connection.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

WALL = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",  # the page's own elements are compiled in the browser
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

_CARRIED: Headers = [
    (b"content-security-policy", WALL.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
]

_FOREIGN = re.compile(
    r"<(?:link|script)\b[^>]*?\b(?:href|src)=[\"'](?:https?:)?//[^>]*>(?:\s*</script>)?"
    r"|<meta\b[^>]*?\bproperty=[\"']og:(?:image|url)[\"'][^>]*>",
    re.IGNORECASE,
)


def without_foreign_links(html: str) -> str:
    """The index page without the links and previews that name another host."""
    return _FOREIGN.sub("", html)


class OwnHostOnly:
    """Wraps the web app; refuses a conversation that a page of another host tries to open here."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
        elif _foreign_origin(scope["headers"]):
            await _refuse(scope["type"], send)
        elif scope["type"] == "websocket":
            await self._app(scope, receive, send)
        else:
            await self._app(_uncompressed_page(scope), receive, _Reply(send))


def _header(headers: Headers, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in headers if key == name), "")


def _foreign_origin(headers: Headers) -> bool:
    origin = _header(headers, b"origin")
    return bool(origin) and urlsplit(origin).netloc != _header(headers, b"host")


async def _refuse(kind: str, send: Send) -> None:
    if kind == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    await send({"type": "http.response.start", "status": 403, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"This page may only be used from its own address."})


def _uncompressed_page(scope: Scope) -> Scope:
    """A request for a page asks for it as it is, so that its links can be read; scripts and styles stay compressed."""
    if "text/html" not in _header(scope["headers"], b"accept"):
        return scope
    kept = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
    return {**scope, "headers": kept}


class _Reply:
    """Passes a reply on with the headers that each carries; a page is held back until it is whole, and cleaned."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._page = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers: Headers = [*message.get("headers", []), *_CARRIED]
            message = {**message, "headers": headers}
            plain = not _header(headers, b"content-encoding")
            if plain and _header(headers, b"content-type").startswith("text/html"):
                self._start = message
                return
        elif self._start is not None and message["type"] == "http.response.body":
            self._page += message.get("body", b"")
            if message.get("more_body"):
                return
            await self._send_page(self._start)
            return
        await self._send(message)

    async def _send_page(self, start: Message) -> None:
        body = without_foreign_links(self._page.decode("utf-8")).encode("utf-8")
        headers = [(name, value) for name, value in start["headers"] if name != b"content-length"]
        await self._send({**start, "headers": [*headers, (b"content-length", str(len(body)).encode())]})
        await self._send({"type": "http.response.body", "body": body})
