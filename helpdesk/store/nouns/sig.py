"""The people of the SIG, pairs' drafts, and people who are becoming one: what decisions look at, and what effects write."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any, assert_never

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, insert, or_, select, update

from bridges.events import MessageId, PersonId, RoomId
from helpdesk.desk.sig import code_of, named, of
from helpdesk.model import ChangeKind, Confirm, Identity, Invocation, Role, TicketStatus
from helpdesk.nouns.sig import (
    TRIES_WITHIN,
    AddDraft,
    CountTry,
    Draft,
    DropJoining,
    Joining,
    JoinPeople,
    MakeCode,
    PartIdentity,
    SetJoining,
    SettleDraft,
    SetVolunteer,
    SigEffect,
    SigView,
    Volunteer,
)
from helpdesk.store import joining, people, remembered, tickets
from helpdesk.store.applied import Applied
from helpdesk.store.nouns import life
from helpdesk.store.nouns.look import Look
from helpdesk.store.schema import changes
from helpdesk.store.schema import tickets as ticket_rows
from helpdesk.store.schema_sig import drafts, link_codes, link_tries, volunteers
from helpdesk.store.volunteers import all_volunteers

CODE_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 10
_DONE = (TicketStatus.RESOLVED, TicketStatus.CLOSED)


def view(look: Look) -> SigView:
    """For a command, or for a timer about `look.ticket` (a draft) or about a person."""
    invocation = look.invocation
    if invocation is None:
        return SigView()
    match invocation.verb:
        case "approve" | "return" | "withdraw" | "drafts" | "sig.draft":
            return _drafts(look)
        case "link" | "unlink" | "whoami":
            return _identities(look, invocation)
        case "sig" | "break" | "back" | "sig.back" | "sig.ready":
            return _volunteers(look, invocation)
        case _:
            return _before_answer(look)


def in_thread(look: Look) -> SigView:
    """For words in a ticket's thread, which may be an answer."""
    return _before_answer(look)


def _before_answer(look: Look) -> SigView:
    """Whose words a mentor reads first, and no other, needs to know who the mentors are."""
    if look.person is None or look.person.role is not Role.PAIR or look.ticket is None:
        return SigView()
    everyone = all_volunteers(look.connection, look.config)
    waiting = _waiting(look.connection, look.ticket.number)
    return SigView(me=_me(everyone, look), volunteers=everyone, draft=waiting[0] if waiting else None)


def _me(everyone: tuple[Volunteer, ...], look: Look) -> Volunteer | None:
    return next((one for one in everyone if look.person is not None and one.person == look.person.id), None)


def _drafts(look: Look) -> SigView:
    connection = look.connection
    waiting = _waiting(connection, look.ticket.number if look.ticket else None)
    everyone = all_volunteers(connection, look.config)
    draft = waiting[0] if look.ticket is not None and waiting else None
    return SigView(
        me=_me(everyone, look),
        about=next((one for one in everyone if draft is not None and one.person == draft.author), None),
        volunteers=everyone,
        draft=draft,
        drafts=tuple(waiting),
        tickets=tuple(filter(None, (tickets.ticket(connection, one.ticket) for one in waiting))),
        good=_good(connection, draft.author, besides=draft.ticket) if draft is not None else 0,
    )


def _volunteers(look: Look, invocation: Invocation) -> SigView:
    """For `!sig`, `!break`, `!back`, and for timers about a person."""
    connection = look.connection
    everyone = all_volunteers(connection, look.config)
    me, about = _me(everyone, look), None
    if look.person is None and invocation.number is not None:
        me = next((one for one in everyone if one.person == invocation.number), None)
    elif invocation.verb == "sig" and (who := named(invocation, look.network, look.config, everyone)):
        about = of(everyone, who)
    meant = about or me
    person = meant.person if meant else 0
    counts = invocation.verb == "sig.ready" or about is not None
    claims = tickets.claimed_by(connection, person) if person else ()
    return SigView(
        me=me,
        about=about,
        volunteers=everyone,
        claims=claims,
        back={ticket.number: life.given_back(connection, ticket, look.now) for ticket in claims},
        good=_good(connection, person) if counts and person else 0,
        notes=_notes(connection, person) if counts and person else 0,
    )


def _identities(look: Look, invocation: Invocation) -> SigView:
    person = look.person
    if person is None:
        return SigView()
    connection, me = look.connection, person.identity
    own = people.accounts(connection, me.network, me.key)
    if invocation.verb != "link":
        return SigView(identities=own)
    live = link_codes.c.expires_at > look.now
    query = select(link_codes).where(live, _part_of(me)).order_by(link_codes.c.expires_at.desc()).limit(1)
    mine = connection.execute(query.with_for_update()).one_or_none()
    code = code_of(invocation.words)
    offer = None
    if code:
        wanted = select(link_codes).where(live, link_codes.c.code_hash == people.token_hash(code)).with_for_update()
        offer = connection.execute(wanted).one_or_none()
    tries = select(link_tries.c.count).where(
        link_tries.c.network == me.network, link_tries.c.key == me.key, link_tries.c.since > look.now - TRIES_WITHIN
    )
    return SigView(
        identities=own,
        code="".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH)),
        joining=_joining(mine) if mine is not None else None,
        offered=_joining(offer) if offer is not None else None,
        tries=connection.execute(tries).scalar() or 0,
    )


def _part_of(me: Identity) -> ColumnElement[bool]:
    made = and_(link_codes.c.network == me.network, link_codes.c.key == me.key)
    return or_(made, and_(link_codes.c.taker_network == me.network, link_codes.c.taker_key == me.key))


def _joining(row: Row[Any]) -> Joining:
    taker = Identity(row.taker_network, PersonId(row.taker_key), row.taker_name, True) if row.taker_key else None
    maker = Identity(row.network, PersonId(row.key), row.name, True)
    return Joining(row.code_hash, row.person, maker, taker, row.agrees, row.taker_agrees)


def _waiting(connection: Connection, ticket: int | None) -> list[Draft]:
    """Drafts for which somebody still works on the ticket: what was put down or closed waits for nobody."""
    query = (
        select(drafts)
        .join(ticket_rows, ticket_rows.c.number == drafts.c.ticket)
        .where(
            drafts.c.status == "waiting",
            ticket_rows.c.claimant == drafts.c.author,
            ticket_rows.c.status.in_(tickets.ACTIVE),
        )
        .order_by(drafts.c.id)
        .limit(50)
    )
    if ticket is not None:
        query = query.where(drafts.c.ticket == ticket)
    return [_draft(row) for row in connection.execute(query)]


def waiting_draft(connection: Connection, ticket: int) -> Draft | None:
    """The ticket's draft that waits for a mentor, for its page."""
    return next(iter(_waiting(connection, ticket)), None)


def _draft(row: Row[Any]) -> Draft:
    confirm = row.confirm
    return Draft(
        row.id,
        row.ticket,
        row.author,
        Identity(row.author_network, PersonId(row.author_key), row.author_name, True),
        ChangeKind(row.kind),
        row.text,
        row.status,
        row.at,
        row.mentor,
        row.why,
        Confirm(confirm["network"], RoomId(confirm["room"]), MessageId(confirm["message"])) if confirm else None,
    )


def _good(connection: Connection, person: int, besides: int = 0) -> int:
    """Tickets, but that one, whose answer was sent as it was, or that the asker says are solved."""
    sent = select(drafts.c.ticket).where(
        drafts.c.author == person, drafts.c.status == "sent", drafts.c.ticket != besides
    )
    solved = select(ticket_rows.c.number).where(
        ticket_rows.c.claimant == person,
        ticket_rows.c.status.in_(_DONE),
        ticket_rows.c.solved == "confirmed",
        ticket_rows.c.number != besides,
    )
    return connection.execute(select(func.count()).select_from(sent.union(solved).subquery())).scalar_one()


def _notes(connection: Connection, person: int) -> int:
    query = select(func.count()).where(changes.c.actor == person, changes.c.kind == ChangeKind.NOTE)
    return connection.execute(query).scalar_one()


def apply(connection: Connection, effect: SigEffect, now: datetime, applied: Applied) -> None:
    match effect:
        case SetVolunteer(volunteer):
            _set_volunteer(connection, volunteer, now)
        case AddDraft():
            _add_draft(connection, effect, now)
            applied.tickets.add(effect.ticket)
        case SettleDraft():
            query = update(drafts).where(drafts.c.id == effect.draft).returning(drafts.c.ticket)
            values = {"status": effect.status, "mentor": effect.mentor, "why": effect.why, "decided_at": now}
            applied.tickets.add(connection.execute(query.values(values)).scalar_one())
        case MakeCode():
            _make_code(connection, effect, now)
        case SetJoining(joining=about):
            taker = about.taker
            if taker is not None:
                # Nobody takes part in two: a yes is about what they were shown last.
                others = _part_of(taker) & (link_codes.c.code_hash != about.code)
                connection.execute(delete(link_codes).where(others))
            connection.execute(
                update(link_codes)
                .where(link_codes.c.code_hash == about.code)
                .values(
                    taker_network=taker.network if taker else "",
                    taker_key=taker.key if taker else "",
                    taker_name=taker.name if taker else "",
                    agrees=about.maker_agrees,
                    taker_agrees=about.taker_agrees,
                )
            )
        case DropJoining(code):
            connection.execute(delete(link_codes).where(link_codes.c.code_hash == code))
        case CountTry(identity):
            _count_try(connection, identity, now)
        case JoinPeople(kept, other):
            joining.join(connection, people.known(connection, kept, now), people.known(connection, other, now))
        case PartIdentity():
            joining.part(connection, effect.person, effect.identity, effect.remaining, now, effect.configured)
        case _:
            assert_never(effect)


def _set_volunteer(connection: Connection, volunteer: Volunteer, now: datetime) -> None:
    person = volunteer.person or people.known(connection, volunteer.identity, now)
    values = {
        "state": volunteer.state,
        "name": volunteer.identity.name,
        "network": volunteer.identity.network,
        "key": volunteer.identity.key,
        "skills": list(volunteer.skills),
        "languages": list(volunteer.languages),
        "queues": list(volunteer.queues),
        "zone": volunteer.zone,
        "hours": volunteer.hours,
        "quiet": volunteer.quiet,
        "cap": volunteer.cap,
        "mentor": volunteer.mentor,
        "break_until": volunteer.break_until,
        "joined_at": volunteer.joined_at or now,
        "approved_at": volunteer.approved_at,
        "suggested_at": volunteer.suggested_at,
    }
    changed = connection.execute(update(volunteers).where(volunteers.c.person == person).values(values))
    if not changed.rowcount:
        connection.execute(insert(volunteers).values(person=person, **values))
    remembered.changed(connection)


def _add_draft(connection: Connection, effect: AddDraft, now: datetime) -> None:
    waiting = (drafts.c.ticket == effect.ticket, drafts.c.status == "waiting")
    connection.execute(update(drafts).where(*waiting).values(status="withdrawn", decided_at=now))
    confirm = effect.confirm
    connection.execute(
        insert(drafts).values(
            ticket=effect.ticket,
            author=effect.author,
            author_network=effect.identity.network,
            author_key=effect.identity.key,
            author_name=effect.identity.name,
            kind=effect.kind,
            text=effect.text,
            status="waiting",
            at=now,
            confirm={"network": confirm.network, "room": confirm.room, "message": confirm.message} if confirm else None,
        )
    )


def _make_code(connection: Connection, effect: MakeCode, now: datetime) -> None:
    me = effect.identity
    connection.execute(delete(link_codes).where(_part_of(me) | (link_codes.c.expires_at <= now)))
    connection.execute(delete(link_tries).where(link_tries.c.since <= now - TRIES_WITHIN))
    _count_try(connection, me, now)
    connection.execute(
        insert(link_codes).values(
            code_hash=people.token_hash(effect.code),
            person=effect.person,
            network=me.network,
            key=me.key,
            name=me.name,
            expires_at=effect.expires,
        )
    )


def _count_try(connection: Connection, identity: Identity, now: datetime) -> None:
    mine = (link_tries.c.network == identity.network, link_tries.c.key == identity.key)
    connection.execute(delete(link_tries).where(*mine, link_tries.c.since <= now - TRIES_WITHIN))
    changed = connection.execute(update(link_tries).where(*mine).values(count=link_tries.c.count + 1))
    if not changed.rowcount:
        first = {"network": identity.network, "key": identity.key, "since": now, "count": 1}
        connection.execute(insert(link_tries).values(first))
