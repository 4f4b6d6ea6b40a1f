"""Search in the articles."""

from __future__ import annotations

from aiohttp import web

from bridges.text import one_line
from helpdesk.model import Role
from helpdesk.web.site import SITE

_QUERY_LIMIT = 200


async def search(request: web.Request) -> web.StreamResponse:
    site = request.app[SITE]
    query = one_line(request.query.get("q", ""), _QUERY_LIMIT)
    volunteer = (await site.visitor(request)).role >= Role.VOLUNTEER
    hits = await site.library.search(query, volunteer=volunteer) if query else ()
    return await site.render(request, "search.html", search=query, hits=hits)


ROUTES = [web.get("/search", search)]
