"""The rota laid out in time: when which shift comes, who has it after all swaps, where nobody is. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TypeAlias

from helpdesk.nouns.hours import zone
from helpdesk.nouns.rota import OnDuty, RotaView, Shift, Swap
from helpdesk.nouns.sig import Volunteer

Stretch: TypeAlias = tuple[datetime, datetime]
_SOON = timedelta(days=8)
"""Every weekly shift comes once in it."""


@dataclass(frozen=True, slots=True, order=True)
class Occurrence:
    """A shift as it comes once."""

    starts: datetime
    ends: datetime
    shift: int
    person: int
    """Who has it, after all that was swapped."""
    queue: str
    zone: str
    offered: Swap | None = None
    """Their offer to give it away."""


def _owners(swaps: Iterable[Swap]) -> dict[tuple[int, datetime], tuple[int | None, Swap | None]]:
    """Who took each swapped occurrence last, and the offer that is still open."""
    found: dict[tuple[int, datetime], tuple[int | None, Swap | None]] = {}
    for swap in sorted(swaps, key=lambda swap: swap.id):
        taker, _ = found.get((swap.shift, swap.starts), (None, None))
        if swap.status == "taken":
            found[swap.shift, swap.starts] = (swap.taker, None)
        elif swap.status == "open":
            found[swap.shift, swap.starts] = (taker, swap)
    return found


def days(shift: Shift, since: datetime, until: datetime) -> Iterator[tuple[date, datetime, datetime]]:
    """Each time that the shift touches this time: its day where it is worked, when it begins and ends."""
    where = zone(shift.zone)
    at = since.astimezone(where).date() - timedelta(days=2)
    at += timedelta(days=(shift.span.weekday - at.weekday()) % 7)
    last = until.astimezone(where).date() + timedelta(days=1)
    while at <= last:
        starts, ends = shift.span.on(at, where)
        exists = ends > shift.since and (shift.until is None or starts < shift.until)
        if exists and starts < until and ends > since:
            yield at, starts, ends
        at += timedelta(days=7)


def occurrences(view: RotaView, since: datetime, until: datetime) -> list[Occurrence]:
    """All that touch this time, oldest first."""
    owners = _owners(view.swaps)
    found = []
    for shift in view.shifts:
        for _, starts, ends in days(shift, since, until):
            taker, offered = owners.get((shift.id, starts), (None, None))
            person = taker if taker is not None else shift.person
            found.append(Occurrence(starts, ends, shift.id, person, shift.queue, shift.zone, offered))
    return sorted(found, key=lambda one: (one.starts, one.ends, one.shift))


def people(view: RotaView) -> Mapping[int, Volunteer]:
    return {volunteer.person: volunteer for volunteer in view.volunteers}


def there(view: RotaView, one: Occurrence) -> bool:
    """Whether whoever has it will come: they are of the SIG and on no break."""
    found = people(view).get(one.person)
    return found is not None and not found.away(one.starts)


@dataclass(frozen=True, slots=True)
class Duty:
    person: int
    queue: str
    until: datetime | None


def on_duty(view: RotaView, at: datetime, queue: str | None = None) -> list[Duty]:
    """Who is on duty then, of one queue or of all: by the rota, by `!duty on`, on site. Each person once."""
    found: dict[tuple[int, str], datetime | None] = {}
    for one in occurrences(view, at, at + timedelta(microseconds=1)):
        if there(view, one):
            found[one.person, one.queue] = max(one.ends, found.get((one.person, one.queue)) or one.ends)
    known = people(view)
    for duty in view.duty:
        if lasts(duty, at) and duty.person in known:
            before = found.get((duty.person, duty.queue), at)
            ends = None if duty.until is None or before is None else max(duty.until, before)
            found[duty.person, duty.queue] = ends
    return [Duty(person, of, until) for (person, of), until in found.items() if queue is None or of == queue]


def presence(view: RotaView, now: datetime) -> dict[str, datetime | None]:
    """Of each queue that somebody is on duty for or has a shift of: None while somebody is there, else when somebody comes."""
    found: dict[str, datetime | None] = {duty.queue: None for duty in on_duty(view, now)}
    away = replace(view, shifts=tuple(shift for shift in view.shifts if shift.queue not in found))
    for one in occurrences(away, now, now + _SOON):
        if one.queue not in found and there(view, one):
            found[one.queue] = one.starts
    return found


def lasts(duty: OnDuty, at: datetime) -> bool:
    return duty.since <= at and (duty.until is None or at < duty.until)


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """In order, and as one where they meet."""
    found: list[Stretch] = []
    for starts, ends in sorted(stretches):
        if found and starts <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        elif ends > starts:
            found.append((starts, ends))
    return found


def without(wanted: Iterable[Stretch], covered: Iterable[Stretch]) -> list[Stretch]:
    """What of `wanted` is left."""
    left = joined(wanted)
    for starts, ends in joined(covered):
        parts = []
        for begin, end in left:
            parts += [(begin, min(end, starts)), (max(begin, ends), end)] if begin < ends and end > starts else []
            parts += [] if begin < ends and end > starts else [(begin, end)]
        left = [(begin, end) for begin, end in parts if end > begin]
    return left


def gaps(
    view: RotaView, wanted: Sequence[Stretch] | None, since: datetime, until: datetime, queue: str
) -> list[Stretch]:
    """When nobody of the queue will be there. Without hours that are `wanted`, those that are on the rota at all are."""
    mine = [one for one in occurrences(view, since, until) if one.queue == queue]
    covered = [(one.starts, one.ends) for one in mine if one.offered is None and there(view, one)]
    asked = wanted if wanted is not None else [(one.starts, one.ends) for one in mine]
    return without([(max(starts, since), min(ends, until)) for starts, ends in asked], covered)
