"""What was said while we were away: asked for by CHATHISTORY, or told by a bouncer by itself. Sans-I/O.

Sources: https://ircv3.net/specs/extensions/chathistory, https://ircv3.net/specs/batches/chathistory,
https://ircv3.net/specs/extensions/server-time. What comes live meanwhile waits, so that all is told in order.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from irctokens.line import Line

from bridges.events import PersonId, Style
from bridges.irc.batches import Batch
from bridges.irc.ground import Ground, server_time
from bridges.irc.people import Ended
from bridges.irc.protocol import ACCOUNT, UNNAMED, Prefix, account_key, ctcp, mask, prefix, wire
from bridges.irc.reports import CaughtUp, History, PastLine, Reaction, Redaction, Report, Said, Who

PAGE = 100
"""Lines asked for at once where the server tells no bound of its own."""
ANSWER_WITHIN = timedelta(seconds=30)
_UNSURE = timedelta(seconds=5)
"""By so much our clock and the server's may differ, where nothing better than ours is known."""
_TICK = timedelta(milliseconds=1)
_HELD_LIMIT = 2_000


@dataclass(frozen=True, slots=True)
class Mark:
    """Until where a room was heard."""

    at: datetime
    """By our clock."""
    msgid: str = ""
    """Of the last message there, when the server gave it one."""
    said: datetime | None = None
    """By the server's clock, when that was."""


@dataclass(frozen=True, slots=True)
class Message:
    """A line of the past, or several that are one message."""

    command: str
    line: Line
    """Has source and tags."""
    text: str
    at: datetime
    msgid: str


@dataclass
class _Asked:
    room: str
    label: str
    since: datetime
    size: int
    token: str = ""
    """Of a look into the past; empty for catching up."""


@dataclass
class _Room:
    """A room whose past is not all told yet."""

    mark: Mark
    entered: datetime
    number: int
    """Tells the guests of this past from those of another."""
    ping: str = ""
    """The PING after whose answer a bouncer has told what it has."""
    by_time: bool = False
    taken: int = 0
    reached: bool = False
    first: datetime | None = None
    newest: datetime | None = None
    seen: set[str] = field(default_factory=set)
    held: list[Report] = field(default_factory=list)


class Past:
    def __init__(self, ground: Ground, missed: Callable[[str], Mark | None], most: int) -> None:
        self._ground = ground
        self._missed = missed
        self._most = most
        self._rooms: dict[str, _Room] = {}
        self._marks: dict[str, Mark] = {}
        self._asked: list[_Asked] = []
        self._labels = itertools.count(1)
        self._guests: dict[str, set[PersonId]] = {}
        self.began: datetime | None = None
        """When this connection was let in, by the server's clock; None when the server tells no time."""
        self._first: dict[str, str] = {}
        """Rooms never heard before, of which a bouncer may tell old things yet; and the PING that ends it."""

    @property
    def offered(self) -> bool:
        return {"draft/chathistory", "batch", "server-time"} <= self._ground.login.caps

    # --- catching up --------------------------------------------------------------------------------------------------

    def entered(self, room: str, now: datetime) -> None:
        """We are in the room: ask for what was said since we heard it last."""
        mark = self._missed(room)
        if mark is None:  # never heard before: nothing was missed
            if self.began is not None and not self.offered:
                self._first[room] = f"past{next(self._labels)}"
                self._ground.send(wire("PING", self._first[room]), urgent=True)
            return
        self._marks[room] = mark
        state = self._rooms[room] = _Room(mark, now, next(self._labels))
        if self.offered:
            self._more(room, state, now)
        else:
            state.ping = f"past{next(self._labels)}"
            self._ground.send(wire("PING", state.ping), urgent=True)

    def left(self, room: str) -> None:
        if state := self._rooms.pop(room, None):
            self._release(room, state)
        self._marks.pop(room, None)
        self._first.pop(room, None)

    def holds(self, report: Report, room: str) -> bool:
        """Whether what was said just now has to wait until the past is told."""
        state = self._rooms.get(room)
        if state is None:
            return False
        if len(state.held) >= _HELD_LIMIT:
            self._finish(room, state, (state.newest or state.mark.at, state.entered), "too much was said meanwhile")
            return False
        if isinstance(report, (Said, Reaction, Redaction)) and report.msgid in state.seen:
            return True  # told already, as history
        state.held.append(report)
        return True

    def look(self, token: str, room: str, since: Mark, now: datetime) -> None:
        """Ask what was said since then; `History` with the token answers."""
        if not self.offered or room not in self._ground.rooms:
            self._ground.report(History(token, None))
            return
        self._ask(room, self._reference(since, by_time=not since.msgid), self._page, now, token)

    @property
    def _page(self) -> int:
        return min(self._ground.limits.chathistory or PAGE, PAGE)

    def _more(self, room: str, state: _Room, now: datetime) -> None:
        size = min(self._page, self._most + 1 - state.taken)
        reference = self._reference(state.mark, by_time=state.by_time)
        self._ask(room, reference, max(size, 1), now)

    def _reference(self, mark: Mark, *, by_time: bool) -> str:
        kinds = self._ground.limits.msgreftypes
        if mark.msgid and not mark.msgid.startswith(UNNAMED) and not by_time and (not kinds or "msgid" in kinds):
            return f"msgid={mark.msgid}"
        at = mark.said - _TICK if mark.said else mark.at - _UNSURE
        return f"timestamp={at.astimezone(UTC).strftime('%Y-%m-%dT%H:%M:%S.%f')[:-3]}Z"

    def _ask(self, room: str, reference: str, size: int, now: datetime, token: str = "") -> None:
        label = f"h{next(self._labels)}" if "labeled-response" in self._ground.login.caps else ""
        name = self._ground.rooms[room].name
        try:
            data = wire("CHATHISTORY", "AFTER", name, reference, str(size), label=label or None)
        except ValueError:  # an id with a space in it, which no server gives
            data = wire("CHATHISTORY", "LATEST", name, "*", str(size), label=label or None)
        self._asked.append(_Asked(room, label, now, size, token))
        self._ground.send(data)

    # --- answers ------------------------------------------------------------------------------------------------------

    def batch(self, batch: Batch, now: datetime) -> None:
        """A batch of history is complete."""
        room = self._ground.fold(batch.params[0]) if batch.params else ""
        asked = self._which(batch.label, room)
        messages = list(self._messages(batch, now))
        if asked is None:
            for message in messages:
                self.told(message, room)
        elif asked.token:
            self._ground.report(History(asked.token, tuple(map(self._past_line, messages))))
        elif state := self._rooms.get(asked.room):
            self._take(asked.room, state, messages, cut=batch.cut, now=now)

    def failed(self, label: str, params: list[str], reason: str, now: datetime) -> None:
        """FAIL CHATHISTORY, or a numeric that says the server does not know the command."""
        if not self._asked:
            return
        named = {self._ground.fold(param) for param in params}
        asked = self._which(label, "") or next((a for a in self._asked if a.room in named), self._asked[0])
        if asked in self._asked:
            self._asked.remove(asked)
        if asked.token:
            self._ground.report(History(asked.token, None))
        elif state := self._rooms.get(asked.room):
            if not state.by_time and state.mark.msgid:
                state.by_time = True  # the id may be older than what is kept
                self._more(asked.room, state, now)
            else:
                self._finish(asked.room, state, (state.newest or state.mark.at, state.entered), reason)

    def ponged(self, token: str) -> None:
        """A bouncer has told by now what it has."""
        self._first = {room: ping for room, ping in self._first.items() if ping != token}
        for room, state in tuple(self._rooms.items()):
            if state.ping == token:
                begins = state.entered if state.first is None else state.first
                self._finish(room, state, None if state.reached else (state.mark.at, begins), "")

    def expired(self, now: datetime) -> None:
        for asked in tuple(self._asked):
            if now - asked.since > ANSWER_WITHIN:
                self.failed(asked.label, [asked.room], "the server did not answer when asked for it", now)
        for room, state in tuple(self._rooms.items()):
            if state.ping and now - state.entered > ANSWER_WITHIN:
                self._finish(room, state, (state.mark.at, state.entered), "")

    def closed(self) -> None:
        for room, state in tuple(self._rooms.items()):
            del self._rooms[room]
            self._release(room, state)
        for asked in self._asked:
            if asked.token:
                self._ground.report(History(asked.token, None))
        self._asked.clear()

    def _which(self, label: str, room: str) -> _Asked | None:
        found = next((a for a in self._asked if (a.label == label if label else not a.label and a.room == room)), None)
        if found is not None:
            self._asked.remove(found)
        return found

    def _take(self, room: str, state: _Room, messages: list[Message], *, cut: bool, now: datetime) -> None:
        live = {r.msgid for r in state.held if isinstance(r, (Said, Reaction, Redaction))}
        fresh = [message for message in messages if not message.msgid or message.msgid not in state.seen]
        for message in fresh:
            if message.msgid in live:
                state.reached = True
                continue
            if state.taken >= self._most:
                self._finish(
                    room, state, (state.newest or state.mark.at, state.entered), "more was said than is fetched"
                )
                return
            state.taken += 1
            state.seen.add(message.msgid)
            state.newest = message.at
            state.mark = Mark(state.mark.at, message.msgid, message.at)
            self._tell(message, room)
        if cut:
            self._finish(room, state, (state.newest or state.mark.at, state.entered), "more was said than is fetched")
        elif state.reached:
            self._finish(room, state, None, "")
        elif fresh:
            self._more(room, state, now)
        elif not messages and not state.taken and not state.by_time and state.mark.msgid:
            state.by_time = True  # nothing, or an id that the server has forgotten: the time tells which
            self._more(room, state, now)
        else:
            self._finish(room, state, None, "")

    def _finish(self, room: str, state: _Room, missing: tuple[datetime, datetime] | None, why: str) -> None:
        self._rooms.pop(room, None)
        if missing is not None and missing[0] >= missing[1]:
            missing = None
        self._ground.report(CaughtUp(room, missing, why))
        self._release(room, state)

    def _release(self, room: str, state: _Room) -> None:
        for report in state.held:
            if not (isinstance(report, (Said, Reaction, Redaction)) and report.msgid and report.msgid in state.seen):
                self._ground.report(report)
        for guest in sorted(self._guests.pop(room, ())):
            self._ground.report(Ended(guest))

    # --- a bouncer's playback -----------------------------------------------------------------------------------------

    def is_old(self, line: Line) -> bool:
        """Whether a line in no batch is from a bouncer's buffer: said before this connection was, told while we enter."""
        room = self._ground.fold(line.params[0])
        if room not in self._rooms and room not in self._first:
            return False
        at = server_time(line)
        return at is not None and self.began is not None and at < self.began

    def replayed(self, line: Line, now: datetime) -> None:
        """A single line that `is_old`."""
        if line.params and (message := self._message(line, line, None, now)):
            self.told(message, self._ground.fold(line.params[0]))

    def told(self, message: Message, room: str) -> None:
        """History that nobody asked for: what is new of it since the room was heard."""
        mark = self._marks.get(room)
        if mark is None or room not in self._ground.rooms:
            return  # nothing was missed there: all of this is older than the desk
        state = self._rooms.get(room)
        heard_until = mark.said or mark.at
        if message.at <= heard_until or (mark.msgid and message.msgid == mark.msgid):
            if state is not None:
                state.reached = True
            return
        if state is not None:
            state.first = state.first or message.at
            state.newest = message.at
            if message.msgid in state.seen:
                return
            state.seen.add(message.msgid)
        self._tell(message, room)

    # --- lines of the past --------------------------------------------------------------------------------------------

    def _messages(self, batch: Batch, now: datetime) -> Iterator[Message]:
        for item in batch.items:
            if isinstance(item, Batch):
                if item.is_multiline and (lines := list(item.lines())):
                    text = joined(lines)
                    if message := self._message(lines[0], item.opened, text, now):
                        yield message
                continue
            if message := self._message(item, item, None, now):
                yield message

    def _message(self, line: Line, tagged: Line, text: str | None, now: datetime) -> Message | None:
        if line.command not in {"PRIVMSG", "NOTICE", "TAGMSG", "REDACT"} or not line.params or not line.source:
            return None
        words = text if text is not None else line.params[1] if len(line.params) > 1 else ""
        source = prefix(line.source)
        room = self._ground.fold(line.params[0])
        at = server_time(tagged) or server_time(line) or now
        own = Line(dict(tagged.tags or {}), line.source, line.command, list(line.params))
        return Message(line.command, own, words, at, self._ground.msgid(own, room, source.nick, words))

    def _past_line(self, message: Message) -> PastLine:
        source = prefix(message.line.source)
        return PastLine(source.nick, message.text, message.msgid, self._is_own(message, source), message.at)

    def _is_own(self, message: Message, source: Prefix) -> bool:
        relayer = (message.line.tags or {}).get("draft/relaymsg")
        return self._ground.was_me(relayer or source.nick, None if relayer else self._ground.account_of(message.line))

    def _tell(self, message: Message, room: str) -> None:
        source, tags = prefix(message.line.source), message.line.tags or {}
        if "!" not in (message.line.source or "") or self._is_own(message, source):
            return
        who = self._who(message, source, room)
        target = tags.get("+draft/reply") or tags.get("+reply") or ""
        match message.command:
            case "REDACT" if len(message.line.params) > 1:
                redacted = message.line.params[1][:200]
                self._ground.report(Redaction(message.at, message.msgid, who, room, redacted, late=True))
            case "TAGMSG":
                key = tags.get("+draft/react") or tags.get("+react")
                if key and target:
                    told = Reaction(message.at, message.msgid, who, room, target[:200], key[:100], late=True)
                    self._ground.report(told)
            case "PRIVMSG" | "NOTICE":
                self._words(message, who, room, target[:200], relayed="draft/relaymsg" in tags)
            case _:
                pass

    def _words(self, message: Message, who: Who, room: str, target: str, *, relayed: bool) -> None:
        style: Style = "notice" if message.command == "NOTICE" else "text"
        text = message.text
        if request := ctcp(text):
            if request.verb != "ACTION":
                return
            style, text = "emote", request.text
        self._ground.report(
            Said(
                message.at,
                message.msgid,
                who.nick,
                who.person,
                who.authenticated,
                room,
                text,
                style,
                target,
                who.mask,
                late=True,
                relayed=relayed,
            )
        )

    def _who(self, message: Message, source: Prefix, room: str) -> Who:
        account = self._ground.account_of(message.line)
        if account and account not in {"*", "0"}:
            return Who(PersonId(ACCOUNT + account_key(account)), source.nick, True, mask(source))
        state = self._rooms.get(room)
        who = self._ground.stranger(source, f"past{state.number}" if state else "past")
        if state is not None:
            self._guests.setdefault(room, set()).add(who.person)
        return who


def joined(lines: list[Line]) -> str:
    """The text of a multiline message (https://ircv3.net/specs/extensions/multiline, "Batch types")."""
    text = ""
    for number, line in enumerate(lines):
        piece = line.params[1] if len(line.params) > 1 else ""
        concatenated = "draft/multiline-concat" in (line.tags or {}) or "multiline-concat" in (line.tags or {})
        text += piece if number == 0 or concatenated else f"\n{piece}"
    return text
