"""Questions that are watched: what decisions look at, and what their effects write."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from helpdesk.nouns.watch import WatchEffect, WatchView
from helpdesk.store.applied import Applied
from helpdesk.store.nouns.look import Look


def view(look: Look) -> WatchView:
    """For a command, or for a timer about `look.ticket`."""
    del look
    return WatchView()


def apply(connection: Connection, effect: WatchEffect, now: datetime, applied: Applied) -> None:
    raise NotImplementedError(effect)
