"""Reports of a connection as the desk's events, and since when each room was not heard. Pure: time is an argument."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import assert_never

from bridges.events import (
    Checkpoint,
    Event,
    EventId,
    Gap,
    GuestGone,
    MessageId,
    MessageReceived,
    PersonIdentified,
    PersonSeen,
    Position,
    Room,
    RoomEntered,
    RoomExited,
    RoomId,
    Sender,
)
from bridges.irc.people import Appeared, Ended, LoggedIn
from bridges.irc.reports import (
    Broken,
    Checked,
    Echoed,
    Entered,
    Exited,
    NotLetIn,
    Ponged,
    Refused,
    Registered,
    Report,
    Said,
)
from bridges.text import from_irc, take_address

DIRECT = "direct:"


class Marks:
    """Until when each room was heard: what a position holds, and where a gap begins."""

    def __init__(self, position: Position | None) -> None:
        self._deaf_since: dict[str, datetime] = {}
        self._hearing: set[str] = set()
        for room, at in _read(position):
            self._deaf_since[room] = at

    def left(self, room: str, heard_until: datetime) -> None:
        if room in self._hearing:
            self._hearing.discard(room)
            self._deaf_since[room] = heard_until

    def lost(self, heard_until: datetime) -> None:
        for room in tuple(self._hearing):
            self.left(room, heard_until)

    def entered(self, room: str) -> datetime | None:
        """Since when it was not heard; None for a room that was never heard before."""
        self._hearing.add(room)
        return self._deaf_since.pop(room, None)

    def position(self, heard_until: datetime) -> Position:
        marks = dict(self._deaf_since) | dict.fromkeys(self._hearing, heard_until)
        return Position(json.dumps({room: at.isoformat() for room, at in sorted(marks.items())}))


def _read(position: Position | None) -> Iterator[tuple[str, datetime]]:
    try:
        marks = json.loads(position or "{}")
    except ValueError:
        return  # another version's: nothing is known of what was missed
    for room, told in marks.items() if isinstance(marks, dict) else ():
        try:
            at = datetime.fromisoformat(told)
        except (TypeError, ValueError):
            continue
        yield room, at if at.tzinfo else at.replace(tzinfo=UTC)


class Hearing:
    """Translates for one connection. `rooms` is folded name -> the name in the configuration."""

    def __init__(self, network: str, connection: str, rooms: dict[str, str], marks: Marks, why_deaf: str) -> None:
        self._network = network
        self._connection = connection
        self._rooms = rooms
        self._marks = marks
        self._why_deaf = why_deaf
        self._why_out: dict[str, str] = {}
        self._numbers = itertools.count(1)

    def checkpoint(self, heard_until: datetime) -> Checkpoint:
        return Checkpoint(self._network, self._marks.position(heard_until))

    def events(self, reports: Iterable[Report], names: list[str], now: datetime) -> Iterator[Event]:
        """`names` are what the desk is called."""
        for report in reports:
            match report:
                case Said():
                    yield self._message(report, names)
                case Appeared(person, name):
                    yield PersonSeen(self._network, now, Sender(person, name, authenticated=True))
                case LoggedIn(guest, person, name):
                    yield PersonIdentified(self._network, now, guest, Sender(person, name, authenticated=True))
                case Ended(guest):
                    yield GuestGone(self._network, now, guest)
                case Entered(folded):
                    yield from self._entered(folded, now)
                case Exited(folded, reason):
                    room = self._room(folded)
                    self._marks.left(room.name, now)
                    self._why_out[room.name] = f"the desk was out of the room ({reason})"
                    yield RoomExited(self._network, now, room, reason)
                case Registered() | NotLetIn() | Echoed() | Refused() | Ponged() | Checked() | Broken():
                    pass
                case _:
                    assert_never(report)

    def _room(self, folded: str) -> Room:
        name = self._rooms[folded]
        return Room(RoomId(name), name)

    def _entered(self, folded: str, now: datetime) -> Iterator[Event]:
        room = self._room(folded)
        yield RoomEntered(self._network, now, room)
        since = self._marks.entered(room.name)
        if since is not None:
            why = self._why_out.pop(room.name, self._why_deaf)
            gap = EventId(f"gap:{room.name}:{since.isoformat()}")
            yield Gap(self._network, gap, min(since, now), now, why, room)

    def _message(self, said: Said, names: list[str]) -> MessageReceived:
        direct = said.room is None
        room = (
            Room(RoomId(f"{DIRECT}{said.person}"), said.nick, direct=True)
            if said.room is None
            else self._room(said.room)
        )
        addressed, text = take_address(from_irc(said.text), names)
        own_id = said.msgid or f"{self._connection}:{next(self._numbers)}"
        return MessageReceived(
            self._network,
            EventId(own_id),
            said.at,
            room,
            Sender(said.person, said.nick, said.authenticated),
            text,
            MessageId(own_id),
            addressed=addressed or direct,
            style=said.style,
            reply_to=MessageId(said.reply_to) if said.reply_to else None,
        )
