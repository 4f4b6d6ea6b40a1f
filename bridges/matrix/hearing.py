"""What a homeserver's answer says, as the desk's events: rooms entered and left, what was said in them, what was missed.

Takes parts of an answer, from a sync or from wherever else they come, in the order they are given. Asks the server only
for what a timeline left out, and never where it stopped: that is the loop's.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import structlog

from bridges.events import Event, EventId, Gap, PersonId, PersonSeen, Room, RoomEntered, RoomExited, Sender
from bridges.matrix.client import Json, MatrixClient
from bridges.matrix.errors import Refused
from bridges.matrix.history import missed
from bridges.matrix.rooms import Rooms
from bridges.matrix.speaking import Tails
from bridges.matrix.translate import Us, arrival, incoming
from bridges.matrix.unread import Unread
from bridges.network import Emit

log = structlog.get_logger(__name__)


@dataclass
class Hearing:
    """One login's ears."""

    network: str
    client: MatrixClient
    rooms: Rooms
    unread: Unread
    tails: Tails
    us: Us
    emit: Emit
    patiently: Callable[[Callable[[], Awaitable[Any]]], Awaitable[Any]]
    catch_up: int
    """Missed events of one room that are read."""
    heard_at: float
    """Epoch seconds of the last answer before this one, in this life or an earlier one."""
    entered: set[str] = field(default_factory=set)
    """Rooms whose entering was reported."""

    async def take(self, raw: Json, clear: Mapping[str, Json], since: str | None) -> None:
        """Report all that an answer to a sync holds; `clear` are its decrypted events by id.

        Rooms known from before are state only when there was no position.
        """
        for event in raw.get("account_data", {}).get("events", []):
            if event.get("type") == "m.direct":
                content = event.get("content", {})
                self.rooms.m_direct = {who: list(ids) for who, ids in content.items() if isinstance(ids, list)}
        rooms = raw.get("rooms", {})
        for room_id, data in rooms.get("invite", {}).items():
            self.rooms.note_invite(room_id, data.get("invite_state", {}).get("events", []))
        self.rooms.keep()
        for room_id, data in rooms.get("join", {}).items():
            await self.joined(room_id, data, clear, since)
        for room_id, data in rooms.get("leave", {}).items():
            await self.left(room_id, data)
        if raw.get("to_device", {}).get("events"):  # keys may have come
            await self.try_unread()

    async def try_unread(self) -> None:
        """Report what can be decrypted by now."""
        for room_id, source in self.unread.readable():
            await self.heard(room_id, source)

    async def joined(self, room_id: str, data: Json, clear: Mapping[str, Json], since: str | None) -> None:
        timeline = data.get("timeline", {})
        events: list[Json] = list(timeline.get("events", []))
        self.rooms.note_state(room_id, [*data.get("state", {}).get("events", []), *events])
        self.rooms.note_entered(room_id)
        room = self.rooms.room(room_id)
        if room_id not in self.entered:
            self.entered.add(room_id)
            await self.emit(RoomEntered(self.network, datetime.now(UTC), room))
        if since is None:
            return
        start = arrival(events, self.us.user, direct=room.direct)
        if start is not None:
            events = events[start:]
        elif timeline.get("limited") and timeline.get("prev_batch"):
            events = await self._page_back(room_id, room, timeline["prev_batch"], since) + events
        for source in events:
            await self.heard(room_id, clear.get(str(source.get("event_id"))) or source)

    async def _page_back(self, room_id: str, room: Room, before: str, since: str) -> list[Json]:
        """What the timeline left out. More than the bound, or nothing we may see, is said as a gap."""
        missing = f"more than {self.catch_up} messages were said meanwhile; the older of them were not read"
        until = datetime.now(UTC)
        try:
            events, complete = await self.patiently(
                lambda: missed(self.client, room_id, before, since, bound=self.catch_up, direct=room.direct)
            )
        except Refused as refusal:
            events, complete, missing = [], False, f"the homeserver refuses to show what was said meanwhile: {refusal}"
        if not complete:
            if events:
                until = when(events[0].get("origin_server_ts", 0) / 1000)
            start = min(when(self.heard_at), until)
            await self.emit(Gap(self.network, EventId(f"gap {room_id} {before}"), start, until, missing, room))
        return list(events)

    async def heard(self, room_id: str, source: Json) -> None:
        """Report one event of a room, decrypting it where it is not yet."""
        sender = str(source.get("sender", ""))
        if source.get("type") == "m.room.encrypted" and "content" in source and source["content"]:
            clear = self.client.decrypt_source(room_id, source)
            if clear is None:
                if sender != self.us.user:
                    self.unread.note(room_id, source, epoch())
                return
            source = clear
        content = source.get("content") or {}
        relation = content.get("m.relates_to") if isinstance(content, dict) else None
        if isinstance(relation, dict) and relation.get("rel_type") == "m.thread":
            self.tails.note(str(relation.get("event_id")), str(source.get("event_id")))
        if source.get("type") == "m.room.member":
            await self._maybe_seen(room_id, source)
            return
        if room_id not in self.client.rooms:
            return
        room, name = self.rooms.room(room_id), self.rooms.person_name(room_id, sender)
        try:
            event: Event | None = incoming(self.network, source, room, name, self.us)
        except Exception:
            # One message that our reading fails on must not keep all others from being heard, now and after a restart.
            identity = str(source.get("event_id"))[:255]
            log.exception("a Matrix event can't be read", about=identity, room=room_id)
            at = datetime.now(UTC)
            event = Gap(self.network, EventId(f"unread {identity}"), at, at, "one message could not be read", room)
        if event is not None:
            await self.emit(event)

    async def _maybe_seen(self, room_id: str, source: Json) -> None:
        """Somebody came into a room: what waits for them there can be told."""
        who = str(source.get("state_key", ""))
        before = source.get("unsigned", {}).get("prev_content", {}).get("membership")
        if who and who != self.us.user and source["content"].get("membership") == "join" and before != "join":
            sender = Sender(PersonId(who), self.rooms.person_name(room_id, who), authenticated=True)
            await self.emit(PersonSeen(self.network, datetime.now(UTC), sender))

    async def left(self, room_id: str, data: Json) -> None:
        """We are out of a room, by our own or another's doing; nio tells nobody of it."""
        events = [*data.get("state", {}).get("events", []), *data.get("timeline", {}).get("events", [])]
        ours = [e for e in events if e.get("type") == "m.room.member" and e.get("state_key") == self.us.user]
        last = ours[-1] if ours else {}
        reason = _why_left(last)
        room = self.rooms.room(room_id) if room_id in self.client.rooms else Room(self.rooms.public(room_id), room_id)
        was_in = room_id in self.entered or last.get("unsigned", {}).get("prev_content", {}).get("membership") == "join"
        self.rooms.note_left(room_id, reason, epoch())
        self.entered.discard(room_id)
        if was_in:
            await self.emit(RoomExited(self.network, datetime.now(UTC), room, reason))


def _why_left(member: Json) -> str:
    content = member.get("content", {})
    by = str(member.get("sender", "the homeserver"))
    done = "banned" if content.get("membership") == "ban" else "removed"
    said = f": {content['reason']}" if content.get("reason") else ""
    return f"{done} by {by}{said}" if by != member.get("state_key") else f"left{said}"


def epoch() -> float:
    """Now, in epoch seconds."""
    return datetime.now(UTC).timestamp()


def when(moment: float) -> datetime:
    return datetime.fromtimestamp(moment, UTC)
