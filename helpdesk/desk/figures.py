"""The numbers that leads look at, from rows that were read for them. Pure: no reading, no clock.

Medians and ninth deciles are of tickets that got there; a ticket that nobody answered yet is in the shares.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from helpdesk.desk.credit import KINDS, Credit
from helpdesk.model import TicketStatus
from helpdesk.nouns.hours import Hours, zone
from helpdesk.nouns.report import (
    Alone,
    Deed,
    Fact,
    Growing,
    Hour,
    Lapse,
    Load,
    Material,
    Report,
    Share,
    Times,
    Week,
    Worry,
)

WATCHED = timedelta(days=14)
"""How far the watch for burn-out looks back."""
MUCH = 0.4
"""One person's share of all answers from which on others should help, where there are `FEW` people and answers enough."""
FEW, ENOUGH = 3, 20
BUSY_DAYS, LATE_NIGHTS = 12, 4
NIGHT = (23, 6)
ALONE = 3
"""Answers in a topic from which on it matters that they are all of one person."""
GROWN = 1.5
SHOWN = 10


def report(rows: Material) -> Report:
    """All numbers of the stretch of time."""
    facts = _answered(rows)
    here = [fact for fact in facts if fact.opened_at >= rows.since]
    earlier = rows.since - (rows.until - rows.since)
    before = [fact for fact in facts if earlier <= fact.opened_at < rows.since]
    done = [fact for fact in facts if (end := _ended(fact)) is not None and rows.since <= end <= rows.until]
    where = zone(rows.hours.zone)
    asked = [
        fact for fact in here if fact.status not in (TicketStatus.MERGED, TicketStatus.CANCELLED) or fact.answered_at
    ]
    solved = Counter(
        "assumed" if fact.status is TicketStatus.CLOSED and not fact.solved else fact.solved for fact in done
    )
    hours = _hours(here, rows, where)
    topics = Counter(fact.topic for fact in here if fact.topic)
    return Report(
        rows.since,
        rows.until,
        rows.queue,
        rows.hours.zone,
        opened=len(here),
        resolved=len(done),
        open=sum(fact.status.active for fact in facts),
        first=_lapse(asked, rows.hours, lambda fact: fact.answered_at),
        resolution=_lapse(done, rows.hours, _ended),
        within_day=_within(asked, timedelta(hours=24), rows.until),
        within_three=_within(asked, timedelta(hours=72), rows.until),
        confirmed=solved["confirmed"],
        assumed=solved["assumed"],
        denied=sum(fact.solved == "denied" for fact in {*here, *done}),
        unsaid=solved[""],
        weeks=_weeks(here, done, rows, where),
        loads=_loads(rows, done),
        alone=_alone(rows),
        growing=_growing(topics, Counter(fact.topic for fact in before if fact.topic)),
        hours=hours,
        gaps=_gaps(hours),
        topics=dict(topics.most_common()),
        partial=rows.partial,
    )


def _answered(rows: Material) -> list[Fact]:
    """The tickets; where one does not say when it was answered, its history does."""
    first: dict[int, datetime] = {}
    for deed in rows.deeds:
        if KINDS.get(deed.kind) is Credit.ANSWERS and (deed.ticket not in first or deed.at < first[deed.ticket]):
            first[deed.ticket] = deed.at
    return [
        replace(fact, answered_at=first[fact.number]) if fact.answered_at is None and fact.number in first else fact
        for fact in rows.facts
    ]


def _ended(fact: Fact) -> datetime | None:
    if fact.status not in (TicketStatus.RESOLVED, TicketStatus.CLOSED):
        return None
    return fact.resolved_at or fact.changed_at


# --- times ------------------------------------------------------------------------------------------------------------


def _lapse(facts: Sequence[Fact], hours: Hours, until: Callable[[Fact], datetime | None]) -> Lapse:
    ends = [(fact.opened_at, end) for fact in facts if (end := until(fact)) is not None]
    wall = times([end - since for since, end in ends])
    if not hours.spans:
        return Lapse(wall, wall)
    return Lapse(wall, times([hours.between(since, end) for since, end in ends]))


def times(lengths: Sequence[timedelta]) -> Times:
    """The median and the ninth decile (nearest rank)."""
    if not lengths:
        return Times()
    ordered = sorted(lengths)
    return Times(len(ordered), _middle(ordered), ordered[math.ceil(0.9 * len(ordered)) - 1])


def _middle(lengths: Sequence[timedelta]) -> timedelta:
    return timedelta(seconds=median(length.total_seconds() for length in lengths))


def _within(facts: Sequence[Fact], length: timedelta, until: datetime) -> Share:
    """Of those that were opened so long ago."""
    old = [fact for fact in facts if until - fact.opened_at >= length]
    soon = sum(fact.answered_at is not None and fact.answered_at - fact.opened_at <= length for fact in old)
    return Share(soon, len(old))


def _weeks(here: Sequence[Fact], done: Sequence[Fact], rows: Material, where: ZoneInfo) -> tuple[Week, ...]:
    def begins(at: datetime) -> int:
        day = at.astimezone(where).date()
        return day.toordinal() - day.weekday()

    opened = Counter(begins(fact.opened_at) for fact in here)
    resolved = Counter(begins(end) for fact in done if (end := _ended(fact)) is not None)
    first, last = begins(rows.since), begins(rows.until)
    monday = rows.since.astimezone(where).date()
    return tuple(Week(monday.fromordinal(at), opened[at], resolved[at]) for at in range(first, last + 1, 7))


# --- people -----------------------------------------------------------------------------------------------------------


def _loads(rows: Material, done: Sequence[Fact]) -> tuple[Load, ...]:
    """Whoever did something, or has something; by name, since this is no league table."""
    by_person: dict[int, list[Deed]] = defaultdict(list)
    for deed in rows.deeds:
        if deed.at >= rows.since and deed.kind in KINDS:
            by_person[deed.person].append(deed)
    answers = {person: _answers(deeds) for person, deeds in by_person.items()}
    every = sum(answers.values())
    solved = Counter(fact.claimant for fact in done)
    found: list[Load] = []
    for worker in rows.workers:
        deeds = by_person.get(worker.person, [])
        if not deeds and not worker.claims:
            continue
        late = [deed for deed in deeds if deed.at > rows.until - WATCHED]
        where = zone(worker.zone)
        load = Load(
            worker.person,
            worker.name,
            answers.get(worker.person, 0),
            len(deeds),
            solved[worker.person],
            answers.get(worker.person, 0) / every if every else 0.0,
            worker.claims,
            worker.cap,
            len({deed.at.astimezone(where).date() for deed in late}),
            len({_night(deed.at, where) for deed in late} - {None}),
        )
        found.append(replace(load, worries=_worries(load, len(by_person), every)))
    return tuple(sorted(found, key=lambda load: load.name.casefold()))


def _answers(deeds: Sequence[Deed]) -> int:
    return sum(KINDS.get(deed.kind) is Credit.ANSWERS for deed in deeds)


def _night(at: datetime, where: ZoneInfo) -> int | None:
    """Which night it was, by the day it began; None by day."""
    local = at.astimezone(where)
    if local.hour >= NIGHT[0]:
        return local.toordinal()
    return local.toordinal() - 1 if local.hour < NIGHT[1] else None


def _worries(load: Load, people: int, answers: int) -> tuple[Worry, ...]:
    found: list[Worry] = []
    if people >= FEW and answers >= ENOUGH and load.share > MUCH:
        found.append("share")
    if load.claims > load.cap:
        found.append("claims")
    if load.days >= BUSY_DAYS:
        found.append("days")
    if load.nights >= LATE_NIGHTS:
        found.append("nights")
    return tuple(found)


def _alone(rows: Material) -> tuple[Alone, ...]:
    """Topics that rest on one pair of shoulders."""
    by_topic: dict[str, Counter[int]] = defaultdict(Counter)
    for deed in rows.deeds:
        if deed.at >= rows.since and deed.topic and KINDS.get(deed.kind) is Credit.ANSWERS:
            by_topic[deed.topic][deed.person] += 1
    names = {worker.person: worker.name for worker in rows.workers}
    found = [
        Alone(topic, names.get(person, ""), count)
        for topic, people in by_topic.items()
        if len(people) == 1
        for person, count in people.items()
        if count >= ALONE
    ]
    return tuple(sorted(found, key=lambda one: (-one.answers, one.topic)))


# --- topics and hours -------------------------------------------------------------------------------------------------


def _growing(now: Mapping[str, int], before: Mapping[str, int]) -> tuple[Growing, ...]:
    found = [
        Growing(topic, count, before.get(topic, 0))
        for topic, count in now.items()
        if count >= ALONE and count > GROWN * before.get(topic, 0)
    ]
    return tuple(sorted(found, key=lambda one: (one.before - one.now, one.topic)))


def _hours(here: Sequence[Fact], rows: Material, where: ZoneInfo) -> tuple[Hour, ...]:
    waits: dict[int, list[timedelta]] = defaultdict(list)
    opened: Counter[int] = Counter()
    for fact in here:
        local = fact.opened_at.astimezone(where)
        at = local.weekday() * 24 + local.hour
        opened[at] += 1
        if fact.answered_at is not None:
            waits[at].append(fact.answered_at - fact.opened_at)
    covered = _covered(rows, where)
    return tuple(
        Hour(at // 24, at % 24, opened[at], at in covered, _middle(waits[at]) if waits[at] else None)
        for at in range(7 * 24)
    )


def _covered(rows: Material, where: ZoneInfo) -> set[int]:
    """Hours of the week in the middle of which somebody is there, as the rota stands in the week of the report's end."""
    every = set(range(7 * 24))
    duty = rows.duty or ((rows.hours,) if rows.hours.spans else ())
    if not duty:
        return every
    monday = rows.until.astimezone(where).date()
    monday -= timedelta(days=monday.weekday())
    middles = {at: datetime.combine(monday + timedelta(days=at // 24), time(at % 24, 30), tzinfo=where) for at in every}
    since, until = min(middles.values()) - timedelta(hours=1), max(middles.values()) + timedelta(hours=1)
    stretches = [stretch for hours in duty for stretch in hours.stretches(since, until)]
    return {at for at, middle in middles.items() if any(begins <= middle < ends for begins, ends in stretches)}


def _gaps(hours: Sequence[Hour]) -> tuple[Hour, ...]:
    found = [hour for hour in hours if hour.opened and not hour.covered]
    return tuple(sorted(found, key=lambda hour: (-hour.opened, hour.weekday, hour.hour)))
