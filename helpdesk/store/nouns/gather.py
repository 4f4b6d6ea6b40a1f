"""Merged tickets and incidents: what decisions look at, and what their effects write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, insert, or_, select, update

from bridges.events import MessageEdited, MessageId, MessageReceived, MessageRedacted, RoomId
from helpdesk.commands.base import Need
from helpdesk.commands.registry import COMMANDS
from helpdesk.desk.intake import Heard
from helpdesk.deskevents import Answered, AnyEvent, AskerWrote, Delivery, Invoked
from helpdesk.model import ChangeKind, Role, Ticket, TicketKind, TicketStatus
from helpdesk.nouns.gather import (
    Attach,
    BringFiles,
    Context,
    Gather,
    GatherEffect,
    GatherView,
    Incident,
    Reword,
    Sent,
    Words,
)
from helpdesk.store import pages, people, search
from helpdesk.store import questions as asked
from helpdesk.store import tickets as store
from helpdesk.store.applied import Applied
from helpdesk.store.nouns.look import Look
from helpdesk.store.schema import anchors, changes, lessons, questions, tickets
from helpdesk.store.schema_sig import attachments
from helpdesk.view import View

COMPARED = 20
"""Tickets of an incident that a question is compared with, the latest."""
PAST = 20
"""Other tickets of the asker that are looked at for some that may be shown."""
FOUND = 6
"""Tickets that a search shows, and one more to know that there are more."""
NAMED = 20
"""Tickets that one command may name."""
_NUMBER = re.compile(r"#?(\d{1,9})(?!\w)")
_ITS_OWN = frozenset({"merge", "unmerge", "show", "duplicate", "context"})
"""Commands that mean a merged ticket itself, in its thread too."""

_MERGED = (
    select(tickets)
    .where(tickets.c.asker == bindparam("by_person"), tickets.c.status == TicketStatus.MERGED)
    .order_by(tickets.c.number.desc())
    .limit(20)
    .with_for_update()
)

_FILES = (
    select(attachments)
    .where(attachments.c.question == bindparam("by_question"), attachments.c.ticket.is_(None))
    .order_by(attachments.c.id)
)


def many(connection: Connection, query: Select[Any], values: Mapping[str, object] | None = None) -> tuple[Ticket, ...]:
    return store.found_by(connection, query, values or {})


def view(look: Look) -> GatherView:
    """For a command, or for a timer about `look.ticket`."""
    connection, given = look.connection, look.invocation
    if given is None:
        return GatherView()
    if given.verb == "find":
        return _searched(look, given.words)
    if given.verb in ("context", "claim", "take"):
        return GatherView(context=context(connection, look.ticket) if look.ticket is not None else None)
    said = dict.fromkeys(int(number) for number in _NUMBER.findall(given.words)[:NAMED])
    named = load(connection, (number for number in said if look.ticket is None or number != look.ticket.number))
    by_number = {ticket.number: ticket for ticket in named}
    first = next((by_number[number] for number in said if number in by_number), None)
    goes_on = look.ticket if given.verb == "unmerge" else first
    if goes_on is not None and goes_on.merged_into is not None:
        first = store.ticket(connection, goes_on.merged_into, lock=True)
    listed = given.verb == "incident" and given.number is None
    return GatherView(
        other=first,
        named=named,
        incidents=_listed(connection) if listed else (),
        answer=_last_answer(connection, first.number) if first is not None and given.verb == "merge" else "",
    )


def context(connection: Connection, ticket: Ticket) -> Context:
    """What is known of its asker."""
    question = asked.question(connection, ticket.question) if ticket.question is not None else None
    judged = select(lessons.c.verdict).where(lessons.c.question == ticket.question)
    verdict = connection.execute(judged).scalar() if question is not None else ""
    past = (
        select(tickets)
        .where(tickets.c.asker == ticket.asker, tickets.c.number != ticket.number)
        .order_by(tickets.c.number.desc())
        .limit(PAST)
    )
    return Context(question, verdict or "", many(connection, past))


def _searched(look: Look, words: str) -> GatherView:
    """What may be said in any room, and what only where this person, or volunteers alone, read."""
    person = look.person
    if person is None or person.role < Role.SHADOW or not words:
        return GatherView()
    private = look.room is None or look.config.room(look.network, look.room).private
    reach: search.Reach = "all" if private or person.role >= Role.LEAD else "own"
    return GatherView(
        found=search.find(look.connection, words, person.id, reach, FOUND),
        found_anywhere=() if private else search.find(look.connection, words, person.id, "public", FOUND),
    )


def load(connection: Connection, numbers: Iterable[int]) -> tuple[Ticket, ...]:
    """These tickets, locked in the order of their numbers, in which all lock them."""
    wanted = sorted(set(numbers))
    if not wanted:
        return ()
    query = select(tickets).where(tickets.c.number.in_(wanted)).order_by(tickets.c.number).with_for_update()
    return many(connection, query)


def _last_answer(connection: Connection, number: int) -> str:
    query = (
        select(changes.c.text)
        .where(changes.c.ticket == number, changes.c.kind == ChangeKind.ANSWER)
        .order_by(changes.c.id.desc())
        .limit(1)
    )
    return connection.execute(query).scalar() or ""


# --- what is seen through ---------------------------------------------------------------------------------------------


def beside(connection: Connection, found: View, event: AnyEvent, heard: Heard) -> View:
    """The view with what belongs to its tickets: what was merged into them, and for an asker where theirs go on."""
    if isinstance(event, Delivery):
        return found
    person = found.person
    if isinstance(event, MessageReceived) and event.attachments and person is not None:
        drawn = tuple(pages.new_token() for _ in event.attachments)
        found = replace(found, gather=replace(found.gather, tokens=drawn))
        if event.room.direct and not event.text and found.question is None:
            last = asked.last_question(connection, person.id, event.network, event.room.id)
            found = replace(found, gather=replace(found.gather, last=last))
    if found.question is not None and found.question.ticket is None:
        found = replace(found, gather=replace(found.gather, files=_files(connection, found.question.id)))
    verb = event.invocation.verb if isinstance(event, Invoked) else heard.command.verb if heard.command else ""
    as_asker = not verb or COMMANDS[verb].role is Role.ASKER
    merged: tuple[Ticket, ...] = ()
    if as_asker and found.person is not None and _own(event, heard, verb):
        merged = many(connection, _MERGED, {"by_person": found.person.id})
    ticket = found.ticket
    leaving = found.privacy.open
    if not merged and ticket is None and not (found.mine or found.queue or leaving) and found.resolved is None:
        return found
    own = [one for one in (ticket, *found.mine, found.resolved) if one is not None]
    wanted = {one.merged_into for one in (*own, *merged)} | {one.incident for one in own}
    into = {one.number: one for one in load(connection, (number for number in wanted if number is not None))}
    if ticket is not None and ticket.status is TicketStatus.MERGED and ticket.merged_into in into:
        asks = isinstance(event, AskerWrote) or (found.person is not None and found.person.id == ticket.asker)
        if asks and as_asker:
            found = replace(found, ticket=through(ticket, into[ticket.merged_into]))
        elif found.anchored and not asks and verb not in _ITS_OWN:
            found = replace(found, ticket=into[ticket.merged_into])
    seen = [through(one, into[one.merged_into]) for one in merged if one.merged_into in into]
    mine = [*found.mine, *(one for one in seen if one.status.active)]
    if seen:
        resolved = [one for one in (found.resolved, *seen) if one is not None and one.status is TicketStatus.RESOLVED]
        latest = max(resolved, key=lambda one: one.changed_at, default=None)
        found = replace(
            found,
            mine=tuple(sorted(mine, key=lambda one: one.number, reverse=True)),
            resolved=latest if found.resolved is not None or _looks_back(verb) else None,
        )
    goes_on = {one.merged_into for one in (found.ticket, *found.mine, found.resolved) if one is not None}
    shared = [one for one in (found.ticket, *found.mine, found.resolved, *found.queue[:1], *leaving) if one]
    gathered = _gathered(connection, [*shared, *(one for number, one in into.items() if number in goes_on)])
    return replace(found, gather=replace(found.gather, into=tuple(into.values()), gathered=gathered))


def _files(connection: Connection, question: int) -> tuple[Sent, ...]:
    """What came with it and waits for it to become a ticket."""
    rows = connection.execute(_FILES, {"by_question": question})
    return tuple(Sent(row.name, row.type, row.url) for row in rows)


def _own(event: AnyEvent, heard: Heard, verb: str) -> bool:
    """Whether the person's own tickets are looked for."""
    if verb:
        return bool(COMMANDS[verb].needs & (Need.MINE | Need.RESOLVED))
    return heard.concerns or isinstance(event, Answered)


def _looks_back(verb: str) -> bool:
    return bool(verb) and Need.RESOLVED in COMMANDS[verb].needs


def through(ticket: Ticket, into: Ticket) -> Ticket:
    """A merged ticket as its asker sees it: as far as the one that it goes on in."""
    return replace(
        ticket,
        status=into.status,
        claimant=into.claimant,
        claimant_identity=into.claimant_identity,
        asked_back=into.asked_back,
        changed_at=max(ticket.changed_at, into.changed_at),
        queue=into.queue,
        priority=into.priority,
        lease_until=into.lease_until,
        waits_since=into.waits_since,
        answered_at=into.answered_at,
        resolved_at=into.resolved_at,
        solved=into.solved,
    )


def seen(connection: Connection, ticket: Ticket | None) -> Ticket | None:
    """As its asker sees it."""
    if ticket is None or ticket.status is not TicketStatus.MERGED or ticket.merged_into is None:
        return ticket
    into = store.ticket(connection, ticket.merged_into)
    return ticket if into is None else through(ticket, into)


def _gathered(connection: Connection, own: list[Ticket]) -> tuple[Ticket, ...]:
    """What was merged into these or is gathered by them, and what was merged into that."""
    numbers = {one.number for one in own if one.status is not TicketStatus.MERGED and one.merged_into is None}
    if not numbers:
        return ()
    incidents = {one.number for one in own if one.kind is TicketKind.INCIDENT}
    belongs = tickets.c.merged_into.in_(numbers)
    if not incidents:
        return many(connection, select(tickets).where(belongs).order_by(tickets.c.number))
    query = select(tickets).where(or_(belongs, tickets.c.incident.in_(incidents))).order_by(tickets.c.number)
    found = many(connection, query)
    theirs = [one.number for one in found if one.incident in incidents]
    if not theirs:
        return found
    return found + many(connection, select(tickets).where(tickets.c.merged_into.in_(theirs)))


# --- incidents --------------------------------------------------------------------------------------------------------


def open_incidents(connection: Connection) -> tuple[Ticket, ...]:
    """Those that are not over, latest first. They are few."""
    query = (
        select(tickets)
        .where(tickets.c.kind == TicketKind.INCIDENT, tickets.c.status.in_(store.ACTIVE))
        .order_by(tickets.c.number.desc())
        .limit(20)
    )
    return many(connection, query)


def _listed(connection: Connection) -> tuple[Incident, ...]:
    counted = select(func.count()).where(tickets.c.incident == bindparam("by_incident"))
    return tuple(
        Incident(ticket, count=connection.execute(counted, {"by_incident": ticket.number}).scalar_one())
        for ticket in open_incidents(connection)
    )


def compared(connection: Connection, person: int) -> tuple[Incident, ...]:
    """The incidents that are not over, each with what a question is compared with."""
    return tuple(_compared(connection, ticket, person) for ticket in open_incidents(connection))


def _compared(connection: Connection, incident: Ticket, person: int) -> Incident:
    theirs = many(
        connection,
        select(tickets).where(tickets.c.incident == incident.number).order_by(tickets.c.number.desc()).limit(COMPARED),
    )
    numbers = [incident.number, *(one.number for one in theirs)]
    near = select(lessons.c.nearest).where(lessons.c.ticket.in_(numbers), lessons.c.nearest != "").distinct()
    own = select(tickets).where(
        tickets.c.asker == person, tickets.c.status.in_(store.ACTIVE), tickets.c.incident == incident.number
    )
    return Incident(
        incident,
        (incident.text, *(one.text for one in theirs)),
        tuple(connection.execute(near).scalars()),
        len(theirs),
        next(iter(many(connection, own.limit(1))), None),
    )


# --- words that are changed or taken back -----------------------------------------------------------------------------


def words(connection: Connection, event: MessageEdited | MessageRedacted) -> View:
    """The ticket to which the message belongs, and the words it said there; nothing for any other message."""
    network, room, target = event.network, event.room.id, event.target
    here = (tickets.c.network == network, tickets.c.room == room, tickets.c.message == target)
    ticket = next(iter(many(connection, select(tickets).where(*here).with_for_update())), None)
    if ticket is not None:
        own = ticket.asker_identity.key == event.sender.id
        return View(
            ticket=ticket, gather=GatherView(words=Words(ticket.text, own, None, _announced(connection, ticket)))
        )
    said = (changes.c.network == network, changes.c.room == room, changes.c.message == target)
    entry = connection.execute(select(changes).where(*said, changes.c.kind == ChangeKind.ASKER)).first()
    if entry is None:
        return View()
    author = people.find(connection, network, event.sender.id)
    own = author is not None and author == entry.actor
    found = store.ticket(connection, entry.ticket, lock=True)
    return View(ticket=found, gather=GatherView(words=Words(entry.text, own, entry.id)))


def _announced(connection: Connection, ticket: Ticket) -> tuple[tuple[str, RoomId, MessageId], ...]:
    query = select(anchors).where(anchors.c.ticket == ticket.number, anchors.c.announces)
    return tuple((row.network, RoomId(row.room), MessageId(row.message)) for row in connection.execute(query))


def _reword(connection: Connection, effect: Reword, now: datetime) -> None:
    if effect.change is not None:
        connection.execute(update(changes).where(changes.c.id == effect.change).values(text=effect.text))
        return
    number = effect.ticket
    mine = tickets.c.number == number
    question = connection.execute(select(tickets.c.question).where(mine)).scalar()
    connection.execute(update(tickets).where(mine).values(text=effect.text, changed_at=now))
    opened = (changes.c.ticket == number, changes.c.kind == ChangeKind.OPENED)
    connection.execute(update(changes).where(*opened).values(text=effect.text))
    if question is not None:
        row = {"text": effect.text, "read_as": "", "previous": ""}
        connection.execute(update(questions).where(questions.c.id == question).values(row))
    if not effect.text:
        connection.execute(update(lessons).where(lessons.c.ticket == number).values(text=None))


def apply(connection: Connection, effect: GatherEffect, now: datetime, applied: Applied) -> None:
    if isinstance(effect, Attach):
        question = effect.question
        if effect.ticket is None and question is None:
            question = applied.asked[-1].id
        row = {"ticket": effect.ticket, "question": question, "at": now, "name": effect.name, "type": effect.type}
        hashed = people.token_hash(effect.token)
        connection.execute(
            insert(attachments).values(row | {"size": effect.size, "token_hash": hashed, "url": effect.url})
        )
        return
    if isinstance(effect, BringFiles):
        waiting = (attachments.c.question == effect.question, attachments.c.ticket.is_(None))
        connection.execute(update(attachments).where(*waiting).values(ticket=effect.ticket))
        return
    if isinstance(effect, Reword):
        applied.tickets.add(effect.ticket)
        _reword(connection, effect, now)
    if isinstance(effect, Gather):
        applied.tickets.add(effect.ticket)
        connection.execute(
            update(tickets).where(tickets.c.number == effect.ticket).values(incident=effect.incident, changed_at=now)
        )
