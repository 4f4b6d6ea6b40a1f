"""How words become HTML on our pages: conversation lines, plain texts with links, dates. All input is untrusted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from markupsafe import Markup

from bridges.events import MessageId
from bridges.text import Break, Link, Plain, Span, Text, html
from bridges.web.log import Line

_URL = re.compile(r"https?://[^\s<>()\"]*[^\s<>()\".,;:!?]")
_ARTICLE = re.compile(r'href="[^"]*/kb/')

SAID = {"yes": "web-said-yes", "no": "web-said-no", "more": "web-said-more", "human": "web-said-human"}
"""What the buttons send, and how it reads in the conversation."""


def linked(words: str) -> Text:
    """Plain words with their web addresses as links and their lines kept."""
    spans: list[Span] = []
    for number, line in enumerate(words.split("\n")):
        if number:
            spans.append(Break())
        position = 0
        for found in _URL.finditer(line):
            if found.start() > position:
                spans.append(Plain(line[position : found.start()]))
            spans.append(Link(found[0], (Plain(found[0]),)))
            position = found.end()
        if position < len(line):
            spans.append(Plain(line[position:]))
    return tuple(spans)


def prose(words: str) -> Markup:
    return Markup(html(linked(words)))  # noqa: S704 - bridges.text escapes everything from outside


def rich(text: Text) -> Markup:
    return Markup(html(text))  # noqa: S704 - as above


def first_line(words: str) -> str:
    return next((line.strip() for line in words.splitlines() if line.strip()), "")


def iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def clock(at: datetime) -> str:
    """For readers without JavaScript; with it, pages show their own time zone."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def age(at: datetime, now: datetime) -> tuple[str, int]:
    """A message id and its number."""
    seconds = max(0, int((now - at).total_seconds()))
    if seconds < 60:
        return "web-age-now", 0
    if seconds < 3600:
        return "web-age-minutes", seconds // 60
    if seconds < 86400:
        return "web-age-hours", seconds // 3600
    return "web-age-days", seconds // 86400


@dataclass(frozen=True, slots=True)
class Shown:
    """A line of the chat as a page shows it."""

    line: Line
    body: Markup
    said: str
    """The message id of a button's words, instead of `body`."""
    answer: bool
    """It can be called helpful or not."""
    reactions: list[str] = field(default_factory=list)


class Conversation:
    """Turns the log's lines, given in order, into what is shown. It remembers what the line before was."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self._commands = {prefix + verb: message for verb, message in SAID.items()}
        self._more = prefix + "more"
        self._continues = False

    def add(self, line: Line) -> Shown:
        said = self._commands.get(line.plain, "") if line.side == "visitor" else ""
        answer = line.side == "desk" and (self._continues or bool(_ARTICLE.search(line.html)))
        self._continues = answer if line.side == "desk" else line.plain == self._more
        return Shown(line, Markup(line.html), said, answer)  # noqa: S704 - the log holds safe HTML

    def all(self, lines: Iterable[Line]) -> list[Shown]:
        shown: dict[MessageId, Shown] = {}
        for line in lines:
            if not line.reaction:
                shown[line.message] = self.add(line)
            elif line.reply_to in shown:
                shown[line.reply_to].reactions.append(line.reaction)
        return list(shown.values())


def chunks(event: str, identity: str, data: str) -> Iterator[str]:
    """A server-sent event (HTML, 9.2.5): no line of the data can end it."""
    yield f"id: {identity}\nevent: {event}\n"
    for line in data.splitlines() or [""]:
        yield f"data: {line}\n"
    yield "\n"
