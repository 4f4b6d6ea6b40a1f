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

from bridges.events import Event, EventId, Gap, PersonId, PersonSeen, Room, RoomEntered, RoomExited, Sender, Typing
from bridges.matrix.client import Json, MatrixClient
from bridges.matrix.errors import Refused
from bridges.matrix.history import missed
from bridges.matrix.polls import Polls
from bridges.matrix.recent import Authors, Tails
from bridges.matrix.rooms import Rooms
from bridges.matrix.state import is_policy, moved, policy
from bridges.matrix.translate import Us, arrival, incoming, said_at
from bridges.matrix.unread import Unread
from bridges.matrix.values import mapping
from bridges.network import Emit

log = structlog.get_logger(__name__)

VERIFICATION_LASTS = 600.0
"""Seconds after which a request to verify counts for nothing (Client-Server API v1.15, "Key verification framework")."""
TYPING_ROOMS = 30
TYPING_LASTS = 120.0
"""Seconds: a homeserver says when somebody stops, and not that they go on."""
UNREAD_LATE = 60.0
"""Seconds after which what could not be decrypted at first counts as said in absence."""


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
    authors: Authors
    entered: set[str] = field(default_factory=set)
    """Rooms whose entering was reported."""
    read: dict[str, str] = field(default_factory=dict)
    """Room to the last event that was reported, and of which nobody was told yet that it was read."""
    polls: Polls = field(default_factory=Polls)
    typing_in: frozenset[str] = frozenset()
    """Rooms, besides direct chats, of which it is reported who writes there."""
    _writing: dict[str, set[str]] = field(default_factory=dict)
    """Room to who writes there now."""
    _talked: dict[str, None] = field(default_factory=dict)
    """Direct chats in which something was said, the latest last."""

    async def take(self, raw: Json, clear: Mapping[str, Json], since: str | None, absent_until: float = 0.0) -> None:
        """Report all that an answer to a sync holds; `clear` are its decrypted events by id.

        Rooms known from before are state only when there was no position. What was said before `absent_until` (epoch
        seconds) was said while the desk did not listen.
        """
        for event in raw.get("account_data", {}).get("events", []):
            if event.get("type") == "m.direct":
                content = event.get("content", {})
                self.rooms.m_direct = {who: list(ids) for who, ids in content.items() if isinstance(ids, list)}
        rooms = raw.get("rooms", {})
        for room_id, data in rooms.get("invite", {}).items():
            self.rooms.note_invite(room_id, data.get("invite_state", {}).get("events", []))
        self.rooms.save()
        self.rooms.knocking.update(rooms.get("knock", {}))
        for room_id, data in rooms.get("join", {}).items():  # names first: a room may stand for one that comes later
            timeline = data.get("timeline", {}).get("events", [])
            self.rooms.note_state(room_id, [*data.get("state", {}).get("events", []), *timeline])
        for room_id, data in rooms.get("join", {}).items():
            await self.joined(room_id, data, clear, since, absent_until)
        for room_id, data in rooms.get("leave", {}).items():
            await self.left(room_id, data)
        for said in self.client.crypto.withheld(raw):
            self.unread.note_withheld(said, epoch())
        if raw.get("to_device", {}).get("events"):  # keys may have come
            await self.try_unread()

    async def try_unread(self) -> None:
        """Report what can be decrypted by now."""
        for room_id, source in self.unread.readable():
            await self.heard(room_id, source, absent_until=epoch() - UNREAD_LATE)

    async def joined(
        self, room_id: str, data: Json, clear: Mapping[str, Json], since: str | None, absent_until: float = 0.0
    ) -> None:
        """Report a room of the `join` section, whose state `Rooms.note_state` was told."""
        timeline = data.get("timeline", {})
        events: list[Json] = list(timeline.get("events", []))
        self.rooms.note_entered(room_id)
        if self.rooms.is_space(room_id):
            return
        room = self.rooms.room(room_id)
        if room_id not in self.entered:
            self.entered.add(room_id)
            await self.emit(RoomEntered(self.network, datetime.now(UTC), room))
        if room.direct and events:
            self._talked.pop(room_id, None)
            self._talked[room_id] = None
        await self._typing(room_id, data.get("ephemeral", {}).get("events", []))
        for source in data.get("state", {}).get("events", []):
            await self.ruled(room_id, source)
        if since is None:
            for source in events:
                await self.ruled(room_id, source)
            return
        start = arrival(events, self.us.user, direct=room.direct)
        if start is not None:
            for source in events[:start]:
                await self.ruled(room_id, source)
            events = events[start:]
        elif timeline.get("limited") and timeline.get("prev_batch"):
            events = await self._page_back(room_id, room, timeline["prev_batch"], since) + events
        for source in events:
            await self.heard(room_id, clear.get(str(source.get("event_id"))) or source, absent_until=absent_until)

    def typing_rooms(self) -> tuple[str, ...]:
        """The rooms of which the server is asked who writes there: what it is asked stands in an address, which is not endless."""
        named = (self.rooms.real(name) for name in sorted(self.typing_in))
        rooms = [room for room in named if room is not None and room in self.client.rooms]
        return tuple(dict.fromkeys([*rooms, *reversed(self._talked)]))[:TYPING_ROOMS]

    async def _typing(self, room_id: str, events: list[Json]) -> None:
        """Client-Server API v1.15, "Typing notifications": each tells all who write in the room."""
        notices = [event for event in events if event.get("type") == "m.typing"]
        if not notices or room_id not in self.client.rooms:
            return
        room = self.rooms.room(room_id)
        if not room.direct and room.id not in self.typing_in:
            return
        listed = mapping(notices[-1].get("content")).get("user_ids")
        now = (
            {who for who in listed if isinstance(who, str) and not self.us.are(who)}
            if isinstance(listed, list)
            else set()
        )
        before = self._writing.pop(room_id, set())
        if now:
            self._writing[room_id] = now
        for who in sorted(now ^ before):
            sender = Sender(PersonId(who), self.rooms.person_name(room_id, who), authenticated=True)
            on = who in now
            await self.emit(Typing(self.network, room, sender, on, TYPING_LASTS if on else 0.0))

    async def ruled(self, room_id: str, source: Json) -> None:
        """Report a rule of a policy room; nothing else."""
        if not is_policy(source) or room_id not in self.client.rooms:
            return
        name = self.rooms.person_name(room_id, str(source.get("sender", "")))
        event = policy(self.network, source, self.rooms.room(room_id), name)
        if event is not None:
            await self.emit(event)

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

    async def heard(self, room_id: str, source: Json, absent_until: float = 0.0) -> None:
        """Report one event of a room, decrypting it where it is not yet."""
        sender, event_id = str(source.get("sender", "")), str(source.get("event_id"))
        if source.get("type") == "m.room.encrypted" and "content" in source and source["content"]:
            clear = self.client.decrypt_source(room_id, source)
            if clear is None:
                if not self.us.are(sender):
                    self.unread.note(room_id, source, epoch())
                return
            source = clear
        fresh = epoch() - said_at(source).timestamp() < VERIFICATION_LASTS
        if self.client.crypto.is_verification(room_id, source, fresh=fresh):
            return
        self.authors.note(event_id, sender)
        relation = mapping(mapping(source.get("content")).get("m.relates_to"))
        if relation.get("rel_type") == "m.thread":
            self.tails.note(str(relation.get("event_id")), event_id)
        if room_id not in self.client.rooms:
            return
        if not self.us.are(sender):
            self.read[room_id] = event_id
        if source.get("type") == "m.room.member":
            await self._moved(room_id, source)
        elif "state_key" in source:
            await self.ruled(room_id, source)
        else:
            await self._said(room_id, source, sender, absent_until)

    async def _said(self, room_id: str, source: Json, sender: str, absent_until: float) -> None:
        room, name = self.rooms.room(room_id), self.rooms.person_name(room_id, sender)
        late = said_at(source).timestamp() < absent_until
        try:
            event: Event | None = incoming(self.network, source, room, name, self.us, self.polls, late=late)
        except Exception:
            # One message that our reading fails on must not keep all others from being heard, now and after a restart.
            identity = str(source.get("event_id"))[:255]
            log.exception("a Matrix event can't be read", about=identity, room=room_id)
            at = datetime.now(UTC)
            event = Gap(self.network, EventId(f"unread {identity}"), at, at, "one message could not be read", room)
        if event is not None:
            await self.emit(event)

    async def _moved(self, room_id: str, source: Json) -> None:
        """Somebody came, went or is called differently. What waits for who came can be told now."""
        who = str(source.get("state_key", ""))
        if not who or self.us.are(who):
            return
        room, name = self.rooms.room(room_id), self.rooms.person_name(room_id, who)
        event = moved(self.network, source, room, name)
        if event is None:
            return
        if event.how == "joined":
            await self.emit(PersonSeen(self.network, datetime.now(UTC), event.sender))
        if not room.direct and room_id not in self.rooms.book.direct:
            await self.emit(event)

    async def left(self, room_id: str, data: Json) -> None:
        """We are out of a room, by our own or another's doing; nio tells nobody of it."""
        events = [*data.get("state", {}).get("events", []), *data.get("timeline", {}).get("events", [])]
        ours = [e for e in events if e.get("type") == "m.room.member" and e.get("state_key") == self.us.user]
        last = ours[-1] if ours else {}
        reason = _why_left(last)
        room = self.rooms.room(room_id) if room_id in self.client.rooms else Room(self.rooms.public(room_id), room_id)
        followed = self.rooms.real(room_id) != room_id  # an older room, of the same name as the one that replaced it
        was_in = room_id in self.entered or last.get("unsigned", {}).get("prev_content", {}).get("membership") == "join"
        self.rooms.note_left(room_id, reason)
        self.entered.discard(room_id)
        if was_in and not followed:
            await self.emit(RoomExited(self.network, datetime.now(UTC), room, reason))


def only_typing(raw: Json) -> bool:
    """Whether an answer to a sync holds nothing but who writes."""
    rooms = raw.get("rooms", {})
    joined = rooms.get("join", {}).values()
    said = any(data.get("timeline", {}).get("events") or data.get("state", {}).get("events") for data in joined)
    told = any(data.get("ephemeral", {}).get("events") for data in joined)
    elsewhere = any(rooms.get(section) for section in ("invite", "leave", "knock"))
    beside = any(raw.get(part, {}).get("events") for part in ("account_data", "to_device"))
    return told and not (said or elsewhere or beside)


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
