"""Our own words, written in a small markup, as spans. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bridges.text.harmless import LINKABLE
from bridges.text.lines import plain
from bridges.text.spans import BLOCKS, Break, Code, CodeBlock, Items, Link, Plain, Span, Styled, Text

_MARKUP = re.compile(
    r"\*\*(?P<bold>[^*\n]+)\*\*"
    r"|`(?P<code>[^`\n]+)`"
    r"|\[(?P<label>[^\]\n]+)\]\((?P<url>[^)\s]+)\)"
    r"|(?P<bare>https?://[^\s<>()\"]*[^\s<>()\".,;:!?])"
    r"|\ue000(?P<slot>\d+)\ue001"
)


def slot(number: int) -> str:
    """A placeholder that `from_markup` replaces by `values[number]`; no text from outside can hold one."""
    return f"\ue000{number}\ue001"


def from_markup(source: str, values: Sequence[Text] = ()) -> Text:
    """Our own words, where `**bold**`, `` `code` ``, `[label](url)` and bare web addresses have their meaning.

    Values from outside come as `slot`s, so that nothing in them is ever read as markup.
    """
    spans: list[Span] = []
    for number, line in enumerate(source.split("\n")):
        if number and not (spans and isinstance(spans[-1], BLOCKS)):
            spans.append(Break())  # a block ends its line by itself
        spans.extend(_markup_line(line, values))
    return tuple(spans)


def _markup_line(line: str, values: Sequence[Text]) -> Iterator[Span]:
    position = 0
    for found in _MARKUP.finditer(line):
        if found.start() > position:
            yield Plain(line[position : found.start()])
        position = found.end()
        if found["bold"] is not None:
            yield Styled("bold", tuple(_markup_line(found["bold"], values)))
        elif found["code"] is not None:
            yield Code(_fill(found["code"], values))
        elif found["label"] is not None:
            url = _fill(found["url"], values)
            label = tuple(_markup_line(found["label"], values))
            yield from (Link(url, label),) if LINKABLE.match(url) else label
        elif found["bare"] is not None:
            yield Link(found["bare"], (Plain(found["bare"]),))
        else:
            yield from values[int(found["slot"])]
    if position < len(line):
        yield Plain(line[position:])


_ITEM = re.compile(r"(?:(?P<number>\d{1,9})[.)]|[-*])\s+(?P<words>\S.*)")
_CODE_LINE = re.compile(r"`[^`]+`")


def from_passage(source: str) -> Text:
    """`from_markup` for a passage of an article: lines that begin with `1. ` or `- ` are a list, lines of code a block."""
    spans: list[Span] = []
    lines = source.split("\n")
    at = 0
    while at < len(lines):
        end, span = _block(lines, at)
        if span is None:
            if spans and not isinstance(spans[-1], (Items, CodeBlock)):
                spans.append(Break())
            spans.extend(from_markup(lines[at]))
            end = at + 1
        else:
            spans.append(span)
        at = end
    return tuple(spans)


def _block(lines: Sequence[str], at: int) -> tuple[int, Span | None]:
    """The list or the block of code that begins there, and where it ends."""
    end = at
    while end < len(lines) and _CODE_LINE.fullmatch(lines[end]):
        end += 1
    if end - at > 1:
        return end, CodeBlock("\n".join(line.strip("`") for line in lines[at:end]))
    first = found = _ITEM.fullmatch(lines[at])
    if first is None:
        return at, None
    items: list[Text] = []
    end, before = at, 0
    while found is not None and bool(found["number"]) is bool(first["number"]):
        number = int(found["number"] or 0)
        if number == 1 < before:
            break  # another list
        before = number
        end += 1
        item: list[Span] = list(from_markup(found["words"]))
        while end < len(lines) and _CODE_LINE.fullmatch(lines[end]):
            item += [Break(), Code(lines[end].strip("`"))]
            end += 1
        items.append(tuple(item))
        found = _ITEM.fullmatch(lines[end]) if end < len(lines) else None
    return end, Items(tuple(items), ordered=bool(first["number"]), start=int(first["number"] or 1))


def _fill(source: str, values: Sequence[Text]) -> str:
    return re.sub(r"\ue000(\d+)\ue001", lambda m: plain(values[int(m[1])]), source)
