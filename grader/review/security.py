"""The guard of the page: who may ask (a token or a password, then a session), from where, and what a browser may do.

Every request passes `Guard` first. A token stands in the address that the command prints and is exchanged for a cookie
at once; where others may come over a network there is a password instead, hashed slowly, with few attempts.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
import socket
import threading
import time
from collections import OrderedDict, deque
from dataclasses import field
from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

from grader.calibration.decisions import BY_OPINION
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Nothing is told to others. Under `no-referrer` browsers would keep even their origin from this server, which asks for it.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_SESSIONS: Final = 200  # at once; whoever was away the longest logs in again
_NAME: Final = 60  # characters of a person's name
_ATTEMPTS: Final = 10  # wrong passwords within a minute, from anywhere; then everybody waits
_MINUTE: Final = 60.0
_SCRYPT: Final = {"n": 2**14, "r": 8, "p": 1}  # 16 MB and some 50 ms a guess


@dataclass(slots=True)
class Notice:
    """What the next page says of what was just done; `kind` is done, nothing or conflict."""

    kind: str
    words: tuple[str, ...]
    key: str = ""  # of the work it is about
    chosen: Mapping[str, str] = field(default_factory=dict)  # what was set there, where nothing was kept
    written: Mapping[str, str] = field(default_factory=dict)  # and the words that were typed


@dataclass(slots=True)
class Seat:
    """One person in one browser."""

    who: str
    form_token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    names: bool = False  # whether students' names are shown
    keys: bool = True  # whether single keys do something
    said: Notice | None = None
    decided: list[str] = field(
        default_factory=list
    )  # where decisions were made, for the way back after an undo

    def take_said(self) -> Notice | None:
        """Return what is to be said, once."""
        said, self.said = self.said, None
        return said

    def owns(self, form_token: str) -> bool:
        """Whether a form was made for this session."""
        return hmac.compare_digest(self.form_token.encode(), form_token.encode("utf-8", "replace"))


class Door:
    """Who may come in: those with the token of the printed address, or with the password."""

    def __init__(self, who: str, password: str = "") -> None:
        self.who = plain_name(who) or "somebody"
        self.token = "" if password else secrets.token_urlsafe(24)
        self._salt = secrets.token_bytes(16)
        self._hash = self._slowly(password) if password else b""
        self._wrong: deque[float] = deque()
        self._sessions: OrderedDict[str, Seat] = OrderedDict()
        self._lock = threading.Lock()
        self._guessing = threading.Lock()  # one guess at a time, each takes its while

    @property
    def asks_password(self) -> bool:
        return bool(self._hash)

    def takes(self, token: str) -> bool:
        """Whether this is the token of the printed address."""
        return bool(self.token) and hmac.compare_digest(self.token.encode(), token.encode("utf-8", "replace"))

    def takes_password(self, password: str) -> bool | None:
        """Whether this is the password; None where too many wrong ones were tried just now."""
        with self._guessing:
            now = time.monotonic()
            while self._wrong and now - self._wrong[0] > _MINUTE:
                self._wrong.popleft()
            if len(self._wrong) >= _ATTEMPTS:
                return None
            right = bool(self._hash) and hmac.compare_digest(self._hash, self._slowly(password))
            if not right:
                self._wrong.append(now)
            return right

    def enter(self, who: str) -> str:
        """Open a session; return the secret of its cookie."""
        secret = secrets.token_urlsafe(32)
        with self._lock:
            self._sessions[secret] = Seat(plain_name(who) or self.who)
            while len(self._sessions) > _SESSIONS:
                self._sessions.popitem(last=False)
        return secret

    def session(self, secret: str) -> Seat | None:
        """Return the session of a cookie."""
        with self._lock:
            found = self._sessions.get(secret)
            if found is not None:
                self._sessions.move_to_end(secret)
            return found

    def leave(self, secret: str) -> None:
        """End a session."""
        with self._lock:
            self._sessions.pop(secret, None)

    def _slowly(self, password: str) -> bytes:
        return hashlib.scrypt(password.encode("utf-8", "replace"), salt=self._salt, **_SCRYPT)


def plain_name(name: str) -> str:
    """Return a person's name on one line, of characters that are seen; "" for that of the second opinion, who is nobody."""
    said = "".join(letter for letter in " ".join(name.split()) if letter.isprintable())[:_NAME].strip()
    return "" if said.casefold() == BY_OPINION else said


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def hosts_of(host: str) -> Callable[[str], bool]:
    """Return what tells whether a Host names this server, so that no name of somebody else's leads here."""
    names = {host.lower().strip("[]")}
    everywhere = host in {"0.0.0.0", "::"}  # noqa: S104 - what a person has asked for
    if is_loopback(host):
        names |= {"localhost", "127.0.0.1"} if host != "::1" else {"localhost"}
    if everywhere:
        names |= {"localhost", socket.gethostname().lower(), socket.getfqdn().lower()}

    def known(name: str) -> bool:
        name = name.lower().strip("[]")
        return name in names or (everywhere and _is_address(name))

    return known


class Guard:
    """Let a request through that names this server, comes from its own pages, and has a session where one is needed."""

    def __init__(self, app: ASGIApp, door: Door, host: str, port: int) -> None:
        self._app = app
        self._door = door
        self._known = hosts_of(host)
        self._port = port
        self.cookie = f"grader-review-{port}"  # cookies know no ports: two servers on one machine

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # nothing of ours speaks anything else; the server closes it
        headers = Headers(scope=scope)

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                added = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    added[name] = value
                added.setdefault("Cache-Control", "no-store")
            await send(message)

        refusal = self._refusal(scope, headers)
        if refusal:
            await PlainTextResponse(refusal, status_code=403)(scope, receive, sealed)
            return
        scope["state"] = {"session": self._door.session(_cookie(headers, self.cookie))}
        await self._app(scope, receive, sealed)

    def _refusal(self, scope: Scope, headers: Headers) -> str:
        """Say why a request is refused whoever asks; "" where it is not."""
        host, port = _host_and_port(headers.get("host", ""))
        if len(headers.getlist("host")) != 1 or not self._known(host) or port != self._port:
            return "This server goes by another name. Open the address that `grader review` has printed."
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        own = f"{scope['scheme']}://{headers['host']}"
        if origin is not None and origin.lower() != own.lower():
            return "Only this server's own pages may ask it for anything."
        if scope["method"] in {"GET", "HEAD"}:
            # A link that somebody follows is let through; without the cookie, which does not come along, it leads nowhere.
            follows = (
                headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
            )
            if site in {None, "same-origin", "none"} or follows:
                return ""
            return "Only this server's own pages may ask it for anything."
        if site not in {None, "same-origin"} or (site is None and origin is None):
            return "Only this server's own pages may change anything."
        return ""


def _cookie(headers: Headers, name: str) -> str:
    for part in headers.get("cookie", "").split(";"):
        key, _, value = part.strip().partition("=")
        if key == name:
            return value
    return ""


def _host_and_port(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or "]" in port:
        return text, 80
    return host, int(port) if port.isascii() and port.isdecimal() and len(port) < 6 else -1


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
