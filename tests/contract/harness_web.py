"""The web chat for the shared contract test: a network over a log in memory, and one visitor with a session.

A visitor's only room is their direct one, so the room's and the direct words are the same here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from bridges.events import MessageId, PersonId, RoomId
from bridges.network import Context, Network
from bridges.web.log import Line, MemoryWebLog, Session
from bridges.web.network import WebNetwork, create
from bridges.web.settings import WebSettings


@dataclass
class WebHarness:
    """One desk and one visitor."""

    context: Context
    log: MemoryWebLog
    session: Session
    site: WebNetwork
    """What the website speaks to: another object than the one under test, over the same log."""
    kind: str = "web"

    def __post_init__(self) -> None:
        self.settings = WebSettings()
        self.room: RoomId = self.session.room
        self.person: PersonId = self.session.person
        self._keys = count()

    def network(self) -> Network:
        """A network object; a second one is what a restarted process would make."""
        return create("web", self.settings, self.context)

    async def say(self, words: str, *, notice: bool = False) -> MessageId:
        """The visitor says something; a web page has no notices."""
        assert not notice, "the web chat has no notices"
        return (await self.site.receive(self.session, words, f"say-{next(self._keys)}")).message

    async def say_direct(self, words: str) -> None:
        await self.say(words)

    async def _desk_lines(self, words: str) -> list[Line]:
        return [
            line for line in await self.site.conversation(self.session) if line.side == "desk" and words in line.plain
        ]

    async def seen(self, words: str) -> MessageId:
        """The id of the desk's line that holds the words, once the visitor's page would show it."""
        async for line in self.site.stream(self.session, 0):
            if line.side == "desk" and words in line.plain:
                return line.message
        raise AssertionError("a stream does not end")

    async def seen_direct(self, words: str) -> None:
        await self.seen(words)

    async def count(self, words: str) -> int:
        """How often the words stand in the room."""
        return len(await self._desk_lines(words))

    async def cut(self) -> None:
        """Nothing lies between the network and its log: there is no connection to break."""

    async def mend(self) -> None:
        """Nothing was broken."""


@asynccontextmanager
async def open_web(folder: Path) -> AsyncIterator[WebHarness]:
    """A log and a visitor, gone with the block."""
    log = MemoryWebLog()
    context = Context(folder, "helpdesk", log)
    site = create("web", WebSettings(), context)
    _, session = await site.open_session("anna")
    yield WebHarness(context, log, session, site)
