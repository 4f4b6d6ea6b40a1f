"""Requests and forms: what decisions look at, and what their effects write."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from helpdesk.nouns.requests import RequestEffect, RequestView
from helpdesk.store.applied import Applied
from helpdesk.store.nouns.look import Look


def view(look: Look) -> RequestView:
    """For a command, or for a timer about `look.ticket`."""
    del look
    return RequestView()


def apply(connection: Connection, effect: RequestEffect, now: datetime, applied: Applied) -> None:
    raise NotImplementedError(effect)
