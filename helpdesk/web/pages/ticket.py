"""A ticket's private page: the conversation for whoever holds the link, a box to write more, and a way to cancel."""

from __future__ import annotations

from collections.abc import AsyncIterator

from aiohttp import web

from bridges.text import clean
from bridges.web.network import MESSAGE_LIMIT
from helpdesk.desk import expecting
from helpdesk.deskevents import AskerWrote
from helpdesk.model import CONVERSATION, Ticket
from helpdesk.web.changes import changes
from helpdesk.web.refusals import done
from helpdesk.web.show import rich
from helpdesk.web.site import CLIENT, SITE, Refused, Site, field

_HEADERS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex", "Cache-Control": "no-store"}


async def _ticket(site: Site, request: web.Request) -> Ticket:
    """Raise 404, as for any unknown page, for a wrong token."""
    ticket = await site.services.reader.ticket_by_token(request.match_info["token"])
    if ticket is None:
        raise web.HTTPNotFound
    return ticket


async def show(request: web.Request) -> web.StreamResponse:
    site = request.app[SITE]
    version = site.version
    ticket = await _ticket(site, request)
    history = await site.services.reader.history(ticket.number)
    now = site.services.clock()
    prospects = await site.services.reader.prospects(ticket, now)
    expects = expecting.in_a_row(expecting.waiting(ticket, prospects, site.services.config, now))
    response = await site.render(
        request,
        "ticket.html",
        ticket=ticket,
        conversation=[change for change in history if change.kind in CONVERSATION],
        expects="" if expects is None else rich(site.services.words.text(expects, request[CLIENT].language)),
        version=version,
        stream=site.url(f"/t/{request.match_info['token']}/stream"),
        limit=MESSAGE_LIMIT,
    )
    response.headers.update(_HEADERS)
    return response


async def write(request: web.Request) -> web.StreamResponse:
    site = request.app[SITE]
    ticket = await _ticket(site, request)
    wanted = await field(request, "do")
    cancel = wanted == "cancel"
    solved = {"yes": True, "no": False}.get(wanted)
    words = clean(await field(request, "text"), MESSAGE_LIMIT).strip()
    here = site.url(f"/t/{request.match_info['token']}")
    if not words and not cancel and solved is None:
        raise Refused(400, "web-error-empty", back=here)
    key = f"t{ticket.number}:{(await field(request, 'key'))[:64]}"
    event = AskerWrote(ticket.number, "" if wanted else words, cancel=cancel, key=key, solved=solved)
    outcome = await site.services.hub.submit(event)
    response = done(site, request, outcome, here, draft=words)
    response.headers.update(_HEADERS)
    return response


async def stream(request: web.Request) -> web.StreamResponse:
    site = request.app[SITE]
    ticket = await _ticket(site, request)

    async def still_known() -> bool:
        return True

    events: AsyncIterator[tuple[str, str, str]] = changes(site, request, still_known)
    return await site.stream(request, f"ticket:{ticket.number}", events)


ROUTES = [
    web.get("/t/{token}", show),
    web.post("/t/{token}", write),
    web.get("/t/{token}/stream", stream, allow_head=False),
]
