"""Everything that the desk knows of a person, behind a link that works for a while. Previews open links: only the button hands it out."""

from __future__ import annotations

import json

from aiohttp import web

from helpdesk.model import Page
from helpdesk.web.site import SITE, Refused

_HEADERS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex", "Cache-Control": "no-store"}


async def _page(request: web.Request) -> Page:
    """Raise 404 for an unknown token, and 410 when its time is over."""
    site = request.app[SITE]
    page = await site.services.reader.page(request.match_info["token"])
    if page is None or page.kind not in ("export", "expired"):
        raise web.HTTPNotFound
    if page.kind == "expired" or page.expires_at <= site.services.clock():
        raise Refused(410, "web-export-expired")
    return page


async def show(request: web.Request) -> web.StreamResponse:
    page = await _page(request)
    response = await request.app[SITE].render(request, "export.html", until=page.expires_at)
    response.headers.update(_HEADERS)
    return response


async def hand_out(request: web.Request) -> web.StreamResponse:
    page = await _page(request)
    found = await request.app[SITE].services.reader.export(int(page.reference))
    if found is None:
        raise Refused(410, "web-export-expired")
    body = json.dumps(found, ensure_ascii=False, indent=2).encode()
    disposition = 'attachment; filename="helpdesk-export.json"'
    return web.Response(
        body=body, content_type="application/json", headers=_HEADERS | {"Content-Disposition": disposition}
    )


ROUTES = [web.get("/export/{token}", show), web.post("/export/{token}", hand_out)]
