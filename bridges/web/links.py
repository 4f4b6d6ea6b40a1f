"""Web addresses in plain words as links: IRC and mail people write them bare. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bridges.text import Link, Plain, Span, Text, transform

_URL = re.compile(r"https?://[^\s<>()\"]*[^\s<>()\".,;:!?]")


def with_links(text: Text) -> Text:
    """The same text, where a bare http or https address leads somewhere."""
    return transform(text, _linked)


def _linked(span: Span) -> Text | None:
    match span:
        case Plain(words):
            return tuple(_words(words))
        case Link():
            return (span,)
        case _:
            return None


def _words(words: str) -> Iterator[Span]:
    position = 0
    for found in _URL.finditer(words):
        if found.start() > position:
            yield Plain(words[position : found.start()])
        yield Link(found[0], (Plain(found[0]),))
        position = found.end()
    if position < len(words):
        yield Plain(words[position:])
