"""What people say of a community event, in whatever order and with whatever between: title, kind, place, dates, people, contact.
Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from helpdesk.nouns.hours import BadHoursError, zone

LASTS = timedelta(hours=3)
"""How long an event is of which only the beginning is said."""
TITLE, PLACE = 120, 200
"""Characters that are kept."""

RESERVED = frozenset({"main", "all", "alle"})
"""Words that mean other queues than an event's."""
YEARS = range(2000, 2200)
"""In which things are planned: what is further away is a slip, and no calendar reaches much further."""

_SEPARATORS = re.compile(r"\s*(?:[·•|;\n]|\s[-–—]\s)\s*")
_DATE = r"(?P<{0}>\d{{4}}-\d{{1,2}}-\d{{1,2}}|\d{{1,2}}\.\d{{1,2}}\.\d{{4}})"
_CLOCK = r"(?P<{0}>\d{{1,2}}(?:[:.]\d{{2}})?(?:\s*[ap]m|\s*h|\s*uhr)?)"
_TO = r"\s*(?:to|till?|until|bis|-|–|—)\s*"
_WHEN = re.compile(
    _DATE.format("day")
    + rf"(?:(?:\s*,?\s*|T)(?:at\s+|from\s+|um\s+|von\s+)?{_CLOCK.format('from')}(?!\.?\d))?"
    + rf"(?:{_TO}(?:{_DATE.format('last')})?(?:(?:\s*,?\s*|T)?{_CLOCK.format('to')}(?![-.]?\d))?)?",
    re.IGNORECASE,
)
_ZONE = re.compile(r"\b(?:[A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_+\-0-9]+)+|UTC)\b")
_PEOPLE = re.compile(
    r"(?:people|expected|persons|personen|leute)\s*:?\s*(?:about|ca\.?|~)?\s*(?P<after>\d{1,6})"
    r"|(?:about|ca\.?|~)?\s*(?P<before>\d{1,6})\s*(?:people|persons?|guests?|attendees|personen|leute|gäste|teilnehme\w*)",
    re.IGNORECASE,
)
_CONTACT = re.compile(r"\b(?:contact|kontakt|ansprechperson)\s*:?\s+(?P<who>@?\S[^·•|;\n,]{0,79})", re.IGNORECASE)
_PLACE = re.compile(r"(?:place|where|ort|venue)\s*:?\s+(?P<place>.+)", re.IGNORECASE)
_KIND = re.compile(r"(?:kind|art)\s*:?\s+(?P<kind>.+)", re.IGNORECASE)
_TITLED = re.compile(r"(?:title|titel)\s*:?\s+(?P<title>.+)", re.IGNORECASE)
_ONLINE = re.compile(r"(?:online|virtual|virtuell)(?:\s*(?::|at|in|on|,)?\s+(?P<place>.+))?", re.IGNORECASE)
_ALIASES = {
    "meetup": "meet-up",
    "treffen": "meet-up",
    "brownbag": "brown-bag",
    "booth": "conference-booth",
    "stand": "conference-booth",
    "conference": "conference-booth",
    "roundtable": "round-table",
    "runder-tisch": "round-table",
    "hack-session": "sprint",
    "hackathon": "sprint",
}
_SPELLED = {ord(letter): spelled for letter, spelled in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"))}


class WhenError(ValueError):
    """The dates can't be read: `id` is the message that says why."""

    def __init__(self, message: str, about: str = "") -> None:
        super().__init__(message)
        self.id = message
        self.about = about


@dataclass(frozen=True, slots=True)
class When:
    starts: datetime
    ends: datetime
    """Both in UTC."""
    zone: str


@dataclass(frozen=True, slots=True)
class Described:
    """What was said of an event; empty or None where nothing was."""

    title: str = ""
    kind: str = ""
    place: str = ""
    online: bool | None = None
    when: When | None = None
    expected: int | None = None
    contact: str = ""


def slug(text: str) -> str:
    """`Brown bag: Größe` as `brown-bag-groesse`."""
    spelled = text.casefold().translate(_SPELLED)
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def kind_of(words: str, kinds: Collection[str]) -> str:
    """The kind that is meant; empty when there is none of this name."""
    name = slug(words)
    found = name if name in kinds else _ALIASES.get(name.replace("-", ""), _ALIASES.get(name, ""))
    return found if found in kinds else ""


def tag_for(title: str, year: int | None, taken: Collection[str], kind: str = "") -> str:
    """A short name that is still free, such as `berlin-2027`."""
    words = [
        word for word in slug(title).split("-") if word not in {*slug(kind).split("-"), "meetup", "the", "a", "of"}
    ]
    name = "-".join(words[:3])[:30].strip("-") or slug(kind) or "event"
    if year is not None and str(year) not in name:
        name = f"{name}-{year}"
    found, count = name, 1
    while found in taken or found in RESERVED:
        count += 1
        found = f"{name}-{count}"
    return found


def contact_of(words: str) -> str:
    found = _CONTACT.search(words)
    return found["who"].strip() if found else ""


def describe(words: str, default_zone: str, kinds: Collection[str]) -> Described:
    """Read it. Raise WhenError for dates that can't be."""
    at = when(words, default_zone)
    rest = words
    if at is not None:
        rest = _ZONE.sub("·", _WHEN.sub("·", rest, count=1), count=1)
    contact = contact_of(rest)
    rest = _CONTACT.sub("·", rest, count=1)
    found = _PEOPLE.search(rest)
    expected = int(found["after"] or found["before"]) if found else None
    rest = _PEOPLE.sub("·", rest, count=1) if found else rest
    title = kind = place = ""
    online: bool | None = None
    parts = [part.strip(" ,") for part in _SEPARATORS.split(rest)]
    if len([part for part in parts if part]) == 1 and "," in rest:
        parts = [part.strip() for part in rest.split(",")]
    for part in filter(None, parts):
        if said := _TITLED.fullmatch(part):
            title = said["title"]
        elif (said := _KIND.fullmatch(part)) and kind_of(said["kind"], kinds):
            kind = kind_of(said["kind"], kinds)
        elif said := _PLACE.fullmatch(part):
            place = said["place"]
        elif said := _ONLINE.fullmatch(part):
            online, place = True, said["place"] or place
        elif not kind and kind_of(part, kinds):
            kind = kind_of(part, kinds)
        elif not title:
            title = part
        elif not place:
            place = part
    if not kind:
        kind = next((known for word in title.split() if (known := kind_of(word, kinds))), "")
    return Described(title[:TITLE], kind, place[:PLACE], online or None, at, expected, contact)


# --- when -------------------------------------------------------------------------------------------------------------


def when(words: str, default_zone: str) -> When | None:
    """`2027-02-06 10:00 to 18:00 Europe/Brussels`, `6.2.2027 to 7.2.2027`; None where no date is. Raise WhenError."""
    found = _WHEN.search(words)
    if found is None:
        return None
    where = next((name for name in _ZONE.findall(words[found.end() :]) or _ZONE.findall(words) if _known(name)), "")
    named = _ZONE.search(words[found.end() :])
    if named is not None and not _known(named[0]):
        raise WhenError("event-bad-zone", named[0])
    first = _day(found["day"])
    last = _day(found["last"]) if found["last"] else first
    begin = _clock(found["from"])
    end = _clock(found["to"])
    name = where or default_zone
    start = datetime.combine(first, time()) + (begin or timedelta(0))
    if end is not None:
        stop = datetime.combine(last, time()) + end
    elif begin is None or found["last"]:
        stop = datetime.combine(last, time()) + timedelta(days=1)
    else:
        stop = start + LASTS
    if stop <= start and not found["last"]:
        stop += timedelta(days=1)  # it goes on past midnight
    if stop <= start:
        raise WhenError("event-ends-before", found[0])
    return When(at(start, name), at(stop, name), name)


def at(wall: datetime, where: str) -> datetime:
    """That moment by the clock on the wall there, in UTC."""
    return wall.replace(tzinfo=zone(where)).astimezone(UTC)


def wall(moment: datetime, where: str) -> datetime:
    """What the clock on the wall there shows then."""
    return moment.astimezone(zone(where)).replace(tzinfo=None)


def _known(name: str) -> bool:
    try:
        zone(name)
    except BadHoursError:
        return False
    return True


def _day(said: str) -> date:
    try:
        if "." in said:
            day, month, year = (int(part) for part in said.split("."))
        else:
            year, month, day = (int(part) for part in said.split("-"))
        if year not in YEARS:
            raise WhenError("event-bad-date", said)
        return date(year, month, day)
    except ValueError as error:
        raise WhenError("event-bad-date", said) from error


def _clock(said: str | None) -> timedelta | None:
    if said is None:
        return None
    hour, _, minute = re.sub(r"[^\d:.]", "", said).replace(".", ":").partition(":")
    hours = int(hour) % 12 + 12 if said.lower().endswith("pm") else int(hour)
    if said.lower().endswith("am") and hours == 12:
        hours = 0
    if hours > 24 or int(minute or 0) > 59:
        raise WhenError("event-bad-time", said)
    return timedelta(hours=hours, minutes=int(minute or 0))
