"""Which ghosts there are, over restarts: their names, when they spoke last and where, and what they have sent.

An append log in the network's state folder, written anew when it is opened. All of it can be had again from the homeserver
but the times, so that a damaged line is passed over.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from bridges.matrix.vault import write_private

SENT_KEPT = 2_000
EXACT = 600.0
"""Seconds by which the kept time of the last words may be behind."""


@dataclass(frozen=True, slots=True)
class Ghost:
    """An account of the namespace that exists."""

    nick: str
    """What the person is called on their own network."""
    shown: str
    """The display name."""


class GhostBook:
    """Times are epoch seconds."""

    def __init__(self, state: Path) -> None:
        self._path = state / "ghosts.jsonl"
        self.ghosts: dict[str, Ghost] = {}
        self.spoke: dict[tuple[str, str], float] = {}
        """(Room id, ghost) to the time of its last words there."""
        self._sent: OrderedDict[str, str] = OrderedDict()
        self._file: TextIO | None = None
        self._load()
        write_private(self._path, "".join(json.dumps(line) + "\n" for line in self._lines()))

    def _load(self) -> None:
        try:
            rows = self._path.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return
        for row in rows:
            try:
                self._take(json.loads(row))
            except (ValueError, KeyError, TypeError, AttributeError):
                continue

    def _take(self, line: dict[str, Any]) -> None:
        if "shown" in line:
            self.ghosts[str(line["user"])] = Ghost(str(line["nick"]), str(line["shown"]))
        elif "event" in line:
            self._note_sent(str(line["sent"]), str(line["event"]))
        elif line["at"] is None:
            self.spoke.pop((str(line["room"]), str(line["user"])), None)
        else:
            self.spoke[str(line["room"]), str(line["user"])] = float(line["at"])

    def _lines(self) -> list[dict[str, Any]]:
        return [
            *({"user": user, "nick": ghost.nick, "shown": ghost.shown} for user, ghost in self.ghosts.items()),
            *({"room": room, "user": user, "at": at} for (room, user), at in self.spoke.items()),
            *({"sent": sent, "event": event} for sent, event in self._sent.items()),
        ]

    def note_ghost(self, user: str, ghost: Ghost) -> None:
        if self.ghosts.get(user) != ghost:
            self.ghosts[user] = ghost
            self._write({"user": user, "nick": ghost.nick, "shown": ghost.shown})

    def note_spoke(self, room_id: str, user: str, at: float) -> None:
        if at - self.spoke.get((room_id, user), float("-inf")) >= EXACT:
            self.spoke[room_id, user] = at
            self._write({"room": room_id, "user": user, "at": at})

    def note_left(self, room_id: str, user: str) -> None:
        if self.spoke.pop((room_id, user), None) is not None:
            self._write({"room": room_id, "user": user, "at": None})

    def event_of(self, transaction: str) -> str | None:
        """The event that a transaction of ours became, of the last ones."""
        return self._sent.get(transaction)

    def note_sent(self, transaction: str, event_id: str) -> None:
        self._note_sent(transaction, event_id)
        self._write({"sent": transaction, "event": event_id})

    def _note_sent(self, transaction: str, event_id: str) -> None:
        self._sent[transaction] = event_id
        if len(self._sent) > SENT_KEPT:
            self._sent.popitem(last=False)

    def _write(self, line: dict[str, Any]) -> None:
        if self._file is None:
            self._file = self._path.open("a", encoding="utf-8")
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
