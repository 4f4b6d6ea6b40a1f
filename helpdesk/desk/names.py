"""Whose name words begin with, and how a call for somebody reads in a linked room. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from bridges.text import Mention, Plain, Text, plain
from helpdesk.ledger import Place, Speaker, folded

_CALL = re.compile(r"\s*@?(?P<name>[^\s:,@<>][^:,\n]{0,63}?)(?P<mark>[:,])(?=\s|$)")
_AT = re.compile(r"\s*@(?P<name>[^\s:,@<>]{1,64})(?=\s|$)")
_QUOTED_NAME = re.compile(r"\s*(?:<[^<>\n]{1,80}>|\[[^\[\]\n]{1,80}\]|\([^()\n]{1,80}\)|\*)\s*")
_SHORT = 12
"""Characters of words that are so common that saying them again means nothing."""


def called(text: Text) -> str:
    """The name that the words begin with, as in `anna: …` or `@anna …`; empty when they call nobody."""
    if not text or not isinstance(text[0], Plain):
        return ""
    found = _CALL.match(text[0].text) or _AT.match(text[0].text)
    return found["name"].strip() if found else ""


def calling(text: Text, speaker: Speaker) -> Text:
    """The same words, with the name in front as a mention of that person."""
    first = text[0]
    if not isinstance(first, Plain):
        return text
    found = _CALL.match(first.text) or _AT.match(first.text)
    if found is None:
        return text
    rest = first.text[found.end("name") :]
    return (Mention(speaker.person, speaker.name), *((Plain(rest),) if rest else ()), *text[1:])


def find(name: str, speakers: Iterable[Speaker], place: Place) -> Speaker | None:
    """Who of that name spoke last on the place's network, in the place itself before others."""
    wanted = folded(name)
    there = [one for one in speakers if one.network == place[0] and folded(one.name) == wanted]
    return next((one for one in there if one.place == place), there[0] if there else None)


def essence(text: Text) -> tuple[str, bool]:
    """The words without names that relays put in front of them, and whether there were any."""
    words = plain(text)[:2000]
    bare = words
    for _ in range(8):
        found = _QUOTED_NAME.match(bare)
        if found is None or not found.end():
            break
        bare = bare[found.end() :]
    return " ".join(folded(bare).split()), bare != words


def digest(text: Text) -> str:
    """By what the same words are recognised; empty for words too short to tell anything."""
    words, quoted = essence(text)
    if not words or (len(words) < _SHORT and not quoted):
        return ""
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:24]
