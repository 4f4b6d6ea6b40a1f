"""Tells waiting pages that something about the tickets changed, and who is writing. In memory: a page that missed it asks the store."""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from bridges.events import PersonId, Typing

MOST = 1000
"""People whose writing is known, and people whose writing pages wait for."""


class Live:
    """A version that grows with each commit that touched a ticket."""

    def __init__(self) -> None:
        self.version = 0
        self.writing: frozenset[tuple[str, PersonId]] = frozenset()
        """Network and person of all who are writing now; never changed in place, so any thread may look."""
        self._ends: OrderedDict[tuple[str, PersonId], asyncio.TimerHandle] = OrderedDict()
        self._shown: OrderedDict[tuple[str, PersonId], None] = OrderedDict()
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

    # --- who is writing -----------------------------------------------------------------------------------------------

    def typing(self, event: Typing) -> None:
        """Call on the event loop."""
        who = (event.network, event.sender.id)
        if not event.on:
            self.wrote(*who)
            return
        if (end := self._ends.pop(who, None)) is not None:
            end.cancel()
        elif len(self._ends) >= MOST:
            return
        self._ends[who] = asyncio.get_running_loop().call_later(event.lasts, self.wrote, *who)
        self._write(who, on=True)

    def wrote(self, network: str, person: PersonId) -> None:
        """They said it, or stopped."""
        who = (network, person)
        if (end := self._ends.pop(who, None)) is not None:
            end.cancel()
            self._write(who, on=False)

    def shows(self, network: str, person: PersonId) -> bool:
        """Whether they are writing; pages hear of it when that changes."""
        who = (network, person)
        self._shown.pop(who, None)
        self._shown[who] = None
        if len(self._shown) > MOST:
            self._shown.popitem(last=False)
        return who in self.writing

    def _write(self, who: tuple[str, PersonId], *, on: bool) -> None:
        if (who in self.writing) is on:
            return
        self.writing = self.writing | {who} if on else self.writing - {who}
        if who in self._shown:
            self.touch()
