"""The network in memory for the shared contract test: what other tests lean on must keep the contract too."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bridges.events import MessageId, PersonId, RoomId
from bridges.memory import MemoryNetwork, MemorySettings, create
from bridges.network import Context, Network, Transient

_ROOM = RoomId("#help")
_ANNA = PersonId("anna")


@dataclass
class MemoryHarness:
    context: Context
    kind: str = "memory"
    room: RoomId = _ROOM
    person: PersonId = _ANNA
    _networks: list[MemoryNetwork] = field(default_factory=list)
    """The first is the one under test."""

    def network(self) -> Network:
        network = create("memory", MemorySettings(), self.context)
        network.gone.add(PersonId("nobody"))
        self._networks.append(network)
        return network

    async def say(self, words: str, *, notice: bool = False) -> MessageId:
        return self._networks[0].say(words, style="notice" if notice else "text").message

    async def say_direct(self, words: str) -> None:
        self._networks[0].say(words, direct=True)

    async def types(self, *, on: bool) -> bool:
        self._networks[0].types(on=on, room=self.room)
        return True

    async def seen(self, words: str) -> MessageId:
        while words not in (sent := await self._networks[0].next_sent()).text:
            pass
        return sent.receipt.messages[0]

    async def seen_direct(self, words: str) -> None:
        await self.seen(words)

    async def count(self, words: str) -> int:
        return sum(words in sent.text for sent in self._networks[0].sent)

    async def cut(self) -> None:
        self._networks[0].failures.append(Transient("cut"))

    async def mend(self) -> None:
        """The failure was for one send only; something is heard again."""
        await self.say("mended")


@asynccontextmanager
async def open_memory(folder: Path) -> AsyncIterator[MemoryHarness]:
    yield MemoryHarness(Context(folder, "helpdesk"))
