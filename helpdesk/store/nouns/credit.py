"""Thanks, and what reports count: what decisions look at, and what their effects write."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from helpdesk.nouns.credit import CreditEffect, CreditView
from helpdesk.store.applied import Applied
from helpdesk.store.nouns.look import Look


def view(look: Look) -> CreditView:
    """For a command, or for a timer about `look.ticket`."""
    del look
    return CreditView()


def apply(connection: Connection, effect: CreditEffect, now: datetime, applied: Applied) -> None:
    raise NotImplementedError(effect)
