"""Reports of a connection as the desk's events. Pure: time is an argument."""

from __future__ import annotations

import itertools
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import assert_never

from bridges.events import (
    Checkpoint,
    Event,
    EventId,
    Gap,
    GuestGone,
    MessageId,
    MessageReceived,
    MessageRedacted,
    PersonIdentified,
    PersonMoved,
    PersonSeen,
    Reacted,
    Room,
    RoomEntered,
    RoomExited,
    RoomId,
    RoomSplit,
    Sender,
    Typing,
)
from bridges.irc.marks import Marks
from bridges.irc.people import Appeared, Ended, LoggedIn
from bridges.irc.reports import (
    Broken,
    CaughtUp,
    Checked,
    Echoed,
    Entered,
    Exited,
    History,
    Invited,
    Moved,
    NotLetIn,
    Ponged,
    Reaction,
    Redaction,
    Refused,
    Registered,
    Report,
    Said,
    Split,
    Throttled,
    Who,
    Writing,
)
from bridges.text import Break, Text, from_irc, one_line, take_address

DIRECT = "direct:"
_REACTIONS = 2_000
_LINES = 500


class Hearing:
    """Translates for one connection. `rooms` is folded name -> the name in the configuration."""

    def __init__(
        self,
        network: str,
        connection: str,
        rooms: dict[str, str],
        marks: Marks,
        why_deaf: str,
        typing_in: frozenset[str] = frozenset(),
    ) -> None:
        self._typing_in = typing_in
        self._network = network
        self._connection = connection
        self._rooms = rooms
        self._marks = marks
        self._why_deaf = why_deaf
        self._why_out: dict[str, str] = {}
        self._numbers = itertools.count(1)
        self._reactions: OrderedDict[tuple[str, str, str, str], str] = OrderedDict()
        """Room, person, message and emoji to the reaction's id, which is what taking it back names."""

    def checkpoint(self, heard_until: datetime) -> Checkpoint:
        return Checkpoint(self._network, self._marks.position(heard_until))

    def events(self, reports: Iterable[Report], names: list[str], now: datetime) -> Iterator[Event]:
        """`names` are what the desk is called."""
        for report in reports:
            match report:
                case Said():
                    yield self._message(report, names)
                case Writing():
                    yield from self._writing(report)
                case Reaction():
                    yield from self._reaction(report)
                case Redaction():
                    yield self._redaction(report)
                case Moved():
                    yield self._moved(report)
                case Split():
                    yield self._split(report)
                case Appeared(person, name):
                    yield PersonSeen(self._network, now, Sender(person, name, authenticated=True))
                case LoggedIn(guest, person, name):
                    yield PersonIdentified(self._network, now, guest, Sender(person, name, authenticated=True))
                case Ended(guest):
                    yield GuestGone(self._network, now, guest)
                case Entered(folded):
                    room = self._room(folded)
                    self._marks.entered(room.name, now)
                    yield RoomEntered(self._network, now, room)
                case CaughtUp():
                    yield from self._caught_up(report, now)
                case Exited(folded, reason):
                    room = self._room(folded)
                    self._marks.left(room.name, now)
                    self._why_out[room.name] = f"the desk was out of the room ({reason})"
                    yield RoomExited(self._network, now, room, reason)
                case Echoed(target, _, msgid, at):
                    if target in self._rooms and at is not None and msgid:
                        self._marks.heard(self._rooms[target], msgid, at)
                case Registered() | NotLetIn() | Refused() | Ponged() | Checked() | Broken():
                    pass
                case Invited() | History() | Throttled():
                    pass
                case _:
                    assert_never(report)

    def _room(self, folded: str) -> Room:
        name = self._rooms[folded]
        return Room(RoomId(name), name)

    def _caught_up(self, report: CaughtUp, now: datetime) -> Iterator[Event]:
        room = self._room(report.room)
        self._marks.complete(room.name, now)
        why = self._why_out.pop(room.name, self._why_deaf)
        if report.missing is not None:
            since, until = report.missing
            gap = EventId(f"gap:{room.name}:{since.isoformat()}")
            reason = f"{why}; {one_line(report.why)}" if report.why else why
            yield Gap(self._network, gap, min(since, until), until, reason, room)

    def _own_id(self, msgid: str) -> str:
        return msgid or f"{self._connection}:{next(self._numbers)}"

    def _message(self, said: Said, names: list[str]) -> MessageReceived:
        direct = said.room is None
        room = (
            Room(RoomId(f"{DIRECT}{said.person}"), said.nick, direct=True)
            if said.room is None
            else self._room(said.room)
        )
        if not direct:
            note = self._marks.caught if said.late else self._marks.heard
            note(room.name, said.msgid, said.at)
        addressed, text = take_address(_text(said.text), names)
        own_id = self._own_id(said.msgid)
        return MessageReceived(
            self._network,
            EventId(own_id),
            said.at,
            room,
            Sender(said.person, said.nick, said.authenticated, said.mask),
            text,
            MessageId(own_id),
            addressed=addressed or direct,
            style=said.style,
            reply_to=MessageId(said.reply_to) if said.reply_to else None,
            late=said.late,
            relayed=said.relayed,
        )

    def _writing(self, report: Writing) -> Iterator[Event]:
        who, direct = report.who, report.room is None
        room = Room(RoomId(f"{DIRECT}{who.person}"), who.nick, direct=True)
        if report.room is not None:
            if self._rooms.get(report.room) not in self._typing_in:
                return
            room = self._room(report.room)
        if direct or room.id in self._typing_in:
            yield Typing(self._network, room, _sender(who), report.lasts > 0, report.lasts)

    def _reaction(self, report: Reaction) -> Iterator[Event]:
        room, sender = self._room(report.room), _sender(report.who)
        own_id = self._own_id(report.msgid)
        which = (report.room, report.who.person, report.target, report.key)
        if not report.taken_back:
            self._reactions[which] = own_id
            while len(self._reactions) > _REACTIONS:
                self._reactions.popitem(last=False)
            key = one_line(report.key)
            target = MessageId(report.target)
            yield Reacted(self._network, EventId(own_id), report.at, room, sender, target, key)
        elif reaction := self._reactions.pop(which, None):
            yield MessageRedacted(self._network, EventId(own_id), report.at, room, sender, MessageId(reaction))

    def _redaction(self, report: Redaction) -> MessageRedacted:
        own_id = EventId(self._own_id(report.msgid))
        room, sender = self._room(report.room), _sender(report.who)
        return MessageRedacted(self._network, own_id, report.at, room, sender, MessageId(report.target))

    def _moved(self, report: Moved) -> PersonMoved:
        own_id, room = EventId(self._own_id("")), self._room(report.room)
        reason, was = one_line(report.reason, 400), one_line(report.was, 200)
        return PersonMoved(self._network, own_id, report.at, room, _sender(report.who), report.how, reason, was)

    def _split(self, report: Split) -> RoomSplit:
        own_id, room = EventId(self._own_id("")), self._room(report.room)
        people = tuple(map(_sender, report.people))
        return RoomSplit(self._network, own_id, report.at, room, people, one_line(report.servers), report.back)


def _sender(who: Who) -> Sender:
    return Sender(who.person, who.nick, who.authenticated, who.mask)


def _text(said: str) -> Text:
    """Each line of a multiline message by itself: codes do not reach over its end."""
    lines = said.split("\n", _LINES)
    return tuple(span for n, line in enumerate(lines) for span in ((Break(),) if n else ()) + tuple(from_irc(line)))
