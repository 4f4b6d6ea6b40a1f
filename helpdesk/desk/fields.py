"""What counts as an answer to a form's question: read the same way in chat and from the website. Pure."""

from __future__ import annotations

import re
from datetime import date

from bridges.text import clean, one_line
from helpdesk import catalogue
from helpdesk.config import Config
from helpdesk.effects import Message
from helpdesk.sig_sections import RequestField

SHORT = 200
"""Characters of an answer in a line."""
LONG = 2000

YES = frozenset({"yes", "y", "yep", "yeah", "sure", "true", "ja", "j", "jo", "klar", "👍", "✅"})
NO = frozenset({"no", "n", "nope", "nah", "false", "nein", "nö", "ne", "👎", "❌"})
_ADDRESS = re.compile(r"[^\s@<>(),;:\"\\]{1,64}@(?:[^\s@<>(),;:\"\\.]{1,63}\.)+[^\s@<>(),;:\"\\.]{2,63}")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_GERMAN = re.compile(r"(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})")
_DAY_FIRST = re.compile(r"(\d{1,2})\.?\s+([a-zä]{3,9})\.?,?\s+(\d{4})")
_MONTH_FIRST = re.compile(r"([a-zä]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_MONTHS = {
    month: number
    for number, names in enumerate(
        (
            ("jan",),
            ("feb",),
            ("mar", "mär", "mae"),
            ("apr",),
            ("may", "mai"),
            ("jun",),
            ("jul",),
            ("aug",),
            ("sep",),
            ("oct", "okt"),
            ("nov",),
            ("dec", "dez"),
        ),
        1,
    )
    for month in names
}


def read(field: RequestField, words: str, config: Config) -> str | Message:
    """The answer as it is kept; a message that says how to write it where it is none.

    A yes or no is kept as `yes` or `no`, a date as ISO 8601 writes it, a person as `NETWORK:NAME`, a choice as it is named.
    """
    said = clean(words, LONG + 1).strip() if field.kind == "long" else one_line(words, LONG + 1).strip()
    limit = LONG if field.kind == "long" else SHORT
    if not said:
        return Message("empty-words")
    if len(said) > limit:
        return Message("request-wrong-long", {"count": limit})
    value = _value(field, said, config)
    if value is None or (field.pattern and not re.fullmatch(field.pattern, value)):
        return hint(field)
    return value


def hint(field: RequestField) -> Message:
    """How to write the answer."""
    own = catalogue.hint(field)
    if isinstance(own, Message):
        return own
    return Message("request-wrong-hint", {"hint": own}) if own else how(field, "wrong")


def how(field: RequestField, which: str = "how") -> Message:
    """How the kind of answer is written, in few words; of a choice, what there is."""
    if field.kind == "choice":
        listed = " · ".join(f"{number}) {choice}" for number, choice in enumerate(field.choices, 1))
        return Message(f"request-{which}-choice", {"choices": listed})
    return Message(f"request-{which}-{field.kind}")


def _value(field: RequestField, said: str, config: Config) -> str | None:
    match field.kind:
        case "text" | "long":
            return said
        case "choice":
            return _choice(field, said)
        case "yes-no":
            word = said.casefold().strip(" .!")
            return "yes" if word in YES else "no" if word in NO else None
        case "number":
            found = re.fullmatch(r"(?:~|ca\.?|about|etwa)?\s*(\d{1,9})", said.casefold())
            return str(int(found[1])) if found else None
        case "date":
            found_date = day(said)
            return found_date.isoformat() if found_date else None
        case "address":
            bare = said.removeprefix("<").removesuffix(">")
            return bare if _ADDRESS.fullmatch(bare) else None
        case "person":
            return _person(said, config)


def _choice(field: RequestField, said: str) -> str | None:
    if found := re.fullmatch(r"#?(\d{1,3})[.):]?", said):
        number = int(found[1])
        if 1 <= number <= len(field.choices):
            return field.choices[number - 1]
    word = said.casefold()
    exact = [choice for choice in field.choices if choice.casefold() == word]
    near = exact or [choice for choice in field.choices if choice.casefold().startswith(word)]
    return near[0] if len(near) == 1 else None


def _person(said: str, config: Config) -> str | None:
    try:
        config.person_key(said)
    except ValueError:
        network, _, name = said.partition(":")
        # Visitors of the website can't be named in the configuration; here they may.
        known = config.kinds.get(network) == "web" and bool(name.strip())
        return said if known else None
    return said


def day(said: str) -> date | None:
    """The day as people write it: `2027-02-06`, `6 Feb 2027`, `February 6, 2027`, `6.2.2027`."""
    words = said.casefold().strip()
    if found := _ISO.fullmatch(words):
        year, month, number = int(found[1]), int(found[2]), int(found[3])
    elif found := _GERMAN.fullmatch(words):
        year, month, number = int(found[3]), int(found[2]), int(found[1])
    elif found := _DAY_FIRST.fullmatch(words):
        year, month, number = int(found[3]), _MONTHS.get(found[2][:3], 0), int(found[1])
    elif found := _MONTH_FIRST.fullmatch(words):
        year, month, number = int(found[3]), _MONTHS.get(found[1][:3], 0), int(found[2])
    else:
        return None
    try:
        return date(year, month, number)
    except ValueError:
        return None
