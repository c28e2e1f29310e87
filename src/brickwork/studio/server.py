"""The server behind ``brickwork studio``: the page, and a socket that lends the engine to it."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import Callable
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from uvicorn.protocols.http.h11_impl import H11Protocol

from ..errors import ArgumentError
from .guard import ENGINE, PAGE, PROTOCOL, Guard
from .limits import Limits
from .page import policy_of

#: The only address that is listened to.
HOST = "127.0.0.1"
#: Seconds in which a request must be complete, and those for all sessions to end.
PATIENCE, ENDING = 10.0, 4
#: Bytes of the line and the headers of a request, and the most connections.
MOST_HEADERS, MOST_CONNECTIONS = 16 << 10, 32
#: Codes with which a socket is closed: for what is no message, and where too many are open.
BAD_MESSAGE, TRY_LATER = 1007, 1013


def application(
    page: str,
    host: str,
    token: str,
    limits: Limits | None = None,
    given: dict | None = None,
) -> Starlette:
    """Return the ASGI application.

    Args:
        page: the page, as HTML.
        host: where it is: ``127.0.0.1:4861``.
        token: what a page must know to be lent the engine.
        limits: what each page may ask for.
        given: a further message for the first page that comes; None for none.
    """
    limits = limits or Limits()
    waiting = [] if given is None else [given]
    pages: set[WebSocket] = set()

    async def show(request: Request) -> HTMLResponse:
        # Only once it is on its way: what the engine needs takes longer to import than a page.
        return HTMLResponse(page, background=BackgroundTask(_import_session))

    async def lend(websocket: WebSocket) -> None:
        await websocket.accept(PROTOCOL)
        if len(pages) >= limits.pages:
            await websocket.close(TRY_LATER, f"{len(pages)} pages are open; close one of them.")
            return
        pages.add(websocket)
        try:
            await _converse(websocket, limits, waiting)
        finally:
            pages.discard(websocket)

    return Starlette(
        routes=[Route(PAGE, show), WebSocketRoute(ENGINE, lend)],
        middleware=[Middleware(Guard, host=host, token=token, policy=policy_of(page))],
    )


def _import_session() -> Any:
    from . import session

    return session


async def _converse(websocket: WebSocket, limits: Limits, given: list[dict]) -> None:
    """Hand the requests of a page to a session of its own, until it leaves."""
    from .messages import framed, unframed

    parts, loop = await asyncio.to_thread(_import_session), asyncio.get_running_loop()

    def send(message: dict) -> None:  # in the session's thread
        frame = framed(message)
        if loop.is_closed():
            raise parts.Gone
        try:
            asyncio.run_coroutine_threadsafe(websocket.send_bytes(frame), loop).result()
        except Exception:
            raise parts.Gone from None

    session = parts.Session(send, limits, given)
    try:
        while (message := await websocket.receive())["type"] == "websocket.receive":
            try:
                request = unframed(message.get("bytes") or b"")
            except ArgumentError as error:
                await websocket.close(BAD_MESSAGE, str(error)[:120])
                return
            # No more is read of the socket until there is room for this request.
            if not session.hear(request, wait=False) and not await asyncio.to_thread(
                session.hear, request
            ):
                return
    finally:
        await asyncio.to_thread(session.close)


class _Impatient(H11Protocol):
    """uvicorn's protocol, but a connection on which no whole request comes is closed."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.loop.call_later(PATIENCE, self._close_if_waiting)

    def _close_if_waiting(self) -> None:
        if self.cycle is None and self in self.connections:  # nor a socket, which has left these
            self.transport.close()


def _listening(port: int) -> socket.socket:
    """A socket that listens to a port of this machine."""
    found = socket.socket()
    try:
        if os.name == "posix":  # elsewhere it would share the port with another program
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((HOST, port))
        found.listen()
    except OSError:
        found.close()
        raise
    return found


class Server:
    """The server, on a port of this machine that nobody else can reach.

    Args:
        page: the page, as HTML.
        port: the port; 0 for any that is free.
        limits: what each page may ask for.
        given: a further message for the first page that comes; None for none.

    Attributes:
        address: where the page is, with the token. The token stands behind a ``#``, which browsers
            send to nobody.

    Raises:
        OSError: if the port is taken.
    """

    def __init__(
        self, page: str, port: int = 0, limits: Limits | None = None, given: dict | None = None
    ):
        limits = limits or Limits()
        self._socket = _listening(port)
        self.host = f"{HOST}:{self._socket.getsockname()[1]}"
        self.token = secrets.token_urlsafe(32)
        self.address = f"http://{self.host}/#token={self.token}"
        config = uvicorn.Config(
            application(page, self.host, self.token, limits, given),
            http=_Impatient,
            ws="websockets-sansio",
            ws_max_size=limits.message,
            ws_per_message_deflate=False,  # a small frame stays small
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            limit_concurrency=MOST_CONNECTIONS,
            h11_max_incomplete_event_size=MOST_HEADERS,
            timeout_graceful_shutdown=ENDING,
        )
        # What strangers send is not worth a line; what fails here is.
        logging.getLogger("uvicorn.error").addFilter(lambda record: record.exc_info is not None)
        self._server = uvicorn.Server(config)

    def run(self, started: Callable[[], None] = lambda: None) -> None:
        """Serve until `stop` is called, or Ctrl-C is pressed.

        Args:
            started: called once requests are heard.
        """

        async def serve() -> None:
            serving = asyncio.create_task(self._server.serve([self._socket]))
            while not (self._server.started or serving.done()):
                await asyncio.sleep(0.002)
            if self._server.started:
                started()
            await serving

        asyncio.run(serve())

    def stop(self) -> None:
        """End `run`, from any thread; a server that does not run gives its port back."""
        if self._server.started:
            self._server.should_exit = True
        else:
            self._socket.close()
