"""Looking in a room's history for what was said under a key over another connection, so that nothing is there twice."""

from __future__ import annotations

import asyncio
import itertools
from datetime import UTC, datetime
from pathlib import Path

from bridges.irc.attempts import Attempt, Attempts, digest
from bridges.irc.client import Connection
from bridges.irc.now import Now
from bridges.irc.past import Mark
from bridges.irc.protocol import ctcp
from bridges.irc.reports import History, PastLine
from bridges.irc.speaking import Spoken, Unit
from bridges.network import Transient

_LOOKS = 10
"""Pages of history that are looked through."""


class Seeking:
    def __init__(self, now: Now, state: Path) -> None:
        self._now = now
        self._attempts = Attempts(state)
        self._looks: dict[str, asyncio.Future[tuple[PastLine, ...] | None]] = {}
        self._tokens = itertools.count(1)

    async def find(self, key: str, room: str, link: Connection, said: Spoken) -> list[str]:
        """The ids of the first messages of the key that are in the room already, in order; notes what is about to be said.

        Raise Transient when the connection is lost meanwhile.
        """
        before = self._attempts.get(key)
        if before is not None and before.connection == self._now.connection:
            return []
        found: list[str] = []
        now = datetime.now(UTC)
        last = self._now.marks.last(room)
        since = Mark(now, last.msgid, last.said) if last else Mark(now)
        if before is not None:
            since = before.since  # what is found later counts from there still
            if link.session.has_history:
                found = await self._found(link, before)
        lines = tuple(digest(_text(unit, said.command)) for unit in said.units)
        attempt = Attempt(room, since, lines, self._now.connection)
        self._attempts.begin(key, attempt, keep=link.session.has_history)
        return found

    def note(self, history: History) -> None:
        if (waiting := self._looks.pop(history.token, None)) is not None and not waiting.done():
            waiting.set_result(history.lines)

    def done(self, key: str) -> None:
        self._attempts.done(key)

    def over(self) -> None:
        """The connection ended."""
        for waiting in self._looks.values():
            if not waiting.done():
                waiting.set_result(None)
        self._looks.clear()

    def close(self) -> None:
        self._attempts.close()

    async def _found(self, link: Connection, attempt: Attempt) -> list[str]:
        wanted, found, since = list(attempt.lines), list[str](), attempt.since
        for _ in range(_LOOKS):
            lines = await self._look(link, attempt.place, since)
            if not lines:
                break
            for line in lines:
                if line.own and wanted and digest(_bare(line.text)) == wanted[0]:
                    found.append(line.msgid)
                    wanted.pop(0)
            last = lines[-1]
            if not wanted or (last.msgid == since.msgid and last.at == since.said):
                break
            since = Mark(last.at, last.msgid, last.at)
        return found

    async def _look(self, link: Connection, room: str, since: Mark) -> tuple[PastLine, ...] | None:
        folded = link.session.limits.fold(room)
        if folded not in link.session.rooms:
            return None
        token = f"look{next(self._tokens)}"
        waiting: asyncio.Future[tuple[PastLine, ...] | None] = asyncio.get_running_loop().create_future()
        self._looks[token] = waiting
        link.session.look(token, folded, since, datetime.now(UTC))
        link.flush()
        lines = await waiting
        if self._now.link is not link:
            raise Transient("the connection was lost")
        return lines


def _text(unit: Unit, command: str) -> str:
    """The words of a message as history tells them."""
    text = "".join(piece if goes_on or n == 0 else f"\n{piece}" for n, (piece, goes_on) in enumerate(unit))
    return _bare(text) if command == "RELAYMSG" else text


def _bare(text: str) -> str:
    """Without the frame of an emote."""
    request = ctcp(text)
    return request.text if request is not None else text
