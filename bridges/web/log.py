"""Where the web chat keeps its lines and sessions: the interface, and a double that lives in memory.

The log is the network's memory: what a visitor says is stored before it is acknowledged, and the network reads what was
said back from the log, so a crash loses nothing and a reconnecting page misses nothing.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, Protocol

from bridges.events import MessageId, PersonId, RoomId


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a web room. `seq` grows over all rooms and is never used twice."""

    seq: int
    room: RoomId
    at: datetime
    side: Literal["visitor", "desk"]
    author: PersonId | None
    """The visitor; None for the desk."""
    key: str
    """Unique: what makes a repeated send the same line."""
    html: str
    """Safe to show."""
    plain: str
    reply_to: MessageId | None = None
    reaction: str = ""
    """A reaction to `reply_to` instead of words."""

    @property
    def message(self) -> MessageId:
        return MessageId(f"w{self.seq}")


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that came back with its cookie. `token_hash` is SHA-256 of the cookie, which itself is never stored."""

    token_hash: str
    person: PersonId
    name: str
    room: RoomId
    created_at: datetime
    seen_at: datetime


class WebLog(Protocol):
    """Append-only lines and sessions. Every method is durable when it returns."""

    async def append(self, line: Line) -> Line:
        """Store the line and return it with its `seq`; a known `key` gives the line already there."""
        ...

    async def since(self, seq: int, *, room: RoomId | None = None, limit: int = 500) -> Sequence[Line]:
        """Lines after `seq`, oldest first."""
        ...

    async def last_seq(self) -> int: ...

    async def wait(self, seq: int, timeout: float) -> None:
        """Return when there may be a line after `seq`, at the latest after `timeout` seconds."""
        ...

    async def session(self, token_hash: str) -> Session | None: ...

    async def session_of(self, person: PersonId) -> Session | None: ...

    async def add_session(self, session: Session) -> None: ...


class MemoryWebLog:
    """A log that forgets when the process ends: for tests."""

    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._keys: dict[str, Line] = {}
        self._sessions: dict[str, Session] = {}
        self._numbers = itertools.count(1)
        self._grown = asyncio.Event()

    async def append(self, line: Line) -> Line:
        if known := self._keys.get(line.key):
            return known
        stored = replace(line, seq=next(self._numbers))
        self._lines.append(stored)
        self._keys[line.key] = stored
        self._grown.set()
        self._grown = asyncio.Event()
        return stored

    async def since(self, seq: int, *, room: RoomId | None = None, limit: int = 500) -> Sequence[Line]:
        return [line for line in self._lines if line.seq > seq and room in (None, line.room)][:limit]

    async def last_seq(self) -> int:
        return self._lines[-1].seq if self._lines else 0

    async def wait(self, seq: int, timeout: float) -> None:
        if await self.last_seq() > seq:
            return
        try:
            async with asyncio.timeout(timeout):
                await self._grown.wait()
        except TimeoutError:
            return

    async def session(self, token_hash: str) -> Session | None:
        return self._sessions.get(token_hash)

    async def session_of(self, person: PersonId) -> Session | None:
        return next((s for s in self._sessions.values() if s.person == person), None)

    async def add_session(self, session: Session) -> None:
        self._sessions[session.token_hash] = session
