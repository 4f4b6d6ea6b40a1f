"""A network under test and what it reported: run it, wait for an event, stop it, run it again from where it was."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import TypeVar

from bridges.events import Checkpoint, Event, MessageReceived, Position
from bridges.network import Network
from bridges.text import plain

E = TypeVar("E")


class Listening:
    """Everything a network emitted, in order, over all its runs."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.events: list[Event] = []
        self.position: Position | None = None
        self._news = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None

    async def _emit(self, event: Event) -> None:
        async with self._news:
            self.events.append(event)
            if isinstance(event, Checkpoint):
                self.position = event.position
            self._news.notify_all()

    def start(self) -> None:
        """Run the network, from the last checkpoint when there was one."""
        self._task = asyncio.create_task(self.network.run(self._emit, self.position))

    async def until_ready(self, timeout: float = 30) -> None:
        """Until the first checkpoint of this run."""
        before = len(self.events)
        await self._wait(lambda: any(isinstance(e, Checkpoint) for e in self.events[before:]) or None, timeout)

    async def expect(self, kind: type[E], wanted: Callable[[E], bool] = lambda _: True, timeout: float = 30) -> E:
        """The first event of a kind that is `wanted`, now or later."""

        def find() -> E | None:
            return next((e for e in self.events if isinstance(e, kind) and wanted(e)), None)

        return await self._wait(find, timeout)

    async def message(self, words: str, timeout: float = 30) -> MessageReceived:
        """The first message whose plain text is `words`."""
        return await self.expect(MessageReceived, lambda e: plain(e.text) == words, timeout)

    def messages(self) -> list[str]:
        return [plain(e.text) for e in self.events if isinstance(e, MessageReceived)]

    async def ended(self, timeout: float = 30) -> BaseException | None:
        """What the run ended with by itself."""
        assert self._task is not None
        async with asyncio.timeout(timeout):
            await asyncio.wait([self._task])
        task, self._task = self._task, None
        return task.exception()

    async def stop(self) -> None:
        """As a shutdown does: cancel and wait. An error of the run is raised."""
        if self._task is None:
            return
        task, self._task = self._task, None
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    async def _wait(self, find: Callable[[], E | None], timeout: float) -> E:
        async with asyncio.timeout(timeout), self._news:
            while True:
                if self._task is not None and self._task.done() and not self._task.cancelled():
                    self._task.result()
                found = find()
                if found is not None:
                    return found
                await self._until_news()

    async def _until_news(self) -> None:
        """Until something was emitted, or the run ended."""
        assert self._task is not None, "the network is not running"
        news = asyncio.ensure_future(self._news.wait())
        try:
            await asyncio.wait([news, self._task], return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not news.done():
                news.cancel()
            await asyncio.gather(news, return_exceptions=True)
