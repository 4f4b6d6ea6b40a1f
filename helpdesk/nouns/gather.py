"""Tickets that are one thing: merged, linked, gathered by an incident. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from helpdesk.model import Ticket


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident that is not over, and what a question is compared with."""

    ticket: Ticket
    texts: tuple[str, ...] = ()
    """What its askers wrote. Compared, and never shown."""
    articles: tuple[str, ...] = ()
    """The articles that were nearest to that."""
    count: int = 0
    """Tickets it gathers."""
    mine: Ticket | None = None
    """The person's own ticket that it gathers."""


@dataclass(frozen=True, slots=True)
class GatherView:
    other: Ticket | None = None
    """The second ticket that a command names, or the one this one was merged into; locked. Of a merged one, what it went into."""
    named: tuple[Ticket, ...] = ()
    """All tickets whose numbers a command says besides the first; locked."""
    gathered: tuple[Ticket, ...] = ()
    """What was merged into one of the tickets in view, or what an incident among them gathers."""
    into: tuple[Ticket, ...] = ()
    """Where the tickets in view go on, and the incidents that gather them; locked."""
    incidents: tuple[Incident, ...] = ()
    """That are not over."""
    answer: str = ""
    """What was told to the asker of `other` last."""


@dataclass(frozen=True, slots=True)
class Gather:
    """The ticket is one of this incident's, or of none any more."""

    ticket: int
    incident: int | None


GatherEffect: TypeAlias = Gather
