"""What we say, as lines; and which of them the server has taken: by its echo, its refusal, or a PING answered after them.
No I/O, no clock.

Lines are handled in the order they were written; the server answers in that order too.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bridges.irc.protocol import action, wire
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
    """One message to say. `target` is asked when it goes out, since people rename and leave while it waits."""

    command: str
    """PRIVMSG, NOTICE, ACTION, RELAYMSG, TAGMSG or REDACT."""
    target: Callable[[], str | None]
    text: str
    taken: asyncio.Future[str]
    """The message's id, empty when the server gives none; or Undelivered, Withdrawn, Lost."""
    urgent: bool = False
    relay: bool = False
    """Somebody else's words: these wait for the desk's own."""
    place: str = ""
    """Where it goes, for taking turns."""
    before: tuple[str, ...] = ()
    """Parameters between the target and the text."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Client-only tags, with their `+`."""
    more: tuple[tuple[str, bool], ...] = ()
    """Further lines of a multiline message, and whether each goes on in the line before it."""

    @property
    def cost(self) -> int:
        return 1 + (len(self.more) + 2 if self.more else 0)

    def packed(self, target: str, label: str, reference: str) -> bytes:
        """As it goes over the wire. Raise ValueError for what can't be said in IRC."""
        if self.more:
            return self._batch(target, label, reference)
        command = "PRIVMSG" if self.command == "ACTION" else self.command
        text = action(self.text) if self.command == "ACTION" else self.text
        params = (target, *self.before, *((text,) if text or self.command in {"PRIVMSG", "NOTICE"} else ()))
        return wire(command, *params, label=label or None, tags=self.tags)

    def _batch(self, target: str, label: str, reference: str) -> bytes:
        """https://ircv3.net/specs/extensions/multiline: all tags but two stand at the beginning of the batch."""
        inside = {"batch": reference}
        lines = [wire("BATCH", f"+{reference}", "draft/multiline", target, label=label or None, tags=self.tags)]
        for text, goes_on in ((self.text, False), *self.more):
            lines.append(
                wire(self.command, target, text, tags=inside | ({"draft/multiline-concat": ""} if goes_on else {}))
            )
        return b"".join((*lines, wire("BATCH", f"-{reference}")))


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
        return f"s{self.number()}"

    def number(self) -> int:
        """One that no other line has."""
        return next(self._labels)

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

    def waiting_since(self) -> float | None:
        """When the oldest line was written that nothing is known of."""
        return self._lines[0].at if self._lines else None

    def ponged(self, token: str) -> int:
        """How many lines that confirms."""
        before = len(self._lines)
        while self._lines and any(line.mark == token for line in self._lines):
            self._take(self._lines[0], "")
        return before - len(self._lines)

    def echoed(self, echo: Echoed) -> None:
        if line := self._which(echo.label, echo.target):
            self._take(line, echo.msgid)

    def refused(self, refusal: Refused) -> None:
        line = self._which(refusal.label, refusal.target)
        names_none = refusal.code in _OF_NO_TARGET or refusal.code.startswith("MULTILINE_")
        if line is None and not refusal.label and names_none and self._lines:
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
