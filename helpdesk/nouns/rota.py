"""Who is on duty when, and to whom a ticket is offered. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeAlias

from bridges.events import PersonId, RoomId
from helpdesk.model import Identity, Priority, Ticket
from helpdesk.nouns.hours import Span
from helpdesk.nouns.sig import Volunteer

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def number_of(moment: datetime) -> int:
    """By which a timer of the rota is known: microseconds since 1970."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def moment_of(number: int) -> datetime:
    return _EPOCH + timedelta(microseconds=number)


@dataclass(frozen=True, slots=True)
class Shift:
    """A stretch of each week that somebody is on duty, by the clock on their own wall."""

    id: int
    person: int
    queue: str
    span: Span
    zone: str
    since: datetime
    until: datetime | None = None


SwapStatus: TypeAlias = Literal["open", "taken", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Swap:
    """One occurrence of a shift that its owner wants to give away (`open`), or gave."""

    id: int
    shift: int
    starts: datetime
    ends: datetime
    giver: int
    wanted: int | None
    """Whom they asked; None: anybody."""
    taker: int | None
    status: SwapStatus


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Somebody on duty beside the rota: by `!duty on`, or on site by `!here`."""

    id: int
    person: int
    queue: str
    event: int | None
    identity: Identity
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Offer:
    ticket: int
    person: int
    at: datetime
    round: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """Of a ticket, what decides whom it fits."""

    number: int
    asker: int
    topic: str
    tags: tuple[str, ...]
    lang: str
    priority: Priority
    queue: str
    since: datetime
    """When it was opened; of a task, when it was due."""

    @classmethod
    def of(cls, ticket: Ticket) -> Waiting:
        one = ticket
        return cls(one.number, one.asker, one.topic, one.tags, one.lang, one.priority, one.queue, one.opened_at)


@dataclass(frozen=True, slots=True)
class Back:
    """Somebody of the SIG has come: what waits that they could take."""

    me: Volunteer
    ticket: Ticket | None = None
    """The one that fits best, and was never offered to them."""
    held: int = 0
    """How many they have."""
    asked_at: datetime | None = None
    """When a ticket was offered to them last."""


@dataclass(frozen=True, slots=True)
class RotaView:
    """The rota and the people it is about."""

    volunteers: tuple[Volunteer, ...] = ()
    """All of the SIG whom the desk has seen."""
    shifts: tuple[Shift, ...] = ()
    swaps: tuple[Swap, ...] = ()
    """That are not over, in the order they were offered."""
    duty: tuple[OnDuty, ...] = ()
    offers: tuple[Offer, ...] = ()
    """Of the ticket this is about."""
    claims: Mapping[int, int] = field(default_factory=dict)
    """How many tickets each person has now."""
    recent: Mapping[int, int] = field(default_factory=dict)
    """How many each took in the last days, for fairness."""
    identities: Mapping[int, tuple[Identity, ...]] = field(default_factory=dict)
    """Under which people of the SIG act, by person."""
    asked: Mapping[int, int] = field(default_factory=dict)
    """How many each was offered in the last days."""
    looks_at: datetime | None = None
    """When the rota is looked at next."""
    next_shift: int = 0
    next_swap: int = 0
    """The numbers that the next ones get, where the command may make some."""
    token: str = ""
    """A fresh secret, for the link to a calendar."""
    back: Back | None = None
    me: Volunteer | None = None
    """Who asks for the next ticket."""
    held: tuple[int, ...] = ()
    """Numbers of those they have."""


@dataclass(frozen=True, slots=True)
class MakeOffer:
    ticket: int
    person: int
    round: int


@dataclass(frozen=True, slots=True)
class Came:
    """The volunteer was seen."""

    person: int


@dataclass(frozen=True, slots=True)
class AddShift:
    id: int
    person: int
    queue: str
    span: Span
    zone: str


@dataclass(frozen=True, slots=True)
class EndShift:
    """From now on it does not come back."""

    shift: int


@dataclass(frozen=True, slots=True)
class OfferSwap:
    id: int
    shift: int
    starts: datetime
    ends: datetime
    giver: int
    wanted: int | None = None


@dataclass(frozen=True, slots=True)
class SettleSwap:
    swap: int
    status: SwapStatus
    taker: int | None = None


@dataclass(frozen=True, slots=True)
class GoOnDuty:
    """Beside the rota; takes the place of what the person was on before for the same event, or for none."""

    person: int
    identity: Identity
    queue: str
    until: datetime | None
    event: int | None = None
    place: str = ""
    """Where at the event."""


@dataclass(frozen=True, slots=True)
class GoOffDuty:
    person: int
    event: int | None = None


@dataclass(frozen=True, slots=True)
class LookAgain:
    """Look at the rota at that moment, if it is not looked at before."""

    at: datetime


@dataclass(frozen=True, slots=True)
class ShowVoice:
    """Show in the room whether the person is on duty."""

    network: str
    room: RoomId
    person: PersonId
    on: bool


@dataclass(frozen=True, slots=True)
class LinkCalendar:
    """The person's secret calendar link; the one before works no longer."""

    person: int
    token: str


RotaEffect: TypeAlias = (
    MakeOffer
    | Came
    | AddShift
    | EndShift
    | OfferSwap
    | SettleSwap
    | GoOnDuty
    | GoOffDuty
    | LookAgain
    | ShowVoice
    | LinkCalendar
)
