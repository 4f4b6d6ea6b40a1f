"""A person, exported or forgotten: what decisions look at, and what their effects write."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from bridges.events import MessageId, PersonId, RoomId
from helpdesk.config import Config
from helpdesk.desk.privacy import ME, OPERATOR
from helpdesk.ledger import Entry, Place
from helpdesk.model import Identity, Role, Ticket
from helpdesk.nouns.privacy import AskToForget, ForgetPerson, OfferExport, PrivacyEffect, PrivacyView, Subject
from helpdesk.store import ledger, pages
from helpdesk.store.applied import Applied
from helpdesk.store.forgetting import forget
from helpdesk.store.nouns.look import Look
from helpdesk.store.people import find
from helpdesk.store.schema import anchors, identities, relayed, tickets, told_once
from helpdesk.store.tickets import ACTIVE
from helpdesk.store.tickets import ticket as ticket_of

TAKEN_BACK = 1000
"""Messages of a kind that one wish to be forgotten takes back in rooms."""
_ASKED = "forget-me"


def view(look: Look) -> PrivacyView:
    """For `forget` and `export`: of the person, or of whom the operator names."""
    if look.invocation is None or look.person is None:
        return PrivacyView()
    whom, *_ = look.invocation.words.split() or [""]
    if whom.lower() in ME or not whom:
        me = look.person.identity
        return _of(look, me.network, me.key)
    if look.network != OPERATOR:
        return PrivacyView()
    try:
        network, key = look.config.person_key(whom)
    except ValueError:
        return PrivacyView()
    return _of(look, network, key)


def _of(look: Look, network: str, key: PersonId) -> PrivacyView:
    connection = look.connection
    subject = subject_of(connection, look.config, network, key)
    if subject is None:
        return PrivacyView()
    asked = select(told_once.c.at).where(
        told_once.c.network == network, told_once.c.person == key, told_once.c.what == _ASKED
    )
    mine = tickets.c.asker == subject.person
    return PrivacyView(
        subject,
        connection.execute(asked).scalar(),
        connection.execute(select(func.count()).select_from(tickets).where(mine)).scalar_one(),
        _locked(connection, mine),
        _locked(connection, tickets.c.claimant == subject.person),
        _relayed(connection, subject.person),
        _said(connection, subject.person),
        secrets.token_urlsafe(24),
    )


def subject_of(connection: Connection, config: Config, network: str, key: PersonId) -> Subject | None:
    """Who it is, by any identity of theirs."""
    person = find(connection, network, key)
    if person is None:
        return None
    rows = connection.execute(select(identities).where(identities.c.person == person)).all()
    this = next(row for row in rows if (row.network, row.key) == (network, key))
    configured = max(
        (config.roles.get((row.network, PersonId(row.key)), Role.ASKER) for row in rows), default=Role.ASKER
    )
    identity = Identity(network, key, this.name, this.authenticated)
    return Subject(person, identity, tuple(sorted({row.name for row in rows})), configured)


def _locked(connection: Connection, mine: object) -> tuple[Ticket, ...]:
    """Those that are not over, locked in the order of their numbers."""
    numbers = select(tickets.c.number).where(mine, tickets.c.status.in_(ACTIVE)).order_by(tickets.c.number)  # type: ignore[arg-type]
    found = (ticket_of(connection, number, lock=True) for number in connection.execute(numbers).scalars().all())
    return tuple(ticket for ticket in found if ticket is not None)


def _relayed(connection: Connection, person: int) -> tuple[Entry, ...]:
    query = (
        select(relayed.c.id)
        .join(identities, (identities.c.network == relayed.c.network) & (identities.c.key == relayed.c.person))
        .where(identities.c.person == person, relayed.c.kind == "message")
        .order_by(relayed.c.id.desc())
        .limit(TAKEN_BACK)
    )
    found = (ledger.entry(connection, number) for number in connection.execute(query).scalars().all())
    return tuple(entry for entry in found if entry is not None)


def _said(connection: Connection, person: int) -> tuple[tuple[Place, MessageId], ...]:
    query = (
        select(anchors.c.network, anchors.c.room, anchors.c.message)
        .join(tickets, tickets.c.number == anchors.c.ticket)
        .where(tickets.c.asker == person)
        .order_by(anchors.c.ticket.desc(), anchors.c.network, anchors.c.room, anchors.c.message)
        .limit(TAKEN_BACK)
    )
    return tuple(((row.network, RoomId(row.room)), MessageId(row.message)) for row in connection.execute(query))


def apply(connection: Connection, effect: PrivacyEffect, now: datetime, applied: Applied) -> None:
    match effect:
        case AskToForget(network, person):
            asked = (told_once.c.network == network, told_once.c.person == person, told_once.c.what == _ASKED)
            connection.execute(delete(told_once).where(*asked))
            connection.execute(insert(told_once).values(network=network, person=person, what=_ASKED, at=now))
        case ForgetPerson(person):
            applied.tickets |= forget(connection, person, now)
        case OfferExport(person, token, until):
            pages.make(
                connection, "export", "", (), now=now, expires=until, network="", reference=str(person), token=token
            )
