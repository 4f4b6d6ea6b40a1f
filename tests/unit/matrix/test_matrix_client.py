"""The wire against a stub that misbehaves as servers and what stands in front of them do."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from bridges.matrix.client import MatrixClient
from bridges.matrix.errors import Refused, TokenDead
from bridges.matrix.settings import MatrixSettings
from bridges.matrix.vault import Login
from bridges.network import Misconfigured, Transient

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def talking_to(handler: Handler) -> AsyncIterator[MatrixClient]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    client = MatrixClient(MatrixSettings(homeserver=f"http://{host}:{port}", user="@a:b", password_env="X"))
    try:
        yield client
    finally:
        await client.close()
        await runner.cleanup()


def answering(status: int, text: str, **headers: str) -> Handler:
    async def handler(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text=text, headers=headers)

    return handler


@pytest.mark.parametrize(
    ("handler", "wait"),
    [
        (answering(429, '{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 9000}', **{"Retry-After": "4"}), 4.0),
        (answering(429, '{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 9000}'), 9.0),
        (answering(502, "<html>Bad Gateway</html>"), None),
        (answering(500, '{"errcode": "M_UNKNOWN", "error": "Internal server error"}'), None),
        (answering(404, "<html>nginx</html>"), None),
        (answering(200, "<html>Welcome to our Wi-Fi</html>"), None),
        (answering(200, "[]"), None),
    ],
)
async def test_what_time_may_mend_is_transient(handler: Handler, wait: float | None) -> None:
    async with talking_to(handler) as client:
        client.access_token = "t"
        with pytest.raises(Transient) as caught:
            await client.put_event("!r", "m.room.message", {"body": "x"}, "txn")
        assert caught.value.retry_after == wait


async def test_a_connection_that_dies_is_transient() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async with talking_to(handler) as client:
        with pytest.raises(Transient, match="cannot reach"):
            await client.api("GET", "versions")


async def test_a_dead_token_and_a_refusal_are_told_apart() -> None:
    async with talking_to(answering(401, '{"errcode": "M_UNKNOWN_TOKEN", "soft_logout": false}')) as client:
        with pytest.raises(TokenDead):
            await client.who_am_i()
    async with talking_to(answering(403, '{"errcode": "M_FORBIDDEN", "error": "no"}')) as client:
        with pytest.raises(Refused) as caught:
            await client.enter("!r")
        assert caught.value.code == "M_FORBIDDEN"


async def test_nios_own_requests_raise_too() -> None:
    async with talking_to(answering(502, "")) as client:
        client.access_token = "t"
        with pytest.raises(Transient):
            await client.joined_members("!r")


async def test_a_sync_that_is_none_is_transient() -> None:
    async with talking_to(answering(200, '{"next_batch": 7}')) as client:
        with pytest.raises(Transient, match="cannot be understood"):
            await client.sync_once(None, full_state=False)


def test_an_unusable_authority_names_the_mend(tmp_path: Path) -> None:
    ca_file = tmp_path / "ca.pem"
    ca_file.write_text("nonsense")
    settings = MatrixSettings(homeserver="https://x.org", user="@a:b", password_env="X", ca_file=ca_file)
    with pytest.raises(Misconfigured) as caught:
        MatrixClient(settings)
    assert "PEM" in caught.value.mend


def test_what_nio_keeps_of_rooms_is_written_once(tmp_path: Path) -> None:
    client = MatrixClient(MatrixSettings(homeserver="http://127.0.0.1:1", user="@a:b", password_env="X"), tmp_path)
    client.use(Login("@a:b", "DEVICE", "token"))
    store = client.store
    assert store is not None
    try:
        store.save_encrypted_rooms({"!one:b"})
        assert store.load_encrypted_rooms() == {"!one:b"}
        store.database.close()  # whatever wants to write now fails
        store.save_encrypted_rooms(set())
        store.save_encrypted_rooms({"!one:b"})
        store.database.connect()
        store.delete_encrypted_room("!one:b")
        store.save_encrypted_rooms({"!one:b"})
        assert store.load_encrypted_rooms() == {"!one:b"}
    finally:
        client.close_store()
