"""What volunteers say about themselves, as they say it: `skills: matrix, irc · tz: Europe/Berlin · hours: mon-fri 18-22`. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from bridges.text import shorten
from helpdesk.config import Config
from helpdesk.effects import Message
from helpdesk.nouns.hours import BadHoursError, Hours, zone
from helpdesk.nouns.sig import Volunteer

MOST = 30
"""Topics, languages or queues of one person."""
LONGEST = 60
MOST_TICKETS = 50
_KEY = re.compile(r"(?:^|(?<=[\s·•;,|]))(?P<key>[A-Za-zäöüÄÖÜ]{2,12}(?:[ -]zone)?)\s*[:=]\s*", re.IGNORECASE)
_KEYS = {
    "skills": "skill skills topic topics tags themen thema",
    "languages": "language languages lang langs speaks sprache sprachen",
    "zone": "tz zone timezone time-zone zeitzone",
    "hours": "hours hour times available zeiten stunden",
    "quiet": "quiet night ruhe ruhezeit",
    "cap": "cap limit max tickets grenze",
    "queues": "queue queues team teams",
}
_FIELDS = {key: field for field, keys in _KEYS.items() for key in keys.split()}
_NONE = frozenset({"", "-", "none", "any", "all", "always", "default", "keine", "alle", "immer"})
_LANGUAGES = {
    name: code
    for code, names in {
        "en": "english englisch",
        "de": "german deutsch",
        "fr": "french français francais französisch",
        "es": "spanish español espanol spanisch",
        "it": "italian italiano italienisch",
        "pt": "portuguese português portugues",
        "nl": "dutch nederlands niederländisch",
        "pl": "polish polski polnisch",
        "cs": "czech čeština tschechisch",
        "ja": "japanese japanisch",
        "zh": "chinese chinesisch",
    }.items()
    for name in names.split()
}


class BadProfileError(ValueError):
    """What was said can't be read; `told` says which part, and how to write it."""

    def __init__(self, told: Message) -> None:
        super().__init__(told.id)
        self.told = told


def read(words: str, volunteer: Volunteer, config: Config) -> tuple[Volunteer, str]:
    """The volunteer with what the words say, and the words that say nothing about it. Raise BadProfileError."""
    found = list(_KEY.finditer(words))
    rest = words[: found[0].start()] if found else words
    values: dict[str, str] = {}
    for number, key in enumerate(found):
        end = found[number + 1].start() if number + 1 < len(found) else len(words)
        values[_field(key["key"])] = words[key.end() : end].strip(" \t\n·•;,|")
    # Hours are read in the zone that is said with them.
    for field in sorted(values, key=lambda name: name != "zone"):
        volunteer = _with(volunteer, field, values[field], config)
    return volunteer, rest.strip(" \t\n·•;,|")


def step(words: str, volunteer: Volunteer, config: Config) -> Volunteer:
    """`tz Europe/Berlin`, `hours mon-fri 18-22`, or as `read`. Raise BadProfileError."""
    if _KEY.match(words):
        volunteer, _ = read(words, volunteer, config)
        return volunteer
    key, _, value = words.strip().partition(" ")
    return _with(volunteer, _field(key), value.strip(), config)


def _field(key: str) -> str:
    key = key.lower().replace(" ", "-")
    near = _FIELDS.get(key) or _FIELDS.get(next(iter(get_close_matches(key, _FIELDS, n=1, cutoff=0.75)), ""))
    if near is None:
        raise BadProfileError(Message("profile-unknown", {"key": shorten(key, 20)}))
    return near


def _with(volunteer: Volunteer, field: str, value: str, config: Config) -> Volunteer:
    none = value.lower() in _NONE
    given: Any
    match field:
        case "skills":
            given = () if none else _listed(value)
        case "languages":
            given = (
                () if none else tuple(dict.fromkeys(_language(word) for word in re.split(r"[,\s/+]+", value) if word))
            )
        case "queues":
            given = () if none else _queues(value, config)
        case "zone":
            given = "UTC" if none else _zone(value)
        case "cap":
            if not none and not (re.fullmatch(r"\d{1,3}", value) and 1 <= int(value) <= MOST_TICKETS):
                raise BadProfileError(Message("profile-cap", {"most": MOST_TICKETS}))
            given = None if none else int(value)
        case _:
            given = "" if none else _hours(value, volunteer.zone)
    return replace(volunteer, **{field: given})


def _listed(value: str) -> tuple[str, ...]:
    words = value.split(",") if "," in value else value.split()
    slugs = (re.sub(r"\s+", "-", word.strip().lower().lstrip("#")) for word in words)
    return tuple(dict.fromkeys(shorten(slug, LONGEST) for slug in slugs if slug))[:MOST]


def _language(word: str) -> str:
    code = _LANGUAGES.get(word.lower(), word.lower())
    if not re.fullmatch(r"[a-z]{2,3}(-[a-z]{2,8})?", code):
        raise BadProfileError(Message("profile-language", {"word": shorten(word, 20)}))
    return code


def _queues(value: str, config: Config) -> tuple[str, ...]:
    wanted = tuple(dict.fromkeys(word.lower() for word in re.split(r"[,\s]+", value) if word))
    unknown = next((name for name in wanted if name not in config.queues), None)
    if unknown is not None:
        known = ", ".join(config.queues) or "-"
        raise BadProfileError(Message("profile-queue", {"name": shorten(unknown, 20), "known": known}))
    return wanted[:MOST]


@cache
def _zones() -> dict[str, str]:
    """Zones by their whole names in small letters, and by the place where that is one only."""
    names = available_timezones()
    whole = {name.lower(): name for name in names}
    places: dict[str, list[str]] = {}
    for name in names:
        if "/" in name and not name.startswith(("Etc/", "posix/", "right/", "SystemV/", "US/")):
            places.setdefault(name.rpartition("/")[2].lower(), []).append(name)
    return {place: found[0] for place, found in places.items() if len(found) == 1} | whole


def _zone(value: str) -> str:
    name = _zones().get(value.strip().replace(" ", "_").lower(), value.strip())
    try:
        zone(name)
    except BadHoursError:
        raise BadProfileError(Message("profile-zone", {"name": shorten(value, 30)})) from None
    return name


def _hours(value: str, where: str) -> str:
    try:
        Hours.of(value, where)
    except BadHoursError:
        raise BadProfileError(Message("profile-hours", {"text": shorten(value, 40)})) from None
    return shorten(value, 200)
