"""Saying what the desk wants said: finds the room, writes the event, and sends it once however often it is asked."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bridges.events import Action, EditMessage, MessageId, React, Receipt, Redact, RoomId, SendMessage, ToPerson
from bridges.matrix.client import Json, MatrixClient
from bridges.matrix.errors import Refused
from bridges.matrix.history import find_ours
from bridges.matrix.rooms import Rooms
from bridges.matrix.translate import KEY_FIELD, outgoing, reaction
from bridges.matrix.vault import Attempts
from bridges.network import Away, Permanent, Transient

REMEMBERED = 12 * 3600.0
"""Seconds a homeserver is trusted to remember a transaction id (Synapse: a day)."""
_TAILS = 2_000


@dataclass
class Tails:
    """The last known event of each thread, for clients that show threads as replies."""

    _last: OrderedDict[str, str] = field(default_factory=OrderedDict)

    def note(self, root: str, event_id: str) -> None:
        self._last[root] = event_id
        self._last.move_to_end(root)
        if len(self._last) > _TAILS:
            self._last.popitem(last=False)

    def of(self, root: str | None) -> str:
        return self._last.get(root, "") if root else ""


@dataclass
class Speaker:
    client: MatrixClient
    rooms: Rooms
    attempts: Attempts
    tails: Tails

    async def send(self, key: str, action: Action) -> Receipt:
        """Raise Transient, Permanent, Away or TokenDead."""
        if isinstance(action, (EditMessage, Redact)):
            raise Permanent("not yet")
        room_id = await self._room_of(action)
        if isinstance(action, React):
            return await self._react(key, action, room_id)
        name = ""
        if action.addressed is not None:
            name = self.rooms.person_name(room_id, action.addressed.id) if self._is_here(room_id, action) else ""
        contents = outgoing(key, action, name=name, thread_tail=self.tails.of(action.thread))
        sent = [await self._once(room_id, "m.room.message", content) for content in contents]
        if action.thread is not None:
            self.tails.note(action.thread, sent[-1])
        return Receipt(self._known_as(action, room_id), tuple(MessageId(event_id) for event_id in sent))

    async def _room_of(self, action: SendMessage | React) -> str:
        if isinstance(action, React):
            room = action.room
        elif isinstance(action.to, ToPerson):
            room_id = await self.rooms.direct_room(action.to.person)
            await self.rooms.until_ready(room_id, action.to.person)
            return room_id
        else:
            room = action.to.room
        found = self.rooms.real(room)
        if found is None or found not in self.client.rooms:
            raise self._absent(room)
        if isinstance(action, SendMessage) and action.must_reach and not self._is_here(found, action):
            raise Away(f"{action.addressed.id if action.addressed else 'nobody'} is not in {room}")
        return found

    def _is_here(self, room_id: str, action: SendMessage) -> bool:
        return action.addressed is not None and self.rooms.has_joined(room_id, action.addressed.id)

    def _absent(self, room: str) -> Transient | Permanent:
        if refusal := self.rooms.refused.get(room):
            return Permanent(f"{refusal.why}. To mend it, {refusal.mend}")
        if room in self.rooms.settings.rooms:
            return Transient(f"the desk has not entered {room} yet")
        return Permanent(f"the desk is not in {room}. To mend it, invite {self.client.user_id} there")

    def _known_as(self, action: SendMessage | React, room_id: str) -> RoomId:
        if isinstance(action, React):
            return action.room
        return self.rooms.public(room_id) if isinstance(action.to, ToPerson) else action.to.room

    async def _react(self, key: str, action: React, room_id: str) -> Receipt:
        try:
            event_id = await self._once(room_id, "m.reaction", reaction(key, action))
        except Refused as refusal:
            if refusal.code == "M_DUPLICATE_ANNOTATION":
                return Receipt(action.room, ())
            raise
        return Receipt(action.room, (MessageId(event_id),))

    async def _once(self, room_id: str, kind: str, content: Json) -> str:
        """Send an event unless an earlier attempt brought it into the room already."""
        key = str(content[KEY_FIELD])
        now = datetime.now(UTC).timestamp()
        device = self.client.device_id or ""
        tried = self.attempts.earlier(key)
        event_id: str | None = None
        try:
            if tried is not None and (now - tried.at > REMEMBERED or tried.device != device):
                event_id = await find_ours(self.client, room_id, key, tried.at, self.client.user_id)
            self.attempts.begin(key, now, device)
            event_id = event_id or await self.client.put_event(room_id, kind, content, transaction_id(key))
        except Refused as refusal:
            self.attempts.done(key)
            if refusal.code == "M_FORBIDDEN":
                place = self.rooms.public(room_id)
                raise Permanent(
                    f"the desk may not speak in {place}: {refusal}. "
                    f"To mend it, give {self.client.user_id} the right to send messages there"
                ) from refusal
            raise
        self.attempts.done(key)
        return event_id


def transaction_id(key: str) -> str:
    """The key in a form that fits every server's limits."""
    return "hd" + hashlib.sha256(key.encode()).hexdigest()[:40]
