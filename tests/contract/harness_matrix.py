"""Matrix for the shared contract test: a network on a real Synapse, one room, and a person who talks to it there.

What the contract test needs of a network and cannot know: who speaks, how the desk's words are seen from outside, and
how the connection breaks. `open_matrix` makes it all and takes it down.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bridges.events import MessageId, PersonId, RoomId
from bridges.matrix.network import create
from bridges.matrix.settings import MatrixSettings
from bridges.network import Context, Network
from tests.servers.synapse import PASSWORD, SERVER_NAME, Json, MatrixPeer, Synapse, need_synapse, unique


@dataclass
class MatrixHarness:
    """One desk, one room, one person in it."""

    settings: MatrixSettings
    context: Context
    room: RoomId
    """The configured room, by its configured name."""
    person: PersonId
    """The one who speaks."""
    server: Synapse
    peer: MatrixPeer
    room_id: str
    kind: str = "matrix"
    tells_typing: bool = True
    """An application service is not told."""

    def network(self) -> Network:
        """A network object; a second one is what a restarted process would make."""
        return create("matrix", self.settings, self.context)

    async def say(self, words: str, *, notice: bool = False) -> MessageId:
        """The person says something in the room."""
        return MessageId(await self.peer.say(self.room_id, words, msgtype="m.notice" if notice else "m.text"))

    async def say_direct(self, words: str) -> None:
        """The person says something to the desk alone."""
        room = await self.peer.create_room(public=False, direct=True, invite=(self.settings.user,))
        await self.peer.say(room, words)

    async def types(self, *, on: bool) -> bool:
        if not self.tells_typing:
            return False
        path = f"rooms/{self.room_id}/typing/{self.peer.id}"
        await self.peer.call("PUT", path, {"typing": on, "timeout": 30_000} if on else {"typing": False})
        return True

    async def seen(self, words: str) -> MessageId:
        """The id of the desk's message that holds the words, once the person sees it in the room."""
        event = await self.peer.expect(
            lambda e: e["room_id"] == self.room_id and words in str(e.get("content", {}).get("body", ""))
        )
        return MessageId(event["event_id"])

    async def seen_direct(self, words: str) -> None:
        """Once the person sees the words in a direct chat; where the desk begins one, they accept its invitation."""

        def invited(event: Json) -> bool:
            ours = event["type"] == "m.room.member" and event["state_key"] == self.peer.id
            return ours and event["content"].get("membership") == "invite" and event["sender"] == self.settings.user

        def said(event: Json) -> bool:
            return event["sender"] == self.settings.user and words in str(event.get("content", {}).get("body", ""))

        event = await self.peer.expect(lambda e: invited(e) or said(e))
        if not said(event):
            await self.peer.join(event["room_id"])
            await self.peer.expect(said)

    async def count(self, words: str) -> int:
        """How often the words stand in the room."""
        events = await self.peer.history(self.room_id)
        return sum(words in str(event["content"].get("body", "")) for event in events)

    async def edit(self, message: MessageId, words: str) -> None:
        await self.peer.edit(self.room_id, message, words)

    async def react(self, message: MessageId, key: str) -> MessageId:
        return MessageId(await self.peer.react(self.room_id, message, key))

    async def take_back(self, message: MessageId) -> None:
        await self.peer.redact(self.room_id, message)

    async def becomes(self, message: MessageId, words: str) -> bool:
        """Whether the desk's message shows these words by now."""
        event = await self.peer.call("GET", f"rooms/{self.room_id}/event/{message}")
        new = event["unsigned"]["m.relations"]["m.replace"]["content"]["m.new_content"]
        return words in new["body"]

    async def is_gone(self, message: MessageId) -> bool:
        event = await self.peer.call("GET", f"rooms/{self.room_id}/event/{message}")
        return event["content"] == {}

    async def come_and_go(self, reason: str) -> PersonId:
        """Somebody comes into the room and leaves it; who it was, where the network tells them from others."""
        async with self.server.peer("carl") as carl:
            await carl.join(self.room_id)
            await carl.call("POST", f"rooms/{self.room_id}/leave", {"reason": reason})
            return PersonId(carl.id)

    async def another_room(self) -> str:
        """The name of a room that the desk may enter, and is not in."""
        alias = unique("other")
        await self.peer.create_room(alias=alias)
        return f"#{alias}:{SERVER_NAME}"

    async def cut(self) -> None:
        """The connection breaks: the server dies."""
        self.server.kill()

    async def mend(self) -> None:
        self.server.start()


@asynccontextmanager
async def open_matrix(folder: Path) -> AsyncIterator[MatrixHarness]:
    """A server of its own, since the contract cuts the connection. Skips where Synapse is not installed."""
    need_synapse()
    server = Synapse()
    try:
        server.start()
        user = (await server.register(unique("desk")))["user_id"]
        (folder / "password").write_text(PASSWORD)
        (folder / "state").mkdir(mode=0o700)
        async with server.peer("anna") as peer:
            alias = unique("help")
            room_id = await peer.create_room(alias=alias)
            room = f"#{alias}:{SERVER_NAME}"
            settings = MatrixSettings(
                homeserver=server.url,
                user=user,
                password_file=folder / "password",
                rooms=(room,),
                encrypt_direct=False,
            )
            context = Context(folder / "state", "helpdesk", typing_in=frozenset({room}))
            yield MatrixHarness(settings, context, RoomId(room), PersonId(peer.id), server, peer, room_id)
    finally:
        server.stop()
