"""What the relay keeps for those it told the address: the whole of a long text, collapsed lines, and files.

A file is streamed through its network by `Network.fetch`: nobody sees where it lies, and no token of the desk's is in its
address. It comes from strangers, so a browser is told to run nothing in it, and to show only kinds that are harmless.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from urllib.parse import quote

import structlog
from aiohttp import web

from bridges.network import NetworkError, Permanent, Transient
from bridges.text import one_line
from helpdesk.model import Page
from helpdesk.web import limits
from helpdesk.web.site import CLIENT, SITE, Refused

log = structlog.get_logger("helpdesk.web")

_HEADERS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex", "Cache-Control": "no-store"}
_FILE_HEADERS = _HEADERS | {
    "Content-Security-Policy": (
        "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # Web clients of IRC show pictures in the chat; and a browser's own player, sandboxed, comes from nowhere. Whoever has
    # the address can read the file anyway: no cookie counts here.
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
}
SHOWN = frozenset(
    {
        *("image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"),
        *("audio/mpeg", "audio/mp4", "audio/aac", "audio/ogg", "audio/opus", "audio/webm", "audio/flac", "audio/wav"),
        *("video/mp4", "video/webm", "video/ogg", "video/quicktime"),
        "text/plain",
    }
)
"""Media types that a browser may show; SVG is no image here, since it can hold scripts. All else is saved."""
FIRST, NEXT, WHOLE = 30.0, 60.0, 900.0
"""Seconds until the network must have given the first bytes, the next, and all."""


async def _page(request: web.Request) -> Page:
    """Raise 404 for an unknown token, and 410 when its page has expired."""
    site = request.app[SITE]
    page = await site.services.reader.page(request.match_info["token"])
    if page is None:
        raise web.HTTPNotFound
    if page.kind == "expired" or page.expires_at <= site.services.clock():
        raise Refused(410, "web-error-expired")
    return page


async def show(request: web.Request) -> web.StreamResponse:
    site = request.app[SITE]
    page = await _page(request)
    if page.kind in ("file", "export"):
        raise web.HTTPNotFound
    response = await site.render(request, "relayed.html", page=page)
    response.headers.update(_HEADERS)
    return response


async def file(request: web.Request) -> web.StreamResponse:
    """The file. 413 when it is larger than `relay.file_limit`, 503 and 410 as its network says."""
    site = request.app[SITE]
    page = await _page(request)
    network = site.services.networks.get(page.network)
    if page.kind != "file":
        raise web.HTTPNotFound
    if network is None:
        raise Refused(410, "web-error-expired")
    limit = site.services.config.relay.file_limit * 1_000_000
    if page.size is not None and page.size > limit:
        raise Refused(413, "web-error-file-too-large")
    if request.method == "HEAD":
        return web.Response(headers=_headers(page))
    address = request[CLIENT].address
    if wait := site.limiter.take(limits.ADDRESS_FILES, address, time.monotonic()):
        raise Refused(429, "web-error-slow-down", retry_after=math.ceil(wait))
    held: list[str] = []
    try:
        for key, most in ((f"files:{address}", limits.FILES_ADDRESS), ("files", limits.FILES)):
            if not site.gate.enter(key, most):
                raise Refused(503, "web-error-file-later", retry_after=10)
            held.append(key)
        return await _stream(request, page, network.fetch(page.reference), limit)
    finally:
        for key in held:
            site.gate.leave(key)


async def _stream(request: web.Request, page: Page, chunks: AsyncIterator[bytes], limit: int) -> web.StreamResponse:
    response = web.StreamResponse(headers=_headers(page))
    try:
        async with asyncio.timeout(WHOLE), aclosing(_bounded(chunks, limit)) as bounded:
            first = await anext(bounded, b"")
            await response.prepare(request)
            await response.write(first)
            async for chunk in bounded:
                await response.write(chunk)
    except Exception as error:
        if not response.prepared:
            raise _refused(error) from error
        # Too late for a page: the connection ends without the last chunk, so that nobody takes this for the whole.
        if not isinstance(error, ConnectionError):
            log.warning("web.file_cut", network=page.network, reason=type(error).__name__)
        if request.transport is not None:
            request.transport.abort()
    return response


async def _bounded(chunks: AsyncIterator[bytes], limit: int) -> AsyncGenerator[bytes]:
    """The chunks, none of them late and all within `limit` bytes."""
    passed, patience = 0, FIRST
    try:
        while True:
            async with asyncio.timeout(patience):
                chunk = await anext(chunks, None)
            if chunk is None:
                return
            passed, patience = passed + len(chunk), NEXT
            if passed > limit:
                raise _TooLargeError
            yield chunk
    finally:
        if isinstance(chunks, AsyncGenerator):
            await chunks.aclose()


def _refused(error: Exception) -> Exception:
    """The page for a file that can't be had, as its network says."""
    match error:
        case Permanent():
            return Refused(410, "web-error-file-gone")
        case NetworkError() | TimeoutError() | OSError():
            wait = error.retry_after if isinstance(error, Transient) else None
            return Refused(503, "web-error-file-later", retry_after=math.ceil(wait or 60))
        case _TooLargeError():
            return Refused(413, "web-error-file-too-large")
    return error


class _TooLargeError(Exception):
    """There is more of it than its sender said, and than may pass."""


def _headers(page: Page) -> dict[str, str]:
    kind = page.type.partition(";")[0].strip().lower()
    shown = kind in SHOWN
    name = one_line(page.name, 200).replace("/", "-").replace("\\", "-") or "file"
    return _FILE_HEADERS | {
        "Content-Type": "text/plain; charset=utf-8"
        if kind == "text/plain"
        else kind
        if shown
        else "application/octet-stream",
        # RFC 6266: quoted as UTF-8, so no name can end the header or begin a path.
        "Content-Disposition": f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{quote(name, safe='')}",
    }


ROUTES = [web.get("/r/{token}", show), web.get("/f/{token}/{name}", file)]
