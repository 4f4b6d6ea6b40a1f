"""The rota in time: reminders, who is shown as being on duty, the week's gaps, and what becomes of absent people's shifts.

One timer at a time is the rota's: it does what was due up to now and is set for the next moment at which something is. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bridges.events import RoomEntered
from helpdesk.config import Config
from helpdesk.desk import routing
from helpdesk.deskevents import TimerDue
from helpdesk.effects import Direct, Effect, InRoom, Message, Say, Value
from helpdesk.model import Role
from helpdesk.nouns.hours import DAYS, Hours, zone
from helpdesk.nouns.rota import EndShift, LookAgain, OfferSwap, RotaView, Shift, ShowVoice, moment_of
from helpdesk.nouns.sig import Volunteer
from helpdesk.nouns.stretches import Occurrence, Stretch, gaps, occurrences, on_duty, people, there
from helpdesk.view import View

TICK = "rota.tick"
GONE = "rota.gone"
"""About a person: they left, or take a break."""
DAY_BEFORE = timedelta(hours=24)
SOON = timedelta(minutes=15)
AHEAD = timedelta(days=9)
"""As far as the next moment is looked for: shifts come back every week."""
FOR_GOOD = timedelta(days=28)
"""So far ahead the shifts of somebody on a break without an end are offered to others."""
FAR = timedelta(days=60)
"""And of a break with an end at most so far: later ones are named in time by the notices of gaps."""
WEEK = timedelta(days=7)
NOTICE = (6, time(12))
"""When leads hear of the coming week's gaps: Sunday noon, in the SIG's time zone."""
SHOWN = 8
"""Gaps and offers that one message names."""


def due(event: TimerDue, view: View, config: Config, now: datetime) -> list[Effect]:
    match event.kind:
        case "rota.tick":
            return tick(moment_of(event.about), view.rota, config, now)
        case "rota.gone":
            return gone(event.about, view.rota, config, now)
        case routing.OFFER:
            return routing.offer_due(view.ticket, view.rota, config, now)
        case _:
            raise ValueError(f"the rota has no timer {event.kind!r}")


# --- how times are said -----------------------------------------------------------------------------------------------


def day_name(weekday: int) -> Message:
    return Message(f"rota-day-{DAYS[weekday]}")


def zone_of(rota: RotaView, person: int, config: Config) -> str:
    """In whose time things are told to the person."""
    found = people(rota).get(person)
    return found.zone if found is not None else config.sig.zone


def at(moment: datetime, where: str) -> Message:
    """A time of day, in the reader's zone and with UTC beside."""
    local = moment.astimezone(zone(where))
    if not local.utcoffset():
        return Message("rota-at-utc", {"day": day_name(local.weekday()), "time": f"{local:%H:%M}"})
    utc: Value = f"{moment.astimezone(UTC):%H:%M}"
    if (other := moment.astimezone(UTC).weekday()) != local.weekday():
        utc = Message("rota-at-day", {"day": day_name(other), "time": utc})
    return Message("rota-at", {"day": day_name(local.weekday()), "time": f"{local:%H:%M}", "utc": utc})


def when(starts: datetime, ends: datetime, where: str) -> Message:
    """A stretch of a certain day."""
    local, until = starts.astimezone(zone(where)), ends.astimezone(zone(where))
    args: dict[str, Value] = {
        "day": day_name(local.weekday()),
        "date": f"{local:%Y-%m-%d}",
        "from": f"{local:%H:%M}",
        "to": f"{until:%H:%M}",
        "utc": f"{starts.astimezone(UTC):%H:%M}",
    }
    return Message("rota-when" if local.utcoffset() else "rota-when-utc", args)


def weekly(shift: Shift, now: datetime) -> Message:
    """A shift as it comes every week, by its owner's clock; beside it UTC as it is at present."""
    where = zone(shift.zone)
    day = now.astimezone(where).date()
    day += timedelta(days=(shift.span.weekday - day.weekday()) % 7)
    starts, ends = shift.span.on(day, where)
    local, until = starts.astimezone(where), ends.astimezone(where)
    args: dict[str, Value] = {
        "day": day_name(shift.span.weekday),
        "from": f"{local:%H:%M}",
        "to": f"{until:%H:%M}",
        "utc": f"{starts:%H:%M}",
        "zone": shift.zone,
    }
    return Message("rota-weekly" if local.utcoffset() else "rota-weekly-utc", args)


def listed(items: Sequence[Message]) -> Message:
    """Several in a row, and how many more there are."""
    if not items:
        return Message("rota-none")
    found = items[min(len(items), SHOWN) - 1]
    for item in reversed(items[: SHOWN - 1] if len(items) >= SHOWN else items[:-1]):
        found = Message("rota-and", {"one": item, "rest": found})
    return Message("rota-more", {"items": found, "count": len(items) - SHOWN}) if len(items) > SHOWN else found


# --- what is due ------------------------------------------------------------------------------------------------------


def tick(since: datetime, rota: RotaView, config: Config, now: datetime) -> list[Effect]:
    """All that became due from `since` on. Nothing when another timer took this one's place."""
    if rota.looks_at != since:
        return []
    near = occurrences(rota, since - WEEK, now + 2 * DAY_BEFORE)
    turned = {one.person for one in near if since <= one.starts <= now or since <= one.ends <= now}
    turned |= {duty.person for duty in rota.duty if duty.until is not None and since <= duty.until <= now}
    effects: list[Effect] = [*_reminders(near, rota, since, now), *voices(rota, sorted(turned), config, now)]
    if since <= _notice_after(since - timedelta(microseconds=1), config) <= now:
        effects += _week_ahead(rota, config, now)
    return [*effects, *look_again(rota, config, now)]


def look_again(rota: RotaView, config: Config, now: datetime) -> list[Effect]:
    """Look at the rota when something is due next."""
    coming = min((moment for moment in _moments(rota, config, now) if moment > now), default=None)
    return [] if coming is None else [LookAgain(coming)]


def _moments(rota: RotaView, config: Config, now: datetime) -> Iterator[datetime]:
    for one in occurrences(rota, now, now + AHEAD):
        yield from (one.starts, one.ends)
        yield from (moment for moment, _ in _reminded_at(one, rota))
    yield from (duty.until for duty in rota.duty if duty.until is not None)
    if rota.shifts:
        yield _notice_after(now, config)


def _reminded_at(one: Occurrence, rota: RotaView) -> Iterator[tuple[datetime, str]]:
    """The day before, after their quiet hours; and shortly before, unless they are quiet then."""
    volunteer = people(rota).get(one.person)
    if volunteer is None or not there(rota, one):
        return
    early, soon = one.starts - DAY_BEFORE, one.starts - SOON
    if volunteer.quiet_at(early):
        early = Hours.of(volunteer.quiet, volunteer.zone).closes(early) or early
    if early < soon:
        yield early, "rota-remind-day"
    if not volunteer.quiet_at(soon):
        yield soon, "rota-remind-soon"


def _reminders(near: Iterable[Occurrence], rota: RotaView, since: datetime, now: datetime) -> list[Effect]:
    known = people(rota)
    effects: list[Effect] = []
    for one in near:
        passed = [message for moment, message in _reminded_at(one, rota) if since <= moment <= now]
        if not passed or now >= one.ends:
            continue
        identity = known[one.person].identity
        args: dict[str, Value] = {
            "when": when(one.starts, one.ends, known[one.person].zone),
            "id": str(one.shift),
        }
        effects.append(Say(Direct(identity.network, identity.key), Message(passed[-1], args)))
    return effects


# --- who is shown as being on duty ------------------------------------------------------------------------------------


def voices(rota: RotaView, persons: Iterable[int], config: Config, now: datetime) -> list[ShowVoice]:
    """What rooms with `voice` show of these people from now on."""
    duty = {(one.person, one.queue) for one in on_duty(rota, now)}
    return [
        ShowVoice(network, room, identity.key, (person, settings.queue) in duty)
        for person in persons
        for identity in rota.identities.get(person, ())
        for (network, room), settings in config.rooms.items()
        if settings.voice and network == identity.network and config.capabilities(network).voice
    ]


def changed_voices(
    before: RotaView, after: RotaView, persons: Iterable[int], config: Config, now: datetime
) -> list[ShowVoice]:
    """What of it is other than it was: nobody loses a voice that somebody else gave them."""
    persons = sorted(set(persons))
    was = set(voices(before, persons, config, now))
    return [one for one in voices(after, persons, config, now) if one not in was]


def entered(event: RoomEntered, view: View, config: Config, now: datetime) -> Sequence[Effect]:
    """The desk is in the room again: whoever is on duty has voice, and whoever was lately has it no more."""
    settings = config.room(event.network, event.room.id)
    if not settings.voice:
        return []
    here = {one.person for one in on_duty(view.rota, now, settings.queue)}
    # Their shift may have ended while the desk was away. A voice that somebody else gave is nobody's to take.
    lately = {one.person for one in occurrences(view.rota, now - WEEK, now)}
    lately |= {one.person for one in view.rota.duty if one.until is None or one.until > now - WEEK}
    shown = voices(view.rota, sorted(here | lately), config, now)
    return [one for one in shown if (one.network, one.room) == (event.network, event.room.id)]


# --- gaps -------------------------------------------------------------------------------------------------------------


def gaps_ahead(rota: RotaView, config: Config, since: datetime, until: datetime, queue: str) -> list[Stretch]:
    """When nobody will be there: of the queue's hours, or of what the rota covers otherwise."""
    hours = config.queue_hours(queue)
    wanted = list(hours.stretches(since, until)) if hours.spans else None
    return gaps(rota, wanted, since, until, queue)


def queues(rota: RotaView) -> list[str]:
    """Those that have a rota."""
    return sorted({shift.queue for shift in rota.shifts if shift.until is None})


def _notice_after(moment: datetime, config: Config) -> datetime:
    """The next notice of a week's gaps after that."""
    where: ZoneInfo = zone(config.sig.zone)
    weekday, hour = NOTICE
    day = moment.astimezone(where).date()
    day += timedelta(days=(weekday - day.weekday()) % 7)
    found = datetime.combine(day, hour, tzinfo=where).astimezone(UTC)
    return found if found > moment else datetime.combine(day + WEEK, hour, tzinfo=where).astimezone(UTC)


def _week_ahead(rota: RotaView, config: Config, now: datetime) -> list[Effect]:
    """Before the week begins leads hear where it has gaps."""
    where = zone(config.sig.zone)
    today = now.astimezone(where).date()
    monday = today + timedelta(days=(0 - today.weekday()) % 7 or 7)
    begins, ends = (datetime.combine(day, time(), tzinfo=where).astimezone(UTC) for day in (monday, monday + WEEK))
    effects: list[Effect] = []
    for queue in queues(rota):
        if found := gaps_ahead(rota, config, begins, ends, queue):
            effects += tell_leads(rota, config, now, queue, "rota-week-gaps", found)
    return effects


def leads(rota: RotaView, now: datetime) -> list[Volunteer]:
    return [one for one in rota.volunteers if one.role >= Role.LEAD and not one.away(now)]


def tell_leads(
    rota: RotaView, config: Config, now: datetime, queue: str, message: str, found: Sequence[Stretch], **args: Value
) -> list[Effect]:
    """Each in their own time; where there is no lead, the volunteers' rooms."""
    args = {"queue": queue_name(config, queue), **args}
    told = leads(rota, now)
    effects: list[Effect] = []
    for lead in told:
        named = listed([when(starts, ends, lead.zone) for starts, ends in found])
        identity = lead.identity
        effects.append(Say(Direct(identity.network, identity.key), Message(message, {**args, "gaps": named})))
    if not told:
        named = listed([when(starts, ends, config.sig.zone) for starts, ends in found])
        said = Message(message, {**args, "gaps": named})
        effects += [Say(InRoom(network, room), said) for network, room in config.rooms_of(queue)]
    return effects


def queue_name(config: Config, queue: str) -> Value:
    found = config.queues.get(queue)
    return (found.title or queue) if found is not None else Message("rota-main-queue")


# --- somebody is gone -------------------------------------------------------------------------------------------------


def gone(person: int, rota: RotaView, config: Config, now: datetime) -> list[Effect]:
    """Their coming shifts are offered to the others while they are away, and end when they left; leads hear of it."""
    mine = [shift for shift in rota.shifts if shift.person == person and shift.until is None]
    found = people(rota).get(person)
    if found is not None and not found.away(now):
        return []  # they are back
    left = found is None or found.state == "left"
    until = now + FOR_GOOD if found is None or found.break_until is None else min(found.break_until, now + FAR)
    coming = [one for one in occurrences(rota, now, until) if one.person == person]
    ended = {shift.id for shift in mine} if left else set()
    effects: list[Effect] = [EndShift(shift) for shift in sorted(ended)]
    free = [one for one in coming if one.offered is None and one.shift not in ended]
    effects += [
        OfferSwap(rota.next_swap + number, one.shift, one.starts, one.ends, person) for number, one in enumerate(free)
    ]
    if any(one.starts <= now for one in coming):
        effects += voices(rota, [person], config, now)
    name = found.identity.name if found is not None else Message("rota-somebody")
    for queue in sorted({one.queue for one in coming}):
        stretches = [(one.starts, one.ends) for one in coming if one.queue == queue]
        effects += tell_leads(rota, config, now, queue, "rota-left" if left else "rota-away", stretches, name=name)
        if not left:
            named = listed([when(starts, ends, config.sig.zone) for starts, ends in stretches])
            said = Message("rota-away-room", {"name": name, "gaps": named})
            effects += [Say(InRoom(network, room), said) for network, room in config.rooms_of(queue)]
    return [*effects, *look_again(rota, config, now)]
