"""Questions among people that nobody answers. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from bridges.events import MessageId, RoomId, Sender
from helpdesk.model import Person

SEVERAL = "*"
"""More than one person spoke."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A question that waits for somebody's answer."""

    id: int
    network: str
    room: RoomId
    message: MessageId
    sender: Sender
    text: str
    """Secrets masked."""
    at: datetime
    other: str = ""
    """Who else has spoken since, to nobody in particular: their id, or `SEVERAL`."""


@dataclass(frozen=True, slots=True)
class WatchView:
    question: Watched | None = None
    """What the timer is about."""
    person: Person | None = None
    """Who asked it."""
    helped: datetime | None = None
    """When the desk last offered help in its room unasked."""
    open: tuple[Watched, ...] = ()
    """Those that wait where something was said, or where it is brought to."""


@dataclass(frozen=True, slots=True)
class WatchQuestion:
    """Look after it when it is `due`."""

    network: str
    room: RoomId
    message: MessageId
    sender: Sender
    text: str
    at: datetime
    due: datetime


@dataclass(frozen=True, slots=True)
class HeardOther:
    """Somebody else spoke, and it can't be told yet whether that answered it."""

    question: int
    other: str


@dataclass(frozen=True, slots=True)
class SettleWatched:
    """It is no longer waited for, and forgotten; of one that was tried, only when."""

    question: int
    tried: bool = False


WatchEffect: TypeAlias = WatchQuestion | HeardOther | SettleWatched
