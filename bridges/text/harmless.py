"""Strings from outside, made harmless: control characters, length, calls to a whole room. Pure."""

from __future__ import annotations

import re

from bridges.text.spans import Break, Plain, Text

LENGTH_LIMIT = 20_000
"""Characters of one message that are looked at; the rest is cut before any work is done on it."""
LINKABLE = re.compile(r"(?:https?|mailto|ircs?|matrix):", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
_MASS_MENTION = re.compile(r"@(?=(?:room|everyone|here|channel|all)\b)", re.IGNORECASE)


def clean(text: str, limit: int = LENGTH_LIMIT) -> str:
    """Text without control or direction-changing characters, at most `limit` characters; new lines and tabs stay."""
    return _CONTROL.sub("", text[: limit + 1].replace("\r\n", "\n").replace("\r", "\n"))[:limit]


def one_line(text: str, limit: int = LENGTH_LIMIT) -> str:
    """`clean`, with all white space folded to single spaces: for names and topics."""
    return " ".join(clean(text, limit).split())


def defuse(text: str) -> str:
    """Make `@room` and its like harmless by a zero-width joiner behind the @."""
    return _MASS_MENTION.sub("@\u2060", text)


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, cut between words where there is one, with `…` when something was cut."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    space = head.rfind(" ")
    return (head[:space] if space > limit // 2 else head).rstrip() + "…"


def fold(text: Text, lines: int) -> Text:
    """At most `lines` lines where room is scarce: all but the last ones run together, with ` · ` between them."""
    breaks = [index for index, span in enumerate(text) if isinstance(span, Break)]
    folded = set(breaks[: max(0, len(breaks) - lines + 1)])
    return tuple(Plain(" · ") if index in folded else span for index, span in enumerate(text))
