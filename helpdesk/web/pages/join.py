"""Becoming a volunteer by a single-use link. Previews open links, so only the button uses it up."""

from __future__ import annotations

from aiohttp import web

from bridges.text import one_line
from bridges.web.network import NAME_LIMIT
from helpdesk.deskevents import RoleGranted
from helpdesk.model import Role
from helpdesk.web.client import DESK_COOKIE
from helpdesk.web.refusals import done
from helpdesk.web.site import COOKIE_AGE, SITE, Refused, field

_HEADERS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex", "Cache-Control": "no-store"}


def _invited(role: Role) -> str:
    """By which words the page says what one is invited to."""
    if role >= Role.LEAD:
        return "web-join-lead-role"
    return "web-join-volunteer-role" if role is Role.SOLO else f"web-join-{role.name.lower()}-role"


async def show(request: web.Request) -> web.StreamResponse:
    site = request.app[SITE]
    role = await site.services.reader.invitation(request.match_info["token"], site.services.clock())
    if role is None:
        raise Refused(404, "web-error-invitation")
    response = await site.render(request, "join.html", invited=_invited(role), limit=NAME_LIMIT)
    response.headers.update(_HEADERS)
    return response


async def redeem(request: web.Request) -> web.StreamResponse:
    site = request.app[SITE]
    name = one_line(await field(request, "name"), NAME_LIMIT)
    if not name:
        raise Refused(400, "web-error-name", back=site.url(f"/join/{request.match_info['token']}"))
    role = await site.services.reader.redeem(request.match_info["token"], site.services.clock())
    if role is None:
        raise Refused(404, "web-error-invitation")
    token, session = await site.network.open_session(name)
    outcome = await site.services.hub.submit(RoleGranted(site.network.name, site.network.sender(session), role))
    response = done(site, request, outcome, site.url("/desk"))
    site.set_cookie(request, response, DESK_COOKIE, token, COOKIE_AGE)
    response.headers.update(_HEADERS)
    return response


ROUTES = [web.get("/join/{token}", show), web.post("/join/{token}", redeem)]
