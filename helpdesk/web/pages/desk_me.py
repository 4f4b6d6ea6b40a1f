"""A volunteer's own page: their accounts on all networks, joined and taken apart by the desk's own commands."""

from __future__ import annotations

from aiohttp import web

from bridges.text import one_line
from helpdesk.desk.sig import reference
from helpdesk.deskevents import Invoked
from helpdesk.model import Invocation
from helpdesk.web.refusals import done
from helpdesk.web.site import SITE, Refused, field

_VERBS = ("link", "unlink")
_LONGEST = 300


async def show(request: web.Request) -> web.StreamResponse:
    site = request.app[SITE]
    session = await site.member(request)
    own = await site.services.reader.accounts(site.network.sender(session), site.network.name)
    visitor = await site.visitor(request)
    here = (site.network.name, session.person)
    accounts = [(reference(one), one.name, (one.network, one.key) == here) for one in own]
    told = [line for line in await site.network.conversation(session) if line.side == "desk" and not line.reaction]
    response = await site.render(
        request,
        "desk_me.html",
        me=session,
        role=visitor.role.name.lower(),
        accounts=accounts,
        told=list(reversed(told[-3:])),
        limit=_LONGEST,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


async def act(request: web.Request) -> web.StreamResponse:
    site = request.app[SITE]
    session = await site.member(request)
    here = site.url("/desk/me")
    verb = await field(request, "verb")
    if verb not in _VERBS:
        raise Refused(400, "web-error-bad-request", back=here)
    words = one_line(await field(request, "words"), _LONGEST)
    outcome = await site.services.hub.submit(
        Invoked(
            site.network.name,
            site.network.sender(session),
            Invocation(verb, None, words),
            key=f"{session.person}:{(await field(request, 'key'))[:64]}",
        )
    )
    return done(site, request, outcome, here)


ROUTES = [web.get("/desk/me", show), web.post("/desk/me", act)]
