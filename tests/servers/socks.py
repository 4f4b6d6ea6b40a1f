"""A SOCKS5 proxy for tests (RFC 1928; RFC 1929 for the password): everything goes to one port of this machine."""

from __future__ import annotations

import asyncio
import contextlib
from types import TracebackType
from typing import Self


class SocksProxy:
    """`asked` are the (host, port) that clients wanted; all are led to `port`."""

    def __init__(self, port: int, login: tuple[str, str] | None = None) -> None:
        self.asked: list[tuple[str, int]] = []
        self._to = port
        self._login = login
        self.port = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, OSError), contextlib.closing(writer):
            _, count = await reader.readexactly(2)
            methods = await reader.readexactly(count)
            method = 2 if self._login else 0
            if method not in methods:
                writer.write(b"\x05\xff")
                return
            writer.write(bytes((5, method)))
            if self._login:
                _, length = await reader.readexactly(2)
                user = await reader.readexactly(length)
                password = await reader.readexactly((await reader.readexactly(1))[0])
                right = (user.decode(), password.decode()) == self._login
                writer.write(b"\x01\x00" if right else b"\x01\x01")
                if not right:
                    return
            await reader.readexactly(3)
            assert await reader.readexactly(1) == b"\x03", "the name was looked up before the proxy was asked"
            host = await reader.readexactly((await reader.readexactly(1))[0])
            port = int.from_bytes(await reader.readexactly(2))
            self.asked.append((host.decode(), port))
            onward, back = await asyncio.open_connection("127.0.0.1", self._to)
            writer.write(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
            await asyncio.gather(_copy(reader, back), _copy(onward, writer))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError), contextlib.closing(writer):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
