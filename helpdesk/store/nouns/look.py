"""What the loaders of the nouns' views are given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bridges.events import RoomId
from helpdesk.config import Config
from helpdesk.model import Invocation, Person, Ticket


@dataclass(frozen=True, slots=True)
class Look:
    """An event that is being decided, and what was found for it so far."""

    connection: Connection
    config: Config
    now: datetime
    person: Person | None = None
    ticket: Ticket | None = None
    invocation: Invocation | None = None
    """The command; for a timer, its kind and what it is about."""
    network: str = ""
    room: RoomId | None = None
