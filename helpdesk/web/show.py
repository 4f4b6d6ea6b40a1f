"""How words become HTML on our pages: conversation lines, plain texts with links, dates. All input is untrusted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zlib import crc32

from markupsafe import Markup

from bridges.events import MessageId
from bridges.text import Text, from_plain, web
from bridges.web.links import with_links
from bridges.web.log import Line

SAID = {"yes": "web-said-yes", "no": "web-said-no", "more": "web-said-more", "human": "web-said-human"}
"""What the buttons send, and how it reads in the conversation."""

_HUES = ("red", "orange", "yellow", "green", "cyan", "blue", "purple", "pink")
_CHOICE = re.compile(r"^([1-9])\) ", re.MULTILINE)


def prose(words: str) -> Markup:
    return Markup(web(with_links(from_plain(words))))  # noqa: S704 - bridges.text escapes everything from outside


def rich(text: Text) -> Markup:
    return Markup(web(text))  # noqa: S704 - as above


def first_line(words: str) -> str:
    return next((line.strip() for line in words.splitlines() if line.strip()), "")


def hue(name: str) -> str:
    """A colour of the style sheet, the same for a name wherever it is shown."""
    return _HUES[crc32(name.encode("utf-8", "replace")) % len(_HUES)]


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
    offers: tuple[str, ...]
    """The commands the desk offers in it, which become buttons."""
    choices: tuple[str, ...] = ()
    """The numbers of what the desk suggests in it, which become buttons too."""
    reactions: list[str] = field(default_factory=list)


class Conversation:
    """Turns lines of the log into what is shown, for a room with this prefix."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self._commands = {prefix + verb: message for verb, message in SAID.items()}
        self._pick = f"{prefix}pick "
        self._offer = re.compile(rf"(?<!\S){re.escape(prefix)}({'|'.join(SAID)})\b")

    def add(self, line: Line) -> Shown:
        body = line.html
        if line.side == "visitor":
            return Shown(line, Markup(body), self._commands.get(line.plain, ""), ())  # noqa: S704 - the log is safe
        offered = set(self._offer.findall(line.plain))
        if "yes" in offered:
            # `Did that help? !yes · !no`: the buttons say it better, so only the question stays.
            head, mark, tail = body.rpartition("<br>")
            offer = self._offer.search(tail)
            if mark and offer and "<" not in tail:
                body = head + mark + tail[: offer.start()].rstrip(" ·")
            offered.add("human")
        choices = tuple(_CHOICE.findall(line.plain)) if self._pick in line.plain else ()
        return Shown(line, Markup(body), "", tuple(verb for verb in SAID if verb in offered), choices)  # noqa: S704

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
