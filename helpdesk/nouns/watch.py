"""Questions among people that nobody answers. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from bridges.events import MessageId, RoomId, Sender

WatchStatus: TypeAlias = Literal["open", "answered", "tried", "dropped"]


@dataclass(frozen=True, slots=True)
class Watched:
    id: int
    network: str
    room: RoomId
    message: MessageId
    thread: MessageId | None
    sender: Sender
    text: str
    at: datetime
    status: WatchStatus


@dataclass(frozen=True, slots=True)
class WatchView:
    question: Watched | None = None
    """What the timer is about."""
    open: tuple[Watched, ...] = ()
    """Of the room something was said in."""
    helped: datetime | None = None
    """When the desk last offered help there unasked."""


@dataclass(frozen=True, slots=True)
class WatchQuestion:
    network: str
    room: RoomId
    message: MessageId
    thread: MessageId | None
    sender: Sender
    text: str
    due: datetime


@dataclass(frozen=True, slots=True)
class SetWatched:
    question: int
    status: WatchStatus


WatchEffect: TypeAlias = WatchQuestion | SetWatched
