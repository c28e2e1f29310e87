"""Which requests are let in: those of the page itself, on this machine, and no others.

Any page that is open in the browser can send requests to this machine: to its address, or to a name
of the page's own that leads there (DNS rebinding). So every request must name this server exactly,
and the socket must be opened by this page, with the token of this start.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any

#: The protocol that a page speaks over the socket; it names this one and its token.
PROTOCOL = "brickwork.studio"
#: The only paths: the page, and the socket.
PAGE, ENGINE = "/", "/engine"
#: Sent with every response.
HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cache-control": "no-store",
    "connection": "close",
}


class Guard:
    """An ASGI application around another, which it lets see good requests alone.

    Args:
        app: the application.
        host: the host that requests must name: ``127.0.0.1:4861``.
        token: what a page must know to open the socket.
        policy: the content security policy of the page.
    """

    def __init__(self, app: Any, host: str, token: str, policy: str):
        self.app, self.host, self.token = app, host, token
        headers = HEADERS | {"content-security-policy": f"{policy}; frame-ancestors 'none'"}
        self.headers = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: dict, receive: Any, send: Any) -> None:
        """Answer a request, or hand it on."""
        refused = self.refusal(scope)
        if refused is None:
            await self.app(scope, receive, self._with_headers(send))
        else:
            await self._refuse(scope, send, *refused)

    def refusal(self, scope: dict) -> tuple[int, str] | None:
        """Return the status and the words with which a request is refused; None for a good one."""
        headers = _Headers(scope["headers"])
        socket = scope["type"] == "websocket"
        if headers.all("host") != [self.host]:
            return 421, f"This server is http://{self.host}/, and responds to that host alone."
        origins = headers.all("origin")
        if origins != [f"http://{self.host}"] and (socket or origins):
            return 403, "Only the studio's own page may ask."
        if scope["raw_path"] != (ENGINE if socket else PAGE).encode() or scope["query_string"]:
            return 404, f"There is only the page here: http://{self.host}/"
        if socket:
            return None if self._knows(scope) else (403, "The token is not that of this start.")
        if scope["method"] not in ("GET", "HEAD"):
            return 405, "Only GET and HEAD are known here."
        if headers.all("transfer-encoding") or headers.all("content-length") not in ([], ["0"]):
            return 413, "Requests have no body here."
        return None

    def _knows(self, scope: dict) -> bool:
        offered = scope["subprotocols"]
        token = offered[1] if len(offered) == 2 and offered[0] == PROTOCOL else ""
        return secrets.compare_digest(token.encode(), self.token.encode())

    def _with_headers(self, send: Any) -> Any:
        async def sent(message: dict) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *self.headers]}
            await send(message)

        return sent

    async def _refuse(self, scope: dict, send: Any, status: int, words: str) -> None:
        kind = "websocket.http" if scope["type"] == "websocket" else "http"
        body = words.encode()
        headers = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            *([(b"allow", b"GET, HEAD")] if status == 405 else []),
            *self.headers,
        ]
        await send({"type": f"{kind}.response.start", "status": status, "headers": headers})
        await send({"type": f"{kind}.response.body", "body": body})


class _Headers:
    """The headers of a request, which may have one several times."""

    def __init__(self, pairs: Iterable[tuple[bytes, bytes]]):
        self._pairs = [(name.decode("latin-1").lower(), value) for name, value in pairs]

    def all(self, name: str) -> list[str]:
        """The values of a header."""
        return [value.decode("latin-1") for other, value in self._pairs if other == name]
