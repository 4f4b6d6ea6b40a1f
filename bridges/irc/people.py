"""Who is here: one `Presence` for each nick seen without interruption, and who that is by services account.

Pure: no clock, no chance, no socket. A presence ends at QUIT, at the last shared PART or KICK, and with the connection.
Someone who shares no room with us is watched by MONITOR where the server offers it; elsewhere the sign-on time that
WHOIS tells is compared before anything private is said to them.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from bridges.events import PersonId
from bridges.irc.protocol import ACCOUNT, GUEST, Prefix, account_key


@dataclass(eq=False)
class Presence:
    """One nick on one connection. Mutable, and owned by `People`; others only read it."""

    nick: str
    user: str = ""
    host: str = ""
    account: str = ""
    guest: PersonId | None = None
    """Given when they first speak without an account."""
    unspoken: PersonId | None = None
    """The id that they will have as a guest, once they speak."""
    rooms: set[str] = field(default_factory=set)
    """Folded names of the rooms they share with us."""
    watched: bool = False
    """By MONITOR."""
    signed_on: str = ""
    """What WHOIS told of when they connected, while nothing else watches them."""
    ended: bool = False

    @property
    def address(self) -> tuple[str, str]:
        return self.user, self.host

    @property
    def person(self) -> PersonId | None:
        """Their id; None for a guest who has not spoken."""
        return PersonId(ACCOUNT + account_key(self.account)) if self.account else self.guest

    @property
    def seen_without_interruption(self) -> bool:
        return not self.ended and (bool(self.rooms) or self.watched)


@dataclass(frozen=True, slots=True)
class Appeared:
    """An account that was not present is."""

    person: PersonId
    name: str


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A guest turned out to be this account, its presence unbroken."""

    guest: PersonId
    person: PersonId
    name: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The guest's presence is over."""

    guest: PersonId


Move: TypeAlias = Appeared | LoggedIn | Ended


class People:
    """All presences of one connection. Methods return what changed, in order."""

    def __init__(self, connection: str, fold: Callable[[str], str]) -> None:
        self._connection = connection
        self._fold = fold
        self._numbers = itertools.count(1)
        self._by_nick: dict[str, Presence] = {}
        self._by_person: dict[PersonId, list[Presence]] = {}

    def __len__(self) -> int:
        return len(self._by_nick)

    def __iter__(self) -> Iterator[Presence]:
        return iter(tuple(self._by_nick.values()))

    def get(self, nick: str) -> Presence | None:
        return self._by_nick.get(self._fold(nick))

    def find(self, person: PersonId, room: str | None = None) -> Presence | None:
        """A presence of the person: the one who spoke last, one in a room before others; in `room` if given."""
        found = [p for p in self._by_person.get(person, ()) if room is None or room in p.rooms]
        return max(reversed(found), key=lambda p: p.seen_without_interruption) if found else None

    def meet(self, who: Prefix) -> tuple[Presence, list[Move]]:
        """The presence behind a nick, made when there is none.

        A nick that nothing watches and that comes from another address is somebody else: the old presence ends.
        """
        moves: list[Move] = []
        known = self.get(who.nick)
        if known and not known.rooms and who.host and known.host and known.address != who.address:
            moves += self.end(known)
            known = None
        if known is None:
            known = self._by_nick[self._fold(who.nick)] = Presence(who.nick)
        if who.host:
            known.user, known.host = who.user, who.host
        return known, moves

    def speaks(self, presence: Presence) -> PersonId:
        """The id of who spoke: guests get theirs now, and an account's presence comes to the front."""
        if presence.person is None:
            presence.guest = self.identity(presence)
        person = presence.person
        assert person is not None
        others = self._by_person.setdefault(person, [])
        if presence in others:
            others.remove(presence)
        others.append(presence)
        return person

    def identity(self, presence: Presence) -> PersonId:
        """Their id, also of a guest who has not spoken: nobody is told of the end of such a one."""
        if presence.person is not None:
            return presence.person
        if presence.unspoken is None:
            presence.unspoken = PersonId(f"{GUEST}{self._connection}:{next(self._numbers)}")
        return presence.unspoken

    def account(self, presence: Presence, account: str) -> list[Move]:
        """The server says which account they are logged in to; empty or `*` for none."""
        account = "" if account in {"*", "0"} else account
        if account_key(account) == account_key(presence.account):
            return []
        guest = presence.guest
        self._forget(presence)
        presence.account, presence.guest, presence.unspoken = account, None, None
        person = presence.person
        if person is None:
            return []  # logged out: a guest from now on, with an id of its own when it speaks
        others = self._by_person.setdefault(person, [])
        moves: list[Move] = [LoggedIn(guest, person, presence.nick)] if guest else []
        if not others:
            moves.append(Appeared(person, presence.nick))
        others.append(presence)
        return moves

    def renamed(self, presence: Presence, nick: str) -> list[Move]:
        moves: list[Move] = []
        holder = self.get(nick)
        if holder is not None and holder is not presence:
            moves = self.end(holder)
        self._by_nick.pop(self._fold(presence.nick), None)
        presence.nick = nick
        self._by_nick[self._fold(nick)] = presence
        return moves

    def parted(self, presence: Presence, room: str) -> list[Move]:
        presence.rooms.discard(room)
        return [] if presence.rooms else self.end(presence)

    def room_left(self, room: str) -> list[Move]:
        """We are out of the room, and so see its people there no more."""
        return [move for presence in self if room in presence.rooms for move in self.parted(presence, room)]

    def end(self, presence: Presence) -> list[Move]:
        if presence.ended:
            return []
        presence.ended = True
        presence.rooms.clear()
        presence.watched = False
        if self._by_nick.get(self._fold(presence.nick)) is presence:
            del self._by_nick[self._fold(presence.nick)]
        guest = presence.guest
        self._forget(presence)
        return [Ended(guest)] if guest else []

    def end_all(self) -> list[Move]:
        return [move for presence in self for move in self.end(presence)]

    def _forget(self, presence: Presence) -> None:
        person = presence.person
        if person is None:
            return
        others = self._by_person.get(person, [])
        if presence in others:
            others.remove(presence)
        if not others:
            self._by_person.pop(person, None)
