"""The volunteers' queue, live."""

from __future__ import annotations

from aiohttp import web

from helpdesk.model import Role
from helpdesk.web.changes import changes
from helpdesk.web.client import DESK_COOKIE
from helpdesk.web.site import SITE

_MESSAGES = 8


async def queue(request: web.Request) -> web.StreamResponse:
    site = request.app[SITE]
    session = await site.member(request)
    closed = request.query.get("closed") == "1"
    version = site.version
    tickets = await site.services.reader.queue(closed=closed)
    told = [line for line in await site.network.conversation(session) if line.side == "desk" and not line.reaction]
    response = await site.render(
        request,
        "desk.html",
        tickets=tickets,
        closed=closed,
        me=session,
        told=list(reversed(told[-_MESSAGES:])),
        version=version,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


async def stream(request: web.Request) -> web.StreamResponse:
    site = request.app[SITE]
    session = await site.member(request)

    async def still_member() -> bool:
        role = await site.services.reader.role(site.network.sender(session), site.network.name)
        return role >= Role.SHADOW

    return await site.stream(request, session.token_hash, changes(site, request, still_member))


async def leave(request: web.Request) -> web.StreamResponse:
    """Forget the volunteer's session in this browser."""
    site = request.app[SITE]
    response = web.Response(status=303, headers={"Location": site.url("/")})
    response.del_cookie(DESK_COOKIE, path=site.prefix + "/")
    return response


ROUTES = [
    web.get("/desk", queue),
    web.get("/desk/stream", stream, allow_head=False),
    web.post("/desk/leave", leave),
]
