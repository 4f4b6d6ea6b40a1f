"""A leads' report as tables for a spreadsheet: one file for each thing that is counted. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta

from helpdesk.nouns.report import Lapse, Report

Row = Sequence[str | int | float | None]


def _hours(took: timedelta | None) -> float | None:
    return None if took is None else round(took.total_seconds() / 3600, 2)


def _lapse(name: str, lapse: Lapse) -> list[Row]:
    return [
        (f"{name}_count", lapse.wall.count),
        (f"{name}_median_hours", _hours(lapse.wall.median)),
        (f"{name}_p90_hours", _hours(lapse.wall.p90)),
        (f"{name}_median_sig_hours", _hours(lapse.hours.median)),
        (f"{name}_p90_sig_hours", _hours(lapse.hours.p90)),
    ]


def _numbers(report: Report) -> Iterable[Row]:
    yield ("what", "value")
    yield ("since", report.since.isoformat())
    yield ("until", report.until.isoformat())
    yield ("queue", report.queue)
    yield ("opened", report.opened)
    yield ("resolved", report.resolved)
    yield ("open", report.open)
    yield from _lapse("first_response", report.first)
    yield from _lapse("resolution", report.resolution)
    for name, share in (("answered_in_24_h", report.within_day), ("answered_in_72_h", report.within_three)):
        yield (name, None if share.value is None else round(share.value, 4))
    yield ("confirmed", report.confirmed)
    yield ("assumed", report.assumed)
    yield ("denied", report.denied)
    yield ("unsaid", report.unsaid)


def _weeks(report: Report) -> Iterable[Row]:
    yield ("begins", "opened", "resolved")
    yield from ((week.begins.isoformat(), week.opened, week.resolved) for week in report.weeks)


def _people(report: Report) -> Iterable[Row]:
    yield ("name", "answers", "deeds", "solved", "share", "claims", "cap", "days_of_14", "nights_of_14", "worries")
    for load in report.loads:
        yield (
            load.name, load.answers, load.deeds, load.solved, round(load.share, 4), load.claims, load.cap, load.days,
            load.nights, " ".join(load.worries),
        )  # fmt: skip


def _topics(report: Report) -> Iterable[Row]:
    yield ("topic", "opened", "opened_before", "answered_by_one")
    grown = {one.topic: one.before for one in report.growing}
    alone = {one.topic: one.name for one in report.alone}
    for topic in dict.fromkeys((*report.topics, *alone)):
        yield (topic, report.topics.get(topic, 0), grown.get(topic), alone.get(topic))


def _by_hour(report: Report) -> Iterable[Row]:
    yield ("weekday", "hour", "zone", "opened", "covered", "median_wait_hours")
    for hour in report.hours:
        yield (hour.weekday + 1, hour.hour, report.zone, hour.opened, int(hour.covered), _hours(hour.waited))


TABLES: Mapping[str, Callable[[Report], Iterable[Row]]] = {
    "numbers": _numbers,
    "weeks": _weeks,
    "people": _people,
    "topics": _topics,
    "hours": _by_hour,
}
"""By the names of their files."""


def table(report: Report, name: str) -> str:
    """One of `TABLES`, as RFC 4180 says."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in TABLES[name](report):
        writer.writerow([_safe(value) for value in row])
    return out.getvalue()


def _safe(value: str | float | None) -> str | float | None:
    """Names come from people: a spreadsheet must not take one for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t") else value
