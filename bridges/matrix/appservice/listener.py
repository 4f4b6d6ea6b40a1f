"""Where the homeserver calls: transactions go into the journal, and are answered when they are there.

Application Service API v1.15, "Homeserver -> Application Service API"; "Legacy routes" and the token in the address as
homeservers before v1.4 of the specification have them. Never looks into an event.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import structlog
from aiohttp import web

from bridges.matrix.appservice.journal import Journal
from bridges.network import Misconfigured

log = structlog.get_logger(__name__)

LARGEST = 64_000_000
"""Bytes of a transaction: 100 events of 64 KiB, in which Synapse repeats some parts, and what comes beside them."""
_PREFIX = "/_matrix/app/v1"


class Listener:
    """An HTTP server. `arrived` is called, on the loop, when the journal has something new.

    Without a journal it only proves that it can be reached: transactions are refused, and come again.
    """

    def __init__(
        self, hs_token: str, journal: Journal | None, is_ghost: Callable[[str], bool], arrived: Callable[[], None]
    ) -> None:
        self._hs_token = hs_token.encode()
        self._journal = journal
        self._is_ghost = is_ghost
        self._arrived = arrived
        self._runner: web.AppRunner | None = None
        # One thread: what was begun is finished and in order, also when a request is given up meanwhile.
        self._writer = ThreadPoolExecutor(1, "matrix-journal")
        self.refused = ""
        """Why the last transaction could not be kept; empty when all is well."""

    @property
    def port(self) -> int:
        """The port it listens on."""
        assert self._runner is not None
        return int(self._runner.addresses[0][1])

    async def start(self, host: str, port: int) -> None:
        """Raise Misconfigured where it can't listen."""
        app = web.Application(client_max_size=LARGEST, middlewares=[self._guard])
        for prefix in (_PREFIX, ""):
            app.router.add_put(f"{prefix}/transactions/{{transaction}}", self._transaction)
            app.router.add_get(f"{prefix}/users/{{user}}", self._user)
            app.router.add_get(f"{prefix}/rooms/{{alias}}", self._room)
        app.router.add_post(f"{_PREFIX}/ping", self._ping)
        # Addresses of old homeservers hold the token: no access log.
        runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=5)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            await runner.cleanup()
            raise Misconfigured(
                f"cannot listen on {host}:{port} for the homeserver: {error.strerror or error}",
                "free that port, or set appservice_port (and appservice_url and the registration) to another",
            ) from None
        self._runner = runner

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        self._writer.shutdown()
        if self._journal is not None:
            self._journal.close()

    @web.middleware
    async def _guard(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Only the homeserver is answered; before its body is read."""
        scheme, _, said = request.headers.get("Authorization", "").partition(" ")
        given = said.strip() if scheme.lower() == "bearer" else request.query.get("access_token", "")
        if not given:
            return _refusal(401, "M_MISSING_TOKEN", "the token of the registration is missing")
        if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), self._hs_token):
            log.warning("a request with a wrong token", remote=request.remote)
            return _refusal(403, "M_FORBIDDEN", "that is not the hs_token of the desk's registration")
        try:
            return await handler(request)
        except web.HTTPNotFound:
            return _refusal(404, "M_UNRECOGNIZED", "there is no such request")
        except web.HTTPMethodNotAllowed:
            return _refusal(405, "M_UNRECOGNIZED", "there is no such request")
        except web.HTTPRequestEntityTooLarge:
            return _refusal(413, "M_TOO_LARGE", f"more than {LARGEST} bytes")

    async def _transaction(self, request: web.Request) -> web.Response:
        try:
            body = json.loads(await request.read())
        except ValueError:
            return _refusal(400, "M_NOT_JSON", "the body is not JSON")
        events = body.get("events") if isinstance(body, dict) else None
        if not isinstance(events, list) or not all(isinstance(event, dict) for event in events):
            return _refusal(400, "M_BAD_JSON", "the body has no list of events")
        if events:
            if self._journal is None:
                return _refusal(503, "M_UNKNOWN", "the desk is not running; send it again")
            write = partial(self._journal.append, request.match_info["transaction"], events)
            try:
                await asyncio.get_running_loop().run_in_executor(self._writer, write)
            except OSError as error:
                self.refused = f"what the homeserver says cannot be kept: {error.strerror or error}"
                log.warning("a transaction could not be kept", reason=self.refused)
                return _refusal(503, "M_UNKNOWN", "the desk cannot keep it now; send it again")
            self.refused = ""
            self._arrived()
        return web.json_response({})

    async def _user(self, request: web.Request) -> web.Response:
        if self._is_ghost(request.match_info["user"]):
            return web.json_response({})
        return _refusal(404, "M_NOT_FOUND", "the desk has no such account")

    async def _room(self, request: web.Request) -> web.Response:  # noqa: ARG002 - no alias is ours
        return _refusal(404, "M_NOT_FOUND", "the desk has no such room")

    async def _ping(self, request: web.Request) -> web.Response:  # noqa: ARG002 - what it says does not matter
        return web.json_response({})


def _refusal(status: int, code: str, said: str) -> web.Response:
    body: dict[str, Any] = {"errcode": code, "error": said}
    return web.json_response(body, status=status)
