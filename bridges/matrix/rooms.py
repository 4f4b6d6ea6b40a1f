"""Which rooms the desk is in and how they are called: aliases, joins, invitations, direct chats.

Keeps the names that people configured stable over whatever Matrix calls the rooms underneath. Emits nothing itself.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog

from bridges.events import PersonId, Room, RoomId
from bridges.matrix.client import MatrixClient
from bridges.matrix.errors import Refused
from bridges.matrix.settings import MatrixSettings
from bridges.matrix.vault import Book
from bridges.network import Permanent, Transient
from bridges.text import one_line

log = structlog.get_logger(__name__)

MARK = "org.community_helpdesk.direct"
"""In the creation of a direct room: whom it is for. Found again when we died before we had written it down."""
JOIN_AGAIN = 300.0
"""Seconds between attempts to enter a configured room that refused us."""
INVITES_KEPT = 500
MOVE_AGAIN = 5.0
"""Seconds between looks at an alias whose room was replaced: it follows a moment later."""


@dataclass(frozen=True, slots=True)
class Refusal:
    why: str
    mend: str


@dataclass
class Rooms:
    """The rooms of one login."""

    client: MatrixClient
    settings: MatrixSettings
    book: Book
    refused: dict[str, Refusal] = field(default_factory=dict)
    """Configured rooms that the desk is not in, and why."""
    m_direct: dict[str, list[str]] = field(default_factory=dict)
    _marked: dict[str, str] = field(default_factory=dict)
    _fresh: dict[str, str] = field(default_factory=dict)
    """Person to the direct room just made for them, which no sync has shown yet."""
    _sealed: set[str] = field(default_factory=set)
    """Rooms we made encrypted."""
    _changed: bool = False
    _begun: int = 0
    _finished: int = 0
    _moved: set[str] = field(default_factory=set)
    """Aliases whose room was replaced, and which still lead to the old one."""
    _due: dict[str, float] = field(default_factory=dict)
    _invite_due: dict[str, float] = field(default_factory=dict)
    _locks: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))
    _direct_lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _synced: asyncio.Event = field(default_factory=asyncio.Event)

    # --- names --------------------------------------------------------------------------------------------------------

    def public(self, room_id: str) -> RoomId:
        """The id the desk knows the room by: the configured alias where there is one."""
        return next((RoomId(a) for a in self.settings.rooms if self.book.aliases.get(a) == room_id), RoomId(room_id))

    def real(self, room: str) -> str | None:
        return self.book.aliases.get(room) if room.startswith("#") else room

    def room(self, room_id: str) -> Room:
        known = self.client.rooms[room_id]
        public = self.public(room_id)
        name = known.named_room_name() or (public if public.startswith("#") else known.display_name)
        return Room(public, one_line(name or room_id, 100), self.is_direct(room_id), bool(known.encrypted))

    def is_direct(self, room_id: str) -> bool:
        """One person and the desk: marked as a direct chat, and nobody else has come since."""
        known = self.client.rooms.get(room_id)
        marked = (
            room_id in self.book.direct
            or room_id in self._marked
            or any(room_id in rooms for rooms in self.m_direct.values())
        )
        return marked and known is not None and len(known.users) <= 2 and room_id not in self.book.aliases.values()

    def person_name(self, room_id: str, person: str) -> str:
        known = self.client.rooms.get(room_id)
        name = known.user_name(person) if known is not None else None
        return one_line(name or "", 100) or person.removeprefix("@").partition(":")[0]

    def has_joined(self, room_id: str, person: str) -> bool:
        known = self.client.rooms.get(room_id)
        user = known.users.get(person) if known is not None else None
        return user is not None and not user.invited

    # --- what a sync tells --------------------------------------------------------------------------------------------

    def note_state(self, room_id: str, events: Iterable[Mapping[str, Any]]) -> None:
        for event in events:
            content = event.get("content")
            if "state_key" not in event or not isinstance(content, Mapping):
                continue
            if event.get("type") == "m.room.create" and event.get("sender") == self.client.user_id:
                if isinstance(person := content.get(MARK), str):
                    self._marked[room_id] = person
            elif event.get("type") == "m.room.tombstone":
                self._replaced(room_id, str(content.get("replacement_room", "")))

    def _replaced(self, room_id: str, successor: str) -> None:
        """The room was upgraded: an alias leads to the new one, an id does not."""
        for name in self.settings.rooms:
            if name == room_id:
                mend = f"put the room's address (#name:server) or {successor} into the configuration"
                self.refused[name] = Refusal(f"{name} was replaced by {successor}", mend)
            elif self.book.aliases.get(name) == room_id:
                self._moved.add(name)
                self._due[name] = 0.0

    def note_entered(self, room_id: str) -> None:
        for name in self.settings.rooms:
            if self.real(name) == room_id:
                self.refused.pop(name, None)
        if self.book.invites.pop(room_id, None) is not None:
            self.book.save()

    def note_left(self, room_id: str, reason: str, now: float) -> None:
        self.client.rooms.pop(room_id, None)
        self._fresh = {person: fresh for person, fresh in self._fresh.items() if fresh != room_id}
        if self.book.invites.pop(room_id, None) is not None:
            self.book.save()
        for name in self.settings.rooms:
            if self.real(name) == room_id:
                mend = f"let {self.client.user_id} into {name} again, or take the room out of the configuration"
                self.refused[name] = Refusal(f"not in {name}: {reason}", mend)
                self._due[name] = now + JOIN_AGAIN

    def note_invite(self, room_id: str, events: Iterable[Mapping[str, Any]]) -> None:
        for event in events:
            content = event.get("content")
            if event.get("state_key") == self.client.user_id and isinstance(content, Mapping):
                if event.get("type") != "m.room.member" or content.get("membership") != "invite":
                    continue
                invite = {"by": str(event.get("sender", "")), "direct": content.get("is_direct") is True}
                self._changed = self._changed or self.book.invites.get(room_id) != invite
                self.book.invites[room_id] = invite

    def keep(self) -> None:
        """Write down what the sync told of invitations; of a flood of them the newest."""
        if self._changed:
            self.book.invites = dict(list(self.book.invites.items())[-INVITES_KEPT:])
            self.book.save()
            self._changed = False

    def note_sync_begins(self) -> None:
        self._begun += 1

    def note_synced(self) -> None:
        self._finished = self._begun
        self._synced.set()
        self._synced = asyncio.Event()

    # --- entering -----------------------------------------------------------------------------------------------------

    async def resolve(self) -> None:
        """Find out which rooms the configured aliases mean, before anything is reported under their names."""
        for name in self.settings.rooms:
            if name.startswith("#"):
                try:
                    self._means(name, await self.client.resolve(name))
                except Refused as refusal:
                    self._refuse(name, refusal)

    def _means(self, alias: str, room_id: str) -> None:
        if self.book.aliases.get(alias) != room_id:
            self._moved.discard(alias)
            self.book.aliases[alias] = room_id
            self.book.save()

    def _refuse(self, name: str, refusal: Refused) -> None:
        if self.real(name) in self.client.rooms:
            return  # the alias was taken away; the room is the same
        if refusal.status == 404 and name.startswith("#"):
            mend = f"create the room or correct its address: {name} leads nowhere"
        else:
            mend = f"invite {self.client.user_id} to {name}, or take the room out of the configuration"
        self.refused[name] = Refusal(f"cannot enter {name}: {refusal}", mend)

    async def enter_due(self, now: float) -> None:
        """Enter the configured rooms the desk is not in, each in its own slow pace."""
        for name in self.settings.rooms:
            settled = self.real(name) in self.client.rooms and name in self._due and name not in self._moved
            if settled or now < self._due.get(name, 0.0):
                continue
            self._due[name] = now + (MOVE_AGAIN if name in self._moved else JOIN_AGAIN)
            try:
                if name.startswith("#"):
                    self._means(name, await self.client.resolve(name))
                if self.real(name) not in self.client.rooms:
                    await self.client.enter(name)
            except Refused as refusal:
                self._refuse(name, refusal)
            except Transient as trouble:
                log.info("room not entered yet", room=name, reason=str(trouble))

    async def accept_due(self, now: float) -> None:
        """Accept the invitations that the policy allows. The others wait: the operator may yet configure the room."""
        for room_id, invite in list(self.book.invites.items()):
            if now < self._invite_due.get(room_id, 0.0) or not self.welcome(room_id, invite):
                continue
            self._invite_due[room_id] = now + JOIN_AGAIN
            person = str(invite["by"])
            if invite["direct"]:
                self.book.direct[room_id] = person  # before we are in: the first words there are already direct
                self.book.save()
            try:
                await self.client.enter(room_id, person.partition(":")[2])
                if invite["direct"]:
                    await self._remember_direct(person, room_id)
            except Refused as refusal:
                log.warning("invitation could not be accepted", room=room_id, by=person, reason=str(refusal))
                self.book.invites.pop(room_id, None)
                self.book.direct.pop(room_id, None)
                self.book.save()
            except Transient as trouble:
                log.info("invitation not accepted yet", room=room_id, reason=str(trouble))

    def welcome(self, room_id: str, invite: Mapping[str, Any]) -> bool:
        if any(self.real(name) == room_id for name in self.settings.rooms):
            return True
        server = str(invite["by"]).partition(":")[2]
        if self.settings.allow_servers and server not in self.settings.allow_servers:
            return False
        return self.settings.invites == "all" or (self.settings.invites == "direct" and bool(invite["direct"]))

    # --- direct chats -------------------------------------------------------------------------------------------------

    async def direct_room(self, person: PersonId) -> str:
        """The room of the direct chat with a person: the known one, with them invited again if they left, or a new."""
        async with self._locks[person]:
            if (fresh := self._fresh.pop(person, "")) and fresh not in self.client.rooms:
                self._fresh[person] = fresh
                return fresh
            rooms = self._direct_rooms(person)
            for room_id in rooms:
                if person in self.client.rooms[room_id].users:
                    return room_id
            for room_id in rooms:
                try:
                    await self.client.invite(room_id, person)
                except Refused as refusal:
                    log.info("direct room cannot be used again", room=room_id, reason=str(refusal))
                else:
                    return room_id
            return await self._create_direct(person)

    def _direct_rooms(self, person: PersonId) -> list[str]:
        """Rooms of ours where nobody but the person could listen, the newest last used first."""
        known = [r for r, who in (*self.book.direct.items(), *self._marked.items()) if who == person]
        known += self.m_direct.get(person, [])
        return [
            room_id
            for room_id in reversed(dict.fromkeys(known))
            if (room := self.client.rooms.get(room_id)) is not None
            and not set(room.users) - {person, self.client.user_id}
        ]

    async def _create_direct(self, person: PersonId) -> str:
        encryption = {"type": "m.room.encryption", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
        encrypt = self.settings.encrypt_direct and self.client.olm is not None
        try:
            room_id = await self.client.create_room(
                {
                    "is_direct": True,
                    "invite": [person],
                    "preset": "trusted_private_chat",
                    "creation_content": {MARK: person},
                    "initial_state": [encryption] if encrypt else [],
                }
            )
        except Refused as refusal:
            raise Permanent(f"{person} cannot be written to: {refusal}") from refusal
        self._fresh[person] = room_id
        if encrypt:
            self._sealed.add(room_id)
        self.book.direct[room_id] = person
        self.book.save()
        await self._remember_direct(person, room_id)
        return room_id

    async def _remember_direct(self, person: str, room_id: str) -> None:
        """Add the room to the account's `m.direct`, where every client of the account finds it."""
        async with self._direct_lock:
            rooms = await self.client.direct_rooms()
            if room_id not in rooms.setdefault(person, []):
                rooms[person].append(room_id)
                await self.client.set_direct_rooms(rooms)
            self.m_direct = rooms

    async def until_ready(self, room_id: str, person: str, timeout: float = 45.0) -> None:
        """Wait until the sync has shown the person in the room, and its encryption where we made it encrypted.

        A room appears in a sync before its creation is complete: speaking then would be in the clear, or to nobody.
        A sync that began after now shows everything.
        """
        complete = self._begun + 1
        try:
            async with asyncio.timeout(timeout):
                while not self._is_ready(room_id, person):
                    if self._finished >= complete and room_id in self.client.rooms:
                        raise Permanent(f"{person} left the direct chat with the desk instead of joining it")
                    await self._synced.wait()
        except TimeoutError:
            raise Transient(f"the room {room_id} has not shown up yet") from None

    def _is_ready(self, room_id: str, person: str) -> bool:
        known = self.client.rooms.get(room_id)
        return known is not None and person in known.users and (bool(known.encrypted) or room_id not in self._sealed)
