"""What a session reports of one connection: frozen, in IRC's own terms. No I/O, no clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

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
    mask: str = ""
    late: bool = False
    """Told from the past: nobody's presence vouches for who said it."""
    relayed: bool = False
    """By somebody's RELAYMSG."""


@dataclass(frozen=True, slots=True)
class Who:
    person: PersonId
    nick: str
    authenticated: bool
    mask: str = ""


@dataclass(frozen=True, slots=True)
class Writing:
    """`+typing`: `active` and `paused` with how long they hold, `done` with nothing."""

    who: Who
    room: str | None
    """Folded name; None for a direct message."""
    lasts: float


@dataclass(frozen=True, slots=True)
class Reaction:
    """`+draft/react`, or `+draft/unreact` when `taken_back`."""

    at: datetime
    msgid: str
    who: Who
    room: str
    target: str
    key: str
    taken_back: bool = False
    late: bool = False


@dataclass(frozen=True, slots=True)
class Redaction:
    at: datetime
    msgid: str
    who: Who
    room: str
    target: str
    late: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """Somebody else came into a room, left it, or goes by another name there."""

    at: datetime
    who: Who
    room: str
    how: Literal["joined", "left", "quit", "removed", "renamed"]
    reason: str = ""
    was: str = ""


@dataclass(frozen=True, slots=True)
class Split:
    """Servers lost sight of each other, or found each other again."""

    at: datetime
    room: str
    people: tuple[Who, ...]
    servers: str
    back: bool


@dataclass(frozen=True, slots=True)
class Invited:
    room: str
    by: str


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """All that can be had of what was said in the room while we were not there has been reported.

    `missing` is the part that can't.
    """

    room: str
    missing: tuple[datetime, datetime] | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class PastLine:
    nick: str
    text: str
    msgid: str
    own: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class History:
    """The answer to a look into the past; None when there is none to be had."""

    token: str
    lines: tuple[PastLine, ...] | None


@dataclass(frozen=True, slots=True)
class Throttled:
    """The server says that we are too fast."""

    reason: str


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
    at: datetime | None = field(default=None, compare=False)
    """The server's time of it."""


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
    | Writing
    | Reaction
    | Redaction
    | Moved
    | Split
    | Invited
    | CaughtUp
    | History
    | Throttled
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
