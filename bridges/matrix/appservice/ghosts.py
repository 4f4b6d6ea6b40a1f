"""The accounts of relayed people: made when they are first needed, in the rooms they speak in, gone when they are silent.

A ghost speaks for one person of one network. Never in encrypted rooms: it has no keys.
"""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

import structlog

from bridges.events import Attribution
from bridges.matrix.appservice.api import ServiceApi
from bridges.matrix.appservice.book import Ghost, GhostBook
from bridges.matrix.appservice.names import display_name, localpart
from bridges.matrix.calls import sender_of
from bridges.matrix.client import Json, MatrixClient
from bridges.matrix.errors import Refused
from bridges.matrix.recent import Authors
from bridges.matrix.settings import MatrixSettings
from bridges.matrix.voices import OwnVoice, Voice
from bridges.network import Permanent, Transient

log = structlog.get_logger(__name__)

DECLINED_MOST = 1_000
REFUSED_AGAIN = 600.0
"""Seconds in which a ghost that a room would not have does not try again."""


@dataclass
class Ghosts:
    """All ghosts of one login. Times are epoch seconds."""

    client: MatrixClient
    api: ServiceApi
    settings: MatrixSettings
    book: GhostBook
    now: Callable[[], float]
    _in: set[tuple[str, str]] = field(default_factory=set)
    """(Room id, ghost) of those that are there."""
    _seen_in: dict[tuple[str, str], float] = field(default_factory=dict)
    """Since when those are known to be there whose last words are not."""
    _refused: dict[tuple[str, str], float] = field(default_factory=dict)
    _declined: list[tuple[str, str]] = field(default_factory=list)
    """(Room id, ghost) of invitations to turn down."""
    _locks: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    def is_ghost(self, user: str) -> bool:
        registration = self.api.registration
        return user.startswith(f"@{registration.prefix}") and user.endswith(f":{registration.server}")

    def is_known(self, user: str) -> bool:
        return user in self.book.ghosts

    @property
    def pattern(self) -> re.Pattern[str]:
        """What a ghost's user id is like."""
        registration = self.api.registration
        return re.compile(f"@{re.escape(registration.prefix)}.*:{re.escape(registration.server)}", re.DOTALL)

    def nick_of(self, user: str) -> str:
        """What a ghost's person is called on their own network; empty for others."""
        ghost = self.book.ghosts.get(user)
        return ghost.nick if ghost is not None else ""

    # --- what is heard of them ----------------------------------------------------------------------------------------

    def note_rooms(self) -> None:
        """Take up who is where, from the rooms as they are known now."""
        for room_id, room in self.client.rooms.items():
            self._in |= {
                (room_id, user) for user, known in room.users.items() if self.is_ghost(user) and not known.invited
            }

    def note_member(self, room_id: str, event: Json) -> None:
        user, content = str(event.get("state_key")), event.get("content") or {}
        if event.get("type") != "m.room.member" or not self.is_ghost(user):
            return
        if content.get("membership") == "join":
            self._in.add((room_id, user))
        else:
            self._in.discard((room_id, user))

    def note_invited(self, room_id: str, user: str) -> None:
        """Somebody wants to speak with a ghost alone, which nobody would hear. No account is made for that."""
        if self.is_known(user) and len(self._declined) < DECLINED_MOST:
            self._declined.append((room_id, user))

    # --- being there --------------------------------------------------------------------------------------------------

    async def enter(self, room_id: str, attribution: Attribution) -> str | None:
        """Make the author's ghost, call it as they are called, bring it into the room. None where it may not speak there.

        Raise Permanent where the room's moderators have banned it, Transient, or Misconfigured.
        """
        name = localpart(self.settings.ghost_prefix, attribution, self.api.registration.server)
        user = f"@{name}:{self.api.registration.server}"
        async with self._locks[user]:
            await self._be(user, name, attribution)
            room = self.client.rooms.get(room_id)
            if room is None or not room.power_levels.can_user_send_message(user):
                return None
            return user if await self._join(room_id, user) else None

    async def come_back(self, room_id: str, user: str) -> bool:
        """Bring a ghost that has spoken before into the room again."""
        async with self._locks[user]:
            return await self._join(room_id, user)

    async def _be(self, user: str, name: str, attribution: Attribution) -> None:
        ghost = Ghost(attribution.name, display_name(self.settings.ghost_name, attribution))
        known = self.book.ghosts.get(user)
        if known == ghost:
            return
        if known is None:
            await self.api.register(name)
        if known is None or known.shown != ghost.shown:
            try:
                await self.api.call(
                    "PUT", f"v3/profile/{_q(user)}/displayname", {"displayname": ghost.shown}, user=user
                )
            except Refused as refusal:
                log.warning("a ghost could not be named", ghost=user, reason=str(refusal))
        self.book.note_ghost(user, ghost)

    async def _join(self, room_id: str, user: str) -> bool:
        place = (room_id, user)
        if place in self._in:
            return True
        if self.now() - self._refused.get(place, float("-inf")) < REFUSED_AGAIN:
            return False
        try:
            try:
                await self._enter(room_id, user)
            except Refused:
                await self.client.invite(room_id, user)
                await self._enter(room_id, user)
        except Refused as refusal:
            if await self._is_banned(room_id, user):
                raise Permanent(f"{user} is banned from the room, and its words are not said there") from refusal
            log.warning("a ghost may not enter", ghost=user, room=room_id, reason=str(refusal))
            self._refused[place] = self.now()
            return False
        self._in.add(place)
        return True

    async def _enter(self, room_id: str, user: str) -> None:
        await self.api.call("POST", f"v3/join/{_q(room_id)}", {}, user=user)

    async def _is_banned(self, room_id: str, user: str) -> bool:
        try:
            member = await self.client.api("GET", f"v3/rooms/{_q(room_id)}/state/m.room.member/{_q(user)}")
        except Refused:
            return False
        return member.get("membership") == "ban"

    # --- speaking -----------------------------------------------------------------------------------------------------

    async def say(self, user: str, room_id: str, path: str, body: Json, transaction: str) -> str:
        """One request that makes an event, repeated without harm. `path` is what stands below the room."""
        known = self.book.event_of(transaction)
        if known is not None:
            return known
        whole = f"v3/rooms/{_q(room_id)}/{path}/{_q(transaction)}"
        try:
            answer = await self.api.call("PUT", whole, body, user=user)
        except Refused as refusal:
            if refusal.code != "M_FORBIDDEN":
                raise
            self._in.discard((room_id, user))  # put out of the room, perhaps
            if not await self.come_back(room_id, user):
                raise
            answer = await self.api.call("PUT", whole, body, user=user)
        event_id = str(answer["event_id"])
        self.book.note_sent(transaction, event_id)
        self.book.note_spoke(room_id, user, self.now())
        return event_id

    # --- chores -------------------------------------------------------------------------------------------------------

    async def leave_idle(self, now: float) -> None:
        """Take those out of their rooms who have been silent for `ghost_idle`."""
        idle = self.settings.ghost_idle.total_seconds()
        for room_id, user in list(self._in) if idle else ():
            spoke = self.book.spoke.get((room_id, user)) or self._seen_in.setdefault((room_id, user), now)
            if now - spoke < idle:
                continue
            async with self._locks[user]:
                await self._leave(room_id, user, "")
                self._in.discard((room_id, user))
                self._seen_in.pop((room_id, user), None)
                self.book.note_left(room_id, user)

    async def decline(self) -> None:
        """Turn down the private chats that were offered."""
        while self._declined:
            room_id, user = self._declined[0]
            if room_id not in self.client.rooms:
                await self._leave(room_id, user, self.settings.ghost_unreachable)
            self._declined.pop(0)

    async def _leave(self, room_id: str, user: str, reason: str) -> None:
        body = {"reason": reason} if reason else {}
        try:
            await self.api.call("POST", f"v3/rooms/{_q(room_id)}/leave", body, user=user)
        except Refused as refusal:
            log.info("a ghost could not leave", ghost=user, room=room_id, reason=str(refusal))


@dataclass(frozen=True)
class GhostVoice:
    """One ghost's voice: see `bridges.matrix.voices.Voice`."""

    ghosts: Ghosts
    user: str
    named: bool = True
    remembered: float = 0.0
    """Synapse keeps what a service did only in memory: after a doubt the room itself is looked at."""

    @property
    def session(self) -> str:
        return self.user

    async def put(self, room_id: str, kind: str, content: Json, transaction: str) -> str:
        return await self.ghosts.say(self.user, room_id, f"send/{_q(kind)}", content, transaction)

    async def redact(self, room_id: str, event_id: str, reason: str, transaction: str) -> str:
        body = {"reason": reason} if reason else {}
        return await self.ghosts.say(self.user, room_id, f"redact/{_q(event_id)}", body, transaction)


@dataclass
class GhostVoices:
    """Relayed words by their author's ghost, all else by the desk: see `bridges.matrix.voices.Voices`."""

    ghosts: Ghosts
    own: OwnVoice
    authors: Authors

    async def for_words(self, room_id: str, attribution: Attribution | None) -> Voice:
        room = self.ghosts.client.rooms.get(room_id)
        if attribution is None or not (attribution.person or attribution.guest) or room is None or room.encrypted:
            return self.own
        user = await self.ghosts.enter(room_id, attribution)
        return self.own if user is None else GhostVoice(self.ghosts, user)

    async def of_events(self, room_id: str, events: Sequence[str], attribution: Attribution | None) -> Voice:  # noqa: ARG002
        """Whoever sent the first of them, which need not be who would say it today."""
        sender = await self._sender(room_id, events[0]) if events else ""
        room = self.ghosts.client.rooms.get(room_id)
        if not self.ghosts.is_ghost(sender) or room is None or room.encrypted:
            return self.own
        try:
            there = await self.ghosts.come_back(room_id, sender)
        except Transient:
            raise
        except Permanent:
            there = False
        return GhostVoice(self.ghosts, sender) if there else self.own

    async def _sender(self, room_id: str, event_id: str) -> str:
        sender = self.authors.of(event_id) or await sender_of(self.ghosts.client, room_id, event_id)
        self.authors.note(event_id, sender)
        return sender


def _q(part: str) -> str:
    return quote(part, safe="")
