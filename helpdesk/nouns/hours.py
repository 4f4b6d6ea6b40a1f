"""Hours of the week in somebody's own time zone: when a SIG is awake, when a volunteer is there, when nobody is to be paged.

A week is written as people write it: `mon-fri 18:00-22:00, sat 10-16`. Wall-clock times, so that a shift stays at 18:00 when
the clocks change; all instants that go in and come out are aware. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 24 * 60
"""Minutes of a day without a change of the clocks."""
HORIZON = 15
"""Days that are looked ahead: hours come back every week."""

_ITEM = re.compile(
    r"(?:(?P<days>daily|every\s*day|(?:[a-z]{3,9})(?:\s*-\s*[a-z]{3,9})?(?:\s*/\s*[a-z]{3,9})*)\s+)?"
    r"(?P<from>\d{1,2}(?::\d{2})?)\s*(?:-|–|to)\s*(?P<to>\d{1,2}(?::\d{2})?)"
)


class BadHoursError(ValueError):
    """The hours can't be read. The message says how to write them."""


def _bad(text: str) -> BadHoursError:
    return BadHoursError(f"{text.strip()!r}: write hours such as `mon-fri 18:00-22:00, sat 10-16`, or `daily 9-17`")


@cache
def zone(name: str) -> ZoneInfo:
    """The time zone. Raise BadHoursError for one that is not in the IANA database."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise BadHoursError(
            f"{name!r} is no time zone; write one such as Europe/Berlin, America/New_York or UTC"
        ) from error


def day(name: str) -> int:
    """The weekday by its English name or the first three letters: 0 is Monday. Raise BadHoursError."""
    found = name.strip().lower()[:3]
    if found not in DAYS or not len(name.strip()) >= 3:
        raise BadHoursError(f"{name!r} is no weekday; write {', '.join(DAYS)}")
    return DAYS.index(found)


def minutes(clock: str) -> int:
    """Minutes since midnight of `18:30` or `18`; `24` is the day's end. Raise BadHoursError."""
    found = re.fullmatch(r"(\d{1,2})(?::(\d{2}))?", clock.strip())
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
    if minute > 59 or hour * 60 + minute > DAY:
        raise BadHoursError(f"{clock!r} is no time of day; write one such as 18:00")
    return hour * 60 + minute


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of each week: minutes since the weekday's midnight, by the clock on the wall."""

    weekday: int
    start: int
    length: int

    def on(self, at: date, where: ZoneInfo) -> tuple[datetime, datetime]:
        """The stretch as it begins on that day, in UTC."""
        midnight = datetime.combine(at, time())
        begins, ends = (
            (midnight + timedelta(minutes=minute)).replace(tzinfo=where).astimezone(UTC)
            for minute in (self.start, self.start + self.length)
        )
        return begins, max(begins, ends)


def spans(text: str) -> tuple[Span, ...]:
    """Read hours of the week. Raise BadHoursError."""
    found: list[Span] = []
    for part in re.split(r"[,;]", text.lower()):
        if not part.strip():
            continue
        item = _ITEM.fullmatch(part.strip())
        if item is None:
            raise _bad(part)
        start, end = minutes(item["from"]), minutes(item["to"])
        if start == end % DAY and start:
            raise _bad(part)
        length = (end - start) % DAY or DAY
        found += [Span(weekday, start % DAY, length) for weekday in _weekdays(item["days"] or "daily")]
    return tuple(sorted(set(found)))


def _weekdays(text: str) -> list[int]:
    if text.startswith(("daily", "every")):
        return list(range(7))
    found: list[int] = []
    for part in text.split("/"):
        first, _, last = part.partition("-")
        begin = day(first)
        end = day(last) if last else begin
        found += [number % 7 for number in range(begin, begin + (end - begin) % 7 + 1)]
    return found


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of the week somewhere; without any, it is always or never: `always` says which."""

    spans: tuple[Span, ...] = ()
    zone: str = "UTC"
    always: bool = True

    @classmethod
    def of(cls, text: str, where: str = "UTC", *, always: bool = True) -> Hours:
        """Hours as they are written. Raise BadHoursError."""
        zone(where or "UTC")
        return cls(spans(text), where or "UTC", always)

    def stretches(self, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The stretches that touch this time, joined where they meet, oldest first, in UTC."""
        if not self.spans:
            if self.always:
                yield since, until
            return
        where = zone(self.zone)
        at = since.astimezone(where).date() - timedelta(days=2)
        last = until.astimezone(where).date() + timedelta(days=1)
        found: list[tuple[datetime, datetime]] = []
        while at <= last:
            found += [span.on(at, where) for span in self.spans if span.weekday == at.weekday()]
            at += timedelta(days=1)
        joined: list[tuple[datetime, datetime]] = []
        for begins, ends in sorted(found):
            if joined and begins <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(joined[-1][1], ends))
            elif ends > begins:
                joined.append((begins, ends))
        yield from ((begins, ends) for begins, ends in joined if ends > since and begins < until)

    def open(self, at: datetime) -> bool:
        """Whether it is one of these hours."""
        return any(begins <= at < ends for begins, ends in self.stretches(at, at + timedelta(microseconds=1)))

    def next_open(self, at: datetime) -> datetime | None:
        """The first moment from then on that is one of these hours; None when there is none."""
        return next((max(begins, at) for begins, _ in self.stretches(at, at + timedelta(days=HORIZON))), None)

    def closes(self, at: datetime) -> datetime | None:
        """When the stretch that `at` is in ends; None when it never does, or when it is none of these hours."""
        if not self.spans:
            return None
        found = next(iter(self.stretches(at, at + timedelta(days=HORIZON))), None)
        return found[1] if found is not None and found[0] <= at and found[1] < at + timedelta(days=HORIZON) else None

    def after(self, at: datetime, length: timedelta) -> datetime:
        """The moment when so much of these hours has passed since then. Hours that never are count as always."""
        left, since = length, at
        for _ in range(60):
            until = since + timedelta(days=HORIZON)
            empty = True
            for begins, ends in self.stretches(since, until):
                empty = False
                begins, ends = max(begins, since), min(ends, until)  # noqa: PLW2901
                if ends - begins >= left:
                    return begins + left
                left -= ends - begins
            if empty:
                break
            since = until
        return at + length

    def between(self, since: datetime, until: datetime) -> timedelta:
        """How much of these hours lies between."""
        parts = (min(ends, until) - max(begins, since) for begins, ends in self.stretches(since, until))
        return sum(parts, timedelta())
