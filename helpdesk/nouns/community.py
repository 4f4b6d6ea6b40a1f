"""Community events, what is lent for them, and what people say they need. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from bridges.events import RoomId
from helpdesk.model import Identity

EventStatus: TypeAlias = Literal["planned", "running", "over", "cancelled"]


@dataclass(frozen=True, slots=True)
class CommunityEvent:
    """A meet-up, a brown bag, a booth: what a community does together."""

    id: int
    status: EventStatus
    title: str
    kind: str
    """The name of its template."""
    place: str
    online: bool
    zone: str
    starts: datetime
    ends: datetime
    expected: int | None
    contact: str
    tag: str
    """By which its tickets are known, such as `berlin-2026`; its queue is named so too."""
    network: str = ""
    room: RoomId | None = None
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Loan:
    id: int
    what: str
    borrower: str
    lender: int
    event: int | None
    ticket: int | None
    lent: datetime
    due: datetime
    returned: datetime | None = None


NeedStatus: TypeAlias = Literal["open", "answered", "taken"]


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody said they need from the SIG (`!need`)."""

    id: int
    person: int
    identity: Identity
    room: RoomId
    direct: bool
    lang: str
    text: str
    at: datetime
    status: NeedStatus
    answer: str = ""
    ticket: int | None = None


@dataclass(frozen=True, slots=True)
class CommunityView:
    event: CommunityEvent | None = None
    events: tuple[CommunityEvent, ...] = ()
    loans: tuple[Loan, ...] = ()
    wishes: tuple[Wish, ...] = ()


@dataclass(frozen=True, slots=True)
class AddWish:
    person: int
    identity: Identity
    room: RoomId
    direct: bool
    lang: str
    text: str


CommunityEffect: TypeAlias = AddWish
