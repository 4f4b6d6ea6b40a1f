"""The website as an aiohttp application, and the server that runs it. It finds the pages by looking into `pages/`."""

from __future__ import annotations

import pkgutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import import_module

from aiohttp import web

from bridges.web.network import WebNetwork
from helpdesk.services import Services
from helpdesk.web import assets, pages
from helpdesk.web.guard import guard, harden
from helpdesk.web.site import SITE, Site

BODY_LIMIT = 64 * 1024
_SHUTDOWN = 1.0
"""Seconds that requests still running get when the service stops; streams end at once."""
_FOR_EVER = "public, max-age=31536000, immutable"


def make_app(services: Services) -> web.Application:
    """The site below `config.base_path`. Raise ValueError when no network of kind `web` is configured."""
    network = next((known for known in services.networks.values() if isinstance(known, WebNetwork)), None)
    if network is None:
        raise ValueError('the website needs the web chat: configure a network with kind = "web"')
    site = Site(services, network, assets.load())
    app = web.Application(middlewares=[guard], client_max_size=BODY_LIMIT)
    app[SITE] = site
    app.on_response_prepare.append(harden)
    app.on_shutdown.append(site.close)
    routes = list(_pages())
    for route in routes:
        web.RouteDef(route.method, site.url(route.path), route.handler, route.kwargs).register(app.router)
    app.router.add_get(site.url("/static/{name}"), _static)
    if site.prefix:
        # Probes and crawlers look at the host's root, and people forget the path.
        for route in routes:
            if route.path in ("/healthz", "/metrics", "/robots.txt"):
                route.register(app.router)
        for path in ("/", site.prefix):
            app.router.add_get(path, _to_base)
    return app


def _pages() -> Iterator[web.RouteDef]:
    for module in sorted(pkgutil.iter_modules(pages.__path__), key=lambda found: found.name):
        yield from import_module(f"{pages.__name__}.{module.name}").ROUTES


async def _to_base(request: web.Request) -> web.StreamResponse:
    raise web.HTTPFound(request.app[SITE].url("/"))


async def _static(request: web.Request) -> web.StreamResponse:
    asset = request.app[SITE].assets.get(request.match_info["name"])
    if asset is None:
        raise web.HTTPNotFound
    current = request.query.get("v") == asset.digest
    return web.Response(
        body=asset.body,
        content_type=asset.content_type,
        charset="utf-8",
        headers={"Cache-Control": _FOR_EVER if current else "no-cache"},
    )


@dataclass(frozen=True, slots=True)
class Serving:
    """A running server."""

    runner: web.AppRunner
    port: int

    async def close(self) -> None:
        """Take no more requests, end the streams, let what runs finish for a second."""
        await self.runner.cleanup()


async def serve(app: web.Application, host: str, port: int) -> Serving:
    """Listen on `host` and `port`; port 0 takes a free one. Raise OSError when the address can't be had."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError:
        await runner.cleanup()
        raise
    return Serving(runner, int(runner.addresses[0][1]))


@asynccontextmanager
async def serving(app: web.Application, host: str, port: int) -> AsyncIterator[Serving]:
    """`serve` for the length of a block."""
    server = await serve(app, host, port)
    try:
        yield server
    finally:
        await server.close()
