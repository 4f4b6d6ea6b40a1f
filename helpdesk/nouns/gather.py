"""Tickets that are one thing: merged, linked, gathered by an incident. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from helpdesk.model import Ticket


@dataclass(frozen=True, slots=True)
class GatherView:
    other: Ticket | None = None
    """The second ticket that a command names, locked."""
    gathered: tuple[Ticket, ...] = ()
    """What was merged into the ticket, or what an incident gathers; locked."""
    incidents: tuple[Ticket, ...] = ()
    """That are not over."""


@dataclass(frozen=True, slots=True)
class Gather:
    """The ticket is one of this incident's, or of none any more."""

    ticket: int
    incident: int | None


GatherEffect: TypeAlias = Gather
