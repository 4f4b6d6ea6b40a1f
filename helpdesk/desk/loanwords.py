"""What people say of something that is lent: what, to whom, until when, for which event or ticket. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from helpdesk.desk.eventwords import WhenError, at, brief, wall, when
from helpdesk.nouns.community import of_number
from helpdesk.nouns.lengths import leading

WHAT = 120
"""Characters that are kept."""
BACK, LIST = frozenset({"return", "returned", "back", "zurück"}), frozenset({"list", "liste"})
_LENT = re.compile(
    r"(?:#(?P<ticket>\d{1,9})\s+)?(?P<what>.+?)\s+(?:to|an|for|für)\s+(?P<who>.+?)\s+(?:until|till?|by|bis|for|für)\s+"
    r"(?P<until>.+?)(?:\s+(?:event|for event)\s+#?(?P<event>\S+))?",
    re.IGNORECASE | re.DOTALL,
)
_END_OF_DAY = timedelta(hours=20)
"""When something is due that is lent until a day: in the evening."""


@dataclass(frozen=True, slots=True)
class Lent:
    what: str
    who: str
    until: datetime
    ticket: int | None
    event: str
    """Its number or tag; empty for none."""


def loan_of(words: str) -> int | None:
    """The loan that is brought back."""
    verb, _, rest = words.strip().partition(" ")
    if verb.lower() not in BACK:
        return None
    return next((found for word in rest.split() if (found := of_number(word)) is not None), None)


def borrower_of(words: str) -> str:
    found = _LENT.fullmatch(brief(words))
    return found["who"].strip() if found else ""


def lent(words: str, now: datetime, zone: str) -> Lent | None:
    """`projector to ben until 2027-02-08 event 3`, `#12 two microphones to ben for 2 weeks`; None when it can't be read. Raise
    WhenError for dates that are no dates.
    """
    found = _LENT.fullmatch(brief(words))
    if found is None:
        return None
    until = _until(found["until"], now, zone)
    if until is None:
        return None
    return Lent(
        found["what"].strip()[:WHAT],
        found["who"].strip()[:80],
        until,
        int(found["ticket"]) if found["ticket"] else None,
        found["event"] or "",
    )


def _until(said: str, now: datetime, zone: str) -> datetime | None:
    span = leading(said)
    if span is not None and not span[1]:
        return now + span[0]
    moment = when(said, zone)
    if moment is None:
        return None
    day = wall(moment.starts, moment.zone)
    if day.hour == day.minute == 0:
        return at(day + _END_OF_DAY, moment.zone)
    return moment.starts


__all__ = ["BACK", "LIST", "Lent", "WhenError", "borrower_of", "lent", "loan_of"]
