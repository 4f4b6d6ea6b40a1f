"""Web addresses in plain words as links: IRC and mail people write them bare. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bridges.text import Coloured, Items, Link, Plain, Quote, Span, Spoiler, Styled, Text

_URL = re.compile(r"https?://[^\s<>()\"]*[^\s<>()\".,;:!?]")


def with_links(text: Text) -> Text:
    """The same text, where a bare http or https address leads somewhere."""
    return tuple(_linked(text))


def _linked(text: Text) -> Iterator[Span]:
    for span in text:
        match span:
            case Plain(words):
                yield from _words(words)
            case Styled(style, children):
                yield Styled(style, with_links(children))
            case Quote(children) | Coloured(children) | Spoiler(children):
                yield replace(span, children=with_links(children))
            case Items(items):
                yield replace(span, items=tuple(with_links(item) for item in items))
            case _:
                yield span


def _words(words: str) -> Iterator[Span]:
    position = 0
    for found in _URL.finditer(words):
        if found.start() > position:
            yield Plain(words[position : found.start()])
        yield Link(found[0], (Plain(found[0]),))
        position = found.end()
    if position < len(words):
        yield Plain(words[position:])
