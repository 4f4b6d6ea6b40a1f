"""Forgets what was kept long enough, each kind of data by its own setting, in portions of short transactions.

`timers.py` calls `sweep` until nothing is left. How far a kind got is a counter, so that nobody reads the same old rows again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, and_, delete, exists, insert, select, tuple_, update

from helpdesk.config import Config
from helpdesk.model import QuestionStatus, TicketStatus
from helpdesk.store import pages
from helpdesk.store.forgetting import forget
from helpdesk.store.schema import (
    audit,
    changes,
    counters,
    dead_letters,
    identities,
    members,
    questions,
    tickets,
    web_lines,
)
from helpdesk.store.schema_sig import attachments, drafts, forms, link_codes, needs, requests, watched
from helpdesk.store.tickets import ACTIVE

BATCH = 200
"""Rows of a kind that one transaction changes."""
PEOPLE = 20
"""People that one transaction forgets: each stands in many tables."""
FORMS = timedelta(days=30)
"""How long a form waits that nobody goes on with."""
WATCHED = timedelta(days=2)
"""How long a question among people is kept that the desk watched; longer where it must stay silent for longer."""
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_OVER = tuple(status for status in TicketStatus if not status.active)
_ASKING = (QuestionStatus.ASKING, QuestionStatus.SEARCHING)


def sweep(connection: Connection, now: datetime, config: Config) -> bool:
    """Forget a portion of every kind. Whether there may be more."""
    keep = config.retention
    kinds: tuple[tuple[timedelta, Callable[[Connection, datetime], bool]], ...] = (
        (keep.tickets, _words),
        (keep.attachments, _attachments),
        (keep.questions, _questions),
        (keep.needs, _needs),
        (keep.audit, _audit),
        (keep.chat, _chat),
        (keep.dead_letters, _dead_letters),
        (FORMS, _forms),
        (max(WATCHED, 2 * config.watch.cool_down), _watched),
    )
    more = [forgets(connection, now - length) for length, forgets in kinds if length]
    connection.execute(delete(link_codes).where(link_codes.c.expires_at < now))
    if keep.people:
        more.append(_people(connection, now - keep.people, config, now))
    return any(more)


# --- how far a kind got -----------------------------------------------------------------------------------------------


def _mark(connection: Connection, name: str) -> int:
    found = connection.execute(select(counters.c.value).where(counters.c.name == f"swept-{name}")).scalar()
    return int(found or 0)


def _set_mark(connection: Connection, name: str, value: int) -> None:
    moved = update(counters).where(counters.c.name == f"swept-{name}").values(value=value)
    if not connection.execute(moved).rowcount:
        connection.execute(insert(counters).values(name=f"swept-{name}", value=value))


def _first(connection: Connection, table: Table, order: Any, *where: Any) -> bool:
    """Delete the first rows of these. Whether there may be more."""
    [key] = table.primary_key.columns
    some = select(key).where(*where).order_by(order).limit(BATCH)
    return connection.execute(delete(table).where(key.in_(some))).rowcount == BATCH


# --- the kinds --------------------------------------------------------------------------------------------------------


def _words(connection: Connection, before: datetime) -> bool:
    """What was said in tickets that are over; their numbers, times and topics stay."""
    more = [_words_of(connection, status, before) for status in _OVER]
    return any(more)


def _words_of(connection: Connection, status: TicketStatus, before: datetime) -> bool:
    name = f"tickets-{status.value}"
    since = _EPOCH + timedelta(microseconds=_mark(connection, name))
    after = (tickets.c.status == status.value, tickets.c.changed_at > since, tickets.c.changed_at < before)
    first = select(tickets.c.number, tickets.c.changed_at, tickets.c.question).where(*after)
    rows = list(connection.execute(first.order_by(tickets.c.changed_at).limit(BATCH)))
    if not rows:
        return False
    last = rows[-1].changed_at
    if len(rows) == BATCH:  # others may have changed at the same moment
        same = (tickets.c.status == status.value, tickets.c.changed_at == last)
        rows += list(
            connection.execute(select(tickets.c.number, tickets.c.changed_at, tickets.c.question).where(*same))
        )
    numbers = sorted({row.number for row in rows})
    asked = [row.question for row in rows if row.question is not None]
    connection.execute(update(tickets).where(tickets.c.number.in_(numbers)).values(text="", title="", notice=""))
    connection.execute(update(changes).where(changes.c.ticket.in_(numbers)).values(text=""))
    connection.execute(update(drafts).where(drafts.c.ticket.in_(numbers)).values(text="", why="", confirm=None))
    connection.execute(update(requests).where(requests.c.ticket.in_(numbers)).values(fields={}, result=""))
    connection.execute(update(questions).where(questions.c.id.in_(asked)).values(text="", previous="", read_as=""))
    _set_mark(connection, name, (last - _EPOCH) // timedelta(microseconds=1))
    return len(rows) >= BATCH


def _attachments(connection: Connection, before: datetime) -> bool:
    """Files of tickets that are over, and of questions that never became one: their pages end."""
    over = tickets.c.status.not_in(ACTIVE) & (tickets.c.changed_at < before)
    never = attachments.c.ticket.is_(None) & (attachments.c.at < before)
    old = (
        select(attachments.c.id, attachments.c.token_hash)
        .join(tickets, tickets.c.number == attachments.c.ticket, isouter=True)
        .where(over | never)
        .order_by(attachments.c.id)
        .limit(BATCH)
    )
    rows = connection.execute(old).all()
    for row in rows:
        pages.expire(connection, row.token_hash, before)
    connection.execute(delete(attachments).where(attachments.c.id.in_([row.id for row in rows])))
    return len(rows) == BATCH


def _questions(connection: Connection, before: datetime) -> bool:
    """Who asked the desk what; how many there were stays."""
    after = (questions.c.id > _mark(connection, "questions"), questions.c.asked_at < before)
    rows = (
        connection.execute(select(questions.c.id).where(*after).order_by(questions.c.id).limit(BATCH)).scalars().all()
    )
    if not rows:
        return False
    emptied = {"text": "", "previous": "", "read_as": "", "message": None, "thread": None}
    nobody = {"identity_key": "", "identity_name": "", "identity_authenticated": False}
    some = (questions.c.id.in_(rows), questions.c.status.not_in(_ASKING))
    connection.execute(update(questions).where(*some).values(emptied | nobody))
    _set_mark(connection, "questions", rows[-1])
    return len(rows) == BATCH


def _needs(connection: Connection, before: datetime) -> bool:
    return _first(connection, needs, needs.c.id, needs.c.at < before)


def _audit(connection: Connection, before: datetime) -> bool:
    return _first(connection, audit, audit.c.at, audit.c.at < before)


def _chat(connection: Connection, before: datetime) -> bool:
    return _first(connection, web_lines, web_lines.c.seq, web_lines.c.at < before)


def _dead_letters(connection: Connection, before: datetime) -> bool:
    return _first(connection, dead_letters, dead_letters.c.id, dead_letters.c.at < before)


def _forms(connection: Connection, before: datetime) -> bool:
    return _first(connection, forms, forms.c.changed_at, forms.c.changed_at < before)


def _watched(connection: Connection, before: datetime) -> bool:
    return _first(connection, watched, watched.c.id, watched.c.at < before)


def _people(connection: Connection, before: datetime, config: Config, now: datetime) -> bool:
    """Who was not seen, said nothing, has no role and waits for nothing is forgotten."""
    after = _mark(connection, "people")
    page = (
        select(identities.c.person)
        .where(identities.c.person > after)
        .group_by(identities.c.person)
        .order_by(identities.c.person)
        .limit(BATCH)
    )
    numbers = connection.execute(page).scalars().all()
    lately = select(identities.c.person).where(identities.c.person.in_(numbers), identities.c.seen_at >= before)
    granted = and_(members.c.network == identities.c.network, members.c.key == identities.c.key)
    roles = select(identities.c.person).join(members, granted).where(identities.c.person.in_(numbers))
    configured = select(identities.c.person).where(
        identities.c.person.in_(numbers), tuple_(identities.c.network, identities.c.key).in_(sorted(config.roles))
    )
    stay = {person for query in (lately, roles, configured) for person in connection.execute(query).scalars()}
    forgotten = 0
    for person in numbers:
        if person not in stay and not _busy(connection, person, before):
            forget(connection, person, now)
            forgotten += 1
        _set_mark(connection, "people", person)
        if forgotten == PEOPLE:
            return True
    if len(numbers) < BATCH:
        _set_mark(connection, "people", 0)
        return False
    return True


def _busy(connection: Connection, person: int, before: datetime) -> bool:
    """Whether they said something since, or have something open."""
    signs = (
        exists().where(changes.c.actor == person, changes.c.at >= before),
        exists().where(questions.c.person == person, questions.c.asked_at >= before),
        exists().where(tickets.c.asker == person, tickets.c.status.in_(ACTIVE)),
        exists().where(tickets.c.claimant == person, tickets.c.status.in_(ACTIVE)),
    )
    return any(connection.execute(select(sign)).scalar() for sign in signs)
