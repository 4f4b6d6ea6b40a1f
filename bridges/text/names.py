"""Names of people in the words of a relay: what one may not hold, whom it must not call, its colour. Pure."""

from __future__ import annotations

import re
import unicodedata
from hashlib import blake2b

from bridges.text.harmless import one_line, shorten

NAME_LIMIT = 40
"""Characters of a name that are shown."""
UNNAMED = "?"
JOINER = "\u2060"
"""WORD JOINER: takes no room, allows no break, and no client finds a nick across it."""
READABLE = (3, 4, 6, 7, 10, 13)
"""mIRC colours that can be read on white and on black alike: at least 2.5 to 1 by the contrast of WCAG 2.1."""

_MARKS = 4
"""Marks on one letter; more are there to cover the lines around."""
_BRACKETS = str.maketrans("<>", "‹›")
_EMOJI_JOINER = "\u200d"
_GRAPHEME_LIMIT = 20


def fit_name(name: str) -> str:
    """A name as a relay may show it: one line, no control, formatting or invisible characters, no `<` and `>`, which
    would say that somebody else speaks, few marks on a letter, at most `NAME_LIMIT` characters; `?` when nothing is left.
    """
    kept = [" "]
    marks = 0
    for character in one_line(name, 200).translate(_BRACKETS):
        kind = unicodedata.category(character)
        if kind in {"Mn", "Me"}:
            marks += 1
            if marks > _MARKS:
                continue
        elif kind in {"Cf", "Cn", "Co", "Cs"}:
            if character != _EMOJI_JOINER or kept[-1] in {" ", _EMOJI_JOINER}:
                continue  # a joiner is seen between two emoji only
        else:
            marks = 0
        kept.append(character)
    whole = " ".join("".join(kept).split()).rstrip(_EMOJI_JOINER)
    return shorten(whole, NAME_LIMIT) if any(map(_shows, whole)) else UNNAMED


def unpinging(name: str) -> str:
    """`fit_name` with a joiner behind its first grapheme, so that nobody's client calls them."""
    name = fit_name(name)
    first = _first_grapheme(name)
    return f"{name[:first]}{JOINER}{name[first:]}"


def colour_of(person: str) -> int:
    """The mIRC colour of a person, by their id: the same for ever, on every machine."""
    return READABLE[int.from_bytes(blake2b(person.encode("utf-8", "replace"), digest_size=4).digest()) % len(READABLE)]


def dyed(words: str, person: str) -> str:
    """Words in the person's colour, for the front of a line of IRC: all formatting ends behind them."""
    guard = "\x02\x02" if re.match(r"[\d,]", words) else ""
    return f"\x03{colour_of(person):02d}{guard}{words}\x0f"


def _shows(character: str) -> bool:
    return unicodedata.category(character)[0] not in "CZM" and character not in "\u115f\u1160\u2800\u3164\uffa0"


def _first_grapheme(name: str) -> int:
    """Where the first character that people see ends: near enough to UAX #29, marks, flags and joined emoji included."""
    flag = _is_flag(name[0])
    end = 1
    while end < min(len(name), _GRAPHEME_LIMIT):
        character = name[end]
        if (
            (flag and end == 1 and _is_flag(character))
            or unicodedata.combining(character)
            or unicodedata.category(character)[0] == "M"
            or _is_tone(character)
        ):
            end += 1
        elif character == _EMOJI_JOINER and end + 1 < len(name):
            end += 2
        else:
            break
    return end


def _is_flag(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _is_tone(character: str) -> bool:
    return "\U0001f3fb" <= character <= "\U0001f3ff"
