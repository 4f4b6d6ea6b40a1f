"""One ticket as a volunteer works it: conversation, notes, history, and the commands as buttons."""

from __future__ import annotations

from aiohttp import web

from bridges.text import clean
from bridges.web.network import MESSAGE_LIMIT
from helpdesk.deskevents import Invoked
from helpdesk.model import CONVERSATION, ChangeKind, Invocation, Role
from helpdesk.web.refusals import done
from helpdesk.web.site import SITE, Refused, field

WITH_WORDS = ("answer", "ask-back", "note", "return", "deliver")
MAY_HAVE_WORDS = ("approve",)
VERBS = ("claim", "release", "resolve", "reopen", "withdraw", *MAY_HAVE_WORDS, *WITH_WORDS)


def _number(request: web.Request) -> int:
    return int(request.match_info["number"])


async def show(request: web.Request) -> web.StreamResponse:
    site = request.app[SITE]
    session = await site.member(request)
    version = site.version
    ticket = await site.services.reader.ticket(_number(request))
    if ticket is None:
        raise web.HTTPNotFound
    history = await site.services.reader.history(ticket.number)
    role = (await site.visitor(request)).role
    me = await site.services.reader.person(site.network.sender(session), site.network.name)
    draft = await site.services.reader.draft(ticket.number)
    has = ticket.claimant_identity
    mine = ticket.claimant is not None and ticket.claimant == me
    writes = has is not None and not mine and site.services.live.shows(has.network, has.key)
    response = await site.render(
        request,
        "desk_ticket.html",
        ticket=ticket,
        history=history,
        talk=(*CONVERSATION, ChangeKind.NOTE),
        mine=mine,
        writes=writes,
        works=role >= Role.PAIR,
        alone=role >= Role.SOLO,
        draft=draft,
        own_draft=draft is not None and draft.author == me,
        may_send=draft is not None and role >= Role.SOLO and me not in (draft.author, ticket.asker),
        version=version,
        limit=MESSAGE_LIMIT,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


async def act(request: web.Request) -> web.StreamResponse:
    site = request.app[SITE]
    session = await site.member(request)
    here = site.url(f"/desk/{_number(request)}")
    verb = await field(request, "verb")
    words = clean(await field(request, "words"), MESSAGE_LIMIT).strip()
    if verb not in VERBS:
        raise Refused(400, "web-error-bad-request", back=here)
    if verb in WITH_WORDS and not words:
        raise Refused(400, "web-error-empty", back=here)
    if verb in MAY_HAVE_WORDS:
        # A draft that was left as it is goes as it is.
        draft = await site.services.reader.draft(_number(request))
        words = "" if draft is not None and draft.text.split() == words.split() else words
    outcome = await site.services.hub.submit(
        Invoked(
            site.network.name,
            site.network.sender(session),
            Invocation(verb, _number(request), words if verb in (*WITH_WORDS, *MAY_HAVE_WORDS) else ""),
            key=f"{session.person}:{(await field(request, 'key'))[:64]}",
        )
    )
    return done(site, request, outcome, here, draft=words)


ROUTES = [web.get(r"/desk/{number:\d{1,9}}", show), web.post(r"/desk/{number:\d{1,9}}", act)]
