"""Shifts, swaps, duty and offers: what decisions look at, and what their effects write."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, assert_never

from sqlalchemy import Connection, delete, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bridges.events import PersonId, SetVoice
from helpdesk.config import Config
from helpdesk.desk.queues import and_events
from helpdesk.desk.rota import GONE, TICK
from helpdesk.desk.routing import COOL_DOWN, LATELY, best_first
from helpdesk.model import ChangeKind, Identity, Person, Role, Ticket, TicketStatus
from helpdesk.nouns.hours import Span
from helpdesk.nouns.rota import (
    AddShift,
    Back,
    Came,
    EndShift,
    GoOffDuty,
    GoOnDuty,
    LinkCalendar,
    LookAgain,
    MakeOffer,
    Offer,
    OfferSwap,
    OnDuty,
    RotaEffect,
    RotaView,
    SettleSwap,
    Shift,
    ShowVoice,
    Swap,
    moment_of,
    number_of,
)
from helpdesk.nouns.sig import Volunteer
from helpdesk.store import events, people, tickets, waiting
from helpdesk.store.applied import Applied
from helpdesk.store.nouns.look import Look
from helpdesk.store.outbox import Parcel
from helpdesk.store.people import token_hash
from helpdesk.store.schema import changes, counters
from helpdesk.store.schema import tickets as ticket_rows
from helpdesk.store.schema_sig import calendars, duty, offers, shifts, swaps, volunteers
from helpdesk.store.volunteers import all_volunteers, volunteer_of

_HELD = (TicketStatus.CLAIMED, TicketStatus.WAITING)
_OVER = timedelta(days=8)
"""A swap may last so long and have begun before: a shift is at most a week."""
A_YEAR = timedelta(days=366)
NO_TICKETS = (TICK, GONE)
"""Timers that are not about a ticket."""
_NUMBERED = ("duty", "swap", GONE)


def view(look: Look) -> RotaView:
    """For a command, or for a timer about `look.ticket`."""
    connection = look.connection
    what = look.invocation.verb if look.invocation else ""
    ticket = look.ticket if look.person is None else None
    if what in ("duty", "swap"):
        _meet(look)
    found = rota(connection, look.config, look.now)
    numbered = what in _NUMBERED
    everybody = [volunteer.person for volunteer in found.volunteers]
    return replace(
        found,
        offers=_offers(connection, ticket) if ticket else (),
        claims=_claims(connection, everybody) if ticket else {},
        recent=_taken(connection, everybody, look.now - LATELY) if ticket else {},
        asked=_asked(connection, everybody, look.now - LATELY) if ticket else {},
        looks_at=looks_at(connection),
        next_shift=_next(connection, "shift") if numbered else 0,
        next_swap=_next(connection, "swap") if numbered else 0,
        token=secrets.token_urlsafe(24) if what == "duty" else "",
    )


def _meet(look: Look) -> None:
    """Who is named and was never seen, as the configuration knows them, is somebody from now on."""
    words = look.invocation.words.split() if look.invocation is not None else ()
    named = {word.removeprefix("@").casefold() for word in words if word.startswith("@")}
    if not named:
        return
    for one in all_volunteers(look.connection, look.config):
        names = {one.identity.name.casefold().removeprefix("@"), one.identity.key.casefold().removeprefix("@")}
        if not one.person and names & named:
            people.known(look.connection, one.identity, look.now)


def rota(connection: Connection, config: Config, now: datetime, past: timedelta = _OVER) -> RotaView:
    """The people, their shifts, and what was swapped; both as far back as `past`."""
    known, identities = _people(connection, config)
    running = select(shifts).where(or_(shifts.c.until.is_(None), shifts.c.until > now - past)).order_by(shifts.c.id)
    swapped = select(swaps).where(swaps.c.starts_at > now - past, swaps.c.status != "withdrawn").order_by(swaps.c.id)
    present = select(duty).where(or_(duty.c.until.is_(None), duty.c.until > now - _OVER)).order_by(duty.c.id)
    return RotaView(
        known,
        tuple(
            Shift(
                row.id, row.person, row.queue, Span(row.weekday, row.start, row.length), row.zone, row.since, row.until
            )
            for row in connection.execute(running)
        ),
        tuple(
            Swap(row.id, row.shift, row.starts_at, row.ends_at, row.giver, row.wanted, row.taker, row.status)
            for row in connection.execute(swapped)
        ),
        tuple(
            OnDuty(
                row.id,
                row.person,
                row.queue,
                row.event,
                Identity(row.network, PersonId(row.key), row.name, True),
                row.since,
                row.until,
            )
            for row in connection.execute(present)
        ),
        identities=identities,
    )


def _people(connection: Connection, config: Config) -> tuple[tuple[Volunteer, ...], dict[int, tuple[Identity, ...]]]:
    """Everybody with a role whom the desk has seen, and under which identities they act."""
    found = [one for one in all_volunteers(connection, config) if one.person and one.role > Role.ASKER]
    identities = {one.person: tuple(identity for identity, _ in one.rights) for one in found}
    return tuple(_at_home(one, config) for one in sorted(found, key=lambda one: one.person)), identities


def _at_home(volunteer: Volunteer, config: Config) -> Volunteer:
    """Who said nothing about themselves lives in the SIG's time zone."""
    said = volunteer.joined_at is not None and volunteer.zone
    return volunteer if said else replace(volunteer, zone=config.sig.zone)


def _one(connection: Connection, config: Config, person: int, identity: Identity, role: Role) -> Volunteer:
    row = connection.execute(select(volunteers).where(volunteers.c.person == person)).one_or_none()
    return _at_home(volunteer_of(person, [(identity, role)], row), config)


def _offers(connection: Connection, ticket: Ticket) -> tuple[Offer, ...]:
    rows = connection.execute(select(offers).where(offers.c.ticket == ticket.number))
    return tuple(Offer(row.ticket, row.person, row.at, row.round) for row in rows)


def _counted(connection: Connection, query: Any) -> Mapping[int, int]:
    return {row[0]: row[1] for row in connection.execute(query)}


def _claims(connection: Connection, persons: list[int]) -> Mapping[int, int]:
    held = ticket_rows.c.claimant.in_(persons) & ticket_rows.c.status.in_(_HELD)
    return _counted(
        connection, select(ticket_rows.c.claimant, func.count()).where(held).group_by(ticket_rows.c.claimant)
    )


def _taken(connection: Connection, persons: list[int], since: datetime) -> Mapping[int, int]:
    taken = changes.c.actor.in_(persons) & (changes.c.at > since) & (changes.c.kind == ChangeKind.CLAIMED)
    return _counted(connection, select(changes.c.actor, func.count()).where(taken).group_by(changes.c.actor))


def _asked(connection: Connection, persons: list[int], since: datetime) -> Mapping[int, int]:
    asked = offers.c.person.in_(persons) & (offers.c.at > since)
    return _counted(connection, select(offers.c.person, func.count()).where(asked).group_by(offers.c.person))


# --- what fits one volunteer ------------------------------------------------------------------------------------------


def _held_by(connection: Connection, person: int) -> tuple[int, ...]:
    query = select(ticket_rows.c.number).where(ticket_rows.c.claimant == person, ticket_rows.c.status.in_(_HELD))
    return tuple(sorted(connection.execute(query).scalars()))


def next_ticket(
    connection: Connection, config: Config, person: Person, queue: str, now: datetime
) -> tuple[tuple[Ticket, ...], RotaView]:
    """The one ticket that fits the person best, locked, if one waits; and what they have already.

    `queue` is worked where they ask; it comes beside those they serve.
    """
    me = _one(connection, config, person.id, person.identity, person.role)
    served = and_events((*(me.queues or ("",)), queue), config)
    ranked = best_first(me, waiting.oldest(connection, served, person.id, now), now)
    ticket = waiting.first_free(connection, ranked)
    return (ticket,) if ticket else (), RotaView(me=me, held=_held_by(connection, person.id))


def back(
    connection: Connection, config: Config, person: int, identity: Identity, role: Role, now: datetime
) -> Back | None:
    """Somebody of the SIG is seen; None for who told nothing of themselves, or was here a moment ago."""
    me = _one(connection, config, person, identity, role)
    if me.joined_at is None or (me.seen_at is not None and now - me.seen_at < COOL_DOWN):
        return None
    refused = set(connection.execute(select(offers.c.ticket).where(offers.c.person == person)).scalars())
    ranked = best_first(me, waiting.oldest(connection, and_events(me.queues or ("",), config), person, now), now)
    best = next((one.number for one in ranked if one.number not in refused), None)
    return Back(
        me,
        tickets.ticket(connection, best) if best is not None else None,
        len(_held_by(connection, person)),
        connection.execute(select(func.max(offers.c.at)).where(offers.c.person == person)).scalar(),
    )


def whose_calendar(connection: Connection, token: str) -> int | None:
    """Whose secret link this is."""
    found = connection.execute(select(calendars.c.person).where(calendars.c.token_hash == token_hash(token))).scalar()
    return None if found is None else int(found)


# --- when the rota is looked at next ----------------------------------------------------------------------------------


def _value(connection: Connection, name: str) -> int | None:
    found: int | None = connection.execute(
        select(counters.c.value).where(counters.c.name == name).with_for_update()
    ).scalar()
    return found


def _set(connection: Connection, name: str, value: int) -> None:
    """Keep the value; whoever comes at the same time waits for the row."""
    kind = sqlite_insert if connection.dialect.name == "sqlite" else postgresql_insert
    row = kind(counters).values(name=name, value=value)
    connection.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def _next(connection: Connection, name: str) -> int:
    found = _value(connection, name)
    if found is None:
        _set(connection, name, 0)
    return (found or 0) + 1


def looks_at(connection: Connection) -> datetime | None:
    found = _value(connection, TICK)
    return None if found is None else moment_of(found)


def look_again(connection: Connection, at: datetime, now: datetime) -> bool:
    """See to it that the rota is looked at by then: one timer at a time counts. Whether a new one was set."""
    known = looks_at(connection)
    if known is not None and now < known <= at:
        return False
    about = number_of(at)
    _set(connection, TICK, about)
    events.schedule(connection, TICK, about, at)
    return True


def see_to_it(connection: Connection, now: datetime) -> None:
    """At the start, and now and then: whatever became of the timer, the rota is looked at again."""
    known = looks_at(connection)
    if known is not None and known < now - timedelta(hours=1):
        look_again(connection, now, now)


# --- writing ----------------------------------------------------------------------------------------------------------


def apply(connection: Connection, effect: RotaEffect, now: datetime, applied: Applied) -> None:
    match effect:
        case MakeOffer(ticket, person, turn):
            connection.execute(delete(offers).where(offers.c.ticket == ticket, offers.c.person == person))
            connection.execute(insert(offers).values(ticket=ticket, person=person, at=now, round=turn))
        case Came(person):
            connection.execute(update(volunteers).where(volunteers.c.person == person).values(seen_at=now))
        case AddShift(number, person, queue, span, zone):
            _set(connection, "shift", number)
            row = {"weekday": span.weekday, "start": span.start, "length": span.length, "zone": zone, "since": now}
            connection.execute(insert(shifts).values(id=number, person=person, queue=queue, **row))
        case EndShift(shift):
            connection.execute(update(shifts).where(shifts.c.id == shift).values(until=now))
            mine = swaps.c.shift == shift, swaps.c.starts_at > now - _OVER, swaps.c.status == "open"
            connection.execute(update(swaps).where(*mine).values(status="withdrawn"))
        case OfferSwap(number, shift, starts, ends, giver, wanted):
            _set(connection, "swap", number)
            row = {"starts_at": starts, "ends_at": ends, "giver": giver, "wanted": wanted, "status": "open", "at": now}
            connection.execute(insert(swaps).values(id=number, shift=shift, **row))
        case SettleSwap(swap, status, taker):
            connection.execute(update(swaps).where(swaps.c.id == swap).values(status=status, taker=taker))
        case GoOnDuty(person, identity, queue, until, event, place):
            _off(connection, person, event, now)
            row = {"network": identity.network, "key": identity.key, "name": identity.name, "since": now}
            connection.execute(
                insert(duty).values(person=person, queue=queue, until=until, event=event, place=place, **row)
            )
        case GoOffDuty(person, event):
            _off(connection, person, event, now)
        case LookAgain(at):
            applied.scheduled |= look_again(connection, at, now)
        case ShowVoice(network, room, person, on):
            parcel = Parcel(0, network, room, secrets.token_hex(12), SetVoice(room, person, on), now)
            applied.parcels.append(parcel)
        case LinkCalendar(person, token):
            connection.execute(delete(calendars).where(calendars.c.person == person))
            connection.execute(insert(calendars).values(person=person, token_hash=token_hash(token), at=now))
        case _:
            assert_never(effect)


def _off(connection: Connection, person: int, event: int | None, now: datetime) -> None:
    """What is over goes too: the table holds who is on duty, not who was."""
    connection.execute(delete(duty).where(duty.c.person == person, duty.c.event.is_not_distinct_from(event)))
    connection.execute(delete(duty).where(duty.c.person == person, duty.c.until <= now))
