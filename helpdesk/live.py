"""Tells waiting pages that something about the tickets changed. In memory: a page that missed it asks the store."""

from __future__ import annotations

import asyncio


class Live:
    """A version that grows with each commit that touched a ticket."""

    def __init__(self) -> None:
        self.version = 0
        self._grown = asyncio.Event()

    def touch(self) -> None:
        """Call on the event loop, after the commit."""
        self.version += 1
        self._grown.set()
        self._grown = asyncio.Event()

    async def wait(self, version: int, timeout: float) -> int:
        """Return the version as soon as it differs from `version`, or after `timeout` seconds."""
        if self.version == version:
            try:
                async with asyncio.timeout(timeout):
                    await self._grown.wait()
            except TimeoutError:
                pass
        return self.version
