"""How tickets get on: what decisions look at, and what changes of a ticket."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime

from sqlalchemy import Connection, update

from helpdesk.nouns.life import LifeView
from helpdesk.nouns.tickets import Keep, SetTicket
from helpdesk.store.applied import Applied
from helpdesk.store.nouns.look import Look
from helpdesk.store.schema import tickets


def view(look: Look) -> LifeView:
    """For a command, or for a timer about `look.ticket`."""
    del look
    return LifeView()


_SET = tuple(field.name for field in fields(SetTicket) if field.name != "ticket")


def apply(connection: Connection, effect: SetTicket, now: datetime, applied: Applied) -> None:
    values = {name: value for name in _SET if not isinstance(value := getattr(effect, name), Keep)}
    if "tags" in values:
        values["tags"] = list(values["tags"])
    applied.tickets.add(effect.ticket)
    connection.execute(update(tickets).where(tickets.c.number == effect.ticket).values(changed_at=now, **values))
