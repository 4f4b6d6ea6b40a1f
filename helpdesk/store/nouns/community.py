"""Community events, loans and needs: what decisions look at, and what their effects write."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from helpdesk.nouns.community import CommunityEffect, CommunityView
from helpdesk.store.applied import Applied
from helpdesk.store.nouns.look import Look


def view(look: Look) -> CommunityView:
    """For a command, or for a timer about `look.ticket`."""
    del look
    return CommunityView()


def apply(connection: Connection, effect: CommunityEffect, now: datetime, applied: Applied) -> None:
    raise NotImplementedError(effect)
