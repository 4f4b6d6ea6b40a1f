"""The front page: ask, and see the whole conversation. It works without JavaScript, and live with it."""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections.abc import AsyncIterator, Sequence

from aiohttp import web

from bridges.web.log import Line, Session
from bridges.web.network import MESSAGE_LIMIT, NothingSaid
from helpdesk.model import Ticket
from helpdesk.web import limits
from helpdesk.web.client import CHAT_COOKIE
from helpdesk.web.show import Conversation, Shown
from helpdesk.web.site import CLIENT, COOKIE_AGE, SITE, Refused, Site, field

_PATIENCE = 3.0
"""Seconds that a page without JavaScript waits for the first words of the desk."""


def _conversation(site: Site, room: Session) -> Conversation:
    return Conversation(site.services.config.room(site.network.name, room.room).prefix)


async def home(request: web.Request) -> web.StreamResponse:
    site = request.app[SITE]
    session = (await site.visitor(request)).chat
    lines: Sequence[Line] = []
    shown: list[Shown] = []
    tickets: Sequence[Ticket] = []
    if session is not None:
        lines = await site.network.conversation(session)
        shown = _conversation(site, session).all(lines)
        tickets = await site.services.reader.tickets_of(site.network.sender(session), site.network.name)
    response = await site.render(
        request,
        "home.html",
        session=session,
        shown=shown,
        last=lines[-1].seq if lines else 0,
        waiting=bool(shown) and shown[-1].line.side == "visitor",
        tickets=tickets[:5],
        topics=await site.library.topics(volunteer=False),
        limit=MESSAGE_LIMIT,
        command=site.services.config.room(site.network.name, session.room).prefix if session else "!",
    )
    response.headers["Cache-Control"] = "no-store"
    return response


async def say(request: web.Request) -> web.StreamResponse:
    site = request.app[SITE]
    session = (await site.visitor(request)).chat
    token = ""
    if session is None:
        wait = site.limiter.take(limits.ADDRESS_VISITORS, request[CLIENT].address, time.monotonic())
        if wait:
            raise Refused(429, "web-error-slow-down", retry_after=math.ceil(wait))
        # A token that the browser brought and nobody was given is never adopted: the new one is drawn here.
        token, session = await site.network.open_session("")
    try:
        line = await site.network.receive(session, await field(request, "text"), await field(request, "key"))
    except NothingSaid as error:
        raise Refused(400, "web-error-empty", back=site.url("/")) from error
    response: web.StreamResponse
    if "application/json" in request.headers.get("Accept", ""):
        item = _item(site, request, _conversation(site, session), line)
        response = web.json_response({"seq": line.seq, "item": item})
    else:
        await _first_words(site, session, line.seq)
        response = web.Response(status=303, headers={"Location": site.url("/#latest")})
    if token:
        site.set_cookie(request, response, CHAT_COOKIE, token, COOKIE_AGE)
    return response


async def _first_words(site: Site, session: Session, seq: int) -> None:
    try:
        async with asyncio.timeout(_PATIENCE):
            async for line in site.network.stream(session, seq):
                if line.side == "desk":
                    return
    except TimeoutError:
        return


def _item(site: Site, request: web.Request, conversation: Conversation, line: Line) -> str:
    if line.reaction:
        return ""
    return site.fragment(request, "_line.html", shown=conversation.add(line), command=conversation.prefix)


async def stream(request: web.Request) -> web.StreamResponse:
    """Lines after `Last-Event-ID` (a reconnect) or `after` (what the page already shows)."""
    site = request.app[SITE]
    session = (await site.visitor(request)).chat
    if session is None:
        return web.Response(status=204)
    after = request.headers.get("Last-Event-ID") or request.query.get("after", "0")
    if not after.isdecimal() or len(after) > 18:
        raise Refused(400, "web-error-bad-request")

    async def events() -> AsyncIterator[tuple[str, str, str]]:
        conversation = _conversation(site, session)
        async for line in site.network.stream(session, int(after)):
            data = {
                "seq": line.seq,
                "side": line.side,
                "item": _item(site, request, conversation, line),
                "reaction": line.reaction,
                "target": line.reply_to if line.reaction else None,
            }
            yield "line", str(line.seq), json.dumps(data)

    return await site.stream(request, session.token_hash, events())


ROUTES = [web.get("/", home), web.post("/chat", say), web.get("/chat/stream", stream, allow_head=False)]
