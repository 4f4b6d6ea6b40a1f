"""Lengths of time as people say them: `2w`, `90m`, `3 days`, `an hour`, `2 Wochen`. Pure."""

from __future__ import annotations

import re
from datetime import timedelta

LONGEST = timedelta(days=3660)
_LENGTH = re.compile(r"(?P<count>\d{1,5}|an?|one|eine?[nr]?)?\s*(?P<unit>[a-zä]+)", re.IGNORECASE)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_UNITS |= {"min": "minutes", "mins": "minutes", "sec": "seconds", "secs": "seconds", "hr": "hours", "hrs": "hours"}
_UNITS |= {name: unit for unit in set(_UNITS.values()) for name in (unit, unit.removesuffix("s"))}
_UNITS |= {
    name: unit
    for unit, names in {
        "seconds": "sekunde sekunden",
        "minutes": "minute minuten",
        "hours": "stunde stunden std",
        "days": "tag tage tagen t",
        "weeks": "woche wochen",
    }.items()
    for name in names.split()
}


def length(words: str) -> timedelta | None:
    """How long that is, at most ten years; None when it is no length of time."""
    found = _LENGTH.fullmatch(words.strip().rstrip(".,:;"))
    unit = _UNITS.get(found["unit"].lower()) if found else None
    if found is None or unit is None:
        return None
    count = found["count"]
    if count is None:
        return None
    return min(timedelta(**{unit: int(count) if count.isdigit() else 1}), LONGEST) or None


def leading(words: str) -> tuple[timedelta, str] | None:
    """The length that the words begin with, and what follows it."""
    parts = words.split(maxsplit=2)
    for taken in (2, 1):
        if len(parts) >= taken and (found := length(" ".join(parts[:taken]))) is not None:
            return found, " ".join(parts[taken:])
    return None
