"""Voice (+v) for people whom the desk shows as being on duty: kept up while they come, go and reconnect.

What is wished stands until it is wished otherwise; it is done as soon as the person is there and the desk is an operator of
the channel, and never asked of anybody else. RFC 2812, section 3.2.3.
"""

from __future__ import annotations

from bridges.events import PersonId, RoomId
from bridges.irc.people import Presence
from bridges.irc.session import Session

OPERATORS = frozenset("qaoh")
"""Who has one of these modes may give voice."""


class Voicing:
    def __init__(self) -> None:
        self._wished: dict[tuple[RoomId, PersonId], bool] = {}
        self._given: dict[tuple[RoomId, PersonId], Presence] = {}
        """Who has it from us on this connection."""

    def wish(self, room: RoomId, person: PersonId, *, on: bool) -> None:
        self._wished[room, person] = on

    def over(self) -> None:
        """The connection ended, and with it everybody's presence."""
        self._given.clear()

    def due(self, session: Session) -> bool:
        """Do what can be done now. Whether there is anything to send."""
        sent = False
        for (room, person), on in tuple(self._wished.items()):
            folded = session.limits.fold(room)
            state = session.rooms.get(folded)
            if state is None or not state.status & OPERATORS:
                continue
            presence = session.whereabouts(person, folded)
            given = self._given.get((room, person))
            if given is not None and (given.ended or folded not in given.rooms):
                del self._given[room, person]
                given = None
            if on and presence is not None and given is None:
                session.voice(state.name, presence.nick, on=True)
                self._given[room, person] = presence
                sent = True
            elif not on:
                del self._wished[room, person]
                self._given.pop((room, person), None)
                if presence := given or presence:
                    session.voice(state.name, presence.nick, on=False)
                    sent = True
        return sent
