"""A SIG's quarter as its report might look: for the pages' tests and for the picture in the documentation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from helpdesk.nouns.report import Alone, Growing, Hour, Lapse, Load, Report, Share, Times, Week

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
_HOUR = timedelta(hours=1)
_WEEKS = ((19, 18), (23, 20), (17, 21), (26, 22), (31, 27), (22, 28), (20, 19), (24, 25), (38, 29), (33, 38), (21, 26))
_DAY = (1, 0, 0, 0, 0, 0, 1, 2, 4, 6, 7, 6, 4, 5, 6, 7, 6, 6, 8, 11, 12, 9, 5, 2)
"""When people ask, from midnight on."""


def _hours() -> tuple[Hour, ...]:
    found = []
    for at in range(168):
        day, hour = divmod(at, 24)
        opened = _DAY[hour] * (2 if day < 5 else 3) // (3 if day % 2 else 2)
        covered = 7 <= hour < 23 and not (hour > 20 and day in (4, 5))
        found.append(Hour(day, hour, opened, covered, (1 + (hour * 7 + day) % 5) * _HOUR / 2 if opened else None))
    return tuple(found)


REPORT = Report(
    NOW - timedelta(weeks=11),
    NOW,
    "",
    "UTC",
    sum(opened for opened, _ in _WEEKS),
    sum(resolved for _, resolved in _WEEKS),
    14,
    Lapse(Times(268, 1.4 * _HOUR, 9 * _HOUR), Times(268, 0.7 * _HOUR, 3 * _HOUR)),
    Lapse(Times(259, 7 * _HOUR, 52 * _HOUR), Times(259, 4 * _HOUR, 21 * _HOUR)),
    Share(251, 274),
    Share(268, 274),
    181,
    74,
    9,
    weeks=tuple(
        Week((NOW - timedelta(weeks=11 - number)).date(), opened, resolved)
        for number, (opened, resolved) in enumerate(_WEEKS)
    ),
    loads=(
        Load(1, "Anselm", 38, 61, 31, 0.15, 2, 5, 6, 0, ()),
        Load(2, "Lea", 29, 84, 22, 0.11, 3, 5, 9, 1, ()),
        Load(3, "Mia", 44, 52, 35, 0.17, 1, 3, 7, 0, ()),
        Load(4, "Vera", 96, 131, 77, 0.37, 6, 5, 13, 4, ("claims", "days")),
        Load(5, "Vic", 52, 70, 41, 0.2, 2, 5, 8, 0, ()),
    ),
    alone=(Alone("streaming", "Vera", 12),),
    growing=(Growing("accounts", 31, 12),),
    hours=_hours(),
    topics={"accounts": 71, "matrix": 58, "mailing-lists": 44, "events": 39, "irc": 27, "streaming": 12},
)
