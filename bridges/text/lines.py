"""Text as lines of evenly formatted runs, which is all that plain text and IRC know; and plain text itself. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, assert_never

from bridges.text.harmless import clean
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
    Style,
    Styled,
    Text,
)


class Run(NamedTuple):
    """Words of one line that all look the same."""

    words: str = ""
    styles: frozenset[Style] = frozenset()
    colour: str = ""
    background: str = ""
    code: bool = False
    spoiler: bool = False


_PLAIN = Run()
_INDENT = "  "


def lines(text: Text) -> list[list[Run]]:
    """The runs of each line, at least one line. Lists and quotes are marked as in a letter: `- `, `1. `, `> `."""
    page = _Page()
    page.add(text, _PLAIN)
    if page.ended:
        page.lines.pop()
    return page.lines


class _Page:
    def __init__(self) -> None:
        self.lines: list[list[Run]] = [[]]
        self.ended = False
        """A block has ended its line, so that the last one was begun for what follows, if anything does."""

    def say(self, words: str, look: Run) -> None:
        if words:
            self.lines[-1].append(look._replace(words=words))
            self.ended = False

    def new_line(self) -> None:
        self.lines.append([])
        self.ended = False

    def begin_block(self) -> None:
        if self.lines[-1]:
            self.lines.append([])

    def end_block(self) -> None:
        self.lines.append([])
        self.ended = True

    def add(self, text: Text, look: Run, depth: int = 0) -> None:
        for span in text:
            match span:
                case Plain(words) | Mention(_, words):
                    self.say(words, look)
                case Code(words):
                    self.say(words.replace("\n", " "), look._replace(code=True))
                case Styled(style, children):
                    self.add(children, look._replace(styles=look.styles | {style}), depth)
                case Coloured(children, colour, background):
                    self.add(
                        children,
                        look._replace(colour=colour or look.colour, background=background or look.background),
                        depth,
                    )
                case Spoiler(children, reason):
                    self.say(f"({reason}) " if reason and not look.spoiler else "", look)
                    self.add(children, look._replace(spoiler=True), depth)
                case Link(url, children):
                    self.link(url, children, look, depth)
                case Break():
                    self.new_line()
                case CodeBlock() | Quote() | Items():
                    self.begin_block()
                    self.block(span, look, depth)
                    self.end_block()
                case _:
                    assert_never(span)

    def link(self, url: str, children: Text, look: Run, depth: int) -> None:
        label = self.inner(children, look, depth)  # once: links in links would double the work at each depth
        words = "\n".join("".join(run.words for run in line) for line in label)
        if words in ("", url) or url == f"mailto:{words}":
            self.say(url, look)
            return
        self.lines[-1].extend(label[0])
        self.lines.extend(label[1:])
        self.say(f" ({url})", look)

    def block(self, span: CodeBlock | Quote | Items, look: Run, depth: int) -> None:
        match span:
            case CodeBlock(words):
                for number, line in enumerate(words.split("\n")):
                    if number:
                        self.new_line()
                    self.say(line, look)
            case Quote(children):
                for number, quoted in enumerate(self.inner(children, look, depth)):
                    if number:
                        self.new_line()
                    self.say("> ", look)
                    self.lines[-1].extend(quoted)
            case Items(items):
                for number, (mark, item) in enumerate(zip(marks(span), items, strict=True)):
                    if number:
                        self.new_line()
                    self.say(f"{_INDENT * depth}{mark} ", look)
                    first, *rest = self.inner(item, look, depth + 1)
                    self.lines[-1].extend(first)
                    self.lines.extend(rest)
            case _:
                assert_never(span)

    def inner(self, text: Text, look: Run, depth: int) -> list[list[Run]]:
        page = _Page()
        page.add(text, look, depth)
        if page.ended:
            page.lines.pop()
        return page.lines


def marks(span: Items) -> Iterator[str]:
    """What stands before each item."""
    for number in range(span.start, span.start + len(span.items)):
        yield f"{number}." if span.ordered else "-"


def plain(text: Text) -> str:
    """Readable text without any formatting; links show their address."""
    match text:
        case ():
            return ""
        case (Plain(words),):
            return words
        case _:
            return "\n".join("".join(run.words for run in line) for line in lines(text))


def from_plain(text: str) -> Text:
    """Plain text as spans: its lines, with breaks between them."""
    spans: list[Span] = []
    for number, line in enumerate(clean(text).split("\n")):
        if number:
            spans.append(Break())
        if line:
            spans.append(Plain(line))
    return tuple(spans)
