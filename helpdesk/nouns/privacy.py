"""What a person may have of the desk about themselves: all of it, or none any more. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from bridges.events import MessageId, PersonId
from helpdesk.ledger import Entry, Place
from helpdesk.model import Identity, Role, Ticket

SOMEBODY = "somebody"
"""Who stands where a forgotten person's name stood, in every language: it is data."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom it is about."""

    person: int
    identity: Identity
    names: tuple[str, ...] = ()
    configured: Role = Role.ASKER
    """The role that the configuration gives them: only the operator takes it away."""


@dataclass(frozen=True, slots=True)
class PrivacyView:
    subject: Subject | None = None
    asked_at: datetime | None = None
    """When they last asked to be forgotten."""
    tickets: int = 0
    """How many they asked."""
    open: tuple[Ticket, ...] = ()
    """Of them, those that are not over; locked."""
    claims: tuple[Ticket, ...] = ()
    """What they work on; locked."""
    relayed: tuple[Entry, ...] = ()
    """What of their words stands in linked rooms, the latest first, so many at most."""
    said: tuple[tuple[Place, MessageId], ...] = ()
    """The desk's messages about their tickets, the latest tickets first, so many at most."""
    token: str = ""
    """A fresh secret for a link."""


@dataclass(frozen=True, slots=True)
class AskToForget:
    """They asked to be forgotten, and have to say it once more."""

    network: str
    person: PersonId


@dataclass(frozen=True, slots=True)
class ForgetPerson:
    """Anonymise the person everywhere; their tickets stay."""

    person: int


@dataclass(frozen=True, slots=True)
class OfferExport:
    """Behind this link, for so long, stands all that is known of the person."""

    person: int
    token: str
    until: datetime


PrivacyEffect: TypeAlias = AskToForget | ForgetPerson | OfferExport
