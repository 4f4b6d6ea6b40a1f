"""A way to a server that can be shut: what is said through it arrives, until `shut` cuts it and lets nobody in."""

from __future__ import annotations

import asyncio
from contextlib import suppress


class Gate:
    """Listens on `port` of 127.0.0.1 and leads to `target`, another port there."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._server: asyncio.Server | None = None
        self._through: set[asyncio.Task[None]] = set()
        self.port = 0

    async def open(self) -> None:
        """On the same port every time."""
        self._server = await asyncio.start_server(self._lead, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def shut(self) -> None:
        """Everybody on the way is cut off."""
        if self._server is not None:
            self._server.close()
            for task in self._through:
                task.cancel()
            await asyncio.gather(*self._through, return_exceptions=True)
            await self._server.wait_closed()
            self._server = None

    async def _lead(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._through.add(task)
        task.add_done_callback(self._through.discard)
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        ways = [asyncio.create_task(_pour(reader, back)), asyncio.create_task(_pour(there, writer))]
        try:
            with suppress(
                asyncio.CancelledError
            ):  # `shut`; on Python 3.11 asyncio complains of a handler that was cancelled
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            for end in (writer, back):
                end.transport.abort()


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
