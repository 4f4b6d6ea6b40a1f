"""What leads are shown of a stretch of time: the rows it is made of, and the numbers. Pure.

What is asked in private is counted here too: these numbers are for leads, and never stand on a page for everybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias

from helpdesk.model import Solved, TicketStatus
from helpdesk.nouns.hours import Hours

# --- what it is made of -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fact:
    """A ticket as a report counts it."""

    number: int
    status: TicketStatus
    topic: str
    opened_at: datetime
    changed_at: datetime
    answered_at: datetime | None
    resolved_at: datetime | None
    solved: Solved
    claimant: int | None


@dataclass(frozen=True, slots=True)
class Deed:
    """What one of the SIG did to a ticket that is not their own."""

    person: int
    at: datetime
    kind: str
    ticket: int
    topic: str


@dataclass(frozen=True, slots=True)
class Worker:
    person: int
    name: str
    zone: str = "UTC"
    cap: int = 0
    claims: int = 0


@dataclass(frozen=True, slots=True)
class Material:
    """All a report is made of: rows since one stretch of time before `since`, for comparison."""

    since: datetime
    until: datetime
    queue: str
    """Empty: all of them."""
    facts: tuple[Fact, ...]
    deeds: tuple[Deed, ...]
    workers: tuple[Worker, ...]
    hours: Hours
    """The SIG's."""
    duty: tuple[Hours, ...] = ()
    """When somebody is on duty, or said that they are there; empty: nobody said."""
    partial: bool = False
    """There were more rows than are looked at."""


# --- what it says -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Times:
    """How long something took."""

    count: int = 0
    median: timedelta | None = None
    p90: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Lapse:
    wall: Times = Times()
    hours: Times = Times()
    """In hours of the SIG."""


@dataclass(frozen=True, slots=True)
class Share:
    part: int = 0
    of: int = 0

    @property
    def value(self) -> float | None:
        return self.part / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Week:
    begins: date
    opened: int
    resolved: int


Worry: TypeAlias = Literal["share", "claims", "days", "nights"]
"""They do much more than others; have more tickets than they wanted; had no day off; work when they should sleep."""


@dataclass(frozen=True, slots=True)
class Load:
    person: int
    name: str
    answers: int
    deeds: int
    """All that counts, answers included."""
    solved: int
    share: float
    """Of all answers."""
    claims: int
    cap: int
    days: int
    """Of the last 14 with work in them."""
    nights: int
    """Of the last 14, by the clock on their wall."""
    worries: tuple[Worry, ...] = ()


@dataclass(frozen=True, slots=True)
class Alone:
    """A topic that one person alone answered."""

    topic: str
    name: str
    answers: int


@dataclass(frozen=True, slots=True)
class Growing:
    topic: str
    now: int
    before: int


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour of the week, in the SIG's zone."""

    weekday: int
    hour: int
    opened: int
    covered: bool
    waited: timedelta | None
    """Until the first answer: the median of what was opened in it."""


@dataclass(frozen=True, slots=True)
class Report:
    since: datetime
    until: datetime
    queue: str
    zone: str
    opened: int = 0
    resolved: int = 0
    open: int = 0
    """At its end."""
    first: Lapse = Lapse()
    resolution: Lapse = Lapse()
    within_day: Share = Share()
    """Answered in 24 hours, of those opened long enough ago."""
    within_three: Share = Share()
    """Answered in 72 hours."""
    confirmed: int = 0
    assumed: int = 0
    denied: int = 0
    unsaid: int = 0
    """Resolved, and its asker may still say something."""
    weeks: tuple[Week, ...] = ()
    loads: tuple[Load, ...] = ()
    alone: tuple[Alone, ...] = ()
    growing: tuple[Growing, ...] = ()
    hours: tuple[Hour, ...] = ()
    gaps: tuple[Hour, ...] = ()
    """Hours in which people ask and nobody is there, those that matter most first."""
    topics: Mapping[str, int] = field(default_factory=dict)
    partial: bool = False
