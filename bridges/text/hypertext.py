"""Matrix HTML as spans, by allow-list, and in linear time whatever is in it. Pure.

Source: Client-Server API v1.15, "m.room.message msgtypes" (the allow-list), "Spoiler messages". The standard library's
parser takes seconds for what a stranger may put into one message, and raises for some of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

from bridges.text.colours import colour_named
from bridges.text.harmless import LENGTH_LIMIT, LINKABLE, clean, one_line
from bridges.text.lines import from_plain, plain
from bridges.text.spans import (
    BLOCKS,
    Break,
    Code,
    CodeBlock,
    Coloured,
    Items,
    Link,
    Plain,
    Quote,
    Span,
    Spoiler,
    Style,
    Styled,
    Text,
    joined,
)

DEPTH = 40
"""Elements in one another that are looked at; of deeper ones the words are kept."""
NESTED_BLOCKS = 6
"""Quotes and lists in one another: each level marks every line of it again."""
REASON_LIMIT = 200

_STYLES: dict[str, Style] = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "s": "strike",
    "strike": "strike",
    "del": "strike",
}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_ROWS = {"p", "div", "tr", "details", "summary", "caption", "dt", "dd"} | _HEADINGS
"""What stands on lines of its own."""
_INLINE = {"a", "code", "span", "font", "sup", "td", "th", *_STYLES}
_NESTED = {"blockquote", "ul", "ol"}
_KNOWN = _ROWS | _INLINE | _NESTED | {"pre", "li", "table"}
_SKIPPED = {"mx-reply", "script", "style"}
_CELL = " | "
_RULE = "———"

# No attempt reads past the next `<`, and nothing is tried twice: the time grows with the length only. The standard
# library's parser takes 15 seconds for 40 kB of `<a `, and raises for a character reference of 5,000 digits.
_TAG = re.compile(
    r"<(?P<close>/?)(?P<tag>[a-zA-Z][a-zA-Z0-9-]{0,30}+)"
    r"(?P<attributes>(?:[\s/](?:[^<>\"']|\"[^\"<]*+\"|'[^'<]*+')*+)?+)>"
    r"|<[!?][^<>]*+>"
)
_ATTRIBUTE = re.compile(
    r"(?P<name>[^\s\"'>/=]++)(?:\s*+=\s*+(?:\"(?P<double>[^\"]*+)\"|'(?P<single>[^']*+)'|(?P<bare>[^\s\"'>]++)))?+"
)
_ATTRIBUTES = 40
_NO_CHARACTER = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{7,});?")
_SPACE = re.compile(r"[ \t\n\r\f]+")


def _unescape(source: str) -> str:
    return unescape(_NO_CHARACTER.sub("\ufffd", source))


def _without_comments(source: str) -> str:
    """One that is never closed reaches to the end, as in browsers."""
    kept: list[str] = []
    position = 0
    while (start := source.find("<!--", position)) >= 0:
        kept.append(source[position:start])
        end = source.find("-->", start + 4)
        if end < 0:
            return "".join(kept)
        position = end + 3
    return "".join((*kept, source[position:]))


def _attributes(source: str) -> dict[str, str]:
    """The first forty; of one that stands twice the first, as in browsers. A name without a value has an empty one."""
    found: dict[str, str] = {}
    for number, part in enumerate(_ATTRIBUTE.finditer(source)):
        if number == _ATTRIBUTES:
            break
        value = part["double"] or part["single"] or part["bare"] or ""
        found.setdefault(part["name"].lower(), _unescape(value))
    return found


@dataclass(slots=True)
class _Element:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    spans: list[Span] = field(default_factory=list)
    items: list[Text] = field(default_factory=list)
    """Of a list; what stands in it outside of an item is kept in `spans`."""


class _HtmlReader:
    """Builds spans. Unknown tags give their text only; nothing of the source is ever dropped but what is skipped."""

    def __init__(self) -> None:
        self.stack = [_Element("")]
        self.skipping = 0
        self.spaced = True
        """A space here would be one too many: a line begins, or the last character was one."""

    def read(self, source: str) -> None:
        position = 0
        for found in _TAG.finditer(source):
            self._words(source[position : found.start()])
            position = found.end()
            tag, attributes = (found["tag"] or "").lower(), found["attributes"] or ""
            if tag and not found["close"]:
                self._open(tag, attributes)
            if tag and (found["close"] or attributes.endswith("/")):
                self._end(tag)
        self._words(source[position:])

    def result(self) -> Text:
        while len(self.stack) > 1:
            self._close()
        return _trim(joined(self.stack[0].spans))

    # --- what is read -------------------------------------------------------------------------------------------------

    def _open(self, tag: str, source: str) -> None:
        if tag in _SKIPPED:
            self.skipping += 1
        elif self.skipping:
            pass
        elif tag == "br":
            self._line_ends()
            self.stack[-1].spans.append(Break())
        elif tag == "hr":
            self._new_line()
            self._say(_RULE)
            self._new_line()
        elif tag == "img":
            attributes = _attributes(source)
            self._say(one_line(attributes.get("alt") or attributes.get("title", ""), REASON_LIMIT))
        elif tag in _KNOWN:
            self._make_way(tag)
            if len(self.stack) < DEPTH and self._may_nest(tag):
                self._begin(tag, source)

    def _make_way(self, tag: str) -> None:
        """End what HTML lets people leave open: paragraphs, items, rows, cells."""
        if tag in _ROWS | _NESTED | {"pre", "table"} and self.stack[-1].tag == "p":
            self._close()
        elif tag == "li":
            self._close_up_to("li", {"ul", "ol"})
        elif tag in {"td", "th"}:
            self._close_up_to("td", {"tr", "table"})
            self._close_up_to("th", {"tr", "table"})
        elif tag == "tr":
            self._close_up_to("tr", {"table"})

    def _may_nest(self, tag: str) -> bool:
        if tag == "a":
            return not self._inside("a")  # HTML allows no link in a link
        return tag not in _NESTED or sum(element.tag in _NESTED for element in self.stack) < NESTED_BLOCKS

    def _begin(self, tag: str, source: str) -> None:
        if tag in _ROWS or tag == "table":
            self._new_line()
        elif tag in {"pre", "li", *_NESTED}:
            self._line_ends()
            self.spaced = True
        elif tag in {"td", "th"} and self.stack[-1].spans and not isinstance(self.stack[-1].spans[-1], Break):
            self._say(_CELL)
            self.spaced = True
        self.stack.append(_Element(tag, _attributes(source) if tag in {"a", "span", "font", "ol"} else {}))

    def _end(self, tag: str) -> None:
        if tag in _SKIPPED:
            self.skipping = max(0, self.skipping - 1)
        elif not self.skipping and self._inside(tag):
            while self._close() != tag:
                pass

    def _words(self, source: str) -> None:
        if self.skipping or not source:
            return
        data = _unescape(source)
        if self._inside("pre"):
            self.stack[-1].spans.extend(from_plain(data))
            return
        folded = _SPACE.sub(" ", clean(data)).replace("\n", " ")
        if self.spaced:
            folded = folded.removeprefix(" ")
        if folded:
            self.spaced = folded.endswith(" ")
            self.stack[-1].spans.append(Plain(folded))

    # --- what is made of it -------------------------------------------------------------------------------------------

    def _inside(self, tag: str) -> bool:
        return any(element.tag == tag for element in self.stack)

    def _close_up_to(self, tag: str, bounds: set[str]) -> None:
        """Close the innermost `tag`, if it is open inside the innermost of `bounds`."""
        for element in reversed(self.stack):
            if element.tag == tag:
                while self._close() != tag:
                    pass
                return
            if element.tag in bounds:
                return

    def _say(self, words: str) -> None:
        if words:
            self.stack[-1].spans.append(Plain(words))
            self.spaced = False

    def _line_ends(self) -> None:
        """The space before the end of a line shows nowhere."""
        spans = self.stack[-1].spans
        if spans and isinstance(last := spans[-1], Plain) and last.text.endswith(" "):
            spans[-1] = Plain(last.text[:-1])
        self.spaced = True

    def _new_line(self) -> None:
        self._line_ends()
        spans = self.stack[-1].spans
        if spans and not isinstance(spans[-1], (Break, *BLOCKS)):
            spans.append(Break())

    def _close(self) -> str:
        if self.stack[-1].tag in _ROWS | {"li", *_NESTED}:
            self._line_ends()
        element = self.stack.pop()
        tag, children, outer = element.tag, joined(element.spans), self.stack[-1]
        if tag in {"ul", "ol"}:
            items = tuple(element.items) + ((rest,) if (rest := _trim(children)) else ())
            self._block(Items(items, tag == "ol", _start(element.attributes)) if items else None)
        elif tag == "li":
            self._item(_trim(children))
        elif tag == "blockquote":
            self._block(Quote(inner) if (inner := _trim(children)) else None)
        elif tag == "pre":
            words = plain(children).strip("\n")
            self._block(CodeBlock(words) if words else None)
        elif tag == "code" and not self._inside("pre"):
            self._code(plain(children))
        else:
            outer.spans.extend(_wrapped(element, children) if children else ())
            if tag in _ROWS or tag == "table":
                self._new_line()
        return tag

    def _item(self, text: Text) -> None:
        if self.stack[-1].tag in {"ul", "ol"}:
            self.stack[-1].items.append(text)
        elif text:
            self._block(Items((text,)))

    def _code(self, words: str) -> None:
        if "\n" in words:
            self._block(CodeBlock(words.strip("\n")))
        elif words:
            self.stack[-1].spans.append(Code(words))
            self.spaced = False

    def _block(self, span: Span | None) -> None:
        """A block ends the line before it by itself."""
        if span is not None:
            self._line_ends()
            spans = self.stack[-1].spans
            if spans and isinstance(spans[-1], Break):
                spans.pop()
            spans.append(span)
        self.spaced = True


def _wrapped(element: _Element, children: Text) -> Text:
    """What an element without a block of its own makes of what it holds."""
    tag, attributes = element.tag, element.attributes
    if tag in _STYLES:
        return (Styled(_STYLES[tag], children),)
    if tag in _HEADINGS or tag == "summary":
        return (Styled("bold", inner),) if (inner := _trim(children)) else ()
    if tag == "sup":
        return (Plain("^"), *children)
    if tag == "a" and LINKABLE.match(href := attributes.get("href", "")):
        return (Link(one_line(href, 2000), children),)
    if tag in {"span", "font"}:
        colour = colour_named(attributes.get("data-mx-color") or attributes.get("color", ""))
        background = colour_named(attributes.get("data-mx-bg-color", ""))
        if colour or background:
            children = (Coloured(children, colour, background),)
        if "data-mx-spoiler" in attributes:
            children = (Spoiler(children, one_line(attributes["data-mx-spoiler"], REASON_LIMIT)),)
    return children


def _start(attributes: dict[str, str]) -> int:
    number = attributes.get("start", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 1


def _trim(text: Text) -> Text:
    start, end = 0, len(text)
    while start < end and isinstance(text[start], Break):
        start += 1
    while end > start and isinstance(text[end - 1], Break):
        end -= 1
    return text[start:end]


def from_html(source: str) -> Text:
    """Matrix HTML as spans, by allow-list: scripts, styles and reply fallbacks vanish, unknown tags leave their text."""
    reader = _HtmlReader()
    reader.read(_without_comments(source[: LENGTH_LIMIT * 2]))
    return reader.result()
