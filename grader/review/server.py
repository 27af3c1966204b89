"""The server of the page: one process, on this machine alone unless somebody asks for more."""

from __future__ import annotations

import socket
import sys
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from grader.model.errors import GraderError, Problem, UsageError
from grader.review import pages
from grader.review.asked import Asked
from grader.review.pagefiles import page_file
from grader.review.pages import Visit
from grader.review.posted import FORM_BYTES, TYPED_BYTES, FormTooLargeError, read_form
from grader.review.routes import Routes
from grader.review.security import Door, Guard, is_loopback

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from grader.review.board import Board

PORT: Final = 8431
_DAY: Final = 24 * 60 * 60
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_CONNECTIONS: Final = 200  # at once; a browser holds six
_LONG: Final = frozenset({"/work/{key}/type"})  # forms in which a whole page may be typed


class Site:
    """The application over one board, guarded."""

    def __init__(self, board: Board, door: Door, host: str, port: int) -> None:
        self.door = door
        self.routes = Routes(board, leaves=door.asks_password)
        self._cookie = f"grader-review-{port}"  # as the guard reads it
        made = [
            Route(path, self._get(handler), methods=["GET"]) for path, handler in self.routes.gets.items()
        ]
        made += [
            Route(path, self._post(handler, TYPED_BYTES if path in _LONG else FORM_BYTES), methods=["POST"])
            for path, handler in self.routes.posts.items()
        ]
        made += [
            Route("/enter", self._enter, methods=["GET"]),
            Route("/login", self._login, methods=["GET", "POST"]),
            Route("/logout", self._logout, methods=["POST"]),
            Route("/assets/{name}", _file, methods=["GET"]),
        ]
        app = Starlette(routes=made, exception_handlers={404: self._missing})
        self.app: ASGIApp = Guard(app, door, host, port)

    def _get(self, handler: Callable[[Asked], Response]) -> Callable[[Request], Any]:
        async def answer(request: Request) -> Response:
            if request.state.session is None:
                return self._stranger()
            return await self._handled(handler, _asked(request, {}))

        return answer

    def _post(self, handler: Callable[[Asked], Response], most: int) -> Callable[[Request], Any]:
        async def answer(request: Request) -> Response:
            session = request.state.session
            if session is None:
                return self._stranger()
            try:
                form = await read_form(request, most)
            except FormTooLargeError as error:
                return HTMLResponse(pages.message_page(Visit(self.routes.heading, session), str(error)), 413)
            if not session.owns(form.get("form_token", "")):
                said = "This page is from before the server started again; load it anew and say it once more."
                return HTMLResponse(pages.message_page(Visit(self.routes.heading, session), said), 403)
            return await self._handled(handler, _asked(request, form))

        return answer

    async def _handled(self, handler: Callable[[Asked], Response], asked: Asked) -> Response:
        try:
            return await run_in_threadpool(handler, asked)
        except KeyError:
            return self._gone(asked.session)
        except GraderError as error:
            return await run_in_threadpool(self.routes.refused, asked, error)

    async def _enter(self, request: Request) -> Response:
        """Exchange the token of the printed address for a cookie."""
        if not self.door.takes(request.query_params.get("token", "")):
            return self._stranger()
        return self._welcome(self.door.who)

    async def _login(self, request: Request) -> Response:
        visit = Visit(self.routes.heading)
        if not self.door.asks_password:
            return self._stranger()
        if request.method != "POST":
            return HTMLResponse(pages.login_page(visit))
        try:
            form = await read_form(request, FORM_BYTES)
        except FormTooLargeError as error:
            return HTMLResponse(pages.message_page(visit, str(error)), 413)
        right = await run_in_threadpool(self.door.takes_password, form.get("password", ""))
        if right:
            return self._welcome(form.get("who", ""))
        wrong = (
            "That is not the password." if right is not None else "Too many wrong passwords; wait a minute."
        )
        page = pages.login_page(visit, form.get("who", ""), wrong)
        return HTMLResponse(page, 403 if right is not None else 429)

    async def _logout(self, request: Request) -> Response:
        session = request.state.session
        form = await read_form(request, FORM_BYTES)
        if session is None or not session.owns(form.get("form_token", "")):
            return self._stranger()
        self.door.leave(request.cookies.get(self._cookie, ""))
        response = RedirectResponse("/login", 303)
        response.delete_cookie(self._cookie)
        return response

    def _welcome(self, who: str) -> Response:
        response = RedirectResponse("/", 303)
        response.set_cookie(
            self._cookie, self.door.enter(who), max_age=_DAY, httponly=True, samesite="strict", path="/"
        )
        return response

    def _stranger(self) -> Response:
        if self.door.asks_password:
            return RedirectResponse("/login", 303)
        said = "Open the address that `grader review` has printed; it lets this browser in."
        return HTMLResponse(pages.message_page(Visit(), "This page needs its address", (said,)), 403)

    def _gone(self, session: Any) -> Response:
        title = "This is not here (any more)"
        return HTMLResponse(pages.message_page(Visit(self.routes.heading, session), title), 404)

    async def _missing(self, request: Request, error: Exception) -> Response:
        del error
        return self._gone(request.state.session)


def open_socket(host: str, port: int | None) -> socket.socket:
    """Return a socket to be served; without a port the usual one, or any where that is taken. Raises UsageError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    last: OSError | None = None
    for wanted in (PORT, 0) if port is None else (port,):
        # With the protocol named, the loop sends at once what is written; otherwise each answer waits for 40 ms.
        listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        if wanted and sys.platform != "win32":  # a port that this server had just before is free at once
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, wanted))
        except OSError as error:
            listening.close()
            last = error
        else:
            return listening
    rule = f"{host}:{port or PORT} cannot be served: {last.strerror if last else ''}; name another --port or --host"
    raise UsageError([Problem("--port", 0, 0, rule)])


def address_of_server(host: str, port: int, token: str) -> str:
    """Return the address to open in a browser."""
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}/enter?token={token}" if token else f"http://{name}:{port}/"


def serve(
    board: Board, door: Door, listening: socket.socket, host: str, ready: Callable[[int], None]
) -> None:
    """Serve until Ctrl-C; `ready` is called with the port once requests are answered."""
    port = listening.getsockname()[1]
    site = Site(board, door, host, port)
    config = uvicorn.Config(
        site.app, log_level="warning", access_log=False, server_header=False, ws="none", lifespan="off",
        proxy_headers=False, limit_concurrency=_CONNECTIONS, timeout_graceful_shutdown=2,
    )  # fmt: skip
    server = _Server(config, partial(ready, port))
    # While the second opinion learns, whoever decides waits a fifth as long for their turn as they would otherwise.
    sys.setswitchinterval(0.001)
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listening])


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()


def _asked(request: Request, form: dict[str, str] | Any) -> Asked:
    place = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    key = request.path_params.get("key", "")
    return Asked(request.state.session, place, key, dict(request.query_params), form)


async def _file(request: Request) -> Response:
    try:
        content, kind = page_file(request.path_params["name"])
    except KeyError:
        return Response("no such file", 404)
    return Response(content, headers={"Content-Type": kind, "Cache-Control": _FOR_EVER})


__all__ = ["PORT", "Site", "address_of_server", "is_loopback", "open_socket", "serve"]
