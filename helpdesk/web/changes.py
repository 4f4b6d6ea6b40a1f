"""Tells open pages that something about the tickets changed; a page then fetches itself again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

from aiohttp import web

from helpdesk.web.site import Site


async def changes(
    site: Site, request: web.Request, allowed: Callable[[], Awaitable[bool]]
) -> AsyncIterator[tuple[str, str, str]]:
    """An event a change, from the version the page was made at on; ends when `allowed` says no.

    Versions bear a mark of this process: after a restart a page never takes a new count for its old one.
    """
    seen = request.headers.get("Last-Event-ID") or request.query.get("after", "")
    if seen != site.version:
        yield "changed", site.version, ""
    known = site.services.live.version
    while True:
        version = await site.services.live.wait(known, 3600)
        if version == known:
            continue
        known = version
        if not await allowed():
            return
        yield "changed", site.version, ""
