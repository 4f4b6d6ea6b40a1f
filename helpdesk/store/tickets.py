"""Tickets and their history. The questions they come from have a room of their own, `questions.py`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from heapq import merge
from itertools import chain, islice, product
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row, Select, Update, bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bridges.events import MessageId, PersonId, RoomId, Sender
from helpdesk.effects import OpenTicket, Record
from helpdesk.model import (
    Change,
    ChangeKind,
    Identity,
    Origin,
    Person,
    Priority,
    Ticket,
    TicketKind,
    TicketStatus,
)
from helpdesk.nouns.life import HEAD_START, MANY
from helpdesk.store.people import token_hash
from helpdesk.store.schema import changes, counters, identities, questions, tickets

ACTIVE = tuple(status.value for status in TicketStatus if status.active)
_CLOSED = tuple(status.value for status in TicketStatus if not status.active)


# Statements on the way of every question are built once: building one costs as much as running it.
_MINE = (
    select(tickets)
    .where(tickets.c.asker == bindparam("by_person"), tickets.c.status.in_(ACTIVE), tickets.c.kind != TicketKind.TASK)
    .order_by(tickets.c.number.desc())
    .limit(20)
)
_MINE_LOCKED = _MINE.with_for_update()
_TICKET = select(tickets).where(tickets.c.number == bindparam("by_number"))
_TICKET_LOCKED = _TICKET.with_for_update()
_CLAIMED_BY = (
    select(tickets)
    .where(tickets.c.claimant == bindparam("by_person"), tickets.c.status.in_(ACTIVE))
    .order_by(tickets.c.number)
    .with_for_update()
)
_LAST_RESOLVED = (
    select(tickets)
    .where(
        tickets.c.asker == bindparam("by_person"),
        tickets.c.status.in_((TicketStatus.RESOLVED, TicketStatus.CLOSED)),
        tickets.c.kind != TicketKind.TASK,
    )
    .order_by(tickets.c.changed_at.desc(), tickets.c.number.desc())
    .limit(1)
    .with_for_update()
)
_FREE = (
    select(tickets)
    .where(
        tickets.c.number == bindparam("by_number"),
        tickets.c.status == TicketStatus.OPEN,
        tickets.c.claimant.is_(None),
    )
    .with_for_update(skip_locked=True)
)
_HISTORY = (
    select(changes)
    .where(changes.c.ticket == bindparam("by_ticket"))
    .order_by(changes.c.id.desc())
    .limit(bindparam("at_most"))
)
_NUMBER = select(counters.c.value).where(counters.c.name == "ticket").with_for_update()
_COUNTED = update(counters).where(counters.c.name == "ticket").values(value=bindparam("to_value"))
_OPEN = insert(tickets)
_RECORD = insert(changes)


ENOUGH = 5
"""So many first words tell how long one usually takes."""
LATELY = 50

_THESE = select(tickets).where(tickets.c.number.in_(bindparam("numbers", expanding=True)))
_PIECE = (
    select(tickets.c.number, tickets.c.opened_at, tickets.c.claimant, tickets.c.kind)
    .where(
        tickets.c.status == bindparam("of_status"),
        tickets.c.queue == bindparam("of_queue"),
        tickets.c.priority == bindparam("of_priority"),
        tickets.c.incident.is_(None),
    )
    .order_by(tickets.c.opened_at, tickets.c.number)
    .limit(bindparam("at_most"))
)
_LATEST = select(tickets).where(tickets.c.status == bindparam("of_status")).order_by(tickets.c.changed_at.desc())
_FIRST_QUEUE = select(func.min(tickets.c.queue)).where(tickets.c.status == bindparam("of_status"))
_NEXT_QUEUE = _FIRST_QUEUE.where(tickets.c.queue > bindparam("after"))
_OPEN_HERE = select(tickets.c.number).where(
    tickets.c.status == TicketStatus.OPEN, tickets.c.queue == bindparam("of_queue"), tickets.c.incident.is_(None)
)
_UNCLAIMED = select(func.count()).select_from(_OPEN_HERE.limit(MANY).subquery())
_BEFORE = select(func.count()).select_from(
    _OPEN_HERE.where(
        tickets.c.priority == bindparam("of_priority"),
        tickets.c.opened_at <= bindparam("until", type_=tickets.c.opened_at.type),
        tickets.c.number != bindparam("besides"),
    )
    .limit(MANY)
    .subquery()
)
_LATELY = (
    select(tickets.c.opened_at, tickets.c.answered_at)
    .where(
        tickets.c.queue == bindparam("of_queue"),
        tickets.c.answered_at > bindparam("since", type_=tickets.c.answered_at.type),
    )
    .order_by(tickets.c.answered_at.desc())
    .limit(LATELY)
)


def origin_of(row: Row[Any]) -> Origin:
    return Origin(
        row.network,
        RoomId(row.room),
        row.direct,
        row.encrypted,
        MessageId(row.message) if row.message else None,
        MessageId(row.thread) if row.thread else None,
    )


def read(row: Row[Any]) -> Ticket:
    claimant = None
    if row.claimant is not None:
        claimant = Identity(row.claimant_network, PersonId(row.claimant_key), row.claimant_name, True)
    return Ticket(
        row.number,
        TicketStatus(row.status),
        row.topic,
        row.text,
        row.private,
        row.lang,
        row.asker,
        Identity(row.network, PersonId(row.asker_key), row.asker_name, row.asker_authenticated),
        origin_of(row),
        row.claimant,
        claimant,
        row.opened_at,
        row.changed_at,
        row.question,
        row.asked_back,
        TicketKind(row.kind),
        row.title,
        Priority(row.priority),
        tuple(row.tags),
        row.queue,
        row.event,
        row.incident,
        row.merged_into,
        row.notice,
        row.due_at,
        row.lease_until,
        row.waits_since,
        row.answered_at,
        row.resolved_at,
        row.solved,
        row.escalated,
    )


def _many(connection: Connection, query: Select[Any]) -> tuple[Ticket, ...]:
    return tuple(read(row) for row in connection.execute(query))


def found_by(connection: Connection, query: Select[Any], values: Mapping[str, object]) -> tuple[Ticket, ...]:
    """The tickets that a query of another module's selects."""
    return tuple(read(row) for row in connection.execute(query, values))


def ticket(connection: Connection, number: int, *, lock: bool = False) -> Ticket | None:
    """One ticket; `lock` keeps it from changing until the transaction ends."""
    found = connection.execute(_TICKET_LOCKED if lock else _TICKET, {"by_number": number}).one_or_none()
    return None if found is None else read(found)


def by_token(connection: Connection, token: str) -> Ticket | None:
    found = connection.execute(select(tickets).where(tickets.c.token_hash == token_hash(token))).one_or_none()
    return None if found is None else read(found)


def mine(connection: Connection, person: int, *, lock: bool = False) -> tuple[Ticket, ...]:
    """The asker's active tickets, newest first."""
    found = connection.execute(_MINE_LOCKED if lock else _MINE, {"by_person": person})
    return tuple(read(row) for row in found)


def claimed_by(connection: Connection, person: int) -> tuple[Ticket, ...]:
    """What the person works on, oldest first, locked."""
    return found_by(connection, _CLAIMED_BY, {"by_person": person})


def last_resolved(connection: Connection, person: int) -> Ticket | None:
    """The asker's ticket that was closed as solved last, locked."""
    return next(iter(found_by(connection, _LAST_RESOLVED, {"by_person": person})), None)


def locked(connection: Connection, number: int) -> Ticket | None:
    """The ticket, locked, if it is open, unclaimed, and nobody else has it locked at this moment."""
    return next(iter(found_by(connection, _FREE, {"by_number": number})), None)


def queue(connection: Connection, *, closed: bool = False, limit: int = 200) -> tuple[Ticket, ...]:
    """Active ones of all queues, as `waiting` sorts them; or the latest closed ones."""
    if not closed:
        return waiting(connection, queues(connection), limit=limit)
    latest = [_many(connection, _LATEST.limit(limit).params(of_status=status)) for status in _CLOSED]
    return tuple(sorted(chain(*latest), key=lambda t: (t.changed_at, t.number), reverse=True)[:limit])


def waiting(connection: Connection, of_queues: Sequence[str], *, limit: int = 200) -> tuple[Ticket, ...]:
    """Active ones of these queues: those that nobody has, the one to be taken first in front, then the others likewise."""
    return these(connection, [one.number for one in ranked(connection, of_queues, limit=limit)])


@dataclass(frozen=True, slots=True)
class Ranked:
    """A ticket that waits, as far as it takes to put it in its place."""

    number: int
    rank: datetime
    unclaimed: bool
    task: bool


def ranked(connection: Connection, of_queues: Sequence[str], *, limit: int = 200) -> list[Ranked]:
    """As `waiting` sorts them. Each piece is the beginning of an index, so that it takes as long with a million tickets."""

    def of(*statuses: TicketStatus) -> list[Ranked]:
        with ExitStack() as opened:
            pieces = []
            for status, queue, priority in product(statuses, of_queues, Priority):
                named = {"of_status": status, "of_queue": queue, "of_priority": priority, "at_most": limit}
                rows = opened.enter_context(closing(connection.execute(_PIECE, named)))
                pieces.append(_ranked(rows, HEAD_START[priority]))
            # Each is in order by itself: no more of them is read than is needed.
            return list(islice(merge(*pieces, key=attrgetter("rank", "number")), limit))

    unclaimed = of(TicketStatus.OPEN)
    if len(unclaimed) < limit:
        unclaimed += of(TicketStatus.CLAIMED, TicketStatus.WAITING)[: limit - len(unclaimed)]
    return unclaimed


def _ranked(rows: Iterable[Any], ahead: timedelta) -> Iterator[Ranked]:
    for row in rows:
        yield Ranked(row.number, row.opened_at - ahead, row.claimant is None, row.kind == TicketKind.TASK)


def these(connection: Connection, numbers: Sequence[int]) -> tuple[Ticket, ...]:
    """These tickets, in this order."""
    if not numbers:
        return ()
    found = {one.number: one for one in found_by(connection, _THESE, {"numbers": list(numbers)})}
    return tuple(found[number] for number in numbers if number in found)


def queues(connection: Connection) -> tuple[str, ...]:
    """The queues that active tickets are in, also those that are configured no more."""
    found: set[str] = set()
    for status in ACTIVE:
        last = connection.execute(_FIRST_QUEUE, {"of_status": status}).scalar()
        while last is not None:
            found.add(last)
            last = connection.execute(_NEXT_QUEUE, {"of_status": status, "after": last}).scalar()
    return tuple(sorted(found))


def unclaimed(connection: Connection, queue: str) -> int:
    """How many nobody has, at most MANY."""
    return int(connection.execute(_UNCLAIMED, {"of_queue": queue}).scalar_one())


def place(connection: Connection, ticket: Ticket) -> int:
    """How many that nobody has come before it in its queue, and itself; at most MANY and one."""
    before = 0
    for priority in Priority:
        until = ticket.opened_at - HEAD_START[ticket.priority] + HEAD_START[priority]
        named = {"of_queue": ticket.queue, "of_priority": priority, "until": until, "besides": ticket.number}
        before += connection.execute(_BEFORE, named).scalar_one()
    return min(before, MANY) + 1


def usual(connection: Connection, queue: str, since: datetime) -> timedelta | None:
    """How long the first word took lately: the median of the last ones; None where there were too few."""
    rows = connection.execute(_LATELY, {"of_queue": queue, "since": since}).all()
    if len(rows) < ENOUGH:
        return None
    lengths: list[timedelta] = sorted(row.answered_at - row.opened_at for row in rows)
    return lengths[len(lengths) // 2]


def of_sender(connection: Connection, network: str, sender: Sender, limit: int = 50) -> tuple[Ticket, ...]:
    query = (
        select(tickets)
        .join(identities, identities.c.person == tickets.c.asker)
        .where(identities.c.network == network, identities.c.key == sender.id)
        .order_by(tickets.c.number.desc())
        .limit(limit)
    )
    return _many(connection, query)


def of_event(connection: Connection, event: int, limit: int) -> tuple[Ticket, ...]:
    """A community event's tickets, its tasks included, by number."""
    return _many(connection, select(tickets).where(tickets.c.event == event).order_by(tickets.c.number).limit(limit))


def active_counts(connection: Connection) -> dict[str, int]:
    """How many tickets there are of each active status."""
    query = select(tickets.c.status, func.count()).where(tickets.c.status.in_(ACTIVE)).group_by(tickets.c.status)
    found = {row[0]: row[1] for row in connection.execute(query)}
    return {status: found.get(status, 0) for status in ACTIVE}


def history(connection: Connection, number: int, limit: int = 500) -> tuple[Change, ...]:
    """The latest changes, oldest first."""
    found = connection.execute(_HISTORY, {"by_ticket": number, "at_most": limit})
    return tuple(
        Change(
            row.ticket,
            row.at,
            ChangeKind(row.kind),
            row.text,
            row.actor,
            row.actor_name,
            row.network,
            row.id,
            RoomId(row.room) if row.room else None,
            MessageId(row.message) if row.message else None,
        )
        for row in reversed(found.all())
    )


def next_number(connection: Connection) -> int:
    """The number the next ticket gets. Held until the transaction ends, so nobody else gets it."""
    value = connection.execute(_NUMBER).scalar()
    if value is None:
        # The very first: whoever comes at the same time waits here for the row.
        first = sqlite_insert if connection.dialect.name == "sqlite" else postgresql_insert
        connection.execute(first(counters).values(name="ticket", value=0).on_conflict_do_nothing())
        value = connection.execute(_NUMBER).scalar_one()
    return int(value) + 1


def open_ticket(connection: Connection, effect: OpenTicket, now: datetime) -> None:
    origin = effect.origin
    connection.execute(_COUNTED, {"to_value": effect.fresh.ticket})
    row = {
        "number": effect.fresh.ticket,
        "status": TicketStatus.OPEN,
        "asked_back": False,
        "topic": effect.topic,
        "text": effect.text,
        "private": effect.private,
        "lang": effect.lang,
        "asker": effect.asker,
        "asker_key": effect.identity.key,
        "asker_name": effect.identity.name,
        "asker_authenticated": effect.identity.authenticated,
        "network": origin.network,
        "room": origin.room,
        "direct": origin.direct,
        "encrypted": origin.encrypted,
        "message": origin.message,
        "thread": origin.thread,
        "opened_at": now,
        "changed_at": now,
        "question": effect.question,
        "token_hash": token_hash(effect.fresh.token),
        "kind": effect.kind,
        "title": effect.title,
        "priority": effect.priority,
        "tags": list(effect.tags),
        "queue": effect.queue,
        "event": effect.event,
        "due_at": effect.due_at,
        "waits_since": None if effect.held else now,
    }
    connection.execute(_OPEN, row)


def assign(connection: Connection, number: int, claimant: Person | None, now: datetime) -> None:
    identity = claimant.identity if claimant else None
    values = {
        "claimant": claimant.id if claimant else None,
        "claimant_network": identity.network if identity else None,
        "claimant_key": identity.key if identity else None,
        "claimant_name": identity.name if identity else None,
        "changed_at": now,
    }
    change(connection, number, values)


def set_status(connection: Connection, number: int, status: TicketStatus, now: datetime, *, asked_back: bool) -> None:
    change(connection, number, {"status": status, "asked_back": asked_back, "changed_at": now})


def change(connection: Connection, number: int, values: Mapping[str, object]) -> None:
    """Set these columns."""
    connection.execute(_change(frozenset(values)), {"by_number": number, **values})


@cache
def _change(columns: frozenset[str]) -> Update:
    """The statement that sets these columns of a ticket; there are a few dozen of such sets."""
    values = {name: bindparam(name, type_=tickets.c[name].type) for name in sorted(columns)}
    return update(tickets).where(tickets.c.number == bindparam("by_number")).values(**values)


def record(connection: Connection, effect: Record, now: datetime) -> None:
    row = {
        "ticket": effect.ticket,
        "at": now,
        "kind": effect.kind,
        "text": effect.text,
        "actor": effect.actor,
        "actor_name": effect.actor_name,
        "network": effect.network,
        "room": effect.room or "",
        "message": effect.message,
    }
    connection.execute(_RECORD, row)


def _questions_where(*conditions: Any) -> Any:
    recent = questions.c.asked_at > bindparam("since", type_=questions.c.asked_at.type)
    return select(func.count()).select_from(questions).where(*conditions, recent).scalar_subquery()


def _tickets_where(*conditions: Any) -> Any:
    active = tickets.c.status.in_(ACTIVE)
    asked = tickets.c.kind != TicketKind.TASK
    return select(func.count()).select_from(tickets).where(*conditions, active, asked).scalar_subquery()


_COUNTS = select(
    _questions_where(questions.c.person == bindparam("by_person"), questions.c.network == bindparam("by_network")),
    _questions_where(questions.c.network == bindparam("by_network"), questions.c.room == bindparam("by_room")),
    _tickets_where(tickets.c.asker == bindparam("by_person")),
    _tickets_where(tickets.c.network == bindparam("by_network"), tickets.c.room == bindparam("by_room")),
    select(func.count())
    .select_from(changes)
    .where(
        changes.c.actor == bindparam("by_person"),
        changes.c.at > bindparam("since", type_=changes.c.at.type),
        changes.c.kind.in_((ChangeKind.OPENED, ChangeKind.ASKER)),
    )
    .scalar_subquery(),
)


def counts(
    connection: Connection, person: int, network: str, room: RoomId, since: datetime
) -> tuple[int, int, int, int, int]:
    """Questions since then by this person and in this room, active tickets of both, and the person's words to tickets."""
    row = connection.execute(
        _COUNTS, {"by_person": person, "by_network": network, "by_room": room, "since": since}
    ).one()
    return (row[0], row[1], row[2], row[3], row[4])
