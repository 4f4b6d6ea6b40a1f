"""A leads' report in a few lines of chat. Pure."""

from __future__ import annotations

from datetime import timedelta
from functools import reduce

from helpdesk.effects import Message, Value
from helpdesk.nouns.report import Lapse, Report, Share

TOPICS = 3
"""Topics, people and hours that a line names."""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def lines(report: Report, span: str) -> list[Message]:
    """The numbers, and then only what somebody should look at."""
    told = [
        Message(
            "report-counts",
            {"span": span, "opened": report.opened, "resolved": report.resolved, "open": report.open},
        )
    ]
    if report.first.wall.count:
        told.append(_lapse("report-first", report.first))
        told.append(
            Message("report-within", {"day": percent(report.within_day), "three": percent(report.within_three)})
        )
    if report.resolution.wall.count:
        told.append(_lapse("report-resolution", report.resolution))
        told.append(
            Message(
                "report-solved",
                {"confirmed": report.confirmed, "assumed": report.assumed, "denied": report.denied},
            )
        )
    for load in report.loads:
        told += [Message(f"report-worry-{worry}", {"name": load.name}) for worry in load.worries]
    if report.alone:
        named = (f"{one.topic} ({one.name})" for one in report.alone[:TOPICS])
        told.append(Message("report-alone", {"topics": ", ".join(named)}))
    if report.growing:
        grown = (f"{one.topic} {one.before} → {one.now}" for one in report.growing[:TOPICS])
        told.append(Message("report-growing", {"topics": ", ".join(grown)}))
    if report.gaps:
        hours = [
            Message("report-hour", {"day": Message(f"report-day-{DAYS[gap.weekday]}"), "hour": f"{gap.hour:02}"})
            for gap in report.gaps[:TOPICS]
        ]
        told.append(Message("report-gaps", {"hours": _listed(hours), "zone": report.zone}))
    if report.partial:
        told.append(Message("report-partial"))
    return told


def _lapse(name: str, lapse: Lapse) -> Message:
    wall, hours = lapse.wall, lapse.hours
    args: dict[str, Value] = {"median": length(wall.median), "p90": length(wall.p90)}
    if wall == hours:
        return Message(name, args)
    return Message(f"{name}-hours", args | {"hours": length(hours.median)})


def _listed(found: list[Message]) -> Message:
    return reduce(lambda first, rest: Message("report-and", {"first": first, "rest": rest}), found)


def length(took: timedelta | None) -> str:
    """`40 min`, `3.5 h`, `2.1 d`: the same in every language."""
    if took is None:
        return "–"
    minutes = took.total_seconds() / 60
    if minutes < 100:
        return f"{minutes:.0f} min"
    hours = minutes / 60
    return f"{hours:.1f} h" if hours < 48 else f"{hours / 24:.1f} d"


def percent(share: Share) -> str:
    return "–" if share.value is None else f"{share.value:.0%}"
