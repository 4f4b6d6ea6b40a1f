"""Until where each room was heard: what a position holds, where catching up begins, and what is missing. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bridges.events import Position
from bridges.irc.past import Mark

_ID_LIMIT = 200


class Marks:
    """By the room's name in the configuration. Times of being deaf are our clock's; `Mark.said` is the server's."""

    def __init__(self, position: Position | None) -> None:
        self._deaf: dict[str, Mark] = dict(_read(position))
        """Rooms that are not heard now, or whose past is not all told yet."""
        self._hearing: dict[str, Mark] = {}
        """The last message of each room that is."""

    def missed(self, room: str) -> Mark | None:
        """Until where it was heard; None for a room that was never heard before, or is being heard."""
        return self._deaf.get(room)

    def last(self, room: str) -> Mark | None:
        """The last message known to be in a room that is heard."""
        return self._hearing.get(room)

    def entered(self, room: str, at: datetime) -> None:
        """We are in it. What was missed before, if anything, is being asked for."""
        if room not in self._deaf:
            self._hearing[room] = Mark(at)

    def heard(self, room: str, msgid: str, said: datetime) -> None:
        """A message came as it was said."""
        if (mark := self._hearing.get(room)) is not None:
            self._hearing[room] = Mark(mark.at, msgid[:_ID_LIMIT], max(said, mark.said) if mark.said else said)

    def caught(self, room: str, msgid: str, said: datetime) -> None:
        """A message of the past was told."""
        if (mark := self._deaf.get(room)) is not None:
            self._deaf[room] = Mark(mark.at, msgid[:_ID_LIMIT], said)

    def complete(self, room: str, at: datetime) -> None:
        """All of its past that can be told was told."""
        if (mark := self._deaf.pop(room, None)) is not None:
            self._hearing[room] = replace(mark, at=at)

    def left(self, room: str, heard_until: datetime) -> None:
        if (mark := self._hearing.pop(room, None)) is not None:
            self._deaf[room] = replace(mark, at=heard_until)

    def lost(self, heard_until: datetime) -> None:
        for room in tuple(self._hearing):
            self.left(room, heard_until)

    def forget(self, room: str) -> None:
        """Nobody wants to hear it any more."""
        self._hearing.pop(room, None)
        self._deaf.pop(room, None)

    def position(self, heard_until: datetime) -> Position:
        marks = self._deaf | {room: replace(mark, at=heard_until) for room, mark in self._hearing.items()}
        return Position(json.dumps({room: _written(mark) for room, mark in sorted(marks.items())}))


def _written(mark: Mark) -> dict[str, str]:
    told = {"at": mark.at.isoformat()}
    if mark.msgid:
        told["id"] = mark.msgid
    if mark.said:
        told["said"] = mark.said.isoformat()
    return told


def _read(position: Position | None) -> Iterator[tuple[str, Mark]]:
    try:
        marks = json.loads(position or "{}")
    except ValueError:
        return  # another version's: nothing is known of what was missed
    for room, told in marks.items() if isinstance(marks, dict) else ():
        fields: dict[str, Any] = told if isinstance(told, dict) else {"at": told}
        at, said, msgid = _time(fields.get("at")), _time(fields.get("said")), fields.get("id")
        if at is not None:
            yield room, Mark(at, msgid[:_ID_LIMIT] if isinstance(msgid, str) else "", said)


def _time(told: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(told)
    except (TypeError, ValueError):
        return None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
