"""Who is on duty when, and to whom a ticket is offered. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from helpdesk.model import Identity
from helpdesk.nouns.hours import Span
from helpdesk.nouns.sig import Volunteer


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
class RotaView:
    """The rota and the people it is about."""

    volunteers: tuple[Volunteer, ...] = ()
    shifts: tuple[Shift, ...] = ()
    swaps: tuple[Swap, ...] = ()
    """That are not over."""
    duty: tuple[OnDuty, ...] = ()
    offers: tuple[Offer, ...] = ()
    """Of the ticket this is about."""
    claims: Mapping[int, int] = field(default_factory=dict)
    """How many tickets each person has now."""
    recent: Mapping[int, int] = field(default_factory=dict)
    """How many each took in the last days, for fairness."""


@dataclass(frozen=True, slots=True)
class MakeOffer:
    ticket: int
    person: int
    round: int


RotaEffect: TypeAlias = MakeOffer
