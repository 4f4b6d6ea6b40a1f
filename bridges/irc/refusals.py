"""The server's noes: to a JOIN, to a line of ours, to a request for the past. Sans-I/O."""

from __future__ import annotations

from datetime import datetime

from irctokens.line import Line

from bridges.irc.ground import Ground
from bridges.irc.past import Past
from bridges.irc.reports import Refused, Throttled
from bridges.irc.roster import Roster

# Numerics that answer a JOIN or a message with no; which of the two, the room or nick they name tells.
NOT_LET_IN = frozenset(map(str, (403, 405, 437, 448, 470, 471, 473, 474, 475, 476, 477, 480, 485, 489, 495, 519, 520)))
_NO_SEND = (263, 401, 402, 403, 404, 407, 408, *range(411, 418), 437, 439, 440, 442, 461, 477, 482, 486, 489, 492, 505)
NOT_TAKEN = frozenset(map(str, (*_NO_SEND, 531, 707, 716, 743, 972)))
_TOO_FAST = frozenset({"263", "439"})
_SPEECH = frozenset({"PRIVMSG", "NOTICE", "TAGMSG", "REDACT", "RELAYMSG", "BATCH"})
_REASON = 200


class Refusals:
    def __init__(self, ground: Ground, roster: Roster, past: Past) -> None:
        self._ground = ground
        self._roster = roster
        self._past = past

    def standard_reply(self, line: Line, now: datetime) -> None:
        """`FAIL command code [context…] :description` (https://ircv3.net/specs/extensions/standard-replies)."""
        command, code, context = line.params[0].upper(), line.params[1], line.params[2:-1]
        reason = line.params[-1][:_REASON]
        if "RATE" in code or "THROTTL" in code or "FLOOD" in code:
            self._ground.report(Throttled(f"{reason} ({code})"))
        if line.command != "FAIL":
            return
        if command == "CHATHISTORY":
            self._past.failed(self._ground.label(line), context, f"{reason} ({code})", now)
        elif command in _SPEECH:
            target = context[0] if context and not context[0].isdigit() else ""
            self._ground.report(Refused(self._ground.fold(target), self._ground.label(line), code, reason))
        elif command == "JOIN" and context:
            self._roster.not_let_in(self._ground.fold(context[0]), code, reason)

    def not_taken(self, line: Line) -> None:
        """A numeric that refuses a line of ours."""
        params = line.params
        target = params[1] if len(params) > 2 else ""
        if line.command == "401" and (presence := self._ground.people.get(target)):
            self._ground.moved(self._ground.people.end(presence))
        if line.command in _TOO_FAST:
            self._ground.report(Throttled(f"{params[-1][:_REASON]} ({line.command})"))
        self._ground.report(
            Refused(self._ground.fold(target), self._ground.label(line), line.command, params[-1][:_REASON])
        )
