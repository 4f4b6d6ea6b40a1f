"""The rules of community events: made, changed, begun, ended, cancelled, and what is remembered of their tasks. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bridges.text import one_line, shorten
from helpdesk.config import Config
from helpdesk.desk import checklist, digest, loans
from helpdesk.desk.checklist import when_of
from helpdesk.desk.eventwords import When, wall
from helpdesk.deskevents import TimerDue
from helpdesk.effects import (
    Effect,
    InRoom,
    Message,
    OpenTicket,
    Record,
    Say,
    SayOnce,
    Schedule,
    SetStatus,
    TellOnce,
    Value,
)
from helpdesk.model import ChangeKind, Identity, Origin, Person, Ticket, TicketStatus
from helpdesk.nouns.community import AHEAD, CommunityEvent, SetEvent
from helpdesk.nouns.tickets import SetTicket
from helpdesk.view import View

NEAR, START, END, AFTER, TASKS = (
    "community.near",
    "community.start",
    "community.end",
    "community.after",
    "community.tasks",
)
"""Timers, each about an event."""
LOAN = "community.loan"
"""About a loan."""
SOON = timedelta(days=1)
"""How long before it begins an event has its rooms."""
AFTERWARDS = timedelta(days=1)
"""How long after its end there is a digest."""
LISTED = 6
"""Tasks that one line names."""


# --- words ------------------------------------------------------------------------------------------------------------


def when_text(event: CommunityEvent) -> Value:
    """`2027-02-06 10:00 – 18:00 Europe/Brussels`, by the clock on the wall there."""
    when = when_of(event)
    if when is None:
        return Message("event-no-dates")
    starts, ends = wall(when.starts, when.zone), wall(when.ends, when.zone)
    same = starts.date() == ends.date()
    return f"{starts:%Y-%m-%d %H:%M} – {ends:{'%H:%M' if same else '%Y-%m-%d %H:%M'}} {when.zone}"


def day_text(moment: datetime | None, zone: str) -> str:
    return "" if moment is None else f"{wall(moment, zone):%Y-%m-%d %H:%M}"


def place_text(event: CommunityEvent) -> Value:
    if event.online:
        return Message("event-online", {"place": event.place}) if event.place else Message("event-online-only")
    return event.place or Message("event-no-place")


def args_of(event: CommunityEvent) -> dict[str, Value]:
    return {
        "number": str(event.id),
        "title": one_line(event.title),
        "when": when_text(event),
        "place": place_text(event),
        "tag": event.tag,
    }


def task_text(ticket: Ticket, zone: str) -> Message:
    """A task in a few words: its number, what, when, and who has it."""
    args: dict[str, Value] = {
        "number": str(ticket.number),
        "what": shorten(ticket.title or ticket.text, 60),
        "due": day_text(ticket.due_at, zone),
    }
    if ticket.claimant_identity is None:
        return Message("event-task", args)
    return Message("event-task-claimed", args | {"name": ticket.claimant_identity.name})


def joined(found: Sequence[Message]) -> Message:
    """Several in a row, the first ones."""
    parts = found[:LISTED]
    row = parts[-1]
    for part in reversed(parts[:-1]):
        row = Message("event-and", {"one": part, "rest": row})
    return row if len(found) == len(parts) else Message("event-more", {"row": row, "count": len(found) - len(parts)})


def missing(event: CommunityEvent) -> list[str]:
    """The fields that should still be said, most needed first."""
    wanted = {
        "dates": event.starts is None,
        "kind": not event.kind,
        "place": not event.place and not event.online,
        "people": event.expected is None,
    }
    return [name for name, lacking in wanted.items() if lacking]


def tell_rooms(config: Config, event: CommunityEvent, message: Message, *, besides: object = None) -> list[Effect]:
    """Those who help there."""
    return [Say(place, message) for place in _helpers(config, event) if (place.network, place.room) != besides]


def _helpers(config: Config, event: CommunityEvent) -> list[InRoom]:
    return [InRoom(*place) for place in config.rooms_of(event.tag)]


# --- made and changed -------------------------------------------------------------------------------------------------


def made(
    event: CommunityEvent, person: Person, origin: Origin, view: View, config: Config, now: datetime
) -> list[Effect]:
    """A new event, with the tasks of its kind where kind and dates are known."""
    return [SetEvent(event), *_listed(event, person, origin, view, config, now), *timers(event, config, now)]


def changed(
    was: CommunityEvent,
    event: CommunityEvent,
    person: Person,
    origin: Origin,
    view: View,
    config: Config,
    now: datetime,
) -> list[Effect]:
    """The event is otherwise than it was: its tasks and its timers follow."""
    effects: list[Effect] = [SetEvent(event)]
    old, new = when_of(was), when_of(event)
    tickets = view.community.tickets
    if not any(checklist.task(ticket) for ticket in tickets):
        effects += _listed(event, person, origin, view, config, now)
    elif old is not None and new is not None and old != new:
        follow = checklist.moved(tickets, old, new)
        effects += follow
        dates = [effect.due_at for effect in follow if isinstance(effect, SetTicket)]
        effects += _reminders(event, [date for date in dates if isinstance(date, datetime)], config, now)
    if was.tag != event.tag:
        effects += [SetTicket(ticket.number, queue=event.tag) for ticket in tickets if ticket.queue == was.tag]
    if old != new:
        effects += timers(event, config, now)
    return effects


def redated(event: CommunityEvent, when: When, now: datetime) -> CommunityEvent:
    """At other dates. What runs and still does goes on; what was over and lies ahead again is planned."""
    goes_on = event.status == "running" and when.starts <= now < when.ends
    return replace(
        event,
        starts=when.starts,
        ends=when.ends,
        zone=when.zone,
        status="running" if goes_on else "planned",
    )


def _listed(
    event: CommunityEvent, person: Person, origin: Origin, view: View, config: Config, now: datetime
) -> list[Effect]:
    found = checklist.template(event.kind, view.articles, config.helpdesk.language)
    if found is None or view.fresh is None:
        return []
    lang = config.helpdesk.language
    tasks = checklist.tasks(
        event, found, view.fresh, now, asker=person.id, identity=person.identity, origin=origin, lang=lang
    )
    dates = [effect.due_at for effect in tasks if isinstance(effect, OpenTicket) and effect.due_at is not None]
    return [*tasks, *_reminders(event, dates, config, now)]


def _reminders(event: CommunityEvent, dates: Sequence[datetime], config: Config, now: datetime) -> list[Effect]:
    moments = {moment for date in dates for moment in (date - config.events.remind_before, date) if moment > now}
    return [Schedule(TASKS, event.id, moment) for moment in sorted(moments)]


def timers(event: CommunityEvent, config: Config, now: datetime) -> list[Effect]:
    """What happens to it by itself."""
    del config
    if event.starts is None or event.ends is None or event.status not in AHEAD:
        return []
    moments = {NEAR: event.starts - SOON, START: event.starts, END: event.ends}
    if event.status == "running":
        moments = {END: event.ends}
    return [Schedule(kind, event.id, max(now, moment)) for kind, moment in moments.items()]


def cancelled(event: CommunityEvent, person: Person, why: str, view: View, network: str) -> list[Effect]:
    """It does not happen: nor do its tasks."""
    effects: list[Effect] = [SetEvent(replace(event, status="cancelled"))]
    for ticket in checklist.todo(view.community.tickets):
        effects += [
            SetStatus(ticket.number, TicketStatus.CANCELLED),
            Record(ticket.number, ChangeKind.CANCELLED, why, person.id, person.name, network),
        ]
    return effects


# --- by itself --------------------------------------------------------------------------------------------------------


def started(event: CommunityEvent, config: Config, now: datetime) -> list[Effect]:
    """Its rooms are served, and the times of its tickets are short."""
    begun = replace(event, status="running", starts=event.starts or now, ends=event.ends or now + timedelta(hours=3))
    effects: list[Effect] = [SetEvent(begun)]
    if begun != replace(event, status="running"):
        effects += timers(begun, config, now)
    args = args_of(begun)
    for room in event.rooms:
        if not room.volunteers:
            prefix = config.room(room.network, room.room).prefix
            told = Message("event-started-here", args | {"prefix": prefix, "desk": config.helpdesk.name})
            effects.append(Say(InRoom(room.network, room.room), told))
    for place in config.rooms_of(event.tag):
        prefix = config.room(*place).prefix
        effects.append(Say(InRoom(*place), Message("event-started", args | {"prefix": prefix})))
    return effects


def ended(event: CommunityEvent, view: View, config: Config, now: datetime) -> list[Effect]:
    waiting = [t for t in view.community.tickets if t.status.active and not checklist.task(t)]
    args = args_of(event) | {"waiting": len(waiting), "todo": len(checklist.todo(view.community.tickets))}
    over = replace(event, status="over", ends=min(event.ends or now, now))
    return [
        SetEvent(over),
        # Its queue is worked no more: what is open goes on in the main one.
        *(SetTicket(ticket.number, queue="") for ticket in waiting),
        *tell_rooms(config, event, Message("event-ended", args)),
        Schedule(AFTER, event.id, now + AFTERWARDS),
    ]


def due(timer: TimerDue, view: View, config: Config, now: datetime) -> list[Effect]:
    """What is due of an event, or of a loan. What was moved or is over meanwhile asks for nothing."""
    if timer.kind == LOAN:
        return loans.due(view, config, now)
    event = view.community.event
    if event is None or event.starts is None or event.ends is None:
        return []
    match timer.kind:
        case "community.near" if event.status == "planned" and event.starts - SOON <= now < event.starts:
            return [SetEvent(replace(event, status="near"))]
        case "community.start" if event.status in ("planned", "near") and event.starts <= now < event.ends:
            return started(event, config, now)
        case "community.end" if event.status in AHEAD and event.ends <= now:
            return ended(event, view, config, now)
        case "community.after" if event.status == "over":
            return tell_rooms(config, event, digest.told(event, view.community, config))
        case "community.tasks" if event.status != "cancelled":
            return remind(event, view, config, now)
        case _:
            return []


def remind(event: CommunityEvent, view: View, config: Config, now: datetime) -> list[Effect]:
    """Whoever has a task that is due soon is told directly; of those that nobody has, the contact and the volunteers' rooms."""
    soon = [
        ticket
        for ticket in checklist.todo(view.community.tickets)
        if ticket.due_at is not None and ticket.due_at - config.events.remind_before <= now
    ]
    effects: list[Effect] = []
    by_claimant: dict[Identity, list[Ticket]] = {}
    for ticket in soon:
        if ticket.claimant_identity is not None:
            by_claimant.setdefault(ticket.claimant_identity, []).append(ticket)
    for claimant, theirs in by_claimant.items():
        effects += _tell(
            config, claimant, _once(event, theirs, config, now), _reminder(event, theirs, now, "event-remind-you")
        )
    free = [ticket for ticket in soon if ticket.claimant is None]
    if not free:
        return effects
    message, once = _reminder(event, free, now, "event-remind"), _once(event, free, config, now)
    rooms = [SayOnce(place.network, place.room, once, (Say(place, message),)) for place in _helpers(config, event)]
    contact = dict(view.community.people).get(event.contact_person or 0)
    if contact is not None:
        effects += _tell(config, contact, once, message)
    elif not rooms:
        effects += [told for lead in view.community.leads for told in _tell(config, lead, once, message)]
    return [*effects, *rooms]


def _tell(config: Config, who: Identity, once: str, message: Message) -> list[Effect]:
    return [TellOnce(who.network, who.key, once, message)] if who.network in config.networks else []


def _once(event: CommunityEvent, tickets: Sequence[Ticket], config: Config, now: datetime) -> str:
    """Several timers that come late, or that a move left behind, say one thing."""
    passed = [moment for moment in checklist.moments(tickets, config.events.remind_before) if moment <= now]
    return f"tasks {event.id} {max(passed):%Y-%m-%d %H:%M}"


def _reminder(event: CommunityEvent, tickets: Sequence[Ticket], now: datetime, message: str) -> Message:
    late = [ticket for ticket in tickets if ticket.due_at is not None and ticket.due_at <= now]
    coming = [ticket for ticket in tickets if ticket not in late]
    lines = [
        Message(name, {"tasks": joined([task_text(ticket, event.zone) for ticket in found])})
        for name, found in (("event-late", late), ("event-soon", coming))
        if found
    ]
    both = lines[0] if len(lines) == 1 else Message("event-both", {"one": lines[0], "other": lines[1]})
    return Message(message, args_of(event) | {"tasks": both})
