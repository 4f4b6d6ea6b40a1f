"""The rows a leads' report is made of. All are found by index, and so many at most."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select

from helpdesk.config import Config
from helpdesk.desk import figures
from helpdesk.desk.credit import KINDS
from helpdesk.desk.spans import Span
from helpdesk.model import Role, TicketKind, TicketStatus
from helpdesk.nouns.hours import Hours
from helpdesk.nouns.hours import Span as Stretch
from helpdesk.nouns.report import Deed, Fact, Material, Report, Worker
from helpdesk.store import people as roles
from helpdesk.store.schema import changes, identities, tickets
from helpdesk.store.schema_sig import shifts, volunteers
from helpdesk.store.tickets import ACTIVE

IN_CHAT = 20_000
"""Rows of a kind that a report in chat looks at: it is made in the hub's transaction."""
MOST = 500_000
"""Rows of a kind that any report looks at."""
_ENDED = (TicketStatus.RESOLVED, TicketStatus.CLOSED)

_FACT = (
    tickets.c.number,
    tickets.c.status,
    tickets.c.topic,
    tickets.c.opened_at,
    tickets.c.changed_at,
    tickets.c.answered_at,
    tickets.c.resolved_at,
    tickets.c.solved,
    tickets.c.claimant,
)


def report(connection: Connection, config: Config, now: datetime, span: Span, most: int = MOST) -> Report:
    """All numbers of this stretch of time, up to now."""
    return figures.report(material(connection, config, now, span, most))


def material(connection: Connection, config: Config, now: datetime, span: Span, most: int = MOST) -> Material:
    since = now - span.length
    facts = _facts(connection, since - span.length, since, span.queue, most)
    workers = _workers(connection, config)
    deeds: list[Deed] = []
    for worker in workers:
        deeds += _deeds(connection, worker.person, since, span.queue, most - len(deeds))
    partial = len(facts) >= most or len(deeds) >= most
    return Material(
        since,
        now,
        span.queue or "",
        tuple(facts.values()),
        tuple(deeds),
        workers,
        config.queue_hours(span.queue or ""),
        _duty(connection, span.queue, now),
        partial,
    )


def _facts(connection: Connection, earlier: datetime, since: datetime, queue: str | None, most: int) -> dict[int, Fact]:
    """What was asked since `earlier`, what ended since `since`, and what is open; the latest first. Nobody asked for a task."""
    found: dict[int, Fact] = {}
    for status in TicketStatus:
        by_opening = select(*_FACT).where(tickets.c.status == status.value)
        if not status.active:
            by_opening = by_opening.where(tickets.c.opened_at >= earlier)
        queries: list[Select[Any]] = [by_opening.order_by(tickets.c.opened_at.desc())]
        if status in _ENDED:
            by_end = select(*_FACT).where(tickets.c.status == status.value, tickets.c.changed_at >= since)
            queries.append(by_end.order_by(tickets.c.changed_at.desc()))
        for query in queries:
            asked = query.where(tickets.c.kind != TicketKind.TASK.value)
            wanted = asked if queue is None else asked.where(tickets.c.queue == queue)
            for row in connection.execute(wanted.limit(max(0, most - len(found)))):
                found[row.number] = Fact(
                    row.number,
                    TicketStatus(row.status),
                    row.topic,
                    row.opened_at,
                    row.changed_at,
                    row.answered_at,
                    row.resolved_at,
                    row.solved,
                    row.claimant,
                )
    return found


def _deeds(connection: Connection, person: int, since: datetime, queue: str | None, most: int) -> list[Deed]:
    query = (
        select(changes.c.at, changes.c.kind, changes.c.ticket, tickets.c.topic)
        .join_from(changes, tickets)
        .where(
            changes.c.actor == person,
            changes.c.at >= since,
            changes.c.kind.in_(KINDS),
            tickets.c.asker != person,
        )
        .order_by(changes.c.at.desc())
        .limit(max(0, most))
    )
    if queue is not None:
        query = query.where(tickets.c.queue == queue)
    return [Deed(person, row.at, row.kind, row.ticket, row.topic) for row in connection.execute(query)]


def _workers(connection: Connection, config: Config) -> tuple[Worker, ...]:
    """Everybody of the SIG whom the desk has met, and whoever has a ticket."""
    held = {
        person: (count, name)
        for person, count, name in connection.execute(
            select(tickets.c.claimant, func.count(), func.max(tickets.c.claimant_name))
            .where(tickets.c.status.in_(ACTIVE), tickets.c.claimant.is_not(None))
            .group_by(tickets.c.claimant)
        )
    }
    told = {row.person: row for row in connection.execute(select(volunteers))}
    names: dict[int, str] = {}
    places = [
        (identity.network, identity.key)
        for identity, role in roles.all_members(connection, config)
        if role > Role.ASKER
    ]
    for network, key in places:
        query = select(identities.c.person, identities.c.name)
        row = connection.execute(query.where(identities.c.network == network, identities.c.key == key)).one_or_none()
        if row is not None:
            names.setdefault(row.person, row.name)
    names |= {person: name for person, (_, name) in held.items() if person not in names}
    names |= {person: row.name for person, row in told.items() if row.name}
    return tuple(
        Worker(
            person,
            name,
            told[person].zone if person in told else "UTC",
            (told[person].cap if person in told else None) or config.sig.cap,
            held.get(person, (0, ""))[0],
        )
        for person, name in sorted(names.items())
    )


def _duty(connection: Connection, queue: str | None, now: datetime) -> tuple[Hours, ...]:
    """The rota as it stands; without one, the hours that volunteers said."""
    running = or_(shifts.c.until.is_(None), shifts.c.until > now)
    rows = connection.execute(select(shifts).where(running, shifts.c.since <= now)).all()
    if rows:
        wanted = [row for row in rows if queue is None or row.queue == queue]
        return tuple(Hours((Stretch(row.weekday, row.start, row.length),), row.zone) for row in wanted)
    said = select(volunteers.c.hours, volunteers.c.zone).where(volunteers.c.state == "active", volunteers.c.hours != "")
    return tuple(Hours.of(row.hours, row.zone) for row in connection.execute(said))
