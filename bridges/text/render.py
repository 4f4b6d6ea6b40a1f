"""Spans as HTML: what Matrix clients show, and what our own pages do. Everything from outside is escaped. Pure."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from html import escape
from typing import TYPE_CHECKING, TypeAlias, assert_never

from bridges.text.colours import hue_of
from bridges.text.spans import (
    Break,
    Code,
    CodeBlock,
    Coloured,
    Items,
    Link,
    Mention,
    Plain,
    Quote,
    Span,
    Spoiler,
    Styled,
    Text,
)

if TYPE_CHECKING:
    from bridges.events import PersonId

Pill: TypeAlias = "Callable[[PersonId, str], str | None]"
"""The address behind a mention of this person by this name; None where there is none to go to."""

_TAGS = {"bold": "strong", "italic": "em", "underline": "u", "strike": "del"}


def html(text: Text, *, pill: Pill | None = None) -> str:
    """What Matrix clients show (Client-Server API v1.15, "m.room.message msgtypes", "Spoiler messages").

    Mentions are bold names, or links where `pill` knows an address, such as `https://matrix.to/#/@anna:example.org`.
    """
    return "".join(_Matrix(pill).add(text))


def web(text: Text) -> str:
    """What our own pages show: no style of its own, colours as one of eight classes, spoilers to be opened.

    Nothing in it needs more than `style.css`, so it holds under a policy without inline styles and scripts.
    """
    return "".join(_Web().add(text))


class _Writer(ABC):
    def add(self, text: Text) -> Iterator[str]:
        for span in text:
            yield from self.span(span)

    @abstractmethod
    def mention(self, span: Mention) -> str: ...

    @abstractmethod
    def coloured(self, span: Coloured) -> tuple[str, str]:
        """What stands before and behind."""

    @abstractmethod
    def spoiler(self, span: Spoiler) -> tuple[str, str]:
        """What stands before and behind."""

    def span(self, span: Span) -> Iterator[str]:
        match span:
            case Plain(words):
                yield escape(words, quote=False)
            case Styled(style, children):
                yield from (f"<{_TAGS[style]}>", *self.add(children), f"</{_TAGS[style]}>")
            case Coloured(children):
                front, end = self.coloured(span)
                yield from (front, *self.add(children), end)
            case Spoiler(children):
                front, end = self.spoiler(span)
                yield from (front, *self.add(children), end)
            case Code(words):
                yield f"<code>{escape(words, quote=False)}</code>"
            case CodeBlock(words):
                yield f"<pre><code>{escape(words, quote=False)}</code></pre>"
            case Link(url, children):
                yield f'<a href="{escape(url)}">{"".join(self.add(children)) or escape(url)}</a>'
            case Mention():
                yield self.mention(span)
            case Break():
                yield "<br>"
            case Quote(children):
                yield from ("<blockquote>", *self.add(children), "</blockquote>")
            case Items(items, ordered, start):
                tag = "ol" if ordered else "ul"
                first = f' start="{start}"' if ordered and start != 1 else ""
                yield f"<{tag}{first}>"
                for item in items:
                    yield from ("<li>", *self.add(item), "</li>")
                yield f"</{tag}>"
            case _:
                assert_never(span)


class _Matrix(_Writer):
    def __init__(self, pill: Pill | None) -> None:
        self._pill = pill

    def mention(self, span: Mention) -> str:
        name = escape(span.name, quote=False)
        url = self._pill(span.person, span.name) if self._pill else None
        return f'<a href="{escape(url)}">{name}</a>' if url else f"<strong>{name}</strong>"

    def coloured(self, span: Coloured) -> tuple[str, str]:
        colour = f' data-mx-color="{escape(span.colour)}"' if span.colour else ""
        background = f' data-mx-bg-color="{escape(span.background)}"' if span.background else ""
        return f"<span{colour}{background}>", "</span>"

    def spoiler(self, span: Spoiler) -> tuple[str, str]:
        reason = f'="{escape(span.reason)}"' if span.reason else ""
        return f"<span data-mx-spoiler{reason}>", "</span>"


class _Web(_Writer):
    def mention(self, span: Mention) -> str:
        return f"<strong>{escape(span.name, quote=False)}</strong>"

    def coloured(self, span: Coloured) -> tuple[str, str]:
        hue = hue_of(span.colour) if span.colour else None
        return (f'<span class="hue-{hue}">', "</span>") if hue else ("", "")

    def spoiler(self, span: Spoiler) -> tuple[str, str]:
        reason = escape(span.reason, quote=False) or "Spoiler"
        return f'<details class="spoiler"><summary>{reason}</summary>', "</details>"
