"""What changes of a ticket beside its status and its claim. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Literal, TypeAlias

from helpdesk.model import Priority, Solved, TicketKind


class Keep(Enum):
    """Stands for what stays as it is."""

    KEEP = "keep"


KEEP: Literal[Keep.KEEP] = Keep.KEEP


@dataclass(frozen=True, slots=True)
class SetTicket:
    """Give the ticket these values; what is not named stays. `helpdesk.model.Ticket` says what they mean."""

    ticket: int
    topic: str | Keep = KEEP
    text: str | Keep = KEEP
    kind: TicketKind | Keep = KEEP
    title: str | Keep = KEEP
    priority: Priority | Keep = KEEP
    tags: tuple[str, ...] | Keep = KEEP
    queue: str | Keep = KEEP
    event: int | Keep | None = KEEP
    incident: int | Keep | None = KEEP
    merged_into: int | Keep | None = KEEP
    notice: str | Keep = KEEP
    due_at: datetime | Keep | None = KEEP
    lease_until: datetime | Keep | None = KEEP
    waits_since: datetime | Keep | None = KEEP
    answered_at: datetime | Keep | None = KEEP
    resolved_at: datetime | Keep | None = KEEP
    solved: Solved | Keep = KEEP
    escalated: int | Keep = KEEP


TicketEffect: TypeAlias = SetTicket
