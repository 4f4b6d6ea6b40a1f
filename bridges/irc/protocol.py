"""IRC's lines: bytes to lines and lines to bytes, what the server says it can do, and cutting text to what it relays.

Sans-I/O: no asyncio, no socket, no clock. Sources: RFC 1459/2812, https://modern.ircdocs.horse, IRCv3 message-tags.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from irctokens.line import Line, build, tokenise

from bridges.irc.isupport import LINE_LIMIT as LINE_LIMIT  # noqa: PLC0414
from bridges.irc.isupport import ServerLimits as ServerLimits  # noqa: PLC0414

ACCOUNT = "account:"
GUEST = "guest:"
"""What a `PersonId` of IRC begins with."""
UNNAMED = "t:"
"""What the id of a message begins with that only the desk knows by it."""

TAG_LIMIT = 4_000
"""Bytes of the tags that a client may send: 4094 less what the marks take (https://ircv3.net/specs/extensions/message-tags)."""
_ACTION = "\x01ACTION "
# What mIRC formatting needs stays; every other control character, CTCP's \x01 among them, never reaches the wire.
_UNSENDABLE = re.compile(r"[\x00\x01\x05-\x08\x09-\x0e\x10\x12-\x15\x17-\x1c\x7f\x80-\x9f\u2028\u2029]")
_BREAK = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")


def account_key(account: str) -> str:
    """Services accounts are the same whatever their case."""
    return account.lower()


class LineDecoder:
    """Bytes to lines. Holds at most one line of `LINE_LIMIT`; what is longer or is no line is dropped and counted."""

    def __init__(self) -> None:
        self._buffer = b""
        self._skipping = False
        self.dropped = 0

    @property
    def held(self) -> int:
        return len(self._buffer)

    def push(self, data: bytes) -> list[Line]:
        lines: list[Line] = []
        *complete, rest = (self._buffer + data).split(b"\n")
        for raw in complete:
            if self._skipping or len(raw) > LINE_LIMIT:
                self._skipping = False
                self.dropped += 1
                continue
            if line := self._parse(raw.strip(b"\r")):
                lines.append(line)
        if len(rest) > LINE_LIMIT or self._skipping:
            self._skipping = True
            rest = b""
        self._buffer = rest
        return lines

    def _parse(self, raw: bytes) -> Line | None:
        if not raw.strip():
            return None
        try:
            return tokenise(raw)
        except (
            ValueError,
            IndexError,
        ):  # irctokens says both, of tags that are not UTF-8 and of lines without a command
            self.dropped += 1
            return None


def wire(command: str, *params: str, label: str | None = None, tags: Mapping[str, str] | None = None) -> bytes:
    """One line as bytes. Raise ValueError for what would be another line or another parameter."""
    sent: dict[str, str] = dict(tags or {}) | ({"label": label} if label else {})
    if sum(len(f"{key}={value};".encode("utf-8", "replace")) for key, value in sent.items()) > TAG_LIMIT:
        raise ValueError("too much in the tags")
    line = build(command, list(params), tags=sent or None).format()
    if re.search(r"[\x00\r\n]", line):
        raise ValueError("a line can't hold CR, LF or NUL")
    if any(not param for param in params[:-1]):
        raise ValueError("only the last parameter may be empty")
    return line.encode("utf-8", "replace") + b"\r\n"


def sendable(text: str) -> list[str]:
    """Text as lines that may go to the wire: no control characters but mIRC's, no empty lines."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    lines = (_UNSENDABLE.sub("", line.replace("\t", " ")) for line in _BREAK.split(text))
    return [line for line in lines if line.strip()]


def split(text: str, limit: int) -> list[str]:
    """Pieces of at most `limit` bytes of UTF-8 that joined give `text`: cut behind a space where one is, else between
    characters. `limit` must be at least 4, the longest character.
    """
    if limit < 4:
        raise ValueError("no room for a character")
    pieces: list[str] = []
    while text:
        raw = text.encode()
        if len(raw) <= limit:
            pieces.append(text)
            break
        head = raw[:limit].decode("utf-8", "ignore")
        space = head.rfind(" ")
        # A cut at the very front would leave a tiny piece, or none.
        cut = space + 1 if space + 1 > len(head) // 3 else len(head)
        pieces.append(text[:cut])
        text = text[cut:]
    return pieces


@dataclass(frozen=True, slots=True)
class Prefix:
    """`nick!user@host`; user and host are empty when not told."""

    nick: str
    user: str = ""
    host: str = ""

    @property
    def address(self) -> tuple[str, str]:
        return self.user, self.host


def prefix(source: str | None) -> Prefix:
    nick, _, rest = (source or "").partition("!")
    user, _, host = rest.partition("@")
    return Prefix(nick, user, host)


_NICK = re.compile(r"[^\s:,!@*?#&\x00-\x20][^\s,!@*?\x00-\x20]{0,199}")


def is_nick(nick: str) -> bool:
    """Whether it can be a person's name in a line: servers differ in letters, none allows what has a meaning there."""
    return _NICK.fullmatch(nick) is not None


def room_for_text(limits: ServerLimits, own: Prefix, wanted: str, command: str, target: str) -> int:
    """Bytes of text that fit a line as the server relays it: `:nick!user@host PRIVMSG target :text` CR LF.

    What is not known of our own address is taken at its longest, since a line cut by the server is lost text.
    """
    nick = max(len(own.nick.encode()), len(wanted.encode()))
    user = len(own.user.encode()) or limits.userlen + 1
    host = len(own.host.encode()) or limits.hostlen
    overhead = len(":!@  :\r\n") + nick + user + host + len(command) + 1 + len(target.encode())
    return max(limits.linelen - overhead, 16)


def action(text: str) -> str:
    return f"{_ACTION}{text}\x01"


ACTION_COST = len(_ACTION) + 1


@dataclass(frozen=True, slots=True)
class Ctcp:
    """A client-to-client request (https://modern.ircdocs.horse/ctcp.html)."""

    verb: str
    text: str


def ctcp(text: str) -> Ctcp | None:
    if not text.startswith("\x01"):
        return None
    verb, _, rest = text.strip("\x01").partition(" ")
    return Ctcp(verb.upper(), rest)


def said_at(tags: Mapping[str, str] | None, now: datetime) -> datetime:
    """The server's time (IRCv3 server-time) if it told one that is a time, else `now`."""
    try:
        told = datetime.fromisoformat((tags or {})["time"])
    except (KeyError, ValueError):
        return now
    return told.astimezone(UTC) if told.tzinfo else told.replace(tzinfo=UTC)


def mask(who: Prefix) -> str:
    """`nick!user@host`, with `*` for what is not known."""
    return f"{who.nick}!{who.user or '*'}@{who.host or '*'}"


def line_id(room: str, nick: str, at: str, text: str) -> str:
    """The id of a message to which the server gives none, the same whenever it tells of it again with its time."""
    digest = hashlib.sha256(f"{room}\0{nick}\0{at}\0{text}".encode("utf-8", "replace")).hexdigest()
    return f"{UNNAMED}{digest[:32]}"


def nick_candidates(wanted: str, alternatives: tuple[str, ...]) -> Iterator[str]:
    """The nicks to try, in order; about a hundred."""
    yield wanted
    yield from alternatives
    yield wanted + "_"
    yield wanted + "__"
    # Short servers cut at nine: numbers replace the end rather than vanish behind it.
    yield from (f"{wanted[: 9 - len(str(n))]}{n}" for n in range(1, 100))
