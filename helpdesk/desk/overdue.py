"""What is done when a ticket's time is up: a claim given back, a word that is missing, a quiet ticket closed. Pure.

Nobody is written to directly in their quiet hours; a room may always be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial

from bridges.events import RoomId
from helpdesk.config import Config
from helpdesk.desk import clock, life
from helpdesk.desk.handing import given_back, hand
from helpdesk.desk.routing import serves
from helpdesk.desk.telling import (
    announce,
    tell_asker,
    tell_directly,
    tell_volunteers,
    topic_name,
)
from helpdesk.deskevents import TimerDue
from helpdesk.effects import Assign, Direct, Effect, InRoom, Message, Record, Say, Schedule, SetStatus, Value
from helpdesk.model import ChangeKind, Identity, Role, Ticket, TicketStatus
from helpdesk.nouns.rota import RotaView
from helpdesk.nouns.sig import Volunteer
from helpdesk.nouns.stretches import on_duty
from helpdesk.nouns.tickets import SetTicket
from helpdesk.view import View

DAY = timedelta(days=1)
STEP = timedelta(minutes=10)
"""Between two steps of an escalation at least, also when the service was away for long."""


def due(event: TimerDue, view: View, config: Config, now: datetime) -> list[Effect]:
    """A timer of a ticket's life. What has become pointless decides nothing."""
    if event.kind not in _RULES:
        raise ValueError(f"there is no timer {event.kind!r}")
    ticket = view.ticket
    if ticket is None or (not ticket.status.active and event.kind != life.QUIET):
        return []
    if ticket.incident is not None and event.kind != life.QUIET:
        return []  # its incident's times count
    return _RULES[event.kind](ticket, view, config, now)


# --- claims -----------------------------------------------------------------------------------------------------------


def _lease(ticket: Ticket, view: View, config: Config, now: datetime) -> list[Effect]:
    """Warn whoever has it; when the time is up, give it back with a kind word."""
    until, holder = ticket.lease_until, ticket.claimant_identity
    if ticket.status is not TicketStatus.CLAIMED or until is None or holder is None:
        return []
    number = str(ticket.number)
    if now >= until:
        lapsed = Message("lapsed", {"number": number, "name": holder.name})
        return [
            Assign(ticket.number, None),
            SetStatus(ticket.number, TicketStatus.OPEN),
            Record(ticket.number, ChangeKind.LAPSED, "", ticket.claimant, holder.name, holder.network),
            *tell_volunteers(config, ticket, lapsed, lapsed),
            *given_back(ticket, holder.name, view.life.back),
            *_page(holder, Message("lapsed-you", {"number": number}), ticket, view.rota, config, now),
        ]
    if now < until - clock.warning(ticket, config):
        return []  # it was extended, and that has a timer of its own
    minutes = max(1, round((until - now).total_seconds() / 60))
    soon = Message("lease-ends", {"number": number, "minutes": minutes, "prefix": _prefix(holder.network, config)})
    return [*_page(holder, soon, ticket, view.rota, config, now), Schedule(life.LEASE, ticket.number, until)]


def _take(ticket: Ticket, view: View, config: Config, now: datetime) -> list[Effect]:
    """Its claimant was asked for it and did nothing since: it goes to who asked."""
    wanted = view.life.wanted
    if wanted is None or ticket.claimant is None or ticket.claimant == wanted.by.id or now < wanted.at:
        return []
    yours = Message("taken-you", {"number": str(ticket.number), "prefix": _prefix(wanted.by.identity.network, config)})
    return [
        *hand(ticket, wanted.by, config, wanted.by.identity.network),
        *tell_directly(config, wanted.by.identity, yours, ticket),
    ]


# --- words that are missing -------------------------------------------------------------------------------------------


def _word(kind: str, ticket: Ticket, view: View, config: Config, now: datetime) -> list[Effect]:
    """The asker waits for a word: remind, then pass it on, one step at a time."""
    if (kind == life.FIRST) != (ticket.answered_at is None):
        return []
    level = ticket.escalated + 1
    at = clock.step(ticket, config, level)
    if at is None:
        return []
    if now < at:
        return [Schedule(kind, ticket.number, at)]
    further = clock.step(ticket, config, level + 1)
    assert further is not None
    return [
        *_STEPS.get(level, _again)(ticket, view, config, now),
        SetTicket(ticket.number, escalated=level),
        Schedule(kind, ticket.number, max(further, now + STEP)),
    ]


def _remind(ticket: Ticket, view: View, config: Config, now: datetime) -> list[Effect]:
    """A part of the time has passed."""
    message = _waits(ticket)
    if ticket.claimant_identity is not None:
        return _page(ticket.claimant_identity, message, ticket, view.rota, config, now)
    there = {one.person for one in on_duty(view.rota, now, ticket.queue)}
    return _page_all((v for v in view.rota.volunteers if v.person in there), message, ticket, config, now)


def _again(ticket: Ticket, view: View, config: Config, now: datetime) -> list[Effect]:
    """All of it has: whoever has it is told, or it is announced and offered again."""
    if ticket.claimant_identity is None:
        return [*announce(config, ticket, "remind"), Schedule(life.OFFER, ticket.number, now)]
    message = _waits(ticket)
    return [
        *_page(ticket.claimant_identity, message, ticket, view.rota, config, now),
        *tell_volunteers(config, ticket, message, message),
    ]


def _leads(ticket: Ticket, view: View, config: Config, now: datetime) -> list[Effect]:
    """Leads who may be paged now: those on duty, else those who said they are there."""
    leads = _leads_of(view.rota, ticket.queue, now)
    told = _page_all(leads, _waits(ticket), ticket, config, now)
    if not told:
        return _again(ticket, view, config, now)
    return [*told, _passed(ticket, ChangeKind.ESCALATED, (lead.identity.name for lead in leads))]


def _second_line(ticket: Ticket, view: View, config: Config, now: datetime) -> list[Effect]:
    """Those who may do what the SIG can't, wherever the configuration says they are."""
    message = _waits(ticket)
    told: list[Effect] = []
    names: list[str] = []
    known = {(v.identity.network, v.identity.key): v for v in view.rota.volunteers}
    for reference in config.sig.second_line:
        network, _, name = reference.partition(":")
        if (network, RoomId(name)) in config.rooms:
            told.append(Say(InRoom(network, RoomId(name), thread_of=ticket.number), message, ticket=ticket.number))
            names.append(name)
            continue
        key = config.person_key(reference)
        quiet = key in known and (known[key].quiet_at(now) or known[key].away(now))
        if not quiet:
            told.append(Say(Direct(*key), message, ticket=ticket.number))
            names.append(name)
    if not told:
        return _again(ticket, view, config, now)
    return [*told, _passed(ticket, ChangeKind.ESCALATED, names)]


_STEPS: dict[int, Callable[[Ticket, View, Config, datetime], list[Effect]]] = {
    1: _remind,
    2: _again,
    3: _leads,
    clock.SECOND_LINE: _second_line,
}


def _resolve(ticket: Ticket, view: View, config: Config, now: datetime) -> list[Effect]:
    """It should be resolved by now. Not while the SIG waits for the asker."""
    times = clock.resolution(ticket, config)
    if times is None or view.life.overdue:
        return []
    remind, end = times
    if now < remind:
        return [Schedule(life.RESOLVE, ticket.number, remind)]
    message = Message("overdue", _about(ticket) | {"at": f"{end:%Y-%m-%d %H:%M}"})
    if now < end:
        holder = ticket.claimant_identity if ticket.status is TicketStatus.CLAIMED else None
        told = _page(holder, message, ticket, view.rota, config, now) if holder is not None else []
        return [*told, Schedule(life.RESOLVE, ticket.number, end)]
    if ticket.status is TicketStatus.WAITING:
        return [Schedule(life.RESOLVE, ticket.number, now + DAY)]
    leads = _leads_of(view.rota, ticket.queue, now)
    told = _page_all(leads, message, ticket, config, now) or tell_volunteers(config, ticket, message, message)
    return [*told, _passed(ticket, ChangeKind.OVERDUE, (lead.identity.name for lead in leads))]


# --- quiet tickets ----------------------------------------------------------------------------------------------------


def _quiet(ticket: Ticket, view: View, config: Config, now: datetime) -> list[Effect]:  # noqa: ARG001
    """Nothing was said for a while: it is closed. Whether it is solved is asked, and may still be said later."""
    if ticket.status not in (TicketStatus.WAITING, TicketStatus.RESOLVED):
        return []
    since = ticket.resolved_at if ticket.status is TicketStatus.RESOLVED else ticket.changed_at
    ends = (since or ticket.changed_at) + config.sig.close_after
    if now < ends:
        return [Schedule(life.QUIET, ticket.number, ends)]
    number, prefix = str(ticket.number), config.room(ticket.origin.network, ticket.origin.room).prefix
    closed: list[Effect] = [
        SetStatus(ticket.number, TicketStatus.CLOSED),
        Record(ticket.number, ChangeKind.CLOSED, network=ticket.origin.network),
    ]
    if ticket.solved == "confirmed":
        return closed
    if ticket.asked_back:
        # Nobody answered anything, so nothing is solved.
        return [*closed, tell_asker(ticket, Message("asker-closed-unanswered", {"number": number, "prefix": prefix}))]
    asked = Message("asker-closed", {"number": number, "prefix": prefix})
    return [*closed, SetTicket(ticket.number, solved="assumed"), tell_asker(ticket, asked)]


_RULES: dict[str, Callable[[Ticket, View, Config, datetime], list[Effect]]] = {
    life.LEASE: _lease,
    life.TAKE: _take,
    life.FIRST: partial(_word, life.FIRST),
    life.NEXT: partial(_word, life.NEXT),
    life.RESOLVE: _resolve,
    life.QUIET: _quiet,
}


# --- whom to tell -----------------------------------------------------------------------------------------------------


def _leads_of(rota: RotaView, queue: str, now: datetime) -> list[Volunteer]:
    leads = [
        v
        for v in rota.volunteers
        if v.role >= Role.LEAD and serves(v, queue) and not v.away(now) and not v.quiet_at(now)
    ]
    duty = {one.person for one in on_duty(rota, now, queue)}
    return [v for v in leads if v.person in duty] or [v for v in leads if v.there(now)] or leads


def _page_all(
    people: Iterable[Volunteer], message: Message, ticket: Ticket, config: Config, now: datetime
) -> list[Effect]:
    return [
        effect
        for person in people
        if not person.quiet_at(now) and not person.away(now)
        for effect in tell_directly(config, person.identity, message, ticket)
    ]


def _page(
    who: Identity, message: Message, ticket: Ticket, rota: RotaView, config: Config, now: datetime
) -> list[Effect]:
    """Tell one person directly, unless it is one of their quiet hours."""
    known = next((v for v in rota.volunteers if (v.identity.network, v.identity.key) == (who.network, who.key)), None)
    if known is None and ticket.claimant_identity == who:
        known = next((v for v in rota.volunteers if v.person == ticket.claimant), None)
    quiet = known is not None and known.quiet_at(now)
    return [] if quiet else tell_directly(config, who, message, ticket)


def _passed(ticket: Ticket, kind: ChangeKind, names: Iterable[str]) -> Record:
    return Record(ticket.number, kind, ", ".join(names))


def _about(ticket: Ticket) -> dict[str, Value]:
    """What may be told of a ticket anywhere."""
    holder = ticket.claimant_identity
    return {
        "number": str(ticket.number),
        "topic": topic_name(ticket.topic),
        "who": Message("with", {"name": holder.name}) if holder is not None else Message("with-nobody"),
    }


def _waits(ticket: Ticket) -> Message:
    since = ticket.waits_since or ticket.opened_at
    return Message("waits", _about(ticket) | {"since": f"{since:%Y-%m-%d %H:%M}"})


def _prefix(network: str, config: Config) -> str:
    """The sign commands begin with where somebody of that network is told directly."""
    return config.room(network, RoomId("")).prefix
