"""What machines read: health, metrics, robots.txt."""

from __future__ import annotations

from aiohttp import web

from helpdesk.web.site import SITE


async def health(request: web.Request) -> web.StreamResponse:
    """200 when every configured part works, else 503; both name the parts."""
    parts = request.app[SITE].services.health()
    ok = all(part.ok for part in parts)
    told = [{"name": part.name, "ok": part.ok, "detail": part.detail, "mend": part.mend} for part in parts]
    return web.json_response(
        {"ok": ok, "parts": told}, status=200 if ok else 503, headers={"Cache-Control": "no-store"}
    )


async def metrics(request: web.Request) -> web.StreamResponse:
    services = request.app[SITE].services
    if not services.config.web.metrics:
        raise web.HTTPNotFound
    return web.Response(body=services.metrics(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})


async def robots(request: web.Request) -> web.StreamResponse:
    site = request.app[SITE]
    hidden = "".join(f"Disallow: {site.url(path)}\n" for path in ("/t/", "/r/", "/f/", "/join/", "/desk", "/chat"))
    return web.Response(text=f"User-agent: *\n{hidden}")


ROUTES = [web.get("/healthz", health), web.get("/metrics", metrics), web.get("/robots.txt", robots)]
