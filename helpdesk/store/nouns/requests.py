"""Requests and forms: what decisions look at, and what their effects write."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from bridges.events import PersonId
from helpdesk.config import Config
from helpdesk.desk.requests import may_agree
from helpdesk.model import Identity, Role, TicketKind
from helpdesk.nouns.hours import BadHoursError, Hours
from helpdesk.nouns.requests import Approver, Request, RequestEffect, RequestView, SetForm, SetRequest
from helpdesk.store import people
from helpdesk.store.applied import Applied
from helpdesk.store.nouns.forms import form
from helpdesk.store.nouns.look import Look
from helpdesk.store.schema import identities, tickets
from helpdesk.store.schema_sig import forms, requests, volunteers

LATEST = 5
"""Of somebody's own requests, how many are looked at."""
_CLAIMS = ("claim", "take", "move", "merge")
_QUIET = timedelta(hours=12)
"""Somebody whose quiet hours never end is asked nevertheless, at some time."""


def view(look: Look) -> RequestView:
    """For a command, or for a timer about `look.ticket` or, of a form, about its person."""
    connection, person = look.connection, look.person
    if look.invocation is not None and look.invocation.verb == "request.forget":
        return RequestView(form=form(connection, look.invocation.number or 0))
    if look.invocation is not None and look.invocation.verb in _CLAIMS:
        asks = look.ticket is not None and look.ticket.kind is TicketKind.REQUEST
        return RequestView(request=_of_ticket(connection, look.ticket.number) if look.ticket and asks else None)
    own = form(connection, person.id) if person is not None else None
    asked = _of_ticket(connection, look.ticket.number) if look.ticket is not None else None
    item = asked.item if asked is not None else own.item if own is not None else ""
    return RequestView(
        own,
        asked,
        _mine(connection, person.id) if person is not None else (),
        approvers(connection, look.config, item, look.now) if item else (),
        _identities(connection, person.id) if person is not None else frozenset(),
    )


def _request(row: Row[Any]) -> Request:
    return Request(row.ticket, row.item, row.fields, row.state, row.result)


def _of_ticket(connection: Connection, number: int) -> Request | None:
    row = connection.execute(select(requests).where(requests.c.ticket == number)).one_or_none()
    return None if row is None else _request(row)


def agreement(connection: Connection, config: Config, number: int, person: int | None, role: Role) -> bool | None:
    """Whether this person may grant the ticket's request; None where none waits for that."""
    asked = _of_ticket(connection, number)
    if asked is None or asked.state != "approval":
        return None
    known = _identities(connection, person) if person is not None else frozenset()
    return may_agree(asked, role, known, config)


def _mine(connection: Connection, person: int) -> tuple[Request, ...]:
    query = (
        select(requests)
        .join(tickets, tickets.c.number == requests.c.ticket)
        .where(tickets.c.asker == person)
        .order_by(tickets.c.number.desc())
        .limit(LATEST)
    )
    return tuple(_request(row) for row in connection.execute(query))


def _identities(connection: Connection, person: int) -> frozenset[tuple[str, str]]:
    query = select(identities.c.network, identities.c.key).where(
        identities.c.person == person, identities.c.authenticated
    )
    return frozenset((row.network, row.key) for row in connection.execute(query))


def approvers(connection: Connection, config: Config, item: str, now: datetime) -> tuple[Approver, ...]:
    """Who may say yes to what is asked for, each once, where they are told of their work."""
    known = config.catalogue.get(item)
    named = known.approvers if known is not None else ()
    least = Role.LEAD if "lead" in named else Role.STAFF if "staff" in named else None
    found: dict[tuple[str, str], Identity] = {}
    if least is not None:
        for identity, role in people.all_members(connection, config):
            if role >= least:
                found[identity.network, identity.key] = identity
    for name in named:
        if name not in ("lead", "staff"):
            network, key = config.person_key(name)
            found.setdefault((network, key), Identity(network, key, name.partition(":")[2], True))
    persons: dict[int, Approver] = {}
    strangers: list[Approver] = []
    for identity in found.values():
        person = people.find(connection, identity.network, identity.key)
        if person is None:
            strangers.append(Approver(identity))
        elif person not in persons:
            persons[person] = _approver(connection, person, identity, now)
    return (*persons.values(), *strangers)


def _approver(connection: Connection, person: int, identity: Identity, now: datetime) -> Approver:
    row = connection.execute(select(volunteers).where(volunteers.c.person == person)).one_or_none()
    if row is None:
        return Approver(identity, person)
    told = Identity(row.network, PersonId(row.key), row.name, True) if row.key else identity
    return Approver(told, person, _quiet_until(row.quiet, row.zone, now))


def _quiet_until(quiet: str, zone: str, now: datetime) -> datetime | None:
    """The end of the quiet hours they are in."""
    if not quiet:
        return None
    try:
        hours = Hours.of(quiet, zone)
    except BadHoursError:
        return None
    return (hours.closes(now) or now + _QUIET) if hours.open(now) else None


def apply(connection: Connection, effect: RequestEffect, now: datetime, applied: Applied) -> None:
    match effect:
        case SetForm(person, new):
            connection.execute(delete(forms).where(forms.c.person == person))
            if new is not None:
                connection.execute(
                    insert(forms).values(
                        person=person,
                        item=new.item,
                        field=new.field,
                        fields=dict(new.fields),
                        paused=new.paused,
                        network=new.network,
                        room=new.room,
                        changed_at=new.changed,
                    )
                )
        case SetRequest(request, decided_by):
            applied.tickets.add(request.ticket)
            values: dict[str, Any] = {
                "item": request.item,
                "fields": dict(request.fields),
                "state": request.state,
                "result": request.result,
            }
            if decided_by is not None:
                values |= {"decided_by": decided_by, "decided_at": now}
            changed = connection.execute(update(requests).where(requests.c.ticket == request.ticket).values(**values))
            if not changed.rowcount:
                connection.execute(insert(requests).values(ticket=request.ticket, **values))
