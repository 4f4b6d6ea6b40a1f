"""The people of the SIG: what decisions look at, and what their effects write."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from helpdesk.nouns.sig import SigEffect, SigView
from helpdesk.store.applied import Applied
from helpdesk.store.nouns.look import Look


def view(look: Look) -> SigView:
    """For a command, or for a timer about `look.ticket`."""
    del look
    return SigView()


def apply(connection: Connection, effect: SigEffect, now: datetime, applied: Applied) -> None:
    raise NotImplementedError(effect)
