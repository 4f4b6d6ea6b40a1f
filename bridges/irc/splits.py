"""Netsplits: many people go and come back at once, because servers lost sight of each other. Pure: time is an argument.

A split is told by a `netsplit` batch (https://ircv3.net/specs/batches/netsplit) or, on servers without batches, by QUITs
whose reason is the names of two servers. Each is told once a room, some seconds after the last of its people went, and
so is their return.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bridges.irc.reports import Split, Who

SETTLE = timedelta(seconds=5)
"""So long nobody must have gone (or come back) before it is told."""
LONGEST = timedelta(seconds=30)
BACK_WITHIN = timedelta(minutes=30)
"""Who comes back later has joined."""
_AWAY_LIMIT = 20_000
_SERVERS = re.compile(r"((?:[\w*-]+\.)+[\w*-]+) ((?:[\w*-]+\.)+[\w*-]+)")


def servers_of(reason: str) -> str:
    """The two servers of a QUIT's reason; empty when it is a person's own words."""
    found = _SERVERS.fullmatch(reason[:300])
    return reason if found and found[1] != found[2] else ""


@dataclass
class _Group:
    first: datetime
    last: datetime
    people: dict[str, Who] = field(default_factory=dict)


class Splits:
    def __init__(self) -> None:
        self._groups: dict[tuple[str, str, bool], _Group] = {}
        self._away: dict[tuple[str, str], tuple[str, datetime]] = {}

    def lost(self, room: str, nick: str, who: Who, servers: str, now: datetime) -> None:
        """`room` and `nick` are folded."""
        if len(self._away) < _AWAY_LIMIT:
            self._away[room, nick] = (servers, now)
        self._add(room, nick, who, servers, back=False, now=now)

    def back(self, room: str, nick: str, who: Who, now: datetime) -> bool:
        """Whether who joins was taken away by a split: then it is told with the others."""
        servers, since = self._away.pop((room, nick), ("", now))
        if not servers or now - since > BACK_WITHIN:
            return False
        self._add(room, nick, who, servers, back=True, now=now)
        return True

    def due(self, now: datetime | None) -> list[Split]:
        """What is to be told now; everything when there is no later (None)."""
        told: list[Split] = []
        for key, group in tuple(self._groups.items()):
            if now is None or now - group.last >= SETTLE or now - group.first >= LONGEST:
                del self._groups[key]
                room, servers, back = key
                told.append(Split(group.first, room, tuple(group.people.values()), servers, back))
        if self._away and now is not None:
            self._away = {key: gone for key, gone in self._away.items() if now - gone[1] <= BACK_WITHIN}
        return told

    def forget(self, room: str) -> None:
        """We are out of the room."""
        self._groups = {key: group for key, group in self._groups.items() if key[0] != room}
        self._away = {key: gone for key, gone in self._away.items() if key[0] != room}

    def _add(self, room: str, nick: str, who: Who, servers: str, *, back: bool, now: datetime) -> None:
        group = self._groups.setdefault((room, servers, back), _Group(now, now))
        group.last = now
        group.people[nick] = who
