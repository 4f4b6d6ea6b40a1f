"""Which of our lines the server has taken: by its echo, its refusal, or a PING answered after them. No I/O, no clock.

Lines are handled in the order they were written; the server answers in that order too.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

from bridges.irc.reports import Echoed, Refused

_OF_NO_TARGET = {"263", "411", "412", "417", "461"}


class Undelivered(Exception):
    """The server refused the line."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{reason} ({code})")
        self.code = code
        self.reason = reason


class Lost(Exception):
    """The connection is over. `mend` is for the operator, when only they can help."""

    def __init__(self, reason: str, mend: str = "", *, login: bool = False) -> None:
        super().__init__(reason)
        self.mend = mend
        self.login = login


class Withdrawn(Exception):
    """Before the line was written the person it was for has gone, or the desk left the room."""


@dataclass(eq=False)
class Speech:
    """One line to say. `target` is asked when the line goes out, since people rename and leave while it waits."""

    command: str
    target: Callable[[], str | None]
    text: str
    taken: asyncio.Future[str]
    """The message's id, empty when the server gives none; or Undelivered, Withdrawn, Lost."""
    urgent: bool = False


@dataclass(eq=False)
class _Written:
    speech: Speech
    target: str
    label: str
    mark: str = ""
    at: float = 0.0


@dataclass
class Ledger:
    """Lines written and not yet known to have been taken."""

    _lines: list[_Written] = field(default_factory=list)
    _labels: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _marks: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def __len__(self) -> int:
        return len(self._lines)

    def label(self) -> str:
        return f"s{next(self._labels)}"

    def written(self, speech: Speech, target: str, label: str, at: float) -> None:
        """`target` is folded; `at` is a steady clock's."""
        self._lines.append(_Written(speech, target, label, at=at))

    @property
    def unmarked(self) -> int:
        return sum(not line.mark for line in self._lines)

    def unmarked_since(self) -> float | None:
        """When the oldest line was written that no PING went out after."""
        return next((line.at for line in self._lines if not line.mark), None)

    def mark(self) -> str:
        """A token for a PING to send now: its answer confirms all that was written before it."""
        token = f"m{next(self._marks)}"
        for line in self._lines:
            line.mark = line.mark or token
        return token

    def ponged(self, token: str) -> None:
        while self._lines and any(line.mark == token for line in self._lines):
            self._take(self._lines[0], "")

    def echoed(self, echo: Echoed) -> None:
        if line := self._which(echo.label, echo.target):
            self._take(line, echo.msgid)

    def refused(self, refusal: Refused) -> None:
        line = self._which(refusal.label, refusal.target)
        if line is None and not refusal.label and refusal.code in _OF_NO_TARGET and self._lines:
            line = self._lines[0]
        if line is not None:
            self._lines.remove(line)
            _fail(line.speech, Undelivered(refusal.code, refusal.reason))

    def left(self, room: str) -> None:
        """We are out of the room: what was not confirmed by now was not heard there."""
        for line in [line for line in self._lines if line.target == room]:
            self._lines.remove(line)
            _fail(line.speech, Undelivered("442", "the desk left the room"))

    def lost(self, error: Lost) -> None:
        for line in self._lines:
            _fail(line.speech, error)
        self._lines.clear()

    def _which(self, label: str, target: str) -> _Written | None:
        if label:
            return next((line for line in self._lines if line.label == label), None)
        return next((line for line in self._lines if line.target == target), None) if target else None

    def _take(self, line: _Written, msgid: str) -> None:
        self._lines.remove(line)
        if not line.speech.taken.done():
            line.speech.taken.set_result(msgid)


def _fail(speech: Speech, error: Exception) -> None:
    if not speech.taken.done():
        speech.taken.set_exception(error)
