"""What the parts of a session share: who we are, where we are, who else is there, and the two ways out. Sans-I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from irctokens.line import Line

from bridges.events import PersonId
from bridges.irc.login import Login, Plan
from bridges.irc.people import Move, People, Presence
from bridges.irc.protocol import GUEST, Prefix, ServerLimits, line_id, mask, said_at
from bridges.irc.reports import Report, Who


class Send(Protocol):
    def __call__(self, data: bytes, *, urgent: bool = False) -> None: ...


@dataclass
class RoomState:
    """A room that we are in."""

    name: str
    moderated: bool = False
    status: set[str] = field(default_factory=set)
    """Mode letters that we have there, such as `v`."""


@dataclass
class Ground:
    connection: str
    plan: Plan
    limits: ServerLimits
    people: People
    login: Login
    me: Prefix
    send: Send
    report: Callable[[Report], None]
    label: Callable[[Line], str]
    """The label of the request that a line answers."""
    rooms: dict[str, RoomState] = field(default_factory=dict)
    """By folded name."""
    own_nicks: set[str] = field(default_factory=set)
    """Folded: what we have gone by on this connection."""

    def fold(self, name: str) -> str:
        return self.limits.fold(name)

    def is_me(self, nick: str) -> bool:
        return self.fold(nick) == self.fold(self.me.nick)

    def was_me(self, nick: str, account: str | None) -> bool:
        """Whether words of the past are ours: by our account where the server tells accounts, else by the nick."""
        if account and self.login.logged_in and self.plan.sasl_user:
            return account.lower() == self.plan.sasl_user.lower()
        nick = self.fold(nick)
        return nick in self.own_nicks or nick in {self.fold(self.plan.nick), *map(self.fold, self.plan.alternatives)}

    def moved(self, moves: Iterable[Move]) -> None:
        for move in moves:
            self.report(move)

    def account_of(self, line: Line) -> str | None:
        """What account-tag says; None where the server does not say (https://ircv3.net/specs/extensions/account-tag)."""
        return (line.tags or {}).get("account") or "" if "account-tag" in self.login.caps else None

    def msgid(self, line: Line, room: str, nick: str, text: str) -> str:
        """The message's id: the server's, or one made of its time, or none (https://ircv3.net/specs/extensions/message-ids)."""
        tags = line.tags or {}
        if told := tags.get("msgid"):
            return told[:200]
        return line_id(room, self.fold(nick), tags["time"], text) if tags.get("time") else ""

    def who(self, presence: Presence) -> Who:
        source = Prefix(presence.nick, presence.user, presence.host)
        return Who(self.people.identity(presence), presence.nick, bool(presence.account), mask(source))

    def stranger(self, source: Prefix, kind: str) -> Who:
        """Somebody whom no presence vouches for: an id of their own, which is nobody's who is here."""
        return Who(
            PersonId(f"{GUEST}{self.connection}:{kind}:{self.fold(source.nick)}"), source.nick, False, mask(source)
        )


def server_time(line: Line) -> datetime | None:
    """When the server says that it was; None when it says nothing of use."""
    unknown = datetime.min.replace(tzinfo=UTC)
    at = said_at(line.tags, unknown)
    return None if at is unknown else at
