"""The rota as iCalendar (RFC 5545): a weekly series for each shift, in its own time zone, without what was swapped away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

from icalendar import Calendar, Event, vRecur

from helpdesk.nouns.hours import DAYS, zone
from helpdesk.nouns.rota import RotaView, Shift, Swap
from helpdesk.nouns.stretches import days, people

LOOK_AHEAD = timedelta(days=400)
"""So far the exceptions of a series are told."""
REFRESH = timedelta(hours=1)

Title = Callable[[int, str], str]
"""What an event is called, by the person and the queue."""


def rota_calendar(rota: RotaView, name: str, url: str, now: datetime, title: Title, person: int | None = None) -> bytes:
    """All shifts, or those that this person has, as a calendar of that name."""
    calendar = Calendar()
    calendar.add("prodid", "-//community-helpdesk//rota//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    host = urlsplit(url).hostname or "helpdesk"
    taken = {(one.shift, one.starts): one for one in sorted(rota.swaps, key=_by_id) if one.status == "taken"}
    for shift in rota.shifts:
        if person in (None, shift.person):
            for event in _series(shift, rota, set(taken), now):
                event.add("summary", title(shift.person, shift.queue))
                _finish(calendar, event, host, now)
    shifts = {shift.id: shift for shift in rota.shifts}
    for swap in taken.values():
        if swap.taker is not None and person in (None, swap.taker) and swap.shift in shifts:
            event = _single(f"swap-{swap.id}", swap.starts, swap.ends)
            event.add("summary", title(swap.taker, shifts[swap.shift].queue))
            _finish(calendar, event, host, now)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _by_id(swap: Swap) -> int:
    return swap.id


def _finish(calendar: Calendar, event: Event, host: str, now: datetime) -> None:
    event["uid"] = f"{event['uid']}@{host}"
    event.add("dtstamp", now)
    event.add("transp", "TRANSPARENT")
    calendar.add_component(event)


def _single(uid: str, starts: datetime, ends: datetime) -> Event:
    event = Event()
    event["uid"] = uid
    event.add("dtstart", starts.astimezone(UTC))
    event.add("dtend", ends.astimezone(UTC))
    return event


def _series(shift: Shift, rota: RotaView, given: set[tuple[int, datetime]], now: datetime) -> Iterator[Event]:
    """The shift week by week. An instance that the change of the clocks makes longer or shorter stands by itself."""
    usual = timedelta(minutes=shift.span.length)
    every = list(days(shift, shift.since, now + LOOK_AHEAD))
    plain = [one for one in every if one[2] - one[1] == usual]
    if not plain:
        return
    where = UTC if shift.zone in ("UTC", "GMT") else zone(shift.zone)
    _, starts, ends = plain[0]
    event = Event()
    event["uid"] = f"shift-{shift.id}"
    event.add("dtstart", starts.astimezone(where))
    event.add("dtend", ends.astimezone(where))
    recurrence = vRecur(freq="weekly", byday=DAYS[shift.span.weekday][:2].upper())
    if shift.until is not None:
        recurrence["until"] = shift.until
    event.add("rrule", recurrence)
    owner = people(rota).get(shift.person)
    lacking: list[datetime] = []
    odd: list[tuple[date, datetime, datetime]] = []
    for day, begins, until in every:
        swapped = (shift.id, begins) in given
        absent = begins > now and (owner is None or owner.away(begins))
        unlike = until - begins != usual
        if (swapped or absent or unlike) and begins >= starts:
            lacking.append(begins.astimezone(where))
        if unlike and not swapped and not absent:
            odd.append((day, begins, until))
    if lacking:
        event.add("exdate", lacking)
    yield event
    for day, begins, until in odd:
        yield _single(f"shift-{shift.id}-{day:%Y%m%d}", begins, until)
