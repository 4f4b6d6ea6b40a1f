"""Rich text as a small tree of spans, its parsers and its rendering for each network. Pure.

Whatever a network says becomes `Text` through a parser that strips control characters and bounds the length, so that
no renderer meets anything that could end a line, open a tag or call a whole room.
"""

from __future__ import annotations

import html as _html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, assert_never

if TYPE_CHECKING:
    from bridges.events import PersonId

LENGTH_LIMIT = 20_000
"""Characters of one message that are looked at; the rest is cut before any work is done on it."""


@dataclass(frozen=True, slots=True)
class Plain:
    text: str


@dataclass(frozen=True, slots=True)
class Styled:
    style: Literal["bold", "italic", "underline", "strike"]
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


# --- parsers ----------------------------------------------------------------------------------------------------------


def from_plain(text: str) -> Text:
    """Plain text as spans: its lines, with breaks between them."""
    spans: list[Span] = []
    for number, line in enumerate(clean(text).split("\n")):
        if number:
            spans.append(Break())
        if line:
            spans.append(Plain(line))
    return tuple(spans)


_IRC_CODES = re.compile(
    r"\x03(?:\d{1,2}(?:,\d{1,2})?)?|\x04(?:[0-9a-fA-F]{6}(?:,[0-9a-fA-F]{6})?)?|[\x02\x0f\x11\x16\x1d-\x1f]"
)
_IRC_STYLES: dict[str, Literal["bold", "italic", "underline", "strike"]] = {
    "\x02": "bold",
    "\x1d": "italic",
    "\x1f": "underline",
    "\x1e": "strike",
}


def from_irc(text: str) -> Text:
    """A line with mIRC formatting codes (https://modern.ircdocs.horse/formatting). Colours are dropped."""
    spans: list[Span] = []
    active: list[str] = []
    position = 0
    text = text[: LENGTH_LIMIT + 1]

    def add(piece: str) -> None:
        piece = clean(piece).replace("\n", " ")
        if not piece:
            return
        span: Span = Code(piece) if "\x11" in active else Plain(piece)
        for code in reversed(active):
            if code in _IRC_STYLES:
                span = Styled(_IRC_STYLES[code], (span,))
        spans.append(span)

    for code in _IRC_CODES.finditer(text):
        add(text[position : code.start()])
        position = code.end()
        toggle = code.group()
        if toggle == "\x0f":
            active.clear()
        elif toggle in active:
            active.remove(toggle)
        elif toggle in _IRC_STYLES or toggle == "\x11":
            active.append(toggle)
    add(text[position:])
    return tuple(spans)


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
        if number and not (spans and isinstance(spans[-1], (Items, CodeBlock, Quote))):
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


# --- renderers --------------------------------------------------------------------------------------------------------


def plain(text: Text) -> str:
    """Readable text without any formatting; links show their address."""
    return "".join(_plain(text))


def _plain(text: Text) -> Iterator[str]:
    for index, span in enumerate(text):
        match span:
            case Plain(words) | Code(words):
                yield words
            case Styled(_, children) | Coloured(children) | Spoiler(children):
                yield from _plain(children)
            case CodeBlock(words):
                yield from ("\n" if index else "", words, "\n" if index + 1 < len(text) else "")
            case Link(url, children):
                label = plain(children)
                yield url if label in ("", url) or url == f"mailto:{label}" else f"{label} ({url})"
            case Mention(_, name):
                yield name
            case Break():
                yield "\n"
            case Quote(children):
                yield "\n" if index else ""
                yield "\n".join(f"> {line}" for line in plain(children).split("\n"))
                yield "\n" if index + 1 < len(text) else ""
            case Items(items):
                lines = (f"{mark} {plain(item)}" for mark, item in zip(_marks(span), items, strict=True))
                yield ("\n" if index else "") + "\n".join(lines) + ("\n" if index + 1 < len(text) else "")
            case _:
                assert_never(span)


def _marks(span: Items) -> Iterator[str]:
    """What stands before each item."""
    for number in range(span.start, span.start + len(span.items)):
        yield f"{number}." if span.ordered else "-"


_TO_IRC = {"bold": "\x02", "italic": "\x1d", "underline": "\x1f", "strike": "\x1e"}


def irc(text: Text) -> str:
    """mIRC codes, and code between backticks; lines are parted by `\\n`, which the IRC network turns into lines of their own."""
    return "".join(_irc(text))


def _irc(text: Text) -> Iterator[str]:
    for index, span in enumerate(text):
        match span:
            case Styled(style, children):
                yield from (_TO_IRC[style], *_irc(children), _TO_IRC[style])
            case Coloured(children) | Spoiler(children):
                yield from _irc(children)
            case Code(words):
                yield words if "`" in words or not words.strip() else f"`{words}`"
            case Items(items):
                lines = (f"{mark} {irc(item)}" for mark, item in zip(_marks(span), items, strict=True))
                yield ("\n" if index else "") + "\n".join(lines) + ("\n" if index + 1 < len(text) else "")
            case CodeBlock() | Quote():
                yield ("\n" if index else "") + plain((span,)) + ("\n" if index + 1 < len(text) else "")
            case _:
                yield from _plain((span,))


_HTML_TAGS = {"bold": "strong", "italic": "em", "underline": "u", "strike": "del"}


def html(text: Text) -> str:
    """HTML that Matrix clients and our own pages show; everything from outside is escaped."""
    return "".join(_to_html(text))


def _to_html(text: Text) -> Iterator[str]:
    for span in text:
        match span:
            case Plain(words):
                yield _html.escape(words, quote=False)
            case Styled(style, children):
                yield from (f"<{_HTML_TAGS[style]}>", *_to_html(children), f"</{_HTML_TAGS[style]}>")
            case Coloured(children) | Spoiler(children):
                yield from _to_html(children)
            case Code(words):
                yield f"<code>{_html.escape(words, quote=False)}</code>"
            case CodeBlock(words):
                yield f"<pre><code>{_html.escape(words, quote=False)}</code></pre>"
            case Link(url, children):
                yield f'<a href="{_html.escape(url)}">{html(children) or _html.escape(url)}</a>'
            case Mention(_, name):
                yield f"<strong>{_html.escape(name, quote=False)}</strong>"
            case Break():
                yield "<br>"
            case Quote(children):
                yield from ("<blockquote>", *_to_html(children), "</blockquote>")
            case Items(items, ordered, start):
                tag = "ol" if ordered else "ul"
                first = f' start="{start}"' if ordered and start != 1 else ""
                yield from (f"<{tag}{first}>", *(f"<li>{html(item)}</li>" for item in items), f"</{tag}>")
            case _:
                assert_never(span)


# --- the desk's name --------------------------------------------------------------------------------------------------


def take_address(text: Text, names: Sequence[str]) -> tuple[bool, Text]:
    """Whether the text begins with one of `names` (`helpdesk: …`, `@helpdesk …`), and the text without it.

    A bare name needs a mark behind it (`:`, `,`, `;`), since `helpdesk is great` speaks about the desk, not to it.
    """
    if not text or not isinstance(text[0], Plain) or not names:
        return False, text
    alternatives = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True) if name)
    found = re.match(
        rf"\s*(?:@(?:{alternatives})(?![\w-])[:,;]?|(?:{alternatives})\s*[:,;])\s*", text[0].text, re.IGNORECASE
    )
    if found is None:
        return False, text
    rest = text[0].text[found.end() :]
    return True, ((Plain(rest), *text[1:]) if rest else text[1:])
