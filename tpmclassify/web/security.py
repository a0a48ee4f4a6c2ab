"""Who may talk to the page: the browser on this machine, from the page itself, within bounds."""

import ipaddress
import logging
import socket
import traceback
from pathlib import Path
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger(__name__)
MOST_TEXT_BYTES = 12_000_000  # a million characters, of up to four bytes, with what a form adds
MOST_TABLE_BYTES = 500_000_000
_FORM_BYTES = 100_000  # what a form needs beside what it carries
_MOST_BYTES = {"/postings": MOST_TEXT_BYTES, "/screenings": MOST_TABLE_BYTES + _FORM_BYTES}
_READING = ("GET", "HEAD")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}
FAULT = "Something went wrong on this page. Nothing was changed."


class Guard:
    """Checks Host and Origin, caps bodies as they stream in, sets the headers of every answer."""

    def __init__(self, app: ASGIApp, host: str) -> None:
        self._app = app
        self._names = {*LOOPBACK, host.lower()}
        self._is_open = host.lower() not in LOOPBACK
        if self._is_open:
            self._names |= {socket.gethostname().lower(), socket.getfqdn().lower()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def answer(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            self._check(scope)
            most = _MOST_BYTES.get(scope["path"], _FORM_BYTES)
            await self._app(scope, _capped(receive, scope, most), answer)
            return
        except ClientDisconnect:
            return
        except HTTPException as error:
            refusal = PlainTextResponse(error.detail, error.status_code)
        except Exception as error:  # nothing of a posting may reach a log
            place = traceback.extract_tb(error.__traceback__)[-1]
            file = Path(place.filename).name
            _log.error("%s at %s:%s", type(error).__name__, file, place.lineno)
            refusal = PlainTextResponse(FAULT, 500)
        if not begun:
            await refusal(scope, receive, answer)

    def _check(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self._is_ours(host):
            raise HTTPException(403, "The page is not known by this name. Use the address it gave.")
        if (
            headers.get("sec-fetch-site", "none") not in ("same-origin", "none")
            and headers.get("sec-fetch-mode") != "navigate"
        ):
            raise HTTPException(403, "Another site has no business with this page.")
        if scope["method"] not in _READING and headers.get("origin") != f"http://{host}":
            raise HTTPException(403, "This change was asked for by another site, and refused.")

    def _is_ours(self, host: str) -> bool:
        """A name that another site cannot point here (DNS rebinding)."""
        try:
            name = urlsplit(f"http://{host}").hostname or ""
            return name in self._names or (self._is_open and bool(ipaddress.ip_address(name)))
        except ValueError:
            return False


def _capped(receive: Receive, scope: Scope, most: int) -> Receive:
    """Count a body as it streams in, and refuse it where it becomes too large."""
    message = f"This is more than the page takes at once ({most // 1_000_000 or 1:,} MB)."
    declared = Headers(scope=scope).get("content-length", "0")
    is_declared_too_large = not declared.isdigit() or int(declared) > most
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        if is_declared_too_large:
            raise HTTPException(413, message)
        received = await receive()
        seen += len(received.get("body", b""))
        if seen > most:
            raise HTTPException(413, message)
        return received

    return counted
