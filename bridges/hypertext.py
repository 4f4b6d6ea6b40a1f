"""Matrix HTML as spans, by allow-list, and in linear time whatever is in it. Pure.

The standard library's parser takes seconds for what a stranger may put into one message, and raises for some of it.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Literal

from bridges.text import (
    LENGTH_LIMIT,
    LINKABLE,
    Break,
    Code,
    CodeBlock,
    Items,
    Link,
    Plain,
    Quote,
    Span,
    Styled,
    Text,
    clean,
    from_plain,
    one_line,
    plain,
)

_STYLES: dict[str, Literal["bold", "italic", "underline", "strike"]] = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "s": "strike",
    "del": "strike",
}
_BLOCKS = {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "details", "summary"}
_DEPTH = 40
# No attempt reads past the next `<`, and nothing is tried twice: the time grows with the length only. The standard
# library's parser takes 15 seconds for 40 kB of `<a `, and raises for a character reference of 5,000 digits.
_TAG = re.compile(
    r"<(?P<close>/?)(?P<tag>[a-zA-Z][a-zA-Z0-9-]{0,30}+)"
    r"(?P<attributes>(?:[\s/](?:[^<>\"']|\"[^\"<]*+\"|'[^'<]*+')*+)?+)>"
    r"|<[!?][^<>]*+>"
)
_HREF = re.compile(r"[\s/\"']href\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++))", re.IGNORECASE)
_NO_CHARACTER = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{7,});?")


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


class _HtmlReader:
    """Builds spans from Matrix HTML (Client-Server API, m.room.message msgtypes). Unknown tags give their text only."""

    def __init__(self) -> None:
        self.stack: list[tuple[str, str, list[Span]]] = [("", "", [])]
        self.skipping = 0

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

    def _open(self, tag: str, attributes: str) -> None:
        if tag in {"mx-reply", "script", "style"}:
            self.skipping += 1
        elif self.skipping:
            pass
        elif tag == "br":
            self.stack[-1][2].append(Break())
        elif len(self.stack) < _DEPTH and (
            tag in _STYLES or tag in {"a", "code", "pre", "blockquote", "ul", "ol", "li"} or tag in _BLOCKS
        ):
            if tag in _BLOCKS:
                self._new_line()
            href = _HREF.search(attributes) if tag == "a" else None
            self.stack.append((tag, _unescape(next(filter(None, href.groups()), "")) if href else "", []))

    def _end(self, tag: str) -> None:
        if tag in {"mx-reply", "script", "style"}:
            self.skipping = max(0, self.skipping - 1)
        elif not self.skipping and any(open_tag == tag for open_tag, _, _ in self.stack[1:]):
            while self._close() != tag:
                pass

    def _words(self, source: str) -> None:
        if self.skipping or not source:
            return
        data = _unescape(source)
        if any(tag == "pre" for tag, _, _ in self.stack):
            self.stack[-1][2].extend(from_plain(data))
            return
        folded = re.sub(r"\s+", " ", clean(data))
        if folded and not (folded == " " and not self.stack[-1][2]):
            self.stack[-1][2].append(Plain(folded))

    def _new_line(self) -> None:
        if self.stack[-1][2] and not isinstance(self.stack[-1][2][-1], (Break, Quote, Items, CodeBlock)):
            self.stack[-1][2].append(Break())

    def _close(self) -> str:
        tag, href, spans = self.stack.pop()
        outer = self.stack[-1][2]
        children = tuple(spans)
        if tag in _STYLES:
            outer.append(Styled(_STYLES[tag], children))
        elif tag == "a" and LINKABLE.match(href):
            outer.append(Link(one_line(href, 2000), children))
        elif tag == "code" and not any(open_tag == "pre" for open_tag, _, _ in self.stack):
            outer.append(Code(plain(children)))
        elif tag == "pre":
            outer.append(CodeBlock(plain(children).strip("\n")))
        elif tag == "blockquote":
            outer.append(Quote(_trim(children)))
        elif tag in {"ul", "ol"}:
            outer.append(Items(tuple(s.children for s in children if isinstance(s, Quote)), ordered=tag == "ol"))
        elif tag == "li":
            outer.append(Quote(_trim(children)))
        else:
            outer.extend(children)
            if tag in _BLOCKS:
                self._new_line()
        return tag

    def result(self) -> Text:
        while len(self.stack) > 1:
            self._close()
        return _trim(tuple(self.stack[0][2]))


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
