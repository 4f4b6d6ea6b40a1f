"""Shifts, swaps, duty and offers: what decisions look at, and what their effects write."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, assert_never

from sqlalchemy import (
    BindParameter,
    Connection,
    Select,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bridges.events import PersonId, SetVoice
from helpdesk.config import Config
from helpdesk.desk.queues import and_events
from helpdesk.desk.rota import GONE, TICK
from helpdesk.desk.routing import COOL_DOWN, LATELY, OFFER, best_first
from helpdesk.model import ChangeKind, Identity, Person, Role, Ticket, TicketStatus
from helpdesk.nouns import stretches
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
from helpdesk.store.remembered import changed, remembered
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

# Statements on the way of most events are built once: building one costs as much as running it.
_SHIFTS = (
    select(shifts)
    .where(or_(shifts.c.until.is_(None), shifts.c.until > bindparam("since", type_=shifts.c.until.type)))
    .order_by(shifts.c.id)
)
_SWAPS = (
    select(swaps)
    .where(swaps.c.starts_at > bindparam("since", type_=swaps.c.starts_at.type), swaps.c.status != "withdrawn")
    .order_by(swaps.c.id)
)
_DUTY = (
    select(duty)
    .where(or_(duty.c.until.is_(None), duty.c.until > bindparam("since", type_=duty.c.until.type)))
    .order_by(duty.c.id)
)
_SAID = select(volunteers).where(volunteers.c.person == bindparam("by_person"))
_OFFERS = select(offers).where(offers.c.ticket == bindparam("by_ticket"))
_REFUSED = select(offers.c.ticket).where(offers.c.person == bindparam("by_person"))
_ASKED_AT = select(func.max(offers.c.at)).where(offers.c.person == bindparam("by_person"))
_PERSONS: BindParameter[Any] = bindparam("persons", expanding=True)
_CLAIMS = (
    select(ticket_rows.c.claimant, func.count())
    .where(ticket_rows.c.claimant.in_(_PERSONS), ticket_rows.c.status.in_(_HELD))
    .group_by(ticket_rows.c.claimant)
)
_TAKEN = (
    select(changes.c.actor, func.count())
    .where(
        changes.c.actor.in_(_PERSONS),
        changes.c.at > bindparam("since", type_=changes.c.at.type),
        changes.c.kind == ChangeKind.CLAIMED,
    )
    .group_by(changes.c.actor)
)
_ASKED = (
    select(offers.c.person, func.count())
    .where(offers.c.person.in_(_PERSONS), offers.c.at > bindparam("since", type_=offers.c.at.type))
    .group_by(offers.c.person)
)
_HELD_BY = select(ticket_rows.c.number).where(
    ticket_rows.c.claimant == bindparam("by_person"), ticket_rows.c.status.in_(_HELD)
)
_VALUE = select(counters.c.value).where(counters.c.name == bindparam("by_name")).with_for_update()
_DROP_OFFER = delete(offers).where(offers.c.ticket == bindparam("by_ticket"), offers.c.person == bindparam("by_person"))
_OFFER = insert(offers)
_CAME = (
    update(volunteers)
    .where(volunteers.c.person == bindparam("by_person"))
    .values(seen_at=bindparam("to_seen_at", type_=volunteers.c.seen_at.type))
)


def view(look: Look) -> RotaView:
    """For a command, or for a timer about `look.ticket`."""
    connection = look.connection
    what = look.invocation.verb if look.invocation else ""
    if what == OFFER:
        return _offering(look) if look.ticket is not None and look.ticket.status is TicketStatus.OPEN else RotaView()
    if what in ("duty", "swap"):
        _meet(look)
    found = rota(connection, look.config, look.now)
    if look.person is None and look.ticket is not None:
        return found
    numbered = what in _NUMBERED
    return replace(
        found,
        looks_at=looks_at(connection),
        next_shift=_next(connection, "shift") if numbered else 0,
        next_swap=_next(connection, "swap") if numbered else 0,
        token=secrets.token_urlsafe(24) if what == "duty" else "",
    )


def _offering(look: Look) -> RotaView:
    """For the timer by which a ticket that waits is offered to somebody."""
    assert look.ticket is not None
    found = rota(look.connection, look.config, look.now)
    lately = {"persons": [volunteer.person for volunteer in found.volunteers], "since": look.now - LATELY}
    rows = look.connection.execute(_OFFERS, {"by_ticket": look.ticket.number})
    return replace(
        found,
        offers=tuple(Offer(row.ticket, row.person, row.at, row.round) for row in rows),
        claims=_counted(look.connection, _CLAIMS, {"persons": lately["persons"]}),
        recent=_counted(look.connection, _TAKEN, lately),
        asked=_counted(look.connection, _ASKED, lately),
    )


def presence(connection: Connection, config: Config, now: datetime) -> dict[str, datetime | None]:
    """When somebody is on duty, by queue; nothing where there is no rota, which one look tells."""
    running = select(shifts.c.id).where(or_(shifts.c.until.is_(None), shifts.c.until > now)).limit(1)
    present = select(duty.c.id).where(or_(duty.c.until.is_(None), duty.c.until > now)).limit(1)
    if connection.execute(union_all(running.subquery().select(), present.subquery().select())).first() is None:
        return {}
    return stretches.presence(rota(connection, config, now), now)


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
    known, identities = remembered(
        connection, "people", (config.roles, config.sig.zone), lambda: _people(connection, config)
    )
    since = now - past
    running, swapped, present = _plan(connection, since)
    return RotaView(
        known,
        tuple(one for one in running if one.until is None or one.until > since),
        tuple(one for one in swapped if one.starts > since),
        tuple(one for one in present if one.until is None or one.until > now - _OVER),
        identities=identities,
    )


_Plan = tuple[tuple[Shift, ...], tuple[Swap, ...], tuple[OnDuty, ...]]


def _plan(connection: Connection, since: datetime) -> _Plan:
    """Shifts, swaps and duty as far back, or further: as it was read last."""
    read_since, plan = remembered(connection, "plan", None, lambda: (since, _read_plan(connection, since)))
    if since < read_since:
        return _read_plan(connection, since)
    return plan


def _read_plan(connection: Connection, since: datetime) -> _Plan:
    return (
        tuple(
            Shift(
                row.id, row.person, row.queue, Span(row.weekday, row.start, row.length), row.zone, row.since, row.until
            )
            for row in connection.execute(_SHIFTS, {"since": since})
        ),
        tuple(
            Swap(row.id, row.shift, row.starts_at, row.ends_at, row.giver, row.wanted, row.taker, row.status)
            for row in connection.execute(_SWAPS, {"since": since})
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
            for row in connection.execute(_DUTY, {"since": since})
        ),
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
    row = connection.execute(_SAID, {"by_person": person}).one_or_none()
    return _at_home(volunteer_of(person, [(identity, role)], row), config)


def _counted(connection: Connection, query: Select[Any], values: Mapping[str, object]) -> Mapping[int, int]:
    return {row[0]: row[1] for row in connection.execute(query, values)}


# --- what fits one volunteer ------------------------------------------------------------------------------------------


def _held_by(connection: Connection, person: int) -> tuple[int, ...]:
    return tuple(sorted(connection.execute(_HELD_BY, {"by_person": person}).scalars()))


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
    refused = set(connection.execute(_REFUSED, {"by_person": person}).scalars())
    ranked = best_first(me, waiting.oldest(connection, and_events(me.queues or ("",), config), person, now), now)
    best = next((one.number for one in ranked if one.number not in refused), None)
    return Back(
        me,
        tickets.ticket(connection, best) if best is not None else None,
        len(_held_by(connection, person)),
        connection.execute(_ASKED_AT, {"by_person": person}).scalar(),
    )


def whose_calendar(connection: Connection, token: str) -> int | None:
    """Whose secret link this is."""
    found = connection.execute(select(calendars.c.person).where(calendars.c.token_hash == token_hash(token))).scalar()
    return None if found is None else int(found)


# --- when the rota is looked at next ----------------------------------------------------------------------------------


def _value(connection: Connection, name: str) -> int | None:
    found: int | None = connection.execute(_VALUE, {"by_name": name}).scalar()
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


_OF_THE_PLAN = (AddShift, EndShift, OfferSwap, SettleSwap, GoOnDuty, GoOffDuty)


def apply(connection: Connection, effect: RotaEffect, now: datetime, applied: Applied) -> None:
    if isinstance(effect, _OF_THE_PLAN):
        changed(connection)
    match effect:
        case MakeOffer(ticket, person, turn):
            connection.execute(_DROP_OFFER, {"by_ticket": ticket, "by_person": person})
            connection.execute(_OFFER, {"ticket": ticket, "person": person, "at": now, "round": turn})
        case Came(person):
            connection.execute(_CAME, {"by_person": person, "to_seen_at": now})
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
