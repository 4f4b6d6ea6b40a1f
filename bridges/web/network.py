"""The web chat as a network: visitors' sessions, what they say, and the reader that reports it from the log.

The log is the network's memory; this module keeps none of its own that matters. It knows no HTTP: the website calls
`receive`, `react`, `stream` and the session methods. It must never import aiohttp or anything of `helpdesk`.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import assert_never

from bridges.events import (
    Action,
    Attribution,
    Checkpoint,
    EditMessage,
    EventId,
    MessageId,
    MessageReceived,
    PersonId,
    Position,
    React,
    Reacted,
    Receipt,
    Redact,
    Room,
    RoomId,
    Sender,
    SendMessage,
    SetVoice,
    ToPerson,
)
from bridges.network import Context, Emit, Finding, Health, NetworkSettings, Permanent
from bridges.text import Plain, Styled, Text, clean, from_plain, one_line, plain, take_address, web
from bridges.web.links import with_links
from bridges.web.log import Line, Session, WebLog
from bridges.web.settings import WebSettings

MESSAGE_LIMIT = 4_000
"""Characters of one message that are kept."""
NAME_LIMIT = 40
KEY_LIMIT = 100
SESSION_LIFETIME = timedelta(days=365)
"""After this a cookie opens nothing any more."""
_PORTION = 200
_NAP = 30.0
"""Seconds after which a reader looks again though nobody woke it: another process may have written."""


class NothingSaid(ValueError):
    """The visitor sent no words."""


class WebNetwork:
    """The chat on the website."""

    kind = "web"
    capabilities = WebSettings.capabilities

    def __init__(self, name: str, log: WebLog, desk_name: str = "", censor: Callable[[str], str] = str) -> None:
        self.name = name
        self._desk_names = [desk_name] if desk_name else []
        self._censor = censor
        self._log = log
        self._running = False
        self._names: dict[PersonId, str] = {}

    # --- the network --------------------------------------------------------------------------------------------------

    async def run(self, emit: Emit, position: Position | None) -> None:
        """Report what visitors say, after a first checkpoint. A position is the last reported line's `seq`."""
        seq = int(position) if position else 0
        self._running = True
        try:
            await emit(Checkpoint(self.name, Position(str(seq))))
            while True:
                lines = await self._log.since(seq, limit=_PORTION)
                for line in lines:
                    if line.side == "visitor" and line.author is not None:
                        await emit(await self._event(line, line.author))
                if lines:
                    seq = lines[-1].seq
                    await emit(Checkpoint(self.name, Position(str(seq))))
                else:
                    await self._log.wait(seq, _NAP)
        finally:
            self._running = False

    async def _event(self, line: Line, author: PersonId) -> MessageReceived | Reacted:
        sender = Sender(author, await self._name_of(author), authenticated=True)
        room = Room(line.room, sender.name, direct=True)
        identity = EventId(line.message)
        if line.reaction and line.reply_to is not None:
            return Reacted(self.name, identity, line.at, room, sender, line.reply_to, line.reaction)
        return MessageReceived(
            self.name,
            identity,
            line.at,
            room,
            sender,
            take_address(from_plain(line.plain), self._desk_names)[1],
            line.message,
            addressed=True,
            reply_to=line.reply_to,
        )

    async def _name_of(self, person: PersonId) -> str:
        if person not in self._names:
            session = await self._log.session_of(person)
            if len(self._names) > 10_000:
                self._names.clear()
            self._names[person] = session.name if session else str(person)
        return self._names[person]

    async def send(self, key: str, action: Action) -> Receipt:
        """Append the desk's words to the visitor's room, where they wait however long the visitor is away."""
        match action:
            case SendMessage():
                room = await self._room_of(action)
                text = _attributed(action.text, action.attribution) if action.attribution else action.text
                line = self._desk_line(key, room, text, reply_to=action.reply_to)
            case React():
                room = await self._known(action.room)
                line = self._desk_line(key, room, (Plain(action.key),), reply_to=action.target, reaction=action.key)
            case EditMessage() | Redact():
                raise Permanent("the web chat's lines stay as they were said")
            case SetVoice():
                raise Permanent("nobody has voice in the web chat")
            case _:
                assert_never(action)
        stored = await self._log.append(line)
        return Receipt(stored.room, (stored.message,))

    def _desk_line(self, key: str, room: RoomId, text: Text, *, reply_to: MessageId | None, reaction: str = "") -> Line:
        shown = "" if reaction else web(with_links(text))
        return Line(0, room, datetime.now(UTC), "desk", None, f"desk:{key}", shown, plain(text), reply_to, reaction)

    async def _room_of(self, action: SendMessage) -> RoomId:
        if isinstance(action.to, ToPerson):
            session = await self._log.session_of(action.to.person)
            if session is None:
                raise Permanent(f"there is no web session {action.to.person}")
            return session.room
        return await self._known(action.to.room)

    async def _known(self, room: RoomId) -> RoomId:
        """A room bears the number of its only visitor."""
        session = await self._log.session_of(PersonId("session:" + room.removeprefix("chat:")))
        if session is None or session.room != room:
            raise Permanent(f"there is no web room {room}")
        return room

    def reachable(self, person: PersonId) -> bool:
        """A session's room keeps the words until the page is opened again."""
        return person.startswith("session:")

    def keep(self, rooms: Sequence[RoomId]) -> None:
        """Every room is its visitor's: none is kept."""

    async def typing(self, room: RoomId, *, on: bool) -> None:
        """Pages are not told yet."""

    def fetch(self, reference: str) -> AsyncIterator[bytes]:
        """Visitors send no files."""
        raise Permanent(f"there is no file {reference}")

    def health(self) -> Health:
        return Health(self._running, "open" if self._running else "not running yet")

    async def probe(self) -> Sequence[Finding]:
        await self._log.last_seq()
        return (Finding("the web chat's log can be read", ok=True),)

    # --- the website's side -------------------------------------------------------------------------------------------

    async def open_session(self, name: str) -> tuple[str, Session]:
        """A new visitor: the cookie's token, which is kept nowhere else, and the session."""
        token = secrets.token_urlsafe(32)
        number = secrets.token_hex(12)
        now = datetime.now(UTC)
        session = Session(
            _hash(token),
            PersonId(f"session:{number}"),
            one_line(name, NAME_LIMIT) or f"visitor-{number[:4]}",
            RoomId(f"chat:{number}"),
            now,
            now,
        )
        await self._log.add_session(session)
        return token, session

    async def session(self, token: str) -> Session | None:
        """The session the token opens; a token nobody was given opens none."""
        session = await self._log.session(_hash(token[:200]))
        if session is None or datetime.now(UTC) - session.created_at > SESSION_LIFETIME:
            return None
        return session

    def sender(self, session: Session) -> Sender:
        return Sender(session.person, session.name, authenticated=True)

    async def receive(self, session: Session, text: str, key: str, reply_to: MessageId | None = None) -> Line:
        """Store what the visitor says; the same `key` again is the same line. Raise NothingSaid for empty words."""
        words = self._censor(clean(text, MESSAGE_LIMIT).strip())
        if not words:
            raise NothingSaid
        return await self._log.append(
            Line(
                0,
                session.room,
                datetime.now(UTC),
                "visitor",
                session.person,
                _visitor_key(session, key),
                web(with_links(from_plain(words))),
                words,
                reply_to,
            )
        )

    async def react(self, session: Session, target: MessageId, emoji: str, key: str) -> Line:
        """Store the visitor's reaction to a line. Raise NothingSaid without an emoji."""
        reaction = one_line(emoji, 16)
        if not reaction:
            raise NothingSaid
        return await self._log.append(
            Line(
                0,
                session.room,
                datetime.now(UTC),
                "visitor",
                session.person,
                _visitor_key(session, key),
                "",
                reaction,
                target,
                reaction,
            )
        )

    async def conversation(self, session: Session, limit: int = 2_000) -> Sequence[Line]:
        """The session's lines so far, oldest first; of a very long one the latest `limit`."""
        lines: list[Line] = []
        while portion := await self._log.since(lines[-1].seq if lines else 0, room=session.room):
            lines = [*lines, *portion][-limit:]
        return lines

    async def stream(self, session: Session, after_seq: int) -> AsyncIterator[Line]:
        """Every line of the session's room after `after_seq`, for ever: none is missed, none comes twice."""
        seq = after_seq
        while True:
            # The mark is taken before the lines are read: whatever is written meanwhile lies behind it.
            mark = await self._log.last_seq()
            while lines := await self._log.since(seq, room=session.room):
                for line in lines:
                    seq = line.seq
                    yield line
            await self._log.wait(max(mark, seq), _NAP)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _visitor_key(session: Session, key: str) -> str:
    """Keys come from browsers: one session's can't be another's or the desk's."""
    return f"{session.room}:{key[:KEY_LIMIT] or secrets.token_hex(8)}"


def _attributed(text: Text, attribution: Attribution) -> Text:
    author = one_line(attribution.name, NAME_LIMIT)
    return (Styled("bold", (Plain(author),)), Plain(f" ({one_line(attribution.origin, NAME_LIMIT)}): "), *text)


def create(name: str, settings: NetworkSettings, context: Context) -> WebNetwork:  # noqa: ARG001 - the factory's form
    """Make the network over the log that the context brings."""
    if context.web_log is None:
        raise ValueError("the web chat needs a log to keep its lines in")
    return WebNetwork(name, context.web_log, context.desk_name, context.censor)


__all__ = ["MESSAGE_LIMIT", "NothingSaid", "WebNetwork", "create"]
