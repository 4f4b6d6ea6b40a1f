"""What a session reports of one connection: frozen, in IRC's own terms. No I/O, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from bridges.events import PersonId, Style
from bridges.irc.people import Appeared, Ended, LoggedIn


@dataclass(frozen=True, slots=True)
class Registered:
    """The server let us in, and has told what it can do."""

    nick: str


@dataclass(frozen=True, slots=True)
class Said:
    at: datetime
    msgid: str
    """Empty when the server gives none."""
    nick: str
    person: PersonId
    authenticated: bool
    room: str | None
    """Folded name; None for a direct message."""
    text: str
    """Raw: formatting codes and all."""
    style: Style
    reply_to: str


@dataclass(frozen=True, slots=True)
class Entered:
    """Our JOIN, confirmed. Rooms are told by their folded names."""

    room: str


@dataclass(frozen=True, slots=True)
class NotLetIn:
    room: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Exited:
    room: str
    reason: str


@dataclass(frozen=True, slots=True)
class Echoed:
    """The server showed our own words to us, and so to the others."""

    target: str
    label: str
    msgid: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The server did not take a line. `target` and `label` are empty when it did not say which."""

    target: str
    label: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Ponged:
    token: str


@dataclass(frozen=True, slots=True)
class Checked:
    """WHOIS answered: the presence of this nick is now what `People` says it is."""

    nick: str


@dataclass(frozen=True, slots=True)
class Broken:
    """The connection is of no use. With a mend the operator must act, else it is worth trying again."""

    reason: str
    mend: str = ""
    login: bool = False
    """It was the account's password that was refused."""


Report: TypeAlias = (
    Registered
    | Said
    | Entered
    | NotLetIn
    | Exited
    | Echoed
    | Refused
    | Ponged
    | Checked
    | Broken
    | Appeared
    | LoggedIn
    | Ended
)
