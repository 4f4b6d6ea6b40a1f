"""Rich text: a tuple of frozen spans, some of which hold text themselves. Pure.

Parsers make nothing deeper than `hypertext.DEPTH`, so that what walks a tree may recurse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias, assert_never

if TYPE_CHECKING:
    from bridges.events import PersonId

Style: TypeAlias = Literal["bold", "italic", "underline", "strike"]


@dataclass(frozen=True, slots=True)
class Plain:
    text: str


@dataclass(frozen=True, slots=True)
class Styled:
    style: Style
    children: Text


@dataclass(frozen=True, slots=True)
class Code:
    text: str


@dataclass(frozen=True, slots=True)
class CodeBlock:
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    url: str
    """http, https, mailto, irc, ircs or matrix: parsers make nothing else into a link."""
    children: Text


@dataclass(frozen=True, slots=True)
class Mention:
    person: PersonId
    name: str


@dataclass(frozen=True, slots=True)
class Break:
    """A new line."""


@dataclass(frozen=True, slots=True)
class Coloured:
    children: Text
    colour: str = ""
    """`#rrggbb`; empty: as the text around it."""
    background: str = ""


@dataclass(frozen=True, slots=True)
class Spoiler:
    """Shown when somebody wants to see it."""

    children: Text
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    children: Text


@dataclass(frozen=True, slots=True)
class Items:
    items: tuple[Text, ...]
    ordered: bool = False
    start: int = 1
    """The first one's number, when `ordered`."""


Span: TypeAlias = Plain | Styled | Code | CodeBlock | Link | Mention | Break | Coloured | Spoiler | Quote | Items
Text: TypeAlias = tuple[Span, ...]

BLOCKS = (CodeBlock, Quote, Items)
"""Spans with lines of their own: a line ends before and behind them without a `Break`."""


def walk(text: Text) -> Iterator[Span]:
    """Every span of the tree, each before what it holds."""
    for span in text:
        yield span
        match span:
            case Styled(_, children) | Link(_, children) | Quote(children) | Coloured(children) | Spoiler(children):
                yield from walk(children)
            case Items(items):
                for item in items:
                    yield from walk(item)
            case _:
                pass


def transform(text: Text, change: Callable[[Span], Text | None]) -> Text:
    """The text in which `change` has said what stands for each span, asked from the outside in.

    What it returns is taken as it is; for None the span stays and what it holds is asked for next.
    """
    result: list[Span] = []
    for span in text:
        changed = change(span)
        if changed is not None:
            result.extend(changed)
            continue
        match span:
            case Styled(_, children) | Link(_, children) | Quote(children) | Coloured(children) | Spoiler(children):
                result.append(replace(span, children=transform(children, change)))
            case Items(items):
                result.append(replace(span, items=tuple(transform(item, change) for item in items)))
            case Plain() | Code() | CodeBlock() | Mention() | Break():
                result.append(span)
            case _:
                assert_never(span)
    return tuple(result)


def joined(spans: Iterable[Span]) -> Text:
    """The same, with neighbouring `Plain` spans as one and empty ones gone. Linear in the length."""
    result: list[Span] = []
    words: list[str] = []
    for span in spans:
        if isinstance(span, Plain):
            words.append(span.text)
            continue
        if whole := "".join(words):
            result.append(Plain(whole))
        words.clear()
        result.append(span)
    if whole := "".join(words):
        result.append(Plain(whole))
    return tuple(result)
