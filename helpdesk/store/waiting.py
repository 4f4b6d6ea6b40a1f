"""Tickets that wait for somebody, as far as it takes to choose one: few rows by one index, however many tickets there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, exists, or_, select

from helpdesk.model import Priority, Ticket, TicketKind, TicketStatus
from helpdesk.nouns.rota import Waiting
from helpdesk.store.schema import tickets
from helpdesk.store.schema_sig import requests
from helpdesk.store.tickets import locked

EACH = 75
"""Of each queue and priority the oldest so many may be chosen: age decides among more."""
AHEAD = timedelta(days=2)
"""So long before it is due a task of an event waits for somebody."""

OLDEST = (
    select(
        tickets.c.number,
        tickets.c.asker,
        tickets.c.topic,
        tickets.c.tags,
        tickets.c.lang,
        tickets.c.priority,
        tickets.c.queue,
        tickets.c.opened_at,
        tickets.c.due_at,
        tickets.c.kind,
    )
    .where(
        tickets.c.status == TicketStatus.OPEN,
        tickets.c.queue == bindparam("of_queue"),
        tickets.c.priority == bindparam("of_priority"),
        tickets.c.claimant.is_(None),
        tickets.c.incident.is_(None),
        tickets.c.asker != bindparam("but_of"),
        or_(
            tickets.c.kind != TicketKind.TASK,
            tickets.c.due_at.is_(None),
            tickets.c.due_at < bindparam("due_before", type_=tickets.c.due_at.type),
        ),
        or_(
            tickets.c.kind != TicketKind.REQUEST,
            ~exists().where(requests.c.ticket == tickets.c.number, requests.c.state == "approval"),
        ),
    )
    .order_by(tickets.c.opened_at)
    .limit(EACH)
)


def oldest(connection: Connection, queues: Iterable[str], person: int, now: datetime) -> list[Waiting]:
    """Of each queue and priority those that have waited longest, the person's own not among them."""
    found = []
    for queue in dict.fromkeys(queues):
        for priority in Priority:
            given = {"of_queue": queue, "of_priority": priority, "but_of": person, "due_before": now + AHEAD}
            found += [
                Waiting(
                    row.number,
                    row.asker,
                    row.topic,
                    tuple(row.tags),
                    row.lang,
                    Priority(row.priority),
                    row.queue,
                    _since(row.opened_at, row.kind, row.due_at),
                )
                for row in connection.execute(OLDEST, given)
            ]
    return found


def _since(opened_at: datetime, kind: str, due_at: datetime | None) -> datetime:
    """Since when it waits: a task since it was due, so that nobody who asked waits behind what has time."""
    return max(opened_at, due_at) if kind == TicketKind.TASK and due_at is not None else opened_at


def first_free(connection: Connection, ranked: Sequence[Waiting]) -> Ticket | None:
    """The first that nobody is taking at this moment, locked: two who ask at once get two."""
    for waiting in ranked:
        if (found := locked(connection, waiting.number)) is not None:
            return found
    return None
