"""What is known of how tickets get on: who waits before them, how long such things take, who wants them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from helpdesk.model import Change, Person, Priority, Ticket

MANY = 100
"""More than so many that wait are not counted."""
TOLD_AGAIN = timedelta(hours=1)
"""Until its asker is told once more that a ticket was given back."""
HEAD_START = {
    Priority.LOW: timedelta(days=-2),
    Priority.NORMAL: timedelta(0),
    Priority.HIGH: timedelta(days=1),
    Priority.URGENT: timedelta(days=7),
}
"""As if it had waited so much longer: what is urgent comes first, and what has waited long enough comes before it."""
LISTED = 5
"""Tickets that `!queue` names."""


def rank(ticket: Ticket) -> tuple[datetime, int]:
    """Sorts what waits: the one to be taken first is first."""
    return ticket.opened_at - HEAD_START[ticket.priority], ticket.number


@dataclass(frozen=True, slots=True)
class Wanted:
    """Somebody asked the ticket's claimant for it, who has done nothing with it since."""

    by: Person
    at: datetime


@dataclass(frozen=True, slots=True)
class Back:
    """Of a claimed ticket, for when it is given back."""

    place: int
    """As in `LifeView.places`."""
    lately: bool
    """It was given back already within TOLD_AGAIN."""


@dataclass(frozen=True, slots=True)
class LifeView:
    waiting: Mapping[str, int] = field(default_factory=dict)
    """How many tickets of each queue nobody has, up to MANY."""
    usual: Mapping[str, timedelta] = field(default_factory=dict)
    """How long the first word takes in each queue: the median of late, where there were enough."""
    places: Mapping[int, int] = field(default_factory=dict)
    """Of each ticket of this person that nobody has: how many come before it, and itself. 1 is next; up to MANY."""
    wanted: Wanted | None = None
    """The named ticket."""
    back: Back | None = None
    """Of the ticket, which is claimed."""
    overdue: bool = False
    """Whether leads were told that the ticket is not resolved in time."""
    named: tuple[Person, ...] = ()
    """Who of the SIG goes by the name that the command says."""
    held: tuple[Ticket, ...] = ()
    """What this person has and the asker waits for, locked."""
    listed: tuple[Ticket, ...] = ()
    """What waits in the queues the command is about, and after that what is in work: the first few."""
    further: int = 0
    """How many more there are, as far as they are counted."""
    further_unclaimed: int = 0
    """How many of them nobody has."""
    queues: tuple[str, ...] = ("",)
    """Which queues these are."""
    changes: tuple[Change, ...] = ()
    """The named ticket's whole history, where it was asked for."""
