"""Merged tickets and incidents: what decisions look at, and what their effects write."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from helpdesk.nouns.gather import GatherEffect, GatherView
from helpdesk.store.applied import Applied
from helpdesk.store.nouns.look import Look


def view(look: Look) -> GatherView:
    """For a command, or for a timer about `look.ticket`."""
    del look
    return GatherView()


def apply(connection: Connection, effect: GatherEffect, now: datetime, applied: Applied) -> None:
    raise NotImplementedError(effect)
