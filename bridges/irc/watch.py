"""Who shares no room with us: watching that their nick stays theirs. Sans-I/O: no asyncio, socket, clock or chance.

With MONITOR the server tells when the nick goes; else each of their messages waits until WHOIS has told the sign-on
time of the connection behind the nick, and the same is asked before anything private is said to them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from irctokens.line import Line

from bridges.events import Style
from bridges.irc.people import Move, People, Presence
from bridges.irc.protocol import Prefix, ServerLimits, mask, wire
from bridges.irc.reports import Checked, Report, Said

_HELD_LIMIT = 200


class _Send(Protocol):
    def __call__(self, data: bytes, *, urgent: bool = False) -> None: ...


@dataclass(frozen=True, slots=True)
class Words:
    """A message before it is known who said it."""

    who: Prefix
    at: datetime
    msgid: str
    room: str | None
    text: str
    style: Style
    reply_to: str
    account: str | None
    """What account-tag says; None where the server does not say."""


@dataclass
class _Whois:
    address: tuple[str, str] = ("", "")
    signed_on: str = ""
    found: bool = False


class Watch:
    """Every message passes here, so that no id is given to a nick of which nobody knows whose it is."""

    def __init__(self, limits: ServerLimits, people: People, send: _Send, report: Callable[[Report], None]) -> None:
        self._limits = limits
        self._people = people
        self._send = send
        self._report = report
        self._monitored: set[str] = set()
        self._held: dict[str, list[Words]] = {}
        self._whois: dict[str, _Whois] = {}

    def hear(self, words: Words) -> None:
        presence = self._people.get(words.who.nick)
        if presence is not None and presence.seen_without_interruption:
            self._said(words)
            return
        if words.style == "notice":
            return  # a NOTICE never starts a conversation: services say these
        folded = self._limits.fold(words.who.nick)
        if folded in self._monitored:
            self._said(words)  # the server's word on the nick is under way
        elif len(self._monitored) < self._limits.monitor - 1:  # one place is kept for the nick we want ourselves
            self._monitored.add(folded)
            self._send(wire("MONITOR", "+", words.who.nick))
            self._said(words)
        elif sum(map(len, self._held.values())) < _HELD_LIMIT:
            self._held.setdefault(folded, []).append(words)
            self.check(words.who.nick)

    def check(self, nick: str) -> None:
        folded = self._limits.fold(nick)
        if folded not in self._whois:
            self._whois[folded] = _Whois()
            self._send(wire("WHOIS", nick, nick))  # twice: their own server answers, which alone knows the sign-on time

    def release(self, presence: Presence) -> None:
        """They are seen in a room now, or gone."""
        presence.watched = False
        folded = self._limits.fold(presence.nick)
        if folded in self._monitored:
            self._monitored.discard(folded)
            self._send(wire("MONITOR", "-", presence.nick))

    def online(self, who: Prefix) -> None:
        """RPL_MONONLINE (https://ircv3.net/specs/extensions/monitor)"""
        presence = self._people.get(who.nick)
        if presence is None or self._limits.fold(who.nick) not in self._monitored:
            return
        if not who.host or who.address == presence.address:
            presence.watched = True
        else:
            self.release(presence)
            self._moved(self._people.end(presence))  # somebody else has the nick already

    def offline(self, nick: str) -> None:
        """RPL_MONOFFLINE"""
        folded = self._limits.fold(nick)
        if folded not in self._monitored:
            return
        self._monitored.discard(folded)
        self._send(wire("MONITOR", "-", nick))
        presence = self._people.get(nick)
        if presence is not None and not presence.rooms:
            self._moved(self._people.end(presence))

    def full(self, nicks: Iterable[str]) -> None:
        """ERR_MONLISTFULL: these are asked about by WHOIS instead."""
        self._monitored.difference_update(map(self._limits.fold, nicks))

    def answered(self, line: Line) -> None:
        """A line of a WHOIS answer."""
        params = line.params
        folded = self._limits.fold(params[1])
        answer = self._whois.get(folded)
        if answer is None:
            return
        match line.command:
            case "311" if len(params) > 3:
                answer.found, answer.address = True, (params[2], params[3])
            case "317" if len(params) > 3:
                answer.signed_on = params[3]
            case "318":
                del self._whois[folded]
                self._settle(folded, answer)
            case _:
                pass

    def _settle(self, folded: str, answer: _Whois) -> None:
        """The presence goes on if it is the same connection, and waiting words find who said them."""
        known = self._people.get(folded)
        if known is not None and not known.seen_without_interruption:
            same = answer.found and answer.signed_on and known.address == answer.address
            if not same or (known.signed_on and known.signed_on != answer.signed_on):
                self._moved(self._people.end(known))
            else:
                known.signed_on = answer.signed_on
        for words in self._held.pop(folded, ()):
            presence = self._said(words)
            if presence.seen_without_interruption:
                continue
            if answer.signed_on and words.who.address == answer.address:
                presence.signed_on = answer.signed_on
            else:
                self._moved(self._people.end(presence))
        self._report(Checked(folded))

    def _said(self, words: Words) -> Presence:
        presence, moves = self._people.meet(words.who)
        self._moved(moves)
        if words.account is not None:
            self._moved(self._people.account(presence, words.account))
        person = self._people.speaks(presence)
        self._report(
            Said(
                words.at,
                words.msgid,
                presence.nick,
                person,
                bool(presence.account),
                words.room,
                words.text,
                words.style,
                words.reply_to,
                mask(words.who),
            )
        )
        return presence

    def _moved(self, moves: Iterable[Move]) -> None:
        for move in moves:
            self._report(move)
