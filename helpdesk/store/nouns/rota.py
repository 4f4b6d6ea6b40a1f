"""Shifts, swaps, duty and offers: what decisions look at, and what their effects write."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from helpdesk.nouns.rota import RotaEffect, RotaView
from helpdesk.store.applied import Applied
from helpdesk.store.nouns.look import Look


def view(look: Look) -> RotaView:
    """For a command, or for a timer about `look.ticket`."""
    del look
    return RotaView()


def apply(connection: Connection, effect: RotaEffect, now: datetime, applied: Applied) -> None:
    raise NotImplementedError(effect)
