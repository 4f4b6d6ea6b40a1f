"""Search in the articles, and what may be meant while somebody types."""

from __future__ import annotations

from aiohttp import web

from bridges.text import one_line
from helpdesk.model import Role
from helpdesk.web.site import CLIENT, SITE, Site

_QUERY_LIMIT = 200
_KEEP = 60
"""Seconds a browser may answer the same beginning itself."""


async def _asked(site: Site, request: web.Request) -> tuple[str, bool, str]:
    """The query, whether a volunteer asks, and the visitor's language."""
    volunteer = (await site.visitor(request)).role >= Role.SHADOW
    return one_line(request.query.get("q", ""), _QUERY_LIMIT), volunteer, request[CLIENT].language


async def search(request: web.Request) -> web.StreamResponse:
    site = request.app[SITE]
    query, volunteer, lang = await _asked(site, request)
    hits, meant = await site.library.search(query, volunteer=volunteer, lang=lang) if query else ((), "")
    return await site.render(request, "search.html", search=query, hits=hits, meant=meant)


async def suggest(request: web.Request) -> web.StreamResponse:
    """For static/search.js: the options of a list box, and how many they are in words."""
    site = request.app[SITE]
    query, volunteer, lang = await _asked(site, request)
    found = await site.library.complete(query, volunteer=volunteer, lang=lang)
    options = site.fragment(request, "_options.html", found=found)
    response = web.json_response({"options": options, "said": site.say(request, "web-search-options", n=len(found))})
    # What a volunteer sees is not for whoever uses the browser next: the cookies are part of the key.
    response.headers["Cache-Control"] = f"private, max-age={_KEEP}"
    response.headers["Vary"] = "Accept-Language, Cookie"
    return response


ROUTES = [web.get("/search", search), web.get("/search/suggest", suggest)]
