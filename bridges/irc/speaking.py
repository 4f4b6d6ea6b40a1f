"""The desk's words as IRC messages: whom they address, whose they are, how much fits a line. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeAlias

from bridges.events import Attribution, EditMessage, Redact, Replying, SendMessage, ToRoom
from bridges.irc.brief import brief
from bridges.irc.protocol import ACTION_COST, Prefix, ServerLimits, room_for_text, sendable, split
from bridges.text import from_plain, irc, one_line, plain, shorten
from bridges.text.change import line_change
from bridges.text.names import dyed, fit_name, unpinging

RELAYED_LINES = 12
SAID_LINES = 60
"""Lines of one message: a message of 20,000 new lines would keep the desk from speaking for hours. All words of a
message of the longest kind fit, when they are not a column of single letters."""
QUOTED = 80
"""Characters of the words that a late reply quotes."""
_NICK_LIMIT = 24
_NOT_IN_NICK = re.compile(r"[^\w\[\]\\`^{|}-]+")

Unit: TypeAlias = "tuple[tuple[str, bool], ...]"
"""What goes as one message: its lines, and whether each goes on in the line before it. More than one need multiline."""


@dataclass(frozen=True, slots=True)
class Ears:
    """Where the words go, and what the server makes of them on the way."""

    limits: ServerLimits
    own: Prefix
    wanted_nick: str
    target: str


@dataclass(frozen=True, slots=True)
class Manner:
    """How the desk speaks on this connection."""

    notices: bool = False
    colours: bool = False
    relaymsg: str | None = None
    """The separators that a relayed nick must have one of; None where RELAYMSG is not used."""
    multiline: tuple[int, int] | None = None
    """Most bytes and lines of a multiline message; None where the server has none."""


@dataclass(frozen=True, slots=True)
class Spoken:
    command: str
    before: tuple[str, ...]
    """Parameters between target and text: the nick of a RELAYMSG."""
    units: tuple[Unit, ...]


def command_of(action: SendMessage, *, notices: bool) -> str:
    """PRIVMSG shows best; `ACTION` stands for an emote."""
    match action.style:
        case "emote":
            return "ACTION"
        case "notice" if notices and action.attribution is None:
            return "NOTICE"
        case _:
            return "PRIVMSG"


def speaker(attribution: Attribution | None, *, colours: bool = False) -> str:
    """What stands before every line of a relay."""
    if attribution is None:
        return ""
    name = unpinging(attribution.name)
    if colours and attribution.person:
        name = dyed(name, attribution.person)
    mark = f"/{fit_name(attribution.mark)}" if attribution.mark else ""
    return f"<{name}{mark}> "


def relay_nick(attribution: Attribution, separators: str) -> str:
    """The nick that stands for a relayed person (draft/relaymsg): one that nobody can have by themselves."""
    name = _NOT_IN_NICK.sub("_", fit_name(attribution.name)).strip("_")[:_NICK_LIMIT] or "someone"
    origin = _NOT_IN_NICK.sub("_", attribution.mark or attribution.origin)[:_NICK_LIMIT] or "relay"
    return f"{'_' if name[0].isdigit() or name[0] == '-' else ''}{name}{separators[:1] or '/'}{origin}"


def spoken(action: SendMessage, ears: Ears, address: str, manner: Manner, now: datetime) -> Spoken:
    """The messages, in order, each short enough to reach everyone whole.

    `address` is the nick the words are for, empty for nobody in particular.
    """
    command, front, own = command_of(action, notices=manner.notices), "", ears.own
    before: tuple[str, ...] = ()
    if action.attribution is not None and manner.relaymsg is not None and isinstance(action.to, ToRoom):
        nick = relay_nick(action.attribution, manner.relaymsg)
        command, before, own = "RELAYMSG", (nick,), replace(own, nick=nick)
    else:
        front = speaker(action.attribution, colours=manner.colours)
    shown = "PRIVMSG" if command in {"RELAYMSG", "ACTION"} else command
    fits = room_for_text(ears.limits, own, ears.wanted_nick, shown, ears.target) - len(front.encode())
    emote = action.style == "emote"
    fits = max(fits - (ACTION_COST if emote else 0), 4)
    lines = _lines(action, address, fits, now)
    may_be_long = (
        manner.multiline is not None and command == "PRIVMSG" and not (action.lines and not action.attribution)
    )
    if may_be_long and manner.multiline is not None and len(lines) > 1:
        most_bytes, most_lines = manner.multiline
        size = sum(len(front.encode()) + len(line.encode()) + 1 for line, _ in lines)
        if not action.attribution or (len(lines) <= most_lines and size <= most_bytes):
            return Spoken(command, before, _grouped(lines, front, manner.multiline))
    texts = [front + text for text in _cut([line for line, _ in lines], action, fits)]
    if emote and command == "RELAYMSG":
        texts = [f"\x01ACTION {text}\x01" for text in texts]
    return Spoken(command, before, tuple(((text, False),) for text in texts))


def _lines(action: SendMessage, address: str, fits: int, now: datetime) -> list[tuple[str, bool]]:
    """What fits a line each; and whether it goes on in the line before."""
    if action.lines and action.attribution is None:
        return [(line, False) for line in brief(action.text, address, fits, action.lines)]
    lines = sendable(irc(action.text))
    if not lines:
        return []
    quote = ""
    if address:
        lines[0] = f"{address}: {lines[0]}"
    elif (replying := action.replying) is not None:
        if replying.recent or not replying.words:  # what was taken back is not quoted
            lines[0] = f"{_called(replying)}: {lines[0]}"
        else:
            quote = f"> {shorten(one_line(replying.words, 4 * QUOTED), QUOTED)}"
    if quote:
        lines[:0] = sendable(quote)
    if action.said_at is not None:
        lines[0] = f"[{_clock(action.said_at, now)}] {lines[0]}"
    return [(piece, n > 0) for line in lines for n, piece in enumerate(split(line, fits)) if piece.strip()]


def _called(replying: Replying) -> str:
    return fit_name(replying.name) if replying.here else unpinging(replying.name)


def _clock(at: datetime, now: datetime) -> str:
    at = at.astimezone(UTC)
    return at.strftime("%H:%M" if at.date() == now.date() else "%Y-%m-%d %H:%M")


def _cut(pieces: list[str], action: SendMessage, fits: int) -> list[str]:
    if action.attribution is not None and action.lines:
        if len(pieces) <= action.lines:
            return pieces
        left = len(pieces) - action.lines
        rest = f" … (+{left} {'line' if left == 1 else 'lines'})" + (f" {one_line(action.rest)}" if action.rest else "")
        kept = pieces[: action.lines]
        room = fits - len(rest.encode())
        if room < 4:  # an address that fills the line has one of its own
            return [*kept, *split(rest.strip(), fits)]
        kept[-1] = split(kept[-1], room)[0].rstrip() + rest
        return kept
    most = RELAYED_LINES if action.attribution else SAID_LINES
    if len(pieces) > most and not (action.lines and action.attribution is None):
        pieces[most - 1 :] = [f"… (+{len(pieces) - most + 1})"]
    return pieces


def _grouped(lines: list[tuple[str, bool]], front: str, most: tuple[int, int]) -> tuple[Unit, ...]:
    """As few multiline messages as the server's bounds allow. A relay never goes on in the line before: where the lines
    are shown one by one, each must say whose it is.
    """
    units: list[list[tuple[str, bool]]] = []
    size = 0
    for text, goes_on in lines:
        line = (front + text, goes_on and not front)
        cost = len(line[0].encode()) + 1
        if not units or len(units[-1]) >= most[1] or size + cost > most[0]:
            units.append([])
            size = 0
            line = (line[0], False)
        units[-1].append(line)
        size += cost
    return tuple(map(tuple, units))


def again(said: Spoken, action: SendMessage, manner: Manner) -> Spoken:
    """The same messages for a server that does less than the one they were made for; as many lines in the same order."""
    if said.command == "RELAYMSG" and manner.relaymsg is None:
        front = speaker(action.attribution, colours=manner.colours)
        said = Spoken("PRIVMSG", (), tuple(tuple((front + text, on) for text, on in unit) for unit in said.units))
    if manner.multiline is None and any(len(unit) > 1 for unit in said.units):
        said = replace(said, units=tuple(((text, False),) for unit in said.units for text, _ in unit))
    return said


def changed(action: EditMessage) -> SendMessage | None:
    """What an edit changed, as words to say; None when it is not worth a line."""
    change = line_change(plain(action.before), plain(action.text))
    if change is None:
        return None
    return SendMessage(
        ToRoom(action.room),
        from_plain(change),
        "text",
        attribution=action.attribution,
        lines=action.lines,
        rest=action.rest,
    )


def taken_back(action: Redact) -> SendMessage | None:
    """That a moderator took words back, where the network can't do it; None when their author did."""
    if not action.moderator:
        return None
    of = f" of {unpinging(action.author)}" if action.author else ""
    why = f": {shorten(one_line(action.reason), 200)}" if action.reason else ""
    words = from_plain(f"* {unpinging(action.moderator)} took back a message{of}{why}")
    return SendMessage(ToRoom(action.room), words, "text")
