"""What can be asked for, and each as a form that works without a script. What was typed stays when something is wrong."""

from __future__ import annotations

import math
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from bridges.text import clean, plain
from bridges.web.log import Session
from helpdesk import catalogue
from helpdesk.desk import fields as answers
from helpdesk.desk import requests as desk_requests
from helpdesk.effects import Message, Value
from helpdesk.nouns.requests import FormSent
from helpdesk.sig_sections import RequestField, RequestItem
from helpdesk.web import limits
from helpdesk.web.client import CHAT_COOKIE
from helpdesk.web.refusals import done
from helpdesk.web.site import CLIENT, COOKIE_AGE, SITE, Refused, Site, field


@dataclass(frozen=True, slots=True)
class Shown:
    """A field as the page shows it."""

    name: str
    kind: str
    ask: str
    hint: str
    optional: bool
    choices: tuple[str, ...]
    typed: str
    wrong: str
    limit: int


def _words(site: Site, request: web.Request, value: Value) -> str:
    if isinstance(value, Message):
        return plain(site.services.words.text(value, request[CLIENT].language))
    return value if isinstance(value, str) else str(value)


def _item(site: Site, request: web.Request) -> tuple[str, RequestItem]:
    name = request.match_info["name"]
    item = site.services.config.catalogue.get(name)
    if item is None:
        raise web.HTTPNotFound
    return name, item


async def index(request: web.Request) -> web.StreamResponse:
    site = request.app[SITE]
    items = [
        (name, _words(site, request, catalogue.title(name, item)), _words(site, request, catalogue.about(name, item)))
        for name, item in site.services.config.catalogue.items()
    ]
    return await site.render(request, "requests.html", items=items)


def _shown(
    site: Site,
    request: web.Request,
    name: str,
    asked: RequestField,
    typed: Mapping[str, str],
    wrong: Mapping[str, Message],
) -> Shown:
    hinted = asked.kind in ("date", "person", "number")
    return Shown(
        asked.name,
        asked.kind,
        _words(site, request, catalogue.question(name, asked)),
        _words(site, request, asked.hint if asked.ask and asked.hint else answers.how(asked) if hinted else ""),
        asked.optional,
        asked.choices,
        typed.get(asked.name, ""),
        _words(site, request, wrong[asked.name]) if asked.name in wrong else "",
        answers.LONG if asked.kind == "long" else answers.SHORT,
    )


async def _form(
    request: web.Request, typed: Mapping[str, str], wrong: Mapping[str, Message], status: int = 200
) -> web.StreamResponse:
    site = request.app[SITE]
    name, item = _item(site, request)
    response = await site.render(
        request,
        "request.html",
        status=status,
        title=_words(site, request, catalogue.title(name, item)),
        about=_words(site, request, catalogue.about(name, item)),
        asked=[_shown(site, request, name, asked, typed, wrong) for asked in item.fields],
        wrong=bool(wrong),
        must_agree=bool(item.approvers),
    )
    response.headers["Cache-Control"] = "no-store"
    return response


async def show(request: web.Request) -> web.StreamResponse:
    return await _form(request, {}, {})


async def send(request: web.Request) -> web.StreamResponse:
    site = request.app[SITE]
    name, item = _item(site, request)
    # A field's name stands behind a mark: none of them is the form's own `key` or `form`.
    typed = {
        asked.name: clean(await field(request, f"f-{asked.name}"), answers.LONG + 1).strip() for asked in item.fields
    }
    wrong = desk_requests.read(item, typed, site.services.config)[1]
    if wrong:
        return await _form(request, typed, wrong, 400)
    token, session = await _session(site, request)
    secret = secrets.token_urlsafe(18)
    key = f"{session.person}:{(await field(request, 'key'))[:64]}"
    sender = site.network.sender(session)
    sent = FormSent(site.network.name, sender, name, typed, session.room, key, secret)
    outcome = await site.services.hub.submit(sent)
    # Sent twice, it was taken the first time, and only that answer named its page.
    back = site.url(f"/t/{secret}") if outcome.ticket is not None else site.url("/")
    if outcome.refusal is not None:
        back = site.url(f"/requests/{name}")
    response = done(site, request, outcome, back, draft="\n".join(filter(None, typed.values())))
    if token:
        site.set_cookie(request, response, CHAT_COOKIE, token, COOKIE_AGE)
    response.headers.update({"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"})
    return response


async def _session(site: Site, request: web.Request) -> tuple[str, Session]:
    """The visitor's chat, where the answer will come; a new one, with the token for its cookie, for who has none."""
    session = (await site.visitor(request)).chat
    if session is not None:
        return "", session
    wait = site.limiter.take(limits.ADDRESS_VISITORS, request[CLIENT].address, time.monotonic())
    if wait:
        raise Refused(429, "web-error-slow-down", retry_after=math.ceil(wait))
    return await site.network.open_session("")


ROUTES = [
    web.get("/requests", index),
    web.get("/requests/{name}", show),
    web.post("/requests/{name}", send),
]
