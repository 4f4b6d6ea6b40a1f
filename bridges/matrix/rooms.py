"""Which rooms the desk is in, how they are called, what is allowed there, and the direct chats.

Keeps the names that people configured stable over whatever Matrix calls the rooms underneath. Emits nothing itself, and
enters only direct chats: the others are `entering`'s.
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
from bridges.matrix.powers import Powers
from bridges.matrix.settings import MatrixSettings
from bridges.matrix.vault import Book
from bridges.network import Permanent, Transient
from bridges.text import one_line

log = structlog.get_logger(__name__)

MARK = "org.community_helpdesk.direct"
"""In the creation of a direct room: whom it is for. Found again when we died before we had written it down."""
INVITES_KEPT = 500


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
    kept: tuple[str, ...] = ()
    """Rooms to be in besides the configured ones."""
    refused: dict[str, Refusal] = field(default_factory=dict)
    """Wanted rooms that the desk is not in, and why."""
    left: dict[str, str] = field(default_factory=dict)
    """Wanted rooms that the desk was removed from since anybody looked, and how."""
    knocking: set[str] = field(default_factory=set)
    """Rooms that we asked to be let into."""
    successors: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Room to the one that replaced it (`m.room.tombstone`), and a server that is there."""
    m_direct: dict[str, list[str]] = field(default_factory=dict)
    _predecessors: dict[str, str] = field(default_factory=dict)
    _powers: dict[str, Powers] = field(default_factory=dict)
    _marked: dict[str, str] = field(default_factory=dict)
    _fresh: dict[str, str] = field(default_factory=dict)
    """Person to the direct room just made for them, which no sync has shown yet."""
    _sealed: set[str] = field(default_factory=set)
    """Rooms we made encrypted."""
    _changed: bool = False
    _begun: int = 0
    _finished: int = 0
    _locks: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))
    _direct_lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _synced: asyncio.Event = field(default_factory=asyncio.Event)

    # --- names --------------------------------------------------------------------------------------------------------

    @property
    def wanted(self) -> tuple[str, ...]:
        """The rooms to be in, by the names they are known by: configured, then kept."""
        return tuple(dict.fromkeys((*self.settings.rooms, *self.kept)))

    def names_of(self, room_id: str) -> list[str]:
        """The wanted names that lead to the room."""
        return [name for name in self.wanted if self.real(name) == room_id]

    def public(self, room_id: str) -> RoomId:
        """The id the desk knows the room by: its wanted name where it has one, and through all upgrades the first id."""
        if names := self.names_of(room_id):
            return RoomId(names[0])
        older = {new: old for old, new in self.book.followed.items()}
        for _ in range(len(older)):
            room_id = older.get(room_id, room_id)
        return RoomId(room_id)

    def real(self, room: str) -> str | None:
        """The present id of the room, upgrades followed; None for an address of which no id is known."""
        found = self.book.aliases.get(room) if room.startswith("#") else room
        for _ in range(len(self.book.followed)):
            if found is not None:
                found = self.book.followed.get(found, found)
        return found

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
        return marked and known is not None and len(known.users) <= 2 and not self.names_of(room_id)

    def person_name(self, room_id: str, person: str) -> str:
        known = self.client.rooms.get(room_id)
        name = known.user_name(person) if known is not None else None
        return one_line(name or "", 100) or person.removeprefix("@").partition(":")[0]

    def has_joined(self, room_id: str, person: str) -> bool:
        known = self.client.rooms.get(room_id)
        user = known.users.get(person) if known is not None else None
        return user is not None and not user.invited

    # --- what a sync tells --------------------------------------------------------------------------------------------

    def powers(self, room_id: str) -> Powers:
        return self._powers.get(room_id, Powers())

    def is_space(self, room_id: str) -> bool:
        """A space holds rooms, not words."""
        return (self.powers(room_id).create or {}).get("type") == "m.space"

    def is_abandoned(self, room_id: str | None) -> bool:
        """The room was replaced by one that we did not reach yet."""
        return room_id in self.successors and room_id not in self.book.followed

    def note_state(self, room_id: str, events: Iterable[Mapping[str, Any]]) -> None:
        for event in events:
            content = event.get("content")
            if "state_key" not in event or not isinstance(content, Mapping):
                continue
            self._powers[room_id] = self.powers(room_id).after(event)
            if event.get("type") == "m.room.create":
                predecessor = content.get("predecessor")
                if isinstance(predecessor, Mapping) and isinstance(old := predecessor.get("room_id"), str):
                    self._predecessors[room_id] = old
                    self._follow(old)
                if event.get("sender") == self.client.user_id and isinstance(person := content.get(MARK), str):
                    self._marked[room_id] = person
            elif event.get("type") == "m.room.tombstone" and event.get("state_key") == "":
                successor = content.get("replacement_room")
                if isinstance(successor, str) and successor.startswith("!") and successor != room_id:
                    self.successors[room_id] = successor, str(event.get("sender", "")).partition(":")[2]
                    self._follow(room_id)

    def _follow(self, old: str) -> None:
        """A room was upgraded when both say so: one alone could pass itself off as another."""
        new, _ = self.successors.get(old, ("", ""))
        if new and self._predecessors.get(new) == old and self.book.followed.get(old) != new:
            if self.real(new) == old:
                return  # round in a circle
            self.book.followed[old] = new
            self.book.save()

    def note_entered(self, room_id: str) -> None:
        for name in self.names_of(room_id):
            self.refused.pop(name, None)
            self.left.pop(name, None)
            if self.is_space(room_id):
                self.refused[name] = Refusal(f"{name} is a space, where nobody speaks", "name the rooms in it instead")
        self.knocking.discard(room_id)
        if self.book.invites.pop(room_id, None) is not None:
            self.book.save()

    def note_left(self, room_id: str, reason: str) -> None:
        self.client.rooms.pop(room_id, None)
        self._powers.pop(room_id, None)
        self._fresh = {person: fresh for person, fresh in self._fresh.items() if fresh != room_id}
        self.knocking.discard(room_id)
        if self.book.invites.pop(room_id, None) is not None:
            self.book.save()
        for name in self.names_of(room_id):
            mend = f"let {self.client.user_id} into {name} again, or take the room out of the configuration"
            self.refused[name] = Refusal(f"not in {name}: {reason}", mend)
            self.left[name] = reason

    def note_invite(self, room_id: str, events: Iterable[Mapping[str, Any]]) -> None:
        for event in events:
            content = event.get("content")
            if event.get("state_key") == self.client.user_id and isinstance(content, Mapping):
                if event.get("type") != "m.room.member" or content.get("membership") != "invite":
                    continue
                invite = {"by": str(event.get("sender", "")), "direct": content.get("is_direct") is True}
                self._changed = self._changed or self.book.invites.get(room_id) != invite
                self.book.invites[room_id] = invite

    def save(self) -> None:
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
        await self.remember_direct(person, room_id)
        return room_id

    async def remember_direct(self, person: str, room_id: str) -> None:
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
