"""One connection's protocol: lines in, reports and lines to send out. Sans-I/O: no asyncio, socket, clock or chance.

It owns the roster (`People`) and knows which rooms we are in. It never speaks by itself but for what the protocol needs:
PONG, WHO, MONITOR, MODE, a bounded number of CTCP answers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from irctokens.line import Line

from bridges.events import PersonId, Style
from bridges.irc.identify import Identify
from bridges.irc.login import LOGIN_COMMANDS, Login, Plan
from bridges.irc.people import Move, People, Presence
from bridges.irc.protocol import LineDecoder, Prefix, ServerLimits, ctcp, is_nick, prefix, said_at, wire
from bridges.irc.reports import (
    Broken,
    Echoed,
    Entered,
    Exited,
    NotLetIn,
    Ponged,
    Refused,
    Registered,
    Report,
)
from bridges.irc.watch import Watch, Words

# Numerics that answer a JOIN or a message with no; which of the two, the room or nick they name tells.
NOT_LET_IN = frozenset(map(str, (403, 405, 437, 448, 470, 471, 473, 474, 475, 476, 477, 480, 485, 489, 495, 519, 520)))
_NO_SEND = (263, 401, 402, 403, 404, 407, 408, *range(411, 418), 437, 439, 440, 442, 461, 477, 482, 486, 489, 492, 505)
NOT_TAKEN = frozenset(map(str, (*_NO_SEND, 531, 707, 716, 743, 972)))
_WHO_MARK = "152"
_WHO_FIELDS = f"%tcuhna,{_WHO_MARK}"
_HISTORY = ("chathistory", "playback", "history")
_CTCP_PAUSE = timedelta(seconds=2)
_BATCH_LIMIT = 64
_JOIN_LIMIT = 10


@dataclass(frozen=True, slots=True)
class Out:
    """A line to send. What is urgent goes before the others and does not wait for the flood limit."""

    data: bytes
    urgent: bool = False


class Session:
    """Give it bytes with `receive`, take the lines to send with `take`."""

    def __init__(self, plan: Plan, connection: str) -> None:
        self._plan = plan
        self._decoder = LineDecoder()
        self._out: list[Out] = []
        self._reports: list[Report] = []
        self.limits = ServerLimits()
        self.people = People(connection, self.limits.fold)
        self.login = Login(plan, lambda data: self._send(data, urgent=True))
        self.identify = Identify(
            plan.services,
            plan.nick,
            plan.sasl_required,
            lambda data: self._send(data, urgent=True),
            self.limits.fold,
        )
        self.me = Prefix(plan.nick)
        self.welcomed = False
        self.rooms: set[str] = set()
        self._asked: set[str] = set()
        """Rooms that a JOIN was sent for and not answered."""
        self._wanted: set[str] = set()
        self._batches: dict[str, tuple[str, str]] = {}
        self._watch = Watch(self.limits, self.people, self._send, self._reports.append)
        self._ctcp_after: datetime | None = None

    @property
    def registered(self) -> bool:
        """The server let us in, and the services know us if they must: the rooms may be asked for."""
        return self.welcomed and not self.identify.pending

    # --- what the owner asks for --------------------------------------------------------------------------------------

    def start(self) -> None:
        self.login.start()

    def take(self) -> list[Out]:
        out, self._out = self._out, []
        return out

    def join(self, rooms: Iterable[tuple[str, str]]) -> None:
        """Ask for rooms by (name, key); `Entered` or `NotLetIn` answers."""
        most = min(self.limits.targmax.get("JOIN", 0) or _JOIN_LIMIT, _JOIN_LIMIT)
        open_rooms: list[str] = []
        for name, key in rooms:
            folded = self.limits.fold(name)
            self._wanted.add(folded)
            self._asked.add(folded)
            if key:
                self._send(wire("JOIN", name, key))
            else:
                open_rooms.append(name)
        for start in range(0, len(open_rooms), most):
            self._send(wire("JOIN", ",".join(open_rooms[start : start + most])))

    def ping(self, token: str) -> None:
        self._send(wire("PING", token), urgent=True)

    def regain(self) -> None:
        """Ask for the wanted nick again, if we go by another."""
        if self.registered and self.limits.fold(self.me.nick) != self.limits.fold(self._plan.nick):
            self._send(wire("NICK", self._plan.nick))

    def check(self, nick: str) -> None:
        """Ask who this nick is now; `Checked` answers."""
        self._watch.check(nick)

    def quit(self, words: str) -> None:
        self._send(wire("QUIT", words), urgent=True)

    def closed(self) -> list[Report]:
        """The connection is over, and with it everybody's presence."""
        self._moved(self.people.end_all())
        return self._take_reports()

    # --- what the server says -----------------------------------------------------------------------------------------

    def receive(self, data: bytes, now: datetime) -> list[Report]:
        for line in self._decoder.push(data):
            self._line(line, now)
        return self._take_reports()

    def _line(self, line: Line, now: datetime) -> None:
        params = line.params
        if line.command == "PING":
            self._send(wire("PONG", params[-1] if params else ""), urgent=True)
        elif line.command == "ERROR":
            self._report(Broken(f"the server closed the connection: {params[-1][:200] if params else ''}"))
        elif line.command == "465":
            self._report(
                Broken(
                    f"the server has banned the desk: {params[-1][:200] if params else ''}",
                    "ask the server's operators to lift the ban, then start the network again",
                )
            )
        elif line.command in {"PONG", "BATCH", "CAP", "005"} | LOGIN_COMMANDS or not self.welcomed:
            self._housekeeping(line, now)
        elif line.source and ("!" in line.source or line.source == self.me.nick or line.command == "KICK"):
            self._from_person(line, prefix(line.source), now)
        else:
            self._from_server(line)
        if self.welcomed:
            self._identifying(line, now)

    def _housekeeping(self, line: Line, now: datetime) -> None:
        params = line.params
        match line.command:
            case "PONG" if params:
                self._report(Ponged(params[-1]))
            case "BATCH" if params and params[0].startswith("+"):
                if len(self._batches) < _BATCH_LIMIT:  # a server that leaves them open gains nothing
                    kind = params[1] if len(params) > 1 else ""
                    self._batches[params[0][1:]] = (kind, self._label(line))
            case "BATCH" if params:
                self._batches.pop(params[0][1:], None)
            case "CAP" if self.welcomed:
                if broken := self.login.cap(params):
                    self._report(broken)
            case "005":
                for token in params[1:-1]:
                    self.limits.read(token)
            case "001" if params and is_nick(params[0]):
                self.me = prefix(params[0])
                words = params[-1].split()
                if words and words[-1].startswith(f"{self.me.nick}!"):
                    self.me = prefix(words[-1])
                if broken := self.login.welcome():
                    self._report(broken)
            case "376" | "422":
                self._welcomed(now)
            case _:
                if broken := self.login.receive(line):
                    self._report(broken)

    def _welcomed(self, now: datetime) -> None:
        self.welcomed = True
        if self.limits.bot:
            self._send(wire("MODE", self.me.nick, f"+{self.limits.bot}"))
        if self.limits.monitor and self.limits.fold(self.me.nick) != self.limits.fold(self._plan.nick):
            self._send(wire("MONITOR", "+", self._plan.nick))
        self.identify.begin(self.me.nick, self.login.logged_in, now)
        if not self.identify.pending:
            self._report(Registered(self.me.nick))

    def _identifying(self, line: Line, now: datetime) -> None:
        """The rooms wait for the services: what is +r lets in only who has an account."""
        waited = self.identify.pending
        if broken := self.identify.receive(line, now):
            self._report(broken)
        elif waited and not self.identify.pending:
            self.login.logged_in = self.identify.identified
            self._report(Registered(self.me.nick))

    def _is_me(self, nick: str) -> bool:
        return self.limits.fold(nick) == self.limits.fold(self.me.nick)

    def _from_person(self, line: Line, who: Prefix, now: datetime) -> None:
        params, first = line.params, line.params[0] if line.params else ""
        if not is_nick(who.nick):
            return
        mine = self._is_me(who.nick)
        if mine and who.host:
            self.me = who
        match line.command:
            case "PRIVMSG" | "NOTICE" if len(params) > 1 and mine:
                self._echoed(line)
            case "PRIVMSG" | "NOTICE" if len(params) > 1:
                self._message(line, who, now)
            case "JOIN" if params and mine:
                self._entered(first)
            case "JOIN" if params:
                account = params[1] if len(params) > 1 and "extended-join" in self.login.caps else None
                self._joined(who, self.limits.fold(first), account)
            case "PART" if params:
                self._left(who, self.limits.fold(first), params[1] if len(params) > 1 else "it left the room")
            case "KICK" if len(params) > 1:
                why = f"kicked by {who.nick}" + (f": {params[2][:200]}" if len(params) > 2 else "")
                self._left(Prefix(params[1]), self.limits.fold(first), why)
            case "QUIT":
                self._vanished(who.nick)
            case "NICK" if not is_nick(first):
                pass
            case "NICK" if mine:
                self.me = Prefix(first, self.me.user, self.me.host)
                if self.limits.monitor and self._is_me(self._plan.nick):
                    self._send(wire("MONITOR", "-", self._plan.nick))
            case "NICK":
                self._renamed(who, first)
            case "ACCOUNT" if params and not mine:
                if presence := self.people.get(who.nick):
                    self._moved(self.people.account(presence, first))
            case "CHGHOST" if len(params) > 1:
                if mine:
                    self.me = Prefix(who.nick, params[0], params[1])
                elif presence := self.people.get(who.nick):
                    presence.user, presence.host = params[0], params[1]
            case _:
                pass

    def _from_server(self, line: Line) -> None:
        params = line.params
        match line.command:
            case "353" if len(params) > 3:
                self._names(self.limits.fold(params[2]), params[3])
            case "354" if len(params) > 6 and params[1] == _WHO_MARK:
                self._who(self.limits.fold(params[2]), Prefix(params[5], params[3], params[4]), params[6])
            case "396" if len(params) > 2:
                user, _, host = params[1].rpartition("@")
                self.me = Prefix(self.me.nick, user or self.me.user, host)
            case "730" if len(params) > 1:
                for source in params[1].split(","):
                    self._watch.online(prefix(source))
            case "731" if len(params) > 1:
                for source in params[1].split(","):
                    self._wanted_is_free(prefix(source).nick)
                    self._watch.offline(prefix(source).nick)
            case "734" if len(params) > 2:
                self._watch.full(params[2].split(","))
            case "311" | "317" | "318" | "330" if len(params) > 2:
                self._watch.answered(line)
            case "470" if len(params) > 2:
                self._not_let_in(line, self.limits.fold(params[1]))
            case "FAIL" if len(params) > 2 and params[0] in {"PRIVMSG", "NOTICE"}:
                target = params[2] if len(params) > 3 else ""
                self._report(Refused(self.limits.fold(target), self._label(line), params[1], params[-1][:200]))
            case code if code in NOT_LET_IN and len(params) > 1 and self.limits.fold(params[1]) in self._asked:
                self._not_let_in(line, self.limits.fold(params[1]))
            case code if params and (code in NOT_TAKEN or (code.isdigit() and code >= "400" and self._label(line))):
                self._not_taken(line)
            case _:
                pass

    # --- words --------------------------------------------------------------------------------------------------------

    def _message(self, line: Line, who: Prefix, now: datetime) -> None:
        tags = line.tags or {}
        kind = self._batches.get(tags.get("batch", ""), ("", ""))[0]
        if kind.rpartition("/")[2] in _HISTORY:
            return  # said before we came: the gap notice speaks of it, and nobody's presence vouches for it
        target, text = line.params[0], line.params[1]
        style: Style = "notice" if line.command == "NOTICE" else "text"
        if request := ctcp(text):
            if request.verb == "ACTION":
                style, text = "emote", request.text
            else:
                if line.command == "PRIVMSG" and self._is_me(target):
                    self._answer_ctcp(who.nick, request.verb, request.text, now)
                return
        account = tags.get("account", "") if "account-tag" in self.login.caps else None
        reply_to = tags.get("+draft/reply") or tags.get("+reply") or ""
        room = self.limits.fold(target) if self.limits.fold(target) in self.rooms else None
        if room is not None or self._is_me(target):
            at, msgid = said_at(tags, now), tags.get("msgid", "")[:200]
            self._watch.hear(Words(who, at, msgid, room, text, style, reply_to[:200], account))

    def _answer_ctcp(self, nick: str, verb: str, text: str, now: datetime) -> None:
        if self._ctcp_after is not None and now < self._ctcp_after:
            return
        answer = {"VERSION": "VERSION community-helpdesk", "PING": f"PING {text[:64]}"}.get(verb)
        if answer:
            self._ctcp_after = now + _CTCP_PAUSE
            self._send(wire("NOTICE", nick, f"\x01{answer}\x01"))

    def _echoed(self, line: Line) -> None:
        if (request := ctcp(line.params[1])) and request.verb != "ACTION":
            return
        msgid = (line.tags or {}).get("msgid", "")
        self._report(Echoed(self.limits.fold(line.params[0]), self._label(line), msgid))

    def _not_taken(self, line: Line) -> None:
        params = line.params
        target = params[1] if len(params) > 2 else ""
        if line.command == "401" and (presence := self.people.get(target)):
            self._moved(self.people.end(presence))
        self._report(Refused(self.limits.fold(target), self._label(line), line.command, params[-1][:200]))

    def _label(self, line: Line) -> str:
        tags = line.tags or {}
        return tags.get("label", "") or self._batches.get(tags.get("batch", ""), ("", ""))[1]

    # --- rooms and people ---------------------------------------------------------------------------------------------

    def _entered(self, name: str) -> None:
        room = self.limits.fold(name)
        if room not in self._wanted:
            self._send(wire("PART", name.replace(",", "")))  # forwarded or forced: not a room the operator chose
            return
        self._asked.discard(room)
        self.rooms.add(room)
        if self.limits.whox:
            self._send(wire("WHO", name, _WHO_FIELDS))
        self._report(Entered(room))

    def _not_let_in(self, line: Line, room: str) -> None:
        if room in self._asked:
            self._asked.discard(room)
            self._report(NotLetIn(room, line.command, line.params[-1][:200]))

    def _member(self, who: Prefix, room: str) -> Presence:
        known = self.people.get(who.nick)
        if known is not None and not known.seen_without_interruption:
            self._moved(self.people.end(known))
        presence, moves = self.people.meet(who)
        self._moved(moves)
        presence.rooms.add(room)
        self._watch.release(presence)
        return presence

    def _joined(self, who: Prefix, room: str, account: str | None) -> None:
        if room not in self.rooms:
            return
        presence = self._member(who, room)
        if account is not None:
            self._moved(self.people.account(presence, account))
        elif self.limits.whox:
            self._send(wire("WHO", who.nick, _WHO_FIELDS))

    def _names(self, room: str, names: str) -> None:
        if room in self.rooms:
            for name in names.split():
                who = prefix(name.lstrip("~&@%+!*."))
                if is_nick(who.nick) and not self._is_me(who.nick):
                    self._member(who, room)

    def _who(self, room: str, who: Prefix, account: str) -> None:
        presence = self.people.get(who.nick)
        if presence is None or self._is_me(who.nick):
            return
        presence.user, presence.host = who.user, who.host
        if room in self.rooms or presence.rooms:
            self._moved(self.people.account(presence, account))

    def _left(self, who: Prefix, room: str, reason: str) -> None:
        if self._is_me(who.nick):
            if room in self.rooms:
                self.rooms.discard(room)
                self._moved(self.people.room_left(room))
                self._report(Exited(room, reason))
        elif presence := self.people.get(who.nick):
            self._moved(self.people.parted(presence, room))

    def _renamed(self, who: Prefix, nick: str) -> None:
        presence = self.people.get(who.nick)
        if presence is not None:
            self._watch.release(presence)
            self._moved(self.people.renamed(presence, nick))
            if not presence.seen_without_interruption:
                self._moved(self.people.end(presence))
        self._wanted_is_free(who.nick)

    def _vanished(self, nick: str) -> None:
        if presence := self.people.get(nick):
            self._watch.release(presence)
            self._moved(self.people.end(presence))
        self._wanted_is_free(nick)

    def _wanted_is_free(self, nick: str) -> None:
        if self.limits.fold(nick) == self.limits.fold(self._plan.nick):
            self.regain()

    # --- plumbing -----------------------------------------------------------------------------------------------------

    def _send(self, data: bytes, *, urgent: bool = False) -> None:
        self._out.append(Out(data, urgent))

    def _report(self, report: Report) -> None:
        self._reports.append(report)

    def _moved(self, moves: Iterable[Move]) -> None:
        self._reports.extend(moves)

    def _take_reports(self) -> list[Report]:
        reports = list(self._reports)
        self._reports.clear()
        return reports

    def whereabouts(self, person: PersonId, room: str | None = None) -> Presence | None:
        """Where the person is now, in a room if one is given (by its folded name)."""
        return self.people.find(person, room)
