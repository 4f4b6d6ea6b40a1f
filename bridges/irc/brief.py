"""An answer in a line or two: what fits stands whole, the source and what can be said next always do. Pure.

Nothing is cut inside a word, an address or code, unless it is longer than a line by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bridges.irc.protocol import sendable, split
from bridges.text import Link, Span, Text, irc, plain, transform, walk

WIDTH = 400
"""Bytes of a line that clients and bouncers show without scrolling or folding it away."""
_APART = " · "
_UNSPACED = "\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uffef"
"""Scripts that are written without spaces: a line may end behind any character."""
_ATOM = re.compile(rf"[{_UNSPACED}]|(?:`[^`]+`|[^\s`{_UNSPACED}]+|`)+")
LONG_NAME = 60
"""Characters of a source's name; a longer one goes before any of the answer does."""


def brief(text: Text, address: str, width: int, lines: int) -> tuple[str, ...]:
    """At most `lines` lines of at most `width` and `WIDTH` bytes, the first one said to `address` where there is one.

    What is too long loses the addresses behind the names of several things to choose from, or the end of the words
    before its only source.
    """
    width = min(width, WIDTH)
    front = f"{address}: " if address else ""
    for candidate in _ever_shorter(text):
        said = sendable(candidate)
        if not said:
            return ()
        said[0] = front + said[0]
        laid = _laid(said, width, lines)
        if laid is not None:
            return laid
    said = sendable(irc(text))
    return tuple(piece for line in said for piece in split(line, width))[:lines]


def _ever_shorter(text: Text) -> Iterator[str]:
    yield irc(text)
    links = [span for span in walk(text) if isinstance(span, Link) and plain(span.children) not in ("", span.url)]
    if len(links) > 1:
        text = _named(text)
        yield irc(text)
    whole = irc(text)
    source = irc((links[0],)) if len(links) == 1 else ""
    head, tail = whole.rsplit(source, 1) if source else (whole, "")
    if source and len(source) - len(links[0].url) > LONG_NAME:
        source = links[0].url
        yield head + source + tail
    end = f" → {source}{tail}" if source else ""
    words = head.rstrip(" →\n")
    for atom in reversed(list(_ATOM.finditer(words))):
        yield f"{words[: atom.start()].rstrip()} …{end}".lstrip()


def _laid(said: Sequence[str], width: int, lines: int) -> tuple[str, ...] | None:
    """In lines of their own where there is room, else the last one by itself, else all as one; None where nothing fits."""
    if sum(len(line.encode()) for line in said) > width * lines:
        return None
    for parts in (said, (_joined(said[:-1]), said[-1]), (_joined(said),)):
        wrapped = [line for part in parts if part for line in _wrapped(part, width)]
        if len(wrapped) <= lines and all(len(line.encode()) <= width for line in wrapped):
            return tuple(wrapped)
    return None


def _joined(said: Sequence[str]) -> str:
    return _APART.join(line.strip() for line in said).replace(f"{_APART}→", " →")


def _wrapped(line: str, width: int) -> Iterator[str]:
    """Cut between words and pieces of code only."""
    begin = end = 0
    for atom in _ATOM.finditer(line):
        if end > begin and len(line[begin : atom.end()].encode()) > width:
            yield line[begin:end].removesuffix(_APART.rstrip())
            begin = atom.start()
        end = atom.end()
    if end > begin:
        yield line[begin:end].removeprefix(_APART.lstrip())


def _named(text: Text) -> Text:
    """The names of what is linked, without the addresses."""
    return transform(text, _name)


def _name(span: Span) -> Text | None:
    return span.children if isinstance(span, Link) and plain(span.children) else None
