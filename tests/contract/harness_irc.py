"""IRC for the shared contract test, at both ends of the scale: InspIRCd with tags and echoes, ngIRCd with neither."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bridges.events import MessageId, PersonId, RoomId
from bridges.irc.client import Pace
from bridges.irc.network import IrcNetwork
from bridges.irc.settings import IrcSettings
from bridges.network import Context, Network
from tests.servers.irc import InspIRCd, IrcPeer, NgIRCd, unique

_PACE = Pace(tick=0.02, ping_every=0.5, back_off=0.05, back_off_most=0.2, checkpoint_every=0.2)
_NICK = "desk"
_ROOM = RoomId("#help")


@dataclass
class IrcHarness:
    """One desk, one room, one person in it."""

    server: InspIRCd | NgIRCd
    peer: IrcPeer
    settings: IrcSettings
    context: Context
    kind: str
    room: RoomId = _ROOM
    person: PersonId | None = None
    """Only an account has an id before it speaks, and this person has none."""
    visitor: IrcPeer | None = None

    def network(self) -> Network:
        return IrcNetwork("irc", self.settings, self.context, _PACE)

    async def say(self, words: str, *, notice: bool = False) -> MessageId | None:
        await self.peer.say("#help", words, notice=notice)
        return None

    async def say_direct(self, words: str) -> None:
        await self.peer.say(_NICK, words)

    async def types(self, *, on: bool) -> bool:
        """Whether this server passes on that somebody writes."""
        if isinstance(self.server, NgIRCd):
            return False
        self.peer.send(f"@+typing={'active' if on else 'done'} TAGMSG #help")
        return True

    async def seen(self, words: str) -> MessageId | None:
        await self.peer.expect(rf"PRIVMSG #help :.*{words}")
        return None

    async def seen_direct(self, words: str) -> None:
        await self.peer.expect(rf"PRIVMSG {self.peer.nick} :.*{words}")

    async def count(self, words: str) -> int:
        await self.peer.synced()
        return sum(words in text for text in self.peer.texts("#help"))

    async def come(self) -> str:
        """Somebody enters the room."""
        self.visitor = await IrcPeer.connect(self.server, unique("visitor"))
        await self.visitor.join("#help")
        return self.visitor.nick

    async def go(self) -> None:
        assert self.visitor is not None
        await self.visitor.quit()

    async def cut(self) -> None:
        self.server.kill()

    async def mend(self) -> None:
        self.server.start()
        self.peer = await IrcPeer.connect(self.server, unique("anna"))
        await self.peer.join("#help")


@asynccontextmanager
async def _open(server: InspIRCd | NgIRCd, folder: Path, kind: str) -> AsyncIterator[IrcHarness]:
    with server:
        caps = () if isinstance(server, NgIRCd) else ("message-tags",)
        peer = await IrcPeer.connect(server, unique("anna"), caps=caps)
        await peer.join("#help")
        settings = IrcSettings(
            host="127.0.0.1", port=server.port, tls=False, nick=_NICK, rooms=("#help",), flood_rate=50, flood_burst=20
        )
        yield IrcHarness(server, peer, settings, Context(folder, "helpdesk", typing_in=frozenset({_ROOM})), kind)


@asynccontextmanager
async def open_inspircd(folder: Path) -> AsyncIterator[IrcHarness]:
    async with _open(InspIRCd(), folder, "irc") as harness:
        yield harness


@asynccontextmanager
async def open_ngircd(folder: Path) -> AsyncIterator[IrcHarness]:
    async with _open(NgIRCd(), folder, "irc") as harness:
        yield harness
