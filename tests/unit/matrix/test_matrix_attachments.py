"""Files: fetched within a bound and without giving the token away, decrypted only when they are what was sent."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from nio.crypto.attachments import encrypt_attachment

from bridges.matrix.attachments import IN_MEMORY, decrypt_attachment, download
from bridges.matrix.client import MatrixClient
from bridges.matrix.settings import MatrixSettings
from bridges.network import Permanent, Transient

MXC = "mxc://example.org/abc_DEF-1="


async def pieces(raw: bytes, size: int = 1000) -> AsyncIterator[bytes]:
    for start in range(0, len(raw), size):
        yield raw[start : start + size]


async def all_of(stream: AsyncIterator[bytes]) -> bytes:
    return b"".join([piece async for piece in stream])


# --- decrypting -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, 16, 100_000, IN_MEMORY + 12_345])
async def test_what_nio_encrypted_is_read(size: int) -> None:
    clear = bytes(index % 251 for index in range(size))
    ciphertext, file = encrypt_attachment(clear)
    assert await all_of(decrypt_attachment(file, pieces(ciphertext, 65_536))) == clear


async def test_no_byte_of_a_changed_file_is_handed_out() -> None:
    ciphertext, file = encrypt_attachment(b"x" * 200_000)
    stream = decrypt_attachment(file, pieces(ciphertext[:-1] + bytes([ciphertext[-1] ^ 1])))
    with pytest.raises(Permanent, match="hash"):
        await anext(stream)


async def test_a_file_past_the_bound_is_not_kept() -> None:
    ciphertext, file = encrypt_attachment(b"x" * 5000)
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 1000
            yield ciphertext[:1000]

    with pytest.raises(Permanent, match="larger"):
        await all_of(decrypt_attachment(file, endless(), limit=4000))
    assert read == 5000


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("v",), "v3"),
        (("key",), None),
        (("key",), "abc"),
        (("key", "alg"), "A128CTR"),
        (("key", "k"), "AAAA"),
        (("key", "k"), 7),
        (("key", "k"), "§" * 43),
        (("iv",), ""),
        (("iv",), None),
        (("hashes",), []),
        (("hashes", "sha256"), None),
        (("iv",), "/" * 22),  # a counter that would run over
    ],
)
async def test_a_key_that_makes_no_sense_is_refused(where: tuple[str, ...], value: Any) -> None:
    ciphertext, made = encrypt_attachment(b"x" * 500)
    file = copy.deepcopy(made)
    inner: Any = file
    for part in where[:-1]:
        inner = inner[part]
    inner[where[-1]] = value
    with pytest.raises(Permanent):
        await all_of(decrypt_attachment(file, pieces(ciphertext)))


async def test_the_key_is_in_no_repr() -> None:
    from bridges.matrix.attachments import _Lock

    _, file = encrypt_attachment(b"x")
    assert "key" not in repr(_Lock.of(file))


# --- fetching ---------------------------------------------------------------------------------------------------------


class Store:
    """A homeserver's content repository, as a test wants it; it remembers what it was asked and with which token."""

    def __init__(self, *, old: bool = False, redirect: str = "", status: int = 200) -> None:
        self.old, self.redirect, self.status = old, redirect, status
        self.asked: list[tuple[str, str | None]] = []
        self.body = b"abc" * 1000
        self.length: int | None = None

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append((request.path, request.headers.get("Authorization")))
        if self.old and request.path.startswith("/_matrix/client/v1"):
            return web.json_response({"errcode": "M_UNRECOGNIZED", "error": "?"}, status=404)
        if self.status != 200:
            return web.json_response({"errcode": "M_NOT_FOUND", "error": "no such file"}, status=self.status)
        if self.redirect and request.path != "/cdn":
            return web.Response(status=307, headers={"Location": self.redirect})
        answer = web.StreamResponse()
        if self.length is not None:
            answer.content_length = self.length
        await answer.prepare(request)
        await answer.write(self.body)
        return answer


@asynccontextmanager
async def fetching_from(store: Store) -> AsyncIterator[MatrixClient]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", store.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    client = MatrixClient(MatrixSettings(homeserver=f"http://{host}:{port}", user="@a:b", password_env="X"))
    client.access_token = "sesame"
    try:
        yield client
    finally:
        await client.close()
        await runner.cleanup()


async def test_a_file_is_fetched_from_the_authenticated_place() -> None:
    store = Store()
    async with fetching_from(store) as client:
        assert await all_of(download(client, MXC)) == store.body
    assert store.asked == [("/_matrix/client/v1/media/download/example.org/abc_DEF-1=", "Bearer sesame")]


async def test_an_older_server_is_asked_at_the_open_place_without_the_token() -> None:
    store = Store(old=True)
    async with fetching_from(store) as client:
        assert await all_of(download(client, MXC)) == store.body
    assert store.asked[1:] == [("/_matrix/media/v3/download/example.org/abc_DEF-1=", None)]


async def test_where_the_server_sends_us_the_token_does_not_go() -> None:
    store = Store(redirect="/cdn")
    async with fetching_from(store) as client:
        assert await all_of(download(client, MXC)) == store.body
    assert store.asked[1:] == [("/cdn", None)]


@pytest.mark.parametrize("redirect", ["/elsewhere", "ftp://example.org/x", "file:///etc/passwd"])
async def test_a_chase_ends(redirect: str) -> None:
    store = Store(redirect=redirect)
    async with fetching_from(store) as client:
        with pytest.raises(Permanent):
            await all_of(download(client, MXC))
    assert len(store.asked) <= 4


async def test_too_much_is_refused_before_or_while_it_comes() -> None:
    store = Store()
    async with fetching_from(store) as client:
        with pytest.raises(Permanent, match="larger"):
            await all_of(download(client, MXC, limit=2999))
        store.length = 3000
        with pytest.raises(Permanent, match="larger"):
            await anext(aiter(download(client, MXC, limit=2999)))


async def test_a_file_that_is_gone_is_permanent_and_a_server_in_trouble_is_not() -> None:
    store = Store(status=404)
    async with fetching_from(store) as client:
        with pytest.raises(Permanent, match="no such file"):
            await all_of(download(client, MXC))
        store.status = 502
        with pytest.raises(Transient):
            await all_of(download(client, MXC))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://example.org/x",
        "mxc://example.org",
        "mxc://example.org/../../x",
        "mxc://a@b/x",
        "mxc://a/b?c",
        "mxc:///x",
    ],
)
async def test_what_is_no_address_asks_nobody(address: str) -> None:
    store = Store()
    async with fetching_from(store) as client:
        with pytest.raises(Permanent):
            await all_of(download(client, address))
    assert store.asked == []
