"""The rules for every request: who it comes from, how often, whether a form is ours, and what an error looks like.

Also the headers of every response. Pages need not think of any of it.
"""

from __future__ import annotations

import hmac
import math
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import structlog
from aiohttp import web

from helpdesk.model import Role
from helpdesk.web import limits
from helpdesk.web.client import (
    CHAT_COOKIE,
    DESK_COOKIE,
    FORM_COOKIE,
    Client,
    form_token,
    language_of,
    origin_of,
    ours,
    valid_seed,
)
from helpdesk.web.site import CLIENT, COOKIE_AGE, SITE, Refused, Site, Visitor, field
from helpdesk.words import languages

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
}
_NOBODY = Visitor(None, None, Role.ASKER)
_SAID = {
    400: "web-error-bad-request",
    403: "web-error-forbidden",
    404: "web-error-not-found",
    405: "web-error-method",
    409: "web-error-conflict",
    410: "web-error-expired",
    413: "web-error-too-large",
    500: "web-error-internal",
}

log = structlog.get_logger("helpdesk.web")


def identify(request: web.Request) -> Client:
    site = request.app[SITE]
    config = site.services.config
    address, secure = origin_of(request.remote or "", request.headers, config.web.trusted_proxies)
    seed = request.cookies.get(FORM_COOKIE, "")
    known = valid_seed(seed)
    return Client(
        address,
        secure,
        language_of(request.headers.get("Accept-Language", ""), languages(), config.helpdesk.language),
        seed if known else secrets.token_urlsafe(32),
        not known,
    )


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    client = request[CLIENT] = identify(request)
    response = await _respond(request, handler)
    if client.new_seed and not response.prepared and response.content_type == "text/html":
        request.app[SITE].set_cookie(request, response, FORM_COOKIE, client.seed, COOKIE_AGE)
    return response


async def _respond(request: web.Request, handler: Handler) -> web.StreamResponse:
    site = request.app[SITE]
    try:
        if not request.path.startswith(site.url("/static/")):
            await _check(site, request)
        return await handler(request)
    except Refused as refused:
        return await _refusal(site, request, refused)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        response = await _refusal(
            site, request, Refused(error.status, _SAID.get(error.status, "web-error-bad-request"))
        )
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
        return response
    except Exception:
        log.exception("web.page_failed", method=request.method, path=_told_path(request))
        return _error_page(site, request, _NOBODY, Refused(500, "web-error-internal"))


async def _check(site: Site, request: web.Request) -> None:
    client = request[CLIENT]
    posted = request.method not in ("GET", "HEAD")
    rates = [(limits.ADDRESS_POSTS if posted else limits.ADDRESS, client.address)]
    if posted:
        rates += [
            (limits.SESSION_POSTS, request.cookies[name])
            for name in (CHAT_COOKIE, DESK_COOKIE)
            if name in request.cookies
        ]
    at = time.monotonic()
    wait = max(site.limiter.take(rate, key[:200], at) for rate, key in rates)
    if wait:
        raise Refused(429, "web-error-slow-down", retry_after=math.ceil(wait))
    if posted:
        token = await field(request, "form")
        genuine = ours(request.headers, request.host, site.services.config.public_url)
        if client.new_seed or not genuine or not hmac.compare_digest(token.encode(), form_token(client.seed).encode()):
            raise Refused(403, "web-error-form")


async def _refusal(site: Site, request: web.Request, refused: Refused) -> web.Response:
    # A page of its own for each language and visitor; for scripts the same words as JSON.
    if "application/json" in request.headers.get("Accept", ""):
        response = web.json_response(
            {"error": site.say(request, refused.message, seconds=refused.retry_after)}, status=refused.status
        )
    else:
        response = _error_page(site, request, await site.visitor(request), refused)
    if refused.retry_after:
        response.headers["Retry-After"] = str(refused.retry_after)
    return response


def _error_page(site: Site, request: web.Request, visitor: Visitor, refused: Refused) -> web.Response:
    return site.page(
        request,
        visitor,
        "error.html",
        refused.status,
        code=refused.status,
        message=site.say(request, refused.message, seconds=refused.retry_after),
        said=refused.said,
        back=refused.back,
        draft=refused.draft,
    )


def _told_path(request: web.Request) -> str:
    """The path for the log: links that are secrets stay out of it."""
    info = request.match_info.get_info()
    return str(info.get("formatter") or info.get("path") or request.path)


async def harden(request: web.Request, response: web.StreamResponse) -> None:
    """Before anything is sent: the headers that every response bears, unless a page chose a stricter one."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["Server"] = "helpdesk"
    client = request.get(CLIENT)
    if client is None or response.content_type != "text/html":
        return
    response.headers["Content-Language"] = client.language
    response.headers.setdefault("Cache-Control", "private, no-cache")
    response.headers["Vary"] = "Accept-Language, Cookie"
