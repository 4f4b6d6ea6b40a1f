"""A question's words without what leads to a person: addresses, numbers, names after @, keys. For the log of questions.

It errs towards masking: whoever reads the log wants to know what was asked, and by whom must not be found out from it. Names
in plain words are not found. Pure, and in linear time: every pattern's length is bounded, or what it looks at is passed once.
"""

from __future__ import annotations

import ipaddress
import re

from helpdesk.desk.secrets import MASK, mask

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,20}://[^\s<>\"]+")
_QUERY = re.compile(r"\?[\w.%\[\]-]{1,64}=\S*")
# `anna (at) example.org`, `anna at example dot org`
_SPELT_OUT = re.compile(
    r"[\w.+-]{1,64}[ ]?[\[({<]\s?(?:at|ät)\s?[\])}>][ ]?[\w.-]{1,255}|[\w.+-]{1,64} (?:at|ät) [\w-]{1,64}(?: dot [\w-]{1,63}){1,3}",
    re.IGNORECASE,
)
_HOME = re.compile(r"(?<=/home/)[^\s/\\:]{1,64}|(?<=[/\\][Uu]sers[/\\])[^\s/\\:]{1,64}")
_WITH_AT = re.compile(r"\S+")
_ADDRESS = re.compile(r"(?<![\w:.])[0-9A-Fa-f:.]{2,60}(?![\w:])")
_HARDWARE = re.compile(r"(?<![\w:-])(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}(?![\w:-])")
_PHONE = re.compile(r"(?<!\w)[+(]{0,2}\d[\d\s().\u2010-\u2015/-]{5,24}\d(?!\w)")
_PHONE_DIGITS = 7
_LONG = re.compile(r"[A-Za-z0-9+/_=-]{16,}")
_HEX = re.compile(r"[0-9A-Fa-f]{16,}")
# A word as people and programs write it: `Reset`, `getElementById`, `amd64`, `2026`.
_SPOKEN = re.compile(r"[A-Z]{0,6}[a-z]*(?:[A-Z]{1,6}[a-z]+){0,12}[A-Z]{0,6}\d{0,4}")
_PIECES = re.compile(r"[+/_=-]")
_LONGEST_WORD = 40
_AT = "@＠﹫"
_SIGILS = "#!$+"


def anonymised(text: str) -> str:
    """The text with `MASK` for what leads to a person. Secrets are masked too, should that not have been done."""
    text = _QUERY.sub("", _URL.sub(_address_only, mask(text)[0]))
    text = _SPELT_OUT.sub(MASK, text)
    text = _HOME.sub(MASK, _WITH_AT.sub(_name, text))
    text = _HARDWARE.sub(MASK, text)
    text = _ADDRESS.sub(_machine, text)
    text = _LONG.sub(_token, text)
    return _PHONE.sub(_phone, text)


def _address_only(found: re.Match[str]) -> str:
    """The address without who asks for it and what they ask for: no user, no query, no fragment."""
    scheme, _, rest = found.group().partition("://")
    rest = re.split(r"[?#]", rest, maxsplit=1)[0]
    authority, slash, path = rest.partition("/")
    return f"{scheme}://{authority.rpartition('@')[2]}{slash}{path}"


def _name(found: re.Match[str]) -> str:
    """A mail address, a Matrix ID, a room's alias, `nick!user@host`, or a name called by @."""
    word = found.group()
    if any(at in word for at in _AT) and len(word) > 1:
        return MASK
    bare = word.lstrip("([{<\"'")
    if bare[:1] and bare[0] in _SIGILS and ":" in bare.rstrip(":,.;"):
        return MASK
    return word


def _machine(found: re.Match[str]) -> str:
    held = found.group()
    plain = held.rstrip(".:")
    host, colon, _ = plain.partition(":")
    for bare in (held, held.rstrip("."), plain, host if colon else plain):
        if any(sign in "0123456789abcdefABCDEF" for sign in bare) and _is_address(bare):
            return MASK + held[len(bare) :]
    return held


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _token(found: re.Match[str]) -> str:
    held = found.group()
    if _HEX.search(held):
        return MASK
    pieces = _PIECES.split(held)
    spoken = all(len(piece) <= _LONGEST_WORD and _SPOKEN.fullmatch(piece) for piece in pieces)
    return held if spoken else MASK


def _phone(found: re.Match[str]) -> str:
    return MASK if sum(sign.isdigit() for sign in found.group()) >= _PHONE_DIGITS else found.group()
