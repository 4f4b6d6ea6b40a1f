"""The desk's words as IRC lines: whom they address, whose they are, how much fits a line. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bridges.events import Attribution, SendMessage
from bridges.irc.brief import brief
from bridges.irc.protocol import ACTION_COST, Prefix, ServerLimits, room_for_text, sendable, split
from bridges.text import irc
from bridges.text.names import unpinging

RELAYED_LINES = 12
SAID_LINES = 60
"""Lines of one message: a message of 20,000 new lines would keep the desk from speaking for hours. All words of a
message of the longest kind fit, when they are not a column of single letters."""


@dataclass(frozen=True, slots=True)
class Ears:
    """Where the words go, and what the server makes of them on the way."""

    limits: ServerLimits
    own: Prefix
    wanted_nick: str
    target: str


def command_of(action: SendMessage, *, notices: bool) -> str:
    """PRIVMSG shows best; `ACTION` stands for an emote."""
    match action.style:
        case "emote":
            return "ACTION"
        case "notice" if notices and action.attribution is None:
            return "NOTICE"
        case _:
            return "PRIVMSG"


def speaker(attribution: Attribution | None) -> str:
    """What stands before every line of a relay."""
    return f"<{unpinging(attribution.name)}> " if attribution else ""


def lines_of(action: SendMessage, ears: Ears, address: str, *, notices: bool) -> tuple[str, ...]:
    """The texts of the lines, in order, each short enough to reach everyone whole.

    `address` is the nick the words are for, empty for nobody in particular.
    """
    command = command_of(action, notices=notices)
    front = speaker(action.attribution)
    fits = room_for_text(ears.limits, ears.own, ears.wanted_nick, command, ears.target) - len(front.encode())
    if command == "ACTION":
        fits -= ACTION_COST
    if action.lines:
        return tuple(front + line for line in brief(action.text, address, max(fits, 4), action.lines))
    lines = sendable(irc(action.text))
    if not lines:
        return ()
    if address:
        lines[0] = f"{address}: {lines[0]}"
    pieces = [piece for line in lines for piece in split(line, max(fits, 4)) if piece.strip()]
    most = RELAYED_LINES if action.attribution else SAID_LINES
    if len(pieces) > most:
        pieces[most - 1 :] = [f"… (+{len(pieces) - most + 1})"]
    return tuple(front + piece for piece in pieces)
