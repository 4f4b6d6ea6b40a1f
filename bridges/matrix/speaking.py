"""Saying what the desk wants said: finds the room, writes the event, and sends it once however often it is asked."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar, assert_never

from bridges.events import (
    Action,
    EditMessage,
    MessageId,
    React,
    Receipt,
    Redact,
    RoomId,
    SendMessage,
    SetVoice,
    ToPerson,
)
from bridges.matrix.calls import edits_of, sender_of
from bridges.matrix.client import Json, MatrixClient
from bridges.matrix.compose import edit, outgoing, reaction
from bridges.matrix.errors import Limited, Refused
from bridges.matrix.history import find_ours
from bridges.matrix.pace import Limiter
from bridges.matrix.recent import Authors, Tails
from bridges.matrix.rooms import Rooms
from bridges.matrix.translate import KEY_FIELD, Us
from bridges.matrix.vault import Attempts
from bridges.matrix.voices import Voice, Voices
from bridges.network import Away, Permanent, Transient

T = TypeVar("T")


@dataclass
class Speaker:
    client: MatrixClient
    rooms: Rooms
    attempts: Attempts
    tails: Tails
    voices: Voices
    us: Us
    authors: Authors = field(default_factory=Authors)
    limiter: Limiter = field(default_factory=Limiter)

    async def send(self, key: str, action: Action) -> Receipt:
        """Raise Transient, Permanent, Away or TokenDead."""
        match action:
            case SendMessage():
                return await self._say(key, action)
            case EditMessage():
                return await self._edit(key, action)
            case Redact():
                return await self._redact(key, action)
            case React():
                return await self._react(key, action)
            case SetVoice():
                raise Permanent("nobody has voice on Matrix")
            case _:
                assert_never(action)

    # --- words --------------------------------------------------------------------------------------------------------

    async def _say(self, key: str, action: SendMessage) -> Receipt:
        room_id = await self._room_of(action)
        voice = await self.voices.for_words(room_id, action.attribution)
        name = ""
        if action.addressed is not None and self._is_here(room_id, action):
            name = self.rooms.person_name(room_id, action.addressed.id)
        contents = outgoing(
            key,
            action,
            name=name,
            thread_tail=self.tails.of(action.thread),
            author=await self._author(room_id, action.reply_to),
            named=voice.named,
            now=datetime.now(UTC),
        )
        sent = [await self._once(voice, room_id, "m.room.message", content) for content in contents]
        if action.thread is not None:
            self.tails.note(action.thread, sent[-1])
        known_as = self.rooms.public(room_id) if isinstance(action.to, ToPerson) else action.to.room
        return Receipt(known_as, tuple(MessageId(event_id) for event_id in sent))

    async def _author(self, room_id: str, event_id: str | None) -> str:
        """Who is to be told that they were answered; empty when it is ourselves, or nobody knows."""
        if event_id is None:
            return ""
        author = self.authors.of(event_id)
        if author is None:
            author = await sender_of(self.client, room_id, event_id)
            self.authors.note(event_id, author)
        return "" if self.us.are(author) else author

    async def _edit(self, key: str, action: EditMessage) -> Receipt:
        """The receipt names all that the message consists of now."""
        room_id = self._place(action.room)
        if not action.targets:
            return Receipt(action.room, ())
        voice = await self.voices.of_events(room_id, action.targets, action.attribution)
        messages: list[MessageId] = []
        for target, content in edit(key, action, named=voice.named):
            event_id = await self._once(voice, room_id, "m.room.message", content)
            messages.append(target or MessageId(event_id))
        for target in action.targets[len(messages) :]:
            await self._take_back(voice, room_id, f"{key}/-{target}", target, "")
        return Receipt(action.room, tuple(messages))

    # --- reactions and taking back ------------------------------------------------------------------------------------

    async def _react(self, key: str, action: React) -> Receipt:
        room_id = self._place(action.room)
        voice = await self.voices.for_words(room_id, action.attribution)
        try:
            event_id = await self._once(voice, room_id, "m.reaction", reaction(key, action))
        except Refused as refusal:
            if refusal.code == "M_DUPLICATE_ANNOTATION":
                return Receipt(action.room, ())
            raise
        return Receipt(action.room, (MessageId(event_id),))

    async def _redact(self, key: str, action: Redact) -> Receipt:
        """Of an edited message the edits go first: they hold words too, and nobody finds them afterwards."""
        room_id = self._place(action.room)
        reason = ": ".join(part for part in (action.moderator, action.reason) if part)
        for target in action.targets:
            voice = await self.voices.of_events(room_id, (target,), None)
            author = self.authors.of(target) or await sender_of(self.client, room_id, target) or voice.user
            for event_id in await edits_of(self.client, room_id, target, author):
                await self._take_back(voice, room_id, f"{key}/{event_id}", event_id, reason)
            await self._take_back(voice, room_id, f"{key}/{target}", target, reason)
        return Receipt(action.room, action.targets)

    async def _take_back(self, voice: Voice, room_id: str, key: str, event_id: str, reason: str) -> None:
        powers, user = self.rooms.powers(room_id), voice.user
        author = self.authors.of(event_id)
        if author is None:
            author = await sender_of(self.client, room_id, event_id)
        if author and author != user:
            if not powers.may_redact_others(user):
                raise Permanent(
                    f"the desk may not take back others' messages in {self.rooms.public(room_id)}. "
                    f"To mend it, give {user} the right to remove messages there"
                )
        else:
            self._must_be_allowed(room_id, user, "m.room.redaction")
        try:
            await self._paced(room_id, lambda: voice.redact(room_id, event_id, reason, transaction_id(key)))
        except Refused as refusal:
            if refusal.code == "M_NOT_FOUND":
                return  # it is not there any more, as was wanted
            raise self._forbidden(room_id, user, refusal) from refusal

    # --- where --------------------------------------------------------------------------------------------------------

    async def _room_of(self, action: SendMessage) -> str:
        if isinstance(action.to, ToPerson):
            room_id = await self.rooms.direct_room(action.to.person)
            await self.rooms.until_ready(room_id, action.to.person)
            return room_id
        found = self._place(action.to.room)
        if action.must_reach and not self._is_here(found, action):
            raise Away(f"{action.addressed.id if action.addressed else 'nobody'} is not in {action.to.room}")
        return found

    def _place(self, room: RoomId) -> str:
        """The room's present id. Raise Permanent or Transient when the desk is not in it."""
        found = self.rooms.real(room)
        if found is None or found not in self.client.rooms:
            raise self._absent(room)
        if self.rooms.is_space(found):
            raise Permanent(f"{room} is a space, where nobody speaks. To mend it, name the rooms in it")
        return found

    def _is_here(self, room_id: str, action: SendMessage) -> bool:
        return action.addressed is not None and self.rooms.has_joined(room_id, action.addressed.id)

    def _absent(self, room: str) -> Transient | Permanent:
        if refusal := self.rooms.refused.get(room):
            return Permanent(f"{refusal.why}. To mend it, {refusal.mend}")
        if room in self.rooms.wanted:
            return Transient(f"the desk has not entered {room} yet")
        return Permanent(f"the desk is not in {room}. To mend it, invite {self.client.user_id} there")

    # --- sending ------------------------------------------------------------------------------------------------------

    async def _once(self, voice: Voice, room_id: str, kind: str, content: Json) -> str:
        """Send an event unless an earlier attempt brought it into the room already."""
        key = str(content[KEY_FIELD])
        self._must_be_allowed(room_id, voice.user, self._sealed(room_id, kind))
        now = datetime.now(UTC).timestamp()
        tried = self.attempts.earlier(key)
        event_id: str | None = None
        try:
            if tried is not None and (now - tried.at > voice.remembered or tried.device != voice.session):
                event_id = await find_ours(self.client, room_id, key, tried.at, voice.user)
            if event_id is None:
                event_id = await self._paced(room_id, lambda: self._put(voice, room_id, kind, content, now))
        except Refused as refusal:
            self.attempts.done(key)
            raise self._forbidden(room_id, voice.user, refusal) from refusal
        self.attempts.done(key)
        self.authors.note(event_id, voice.user)
        return event_id

    async def _put(self, voice: Voice, room_id: str, kind: str, content: Json, now: float) -> str:
        key = str(content[KEY_FIELD])
        self.attempts.begin(key, now, voice.session)
        return await voice.put(room_id, kind, content, transaction_id(key))

    async def _paced(self, room_id: str, work: Callable[[], Awaitable[T]]) -> T:
        """Not while the server wants to hear nothing of us there."""
        wait = self.limiter.wait(room_id, datetime.now(UTC).timestamp())
        if wait:
            raise Transient(f"the homeserver asked us to slow down in {self.rooms.public(room_id)}", wait)
        try:
            result = await work()
        except Limited as limit:
            self.limiter.refused(room_id, limit.retry_after, datetime.now(UTC).timestamp())
            raise
        self.limiter.passed(room_id)
        return result

    def may_speak(self, room_id: str) -> bool:
        kind = self._sealed(room_id, "m.room.message")
        return self.rooms.is_space(room_id) or self.rooms.powers(room_id).may_send(self.us.user, kind)

    def _sealed(self, room_id: str, kind: str) -> str:
        """The type under which an event goes out."""
        return "m.room.encrypted" if self.client.rooms[room_id].encrypted and kind != "m.reaction" else kind

    def _must_be_allowed(self, room_id: str, user: str, kind: str) -> None:
        """Raise Permanent, with the mend, where the room's power levels say no."""
        powers = self.rooms.powers(room_id)
        if not powers.may_send(user, kind):
            what = {"m.reaction": "react", "m.room.redaction": "take messages back"}.get(kind, "speak")
            raise Permanent(
                f"the desk may not {what} in {self.rooms.public(room_id)}. To mend it, give {user} the right to send "
                f"messages ({kind}) there: that takes level {powers.needed(kind)}, and it has {powers.of(user)}"
            )

    def _forbidden(self, room_id: str, user: str, refusal: Refused) -> Permanent:
        if refusal.code != "M_FORBIDDEN":
            return refusal
        return Permanent(
            f"the desk may not speak in {self.rooms.public(room_id)}: {refusal}. "
            f"To mend it, give {user} the right to send messages there"
        )


def transaction_id(key: str) -> str:
    """The key in a form that fits every server's limits."""
    return "hd" + hashlib.sha256(key.encode()).hexdigest()[:40]
