"""What every page is given: the services, who is visiting, words in their language, templates, forms and streams.

Pages import this; this imports no page. HTTP rules for all requests stand in `guard`, the wiring in `server`.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any

from aiohttp import web
from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from bridges.text import Text, plain
from bridges.web.log import Session
from bridges.web.network import WebNetwork
from helpdesk.effects import Message, Value
from helpdesk.model import Role
from helpdesk.services import Services
from helpdesk.web import limits, show
from helpdesk.web.assets import Asset
from helpdesk.web.client import CHAT_COOKIE, DESK_COOKIE, FLASH_COOKIE, Client, form_token
from helpdesk.web.library import Library, language_name, topic_title

KEEPALIVE = 15.0
"""Seconds between comments on a quiet stream: proxies keep it open, and a closed one is noticed."""
COOKIE_AGE = 365 * 86400
LIVE = "X-Live"
"""The header by which `live.js` says that it fetches a page for its changed parts."""


class Refused(Exception):
    """The request can't be done. Its page says `message`, a message id; `guard` makes it."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        retry_after: int = 0,
        said: Sequence[Text] = (),
        back: str = "",
        draft: str = "",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.retry_after = retry_after
        self.said = said
        """The desk's own words about it."""
        self.back = back
        """Where the visitor came from."""
        self.draft = draft
        """What they wrote, so that it is not lost."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """The sessions behind the cookies. A volunteer's is apart from the chat's."""

    chat: Session | None
    member: Session | None
    """The session that may work tickets, if one may."""
    role: Role


def _template(name: str) -> str:
    return (files("helpdesk.web") / "templates" / name).read_text(encoding="utf-8")


class Site:
    def __init__(self, services: Services, network: WebNetwork, assets: Mapping[str, Asset]) -> None:
        self.services = services
        self.network = network
        self.assets = assets
        self.prefix = services.config.base_path.rstrip("/")
        self.library = Library(services.kb, self.prefix + "/kb")
        self.limiter = limits.Limiter()
        self.gate = limits.Gate()
        self.stopping = asyncio.Event()
        self._process = secrets.token_hex(4)
        self._templates = Environment(
            loader=FunctionLoader(_template),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters.update(
            topic_title=topic_title,
            language_name=language_name,
            hue=show.hue,
            iso=show.iso,
            clock=show.clock,
            prose=show.prose,
            rich=show.rich,
            first_line=show.first_line,
        )

    @property
    def version(self) -> str:
        """Of the tickets, as this process counts it."""
        return f"{self._process}-{self.services.live.version}"

    # --- words and pages ----------------------------------------------------------------------------------------------

    def say(self, request: web.Request, message: str, **args: Value) -> str:
        return self.services.words.plain(message, request[CLIENT].language, **args)

    def url(self, path: str) -> str:
        """A path of the site, such as `/kb`, as a browser reaches it."""
        return self.prefix + path

    def asset(self, name: str) -> str:
        return f"{self.prefix}/static/{name}?v={self.assets[name].digest}"

    async def render(self, request: web.Request, template: str, status: int = 200, **values: Any) -> web.Response:
        visitor = await self.visitor(request)
        return self.page(request, visitor, template, status, **values)

    def fragment(self, request: web.Request, template: str, **values: Any) -> str:
        client = request[CLIENT]
        words = self.services.words

        def say(message: str, **args: Value) -> str:
            return words.plain(message, client.language, **args)

        def say_rich(message: str, **args: Value) -> Markup:
            return show.rich(words.text(Message(message, args), client.language))

        def age(at: datetime) -> str:
            message, number = show.age(at, self.services.clock())
            return say(message, n=number)

        return self._templates.get_template(template).render(
            say=say,
            say_rich=say_rich,
            age=age,
            url=self.url,
            asset=self.asset,
            lang=client.language,
            desk_name=self.services.config.helpdesk.name,
            catalogue=bool(self.services.config.catalogue),
            form_token=form_token(client.seed),
            new_key=lambda: secrets.token_urlsafe(12),
            **values,
        )

    def page(
        self, request: web.Request, visitor: Visitor, template: str, status: int = 200, **values: Any
    ) -> web.Response:
        values.setdefault("search", "")
        # A page that only refreshes itself must not take the words meant for the page that is coming.
        flash = "" if LIVE in request.headers else request.cookies.get(FLASH_COOKIE, "")
        body = self.fragment(
            request,
            template,
            visitor=visitor,
            volunteer=visitor.role >= Role.SHADOW,
            flash=_read_flash(flash),
            **values,
        )
        response = web.Response(text=body, content_type="text/html", status=status)
        if flash and status == 200:
            response.del_cookie(FLASH_COOKIE, path=self.prefix + "/")
        return response

    # --- who is visiting ----------------------------------------------------------------------------------------------

    async def visitor(self, request: web.Request) -> Visitor:
        known = request.get(VISITOR)
        if known is None:
            known = await self._find_visitor(request)
            request[VISITOR] = known
        return known

    async def _find_visitor(self, request: web.Request) -> Visitor:
        found: dict[str, Session | None] = {}
        for cookie in (CHAT_COOKIE, DESK_COOKIE):
            token = request.cookies.get(cookie, "")
            found[cookie] = await self.network.session(token) if token else None
        chat = found[CHAT_COOKIE]
        for session in (found[DESK_COOKIE], chat):
            if session is not None:
                role = await self.services.reader.role(self.network.sender(session), self.network.name)
                if role >= Role.SHADOW:
                    return Visitor(chat, session, role)
        return Visitor(chat, None, Role.ASKER)

    async def member(self, request: web.Request) -> Session:
        """The volunteer's session. Raise 403 for everybody else."""
        visitor = await self.visitor(request)
        if visitor.member is None:
            raise Refused(403, "web-error-not-member")
        return visitor.member

    def set_cookie(self, request: web.Request, response: web.StreamResponse, name: str, value: str, age: int) -> None:
        response.set_cookie(
            name,
            value,
            max_age=age,
            path=self.prefix + "/",
            httponly=True,
            samesite="Lax",
            secure=request[CLIENT].secure or self.services.config.public_url.startswith("https:"),
        )

    def set_flash(self, request: web.Request, response: web.StreamResponse, said: Sequence[Text]) -> None:
        """Show these words once, on the page the response leads to."""
        words = json.dumps([plain(text)[:600] for text in said][:3])
        self.set_cookie(request, response, FLASH_COOKIE, base64.urlsafe_b64encode(words.encode()).decode(), 60)

    # --- streams ------------------------------------------------------------------------------------------------------

    async def stream(
        self, request: web.Request, session: str, events: AsyncIterator[tuple[str, str, str]]
    ) -> web.StreamResponse:
        """Server-sent events (name, id, data) until the page, the service or `events` ends."""
        address = "address:" + request[CLIENT].address
        if not self.gate.enter(address, limits.STREAMS_ADDRESS):
            raise Refused(429, "web-error-slow-down", retry_after=30)
        try:
            if not self.gate.enter(session, limits.STREAMS_SESSION):
                raise Refused(429, "web-error-slow-down", retry_after=30)
            try:
                return await self._stream(request, events)
            finally:
                self.gate.leave(session)
        finally:
            self.gate.leave(address)

    async def _stream(self, request: web.Request, events: AsyncIterator[tuple[str, str, str]]) -> web.StreamResponse:
        response = web.StreamResponse(
            headers={
                "Content-Type": "text/event-stream; charset=utf-8",
                "Cache-Control": "no-store",
                "X-Accel-Buffering": "no",
            }
        )
        await response.prepare(request)
        stop = asyncio.ensure_future(self.stopping.wait())
        following: asyncio.Task[tuple[str, str, str] | None] | None = None
        try:
            await response.write(b"retry: 1500\n\n")
            while not self.stopping.is_set():
                following = following or asyncio.ensure_future(anext(events, None))
                done, _ = await asyncio.wait({following, stop}, timeout=KEEPALIVE, return_when=asyncio.FIRST_COMPLETED)
                if following not in done:
                    await response.write(b": \n\n")
                    continue
                event, following = following.result(), None
                if event is None:
                    break
                await response.write("".join(show.chunks(*event)).encode())
        except ConnectionError:
            pass  # The page was closed.
        finally:
            stop.cancel()
            if following is not None:
                following.cancel()
                with suppress(asyncio.CancelledError):
                    await following
        return response

    async def close(self, _: web.Application) -> None:
        self.stopping.set()


SITE = web.AppKey("site", Site)
CLIENT = web.RequestKey("client", Client)
VISITOR = web.RequestKey("visitor", Visitor)


def _read_flash(cookie: str) -> list[str]:
    try:
        words = json.loads(base64.urlsafe_b64decode(cookie.encode()))
    except (ValueError, binascii.Error):
        return []
    return [str(text) for text in words][:3] if isinstance(words, list) else []


async def field(request: web.Request, name: str) -> str:
    """A field of the form; empty when it is missing or a file."""
    value = (await request.post()).get(name, "")
    return value if isinstance(value, str) else ""
