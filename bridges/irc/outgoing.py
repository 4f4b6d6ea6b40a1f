"""The desk's actions on their way out: whom they reach, in which form, once, and what is known of their arrival.

Owns the promises of `Network.send`; the connection it speaks through comes and goes.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import assert_never
from weakref import WeakValueDictionary

from bridges.events import (
    Action,
    EditMessage,
    MessageId,
    PersonId,
    React,
    Receipt,
    Redact,
    RoomId,
    Sender,
    SendMessage,
    SetVoice,
    ToPerson,
    ToRoom,
)
from bridges.irc.client import Connection
from bridges.irc.delivery import Lost, Speech, Undelivered, Withdrawn
from bridges.irc.hearing import DIRECT
from bridges.irc.now import Now
from bridges.irc.people import Presence
from bridges.irc.protocol import ACCOUNT, GUEST, UNNAMED, wire
from bridges.irc.reports import Checked, History, Report
from bridges.irc.rooms import Rooms
from bridges.irc.seeking import Seeking
from bridges.irc.settings import IrcSettings
from bridges.irc.speaking import Ears, Manner, Spoken, again, changed, spoken, taken_back
from bridges.irc.trouble import as_network_error, is_throttle
from bridges.irc.voicing import Voicing
from bridges.network import Away, Gone, NetworkError, Permanent, Transient

_REMEMBERED = 2_000
_KEY_LIMIT = 100
_REPLY = "+draft/reply"
_OURS = re.compile(r"[0-9a-f]{32}:(?:said:)?\d+")
"""An id that we gave to what has none."""


@dataclass
class _Progress:
    """An action under way: which of its messages are known to have arrived."""

    spoken: Spoken
    arrived: list[MessageId] = field(default_factory=list)


class Outgoing:
    def __init__(self, name: str, settings: IrcSettings, nick: str, now: Now, rooms: Rooms, state: Path) -> None:
        self._name = name
        self._settings = settings
        self._nick = nick
        self._now = now
        self._rooms = rooms
        self._seeking = Seeking(now, state)
        self._voicing = Voicing()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._receipts: OrderedDict[str, Receipt] = OrderedDict()
        self._progress: OrderedDict[str, _Progress] = OrderedDict()
        self._checks: dict[str, list[asyncio.Future[None]]] = {}
        self._lines_said = 0
        self._not_here: set[str] = set()
        """What this connection's server turned out not to do: `multiline`, or `relaymsg` and a room."""
        self._typed_at: dict[str, float] = {}

    # --- the connection -----------------------------------------------------------------------------------------------

    def note(self, report: Report) -> None:
        match report:
            case Checked(nick):
                self._checked(nick)
            case History():
                self._seeking.note(report)
            case _:
                pass

    def over(self) -> None:
        """The connection ended."""
        for folded in tuple(self._checks):
            self._checked(folded)
        self._seeking.over()
        self._voicing.over()
        self._not_here.clear()
        self._typed_at.clear()

    def close(self) -> None:
        self._seeking.close()

    def _checked(self, folded: str) -> None:
        for answered in self._checks.pop(folded, ()):
            if not answered.done():
                answered.set_result(None)

    # --- actions ------------------------------------------------------------------------------------------------------

    async def send(self, key: str, action: Action) -> Receipt:
        """See `bridges.network.Network`."""
        place = _place(action)
        lock = self._locks.setdefault(place, asyncio.Lock())
        async with lock:
            if known := self._receipts.get(key):
                return known
            receipt = Receipt(place, tuple(await self._do(key, action, place)))
            self._receipts[key] = receipt
            self._progress.pop(key, None)
            self._seeking.done(key)
            while len(self._receipts) > _REMEMBERED:
                self._receipts.popitem(last=False)
            return receipt

    async def _do(self, key: str, action: Action, place: RoomId) -> list[MessageId]:
        match action:
            case SendMessage():
                return await self._say(key, action, place)
            case EditMessage():
                words = changed(action)
                return await self._say(key, words, place) if words else []
            case Redact():
                return await self._redact(key, action, place)
            case React():
                return await self._react(action, place)
            case SetVoice(room, person, on):
                self._voicing.wish(room, person, on=on)
                self.show_voices(self._link())
                return []
            case _:
                assert_never(action)

    def show_voices(self, link: Connection) -> None:
        """Give and take voice where that is due."""
        if self._voicing.due(link.session):
            link.flush()

    async def _redact(self, key: str, action: Redact, place: RoomId) -> list[MessageId]:
        """REDACT (https://ircv3.net/specs/extensions/message-redaction), else what a moderator did is said."""
        link, target = self._link(), self._room(place)
        known = [message for message in action.targets if _is_known(message)]
        if (
            known
            and {"draft/message-redaction", "message-tags"} <= link.session.login.caps
            and key not in self._progress
        ):
            reason = " ".join(action.reason.split())[:200]
            try:
                for message in known:
                    await self._one(place, "REDACT", target, reason, before=(message,))
            except Permanent:
                pass  # too long ago, or not ours to take back
            else:
                return [*known]
        words = taken_back(action)
        return await self._say(key, words, place) if words else []

    async def _react(self, action: React, place: RoomId) -> list[MessageId]:
        """https://ircv3.net/specs/client-tags/react"""
        link, target = self._link(), self._room(place)
        if not link.session.can_react or not _is_known(action.target):
            return []
        tags = {"+draft/react": " ".join(action.key.split())[:_KEY_LIMIT], _REPLY: action.target}
        try:
            return [await self._one(place, "TAGMSG", target, "", tags=tags)]
        except Permanent:
            return []  # nobody saw it

    async def _one(
        self,
        place: RoomId,
        command: str,
        target: str,
        text: str,
        *,
        before: tuple[str, ...] = (),
        tags: Mapping[str, str] | None = None,
    ) -> MessageId:
        """One line that nobody reads as words."""
        link = self._link()
        speech = Speech(
            command, lambda: None if self._is_out(link, place) else target, text, _promise(), relay=True, place=place
        )
        speech.before, speech.tags = before, tags or {}
        try:
            link.say(speech)
            return self._id(await speech.taken)
        except (Undelivered, Withdrawn, Lost) as error:
            raise self._error(error, target, None, link, place) from None
        finally:
            _abandon([speech])

    # --- words --------------------------------------------------------------------------------------------------------

    async def _say(self, key: str, action: SendMessage, place: RoomId) -> list[MessageId]:
        person = PersonId(place.removeprefix(DIRECT)) if place.startswith(DIRECT) else None
        if person and person.startswith(GUEST) and not person.startswith(f"{GUEST}{self._now.connection}:"):
            raise Gone("they left")
        link = self._link()
        target, address = (self._whom(link, person), "") if person else self._where(link, action, place)
        progress = self._progress.get(key)
        if progress is None or not progress.arrived:
            longest = target.ljust(link.session.limits.nicklen, "x") if person else target
            ears = Ears(link.session.limits, link.session.me, self._nick, longest)
            progress = _Progress(spoken(action, ears, address, self._manner(link, place), datetime.now(UTC)))
        else:
            progress.spoken = again(progress.spoken, action, self._manner(link, place))
        if person is None:
            room = self._rooms.names[link.session.limits.fold(place)]
            found = await self._seeking.find(key, room, link, progress.spoken)
            progress.arrived += [self._id(msgid) for msgid in found[len(progress.arrived) : len(progress.spoken.units)]]
        speeches: list[Speech] = []
        try:
            await self._speak(link, action, place, person, target, progress, speeches)
        except Undelivered as error:
            if self._learn(error, place, progress.spoken):
                raise Transient(f"{target}: {error}; it is said in another form", 0.0) from None
            raise self._error(error, target, person, link, place) from None
        except (Withdrawn, Lost) as error:
            raise self._error(error, target, person, link, place) from None
        finally:
            _abandon(speeches)
            if progress.arrived:
                self._progress[key] = progress
                while len(self._progress) > _REMEMBERED:
                    self._progress.popitem(last=False)
        return progress.arrived

    async def _speak(
        self,
        link: Connection,
        action: SendMessage,
        place: RoomId,
        person: PersonId | None,
        target: str,
        progress: _Progress,
        speeches: list[Speech],
    ) -> None:
        def whom() -> str | None:
            if person is None:
                return None if self._is_out(link, place) else target
            return _nick_of(link.session.whereabouts(person))

        said, tags = progress.spoken, self._tags(link, action)
        for unit in said.units[len(progress.arrived) :]:
            speech = Speech(said.command, whom, unit[0][0], _promise(), before=said.before, more=unit[1:])
            speech.relay, speech.place = action.attribution is not None, place
            speech.tags, tags = tags, {}
            await self._queue(link, person, speech, speeches)
        for speech in speeches:
            progress.arrived.append(self._id(await speech.taken))

    def _manner(self, link: Connection, place: RoomId) -> Manner:
        caps, values = link.session.login.caps, link.session.login.values
        relaymsg = multiline = None
        if self._settings.relaymsg and "draft/relaymsg" in caps and f"relaymsg {place}" not in self._not_here:
            relaymsg = values.get("draft/relaymsg", "")
        if {"draft/multiline", "batch"} <= caps and "multiline" not in self._not_here:
            multiline = _multiline(values.get("draft/multiline", ""))
        return Manner(self._settings.notices, self._settings.colours, relaymsg, multiline)

    def _tags(self, link: Connection, action: SendMessage) -> Mapping[str, str]:
        """https://ircv3.net/specs/client-tags/reply"""
        known = action.reply_to is not None and _is_known(action.reply_to)
        if known and "message-tags" in link.session.login.caps and link.session.limits.passes_tag("draft/reply"):
            return {_REPLY: str(action.reply_to)}
        return {}

    def _learn(self, error: Undelivered, place: RoomId, said: Spoken) -> bool:
        """Whether the server refused the form, not the words: then these go in another one the next time."""
        if error.code.startswith("MULTILINE_") and "multiline" not in self._not_here:
            self._not_here.add("multiline")
            return True
        if said.command == "RELAYMSG" and not is_throttle(error.code):
            self._not_here.add(f"relaymsg {place}")
            return True
        return False

    def _error(
        self,
        error: Undelivered | Withdrawn | Lost,
        target: str,
        person: PersonId | None,
        link: Connection,
        place: RoomId,
    ) -> NetworkError:
        match error:
            case Lost():
                return Transient(f"the connection was lost before the server had confirmed it: {error}")
            case Withdrawn():
                return _not_here(person) if person else Transient(f"the desk left {place}", 5.0)
            case _:
                return as_network_error(error, target, person, out=not person and self._is_out(link, place))

    # --- where and whom -----------------------------------------------------------------------------------------------

    def _link(self) -> Connection:
        if (link := self._now.ready) is None:
            raise Transient(f"{self._name} is not connected: {self._now.trouble}")
        return link

    def _id(self, msgid: str) -> MessageId:
        self._lines_said += 1
        return MessageId(msgid or f"{self._now.connection}:said:{self._lines_said}")

    async def _queue(self, link: Connection, person: PersonId | None, speech: Speech, queued: list[Speech]) -> None:
        """Put one line in the queue. What goes to someone whom nothing watches goes right after asking who they are."""
        if person is not None:
            await self._make_sure(link, person)
            presence = link.session.whereabouts(person)
            speech.urgent = presence is not None and not presence.seen_without_interruption
        queued.append(speech)
        link.say(speech)

    async def _make_sure(self, link: Connection, person: PersonId) -> None:
        presence = link.session.whereabouts(person)
        if presence is None:
            raise _not_here(person)
        if presence.seen_without_interruption:
            return
        answered: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._checks.setdefault(link.session.limits.fold(presence.nick), []).append(answered)
        link.session.check(presence.nick)
        link.flush()
        await answered
        if self._now.link is not link:
            raise Transient("the connection was lost")
        presence = link.session.whereabouts(person)
        if presence is None or not (presence.seen_without_interruption or presence.signed_on):
            raise _not_here(person)

    def _whom(self, link: Connection, person: PersonId) -> str:
        if not person.startswith((ACCOUNT, GUEST)):
            raise Permanent(f"{person} is nobody on IRC")
        presence = link.session.whereabouts(person)
        if presence is None:
            raise _not_here(person)
        return presence.nick

    def _room(self, place: RoomId) -> str:
        """The room's name on the server."""
        link = self._link()
        folded = link.session.limits.fold(place)
        if not self._rooms.is_wanted(folded):
            raise Permanent(f"{place} is not one of the rooms of {self._name}; add it to the configuration")
        if folded not in link.session.rooms:
            raise Transient(f"the desk is not in {place}: {self._rooms.why_out(folded)}")
        return self._rooms.names[folded]

    def _where(self, link: Connection, action: SendMessage, place: RoomId) -> tuple[str, str]:
        """The room's name on the server, and the nick to address there."""
        target = self._room(place)
        if action.addressed is None:
            return target, ""
        presence = link.session.whereabouts(action.addressed.id, link.session.limits.fold(place))
        if presence is None and action.must_reach:
            raise _not_here(action.addressed.id)
        return target, presence.nick if presence else _plain_name(action.addressed)

    def _is_out(self, link: Connection, place: RoomId) -> bool:
        return link.session.limits.fold(place) not in link.session.rooms

    # --- hints --------------------------------------------------------------------------------------------------------

    def typing(self, room: RoomId, every: float, *, on: bool) -> None:
        """https://ircv3.net/specs/client-tags/typing: at most one in three seconds, and only with nothing else to say."""
        link = self._now.ready
        if link is None or "message-tags" not in link.session.login.caps or self._is_out(link, room):
            return
        if not link.session.limits.passes_tag("typing"):
            return
        now, last = time.monotonic(), self._typed_at.get(room)
        if on and last is not None and now - last < every:
            return
        if not on and last is None:
            return
        if on:
            self._typed_at[room] = now
        else:
            del self._typed_at[room]
        target = self._rooms.names.get(link.session.limits.fold(room))
        if target is not None:
            link.hint(wire("TAGMSG", target, tags={"+typing": "active" if on else "done"}))


def _place(action: Action) -> RoomId:
    if not isinstance(action, SendMessage):
        return action.room
    if isinstance(action.to, ToPerson):
        return RoomId(f"{DIRECT}{action.to.person}")
    assert isinstance(action.to, ToRoom)
    return action.to.room


def _promise() -> asyncio.Future[str]:
    return asyncio.get_running_loop().create_future()


def _nick_of(presence: Presence | None) -> str | None:
    return presence.nick if presence else None


def _plain_name(sender: Sender) -> str:
    return " ".join(sender.name.split())[:64]


def _not_here(person: PersonId) -> Away | Gone:
    return Gone("they left") if person.startswith(GUEST) else Away("they are not here now")


def _is_known(message: MessageId) -> bool:
    """Whether the server knows the message by this id: it is not one of our making."""
    return bool(message) and not message.startswith(UNNAMED) and not _OURS.match(message)


def _multiline(value: str) -> tuple[int, int] | None:
    """The value of draft/multiline: `max-bytes=4096,max-lines=24` (https://ircv3.net/specs/extensions/multiline)."""
    bounds = dict(token.partition("=")[::2] for token in value.split(","))
    most_bytes, most_lines = bounds.get("max-bytes", ""), bounds.get("max-lines", "")
    if not (most_bytes.isascii() and most_bytes.isdigit()):
        return None  # required
    lines = int(most_lines[:6]) if most_lines.isascii() and most_lines.isdigit() else 100
    return (int(most_bytes[:9]), lines) if lines > 1 else None


def _abandon(speeches: list[Speech]) -> None:
    """Nobody waits for these any more; what is not written yet is not said."""
    for speech in speeches:
        if speech.taken.done() and not speech.taken.cancelled():
            speech.taken.exception()
        else:
            speech.taken.cancel()
