"""A person, exported or forgotten: what decisions look at, and what their effects write."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from helpdesk.nouns.privacy import PrivacyEffect, PrivacyView
from helpdesk.store.applied import Applied
from helpdesk.store.nouns.look import Look


def view(look: Look) -> PrivacyView:
    """For a command, or for a timer about `look.ticket`."""
    del look
    return PrivacyView()


def apply(connection: Connection, effect: PrivacyEffect, now: datetime, applied: Applied) -> None:
    raise NotImplementedError(effect)
