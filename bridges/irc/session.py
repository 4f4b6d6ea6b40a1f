"""One connection's protocol: lines in, reports and lines to send out. Sans-I/O: no asyncio, socket, clock or chance.

It takes lines apart and hands them on: `login.py` gets in, `roster.py` knows who is where, `voices.py` hears, `past.py`
catches up. It never speaks by itself but for what the protocol needs: PONG, WHO, MONITOR, MODE, CHATHISTORY, a bounded
number of CTCP answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from irctokens.line import Line

from bridges.events import PersonId
from bridges.irc.batches import Batch, Batches
from bridges.irc.ground import Ground, RoomState, server_time
from bridges.irc.identify import Identify
from bridges.irc.login import LOGIN_COMMANDS, Login, Plan
from bridges.irc.past import Mark, Past
from bridges.irc.people import People, Presence
from bridges.irc.protocol import LineDecoder, Prefix, ServerLimits, is_nick, prefix, wire
from bridges.irc.refusals import NOT_LET_IN, NOT_TAKEN, Refusals
from bridges.irc.reports import (
    Broken,
    Echoed,
    Ponged,
    Reaction,
    Redaction,
    Registered,
    Report,
    Said,
    Throttled,
)
from bridges.irc.roster import WHO_MARK, Roster
from bridges.irc.voices import Voices
from bridges.irc.watch import Watch

_FLOODED = ("excess flood", "max sendq", "recvq", "flooding", "throttle")
_REASON = 200


@dataclass(frozen=True, slots=True)
class Out:
    """A line to send. What is urgent goes before the others and does not wait for the flood limit."""

    data: bytes
    urgent: bool = False


class Session:
    """Give it bytes with `receive`, take the lines to send with `take`, and tell it the time with `tick`."""

    def __init__(
        self,
        plan: Plan,
        connection: str,
        missed: Callable[[str], Mark | None] = lambda _: None,
        catch_up: int = 0,
    ) -> None:
        """`missed` says until where a room (by its folded name) was heard; at most `catch_up` lines of it are fetched."""
        self._plan = plan
        self._decoder = LineDecoder()
        self._out: list[Out] = []
        self._reports: list[Report] = []
        self._batches = Batches()
        self.limits = ServerLimits()
        self.people = People(connection, self.limits.fold)
        self.login = Login(plan, lambda data: self._send(data, urgent=True))
        self._ground = Ground(
            connection,
            plan,
            self.limits,
            self.people,
            self.login,
            Prefix(plan.nick),
            self._send,
            self._report,
            self._batches.label,
        )
        self.identify = Identify(
            plan.services,
            plan.nick,
            plan.sasl_required,
            lambda data: self._send(data, urgent=True),
            self.limits.fold,
        )
        self.welcomed = False
        self._watch = Watch(self.limits, self.people, self._send, self._report)
        self._roster = Roster(self._ground, self._watch, self._wanted_is_free)
        self._voices = Voices(self._ground, self._watch)
        self._past = Past(self._ground, missed, catch_up)
        self._refusals = Refusals(self._ground, self._roster, self._past)

    @property
    def me(self) -> Prefix:
        return self._ground.me

    @property
    def rooms(self) -> dict[str, RoomState]:
        """The rooms that we are in, by folded name."""
        return self._ground.rooms

    @property
    def asked(self) -> set[str]:
        """Rooms that a JOIN was sent for and not answered."""
        return self._roster.asked

    # --- what the owner asks for --------------------------------------------------------------------------------------

    @property
    def registered(self) -> bool:
        """The server let us in, and the services know us if they must: the rooms may be asked for."""
        return self.welcomed and not self.identify.pending

    def start(self) -> None:
        self.login.start()

    def take(self) -> list[Out]:
        out, self._out = self._out, []
        return out

    def join(self, rooms: Iterable[tuple[str, str]]) -> None:
        """Ask for rooms by (name, key); `Entered` or `NotLetIn` answers."""
        self._roster.join(rooms)

    def part(self, name: str) -> None:
        self._roster.part(name)

    def voice(self, room: str, nick: str, *, on: bool) -> None:
        """Give or take voice (RFC 2812, section 3.2.3)."""
        self._send(wire("MODE", room, "+v" if on else "-v", nick))

    def ping(self, token: str) -> None:
        self._send(wire("PING", token), urgent=True)

    def regain(self) -> None:
        """Ask for the wanted nick again, if we go by another; and for the account, if we are in without it."""
        if self.registered:
            self.login.again()
        if self.registered and not self._ground.is_me(self._plan.nick):
            self._send(wire("NICK", self._plan.nick))

    def check(self, nick: str) -> None:
        """Ask who this nick is now; `Checked` answers."""
        self._watch.check(nick)

    @property
    def has_history(self) -> bool:
        return self._past.offered

    @property
    def can_react(self) -> bool:
        """https://ircv3.net/specs/client-tags/react, unless CLIENTTAGDENY blocks it."""
        passes = self.limits.passes_tag("draft/react") and self.limits.passes_tag("draft/reply")
        return passes and "message-tags" in self.login.caps

    def look(self, token: str, room: str, since: Mark, now: datetime) -> None:
        """Ask what was said in a room since then; `History` with the token answers."""
        self._past.look(token, room, since, now)

    def quit(self, words: str) -> None:
        self._send(wire("QUIT", words), urgent=True)

    def tick(self, now: datetime) -> list[Report]:
        """What is due by the clock."""
        self._past.expired(now)
        for split in self._roster.splits.due(now):
            self._report(split)
        return self._take_reports()

    def closed(self) -> list[Report]:
        """The connection is over, and with it everybody's presence."""
        self._past.closed()
        for split in self._roster.splits.due(None):
            self._report(split)
        self._ground.moved(self.people.end_all())
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
            reason = params[-1][:_REASON] if params else ""
            if any(word in reason.lower() for word in _FLOODED):
                self._report(Throttled(reason))
            self._report(Broken(f"the server closed the connection: {reason}"))
        elif line.command == "465":
            self._report(
                Broken(
                    f"the server has banned the desk: {params[-1][:_REASON] if params else ''}",
                    "ask the server's operators to lift the ban, then start the network again",
                )
            )
        elif line.command in {"PONG", "CAP", "005"} | LOGIN_COMMANDS or (not self.welcomed and line.command != "BATCH"):
            self._housekeeping(line, now)
        else:
            match self._batches.push(line):
                case Batch() as batch if self.welcomed:
                    self._batch(batch, now)
                case Line() as whole if self.welcomed:
                    self._registered_line(whole, now)
                case _:
                    pass
        if self.welcomed:
            self._identifying(line, now)

    def _registered_line(self, line: Line, now: datetime) -> None:
        if line.source and ("!" in line.source or line.source == self.me.nick or line.command == "KICK"):
            self._from_person(line, prefix(line.source), now)
        else:
            self._from_server(line, now)

    def _batch(self, batch: Batch, now: datetime) -> None:
        if batch.is_history:
            self._past.batch(batch, now)
        elif batch.is_multiline:
            self._voices.multiline(batch, now)
        else:
            self._roster.split(batch, now)

    def _housekeeping(self, line: Line, now: datetime) -> None:
        params = line.params
        match line.command:
            case "PONG" if params:
                self._past.ponged(params[-1])
                self._report(Ponged(params[-1]))
            case "CAP" if self.welcomed:
                if broken := self.login.cap(params):
                    self._report(broken)
            case "005":
                for token in params[1:-1]:
                    self.limits.read(token)
            case "001" if params and is_nick(params[0]):
                self._be(prefix(params[0]))
                words = params[-1].split()
                if words and words[-1].startswith(f"{self.me.nick}!"):
                    self._be(prefix(words[-1]))
                self._past.began = server_time(line)
                if broken := self.login.welcome():
                    self._report(broken)
            case "376" | "422":
                self._welcomed(now)
            case _:
                if broken := self.login.receive(line):
                    self._report(broken)

    def _be(self, who: Prefix) -> None:
        self._ground.me = who
        self._ground.own_nicks.add(self.limits.fold(who.nick))

    def _welcomed(self, now: datetime) -> None:
        self.welcomed = True
        if self.limits.bot:
            self._send(wire("MODE", self.me.nick, f"+{self.limits.bot}"))
        if self.limits.monitor and not self._ground.is_me(self._plan.nick):
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

    def _from_person(self, line: Line, who: Prefix, now: datetime) -> None:
        params, first = line.params, line.params[0] if line.params else ""
        if not is_nick(who.nick):
            return
        mine = self._ground.is_me(who.nick)
        if mine and who.host:
            self._be(who)
        match line.command:
            case "PRIVMSG" | "NOTICE" if len(params) > 1 and self._past.is_old(line):
                self._past.replayed(line, now)
            case "PRIVMSG" | "NOTICE" if len(params) > 1 and self._voices.is_own(line, who):
                self._voices.echoed(line, self._ground.label(line), now)
            case "PRIVMSG" | "NOTICE" if len(params) > 1:
                self._voices.message(line, who, now)
            case "TAGMSG" | "REDACT" if params and mine:
                self._voices.echoed(Line(line.tags, line.source, line.command, [first]), self._ground.label(line), now)
            case "TAGMSG" if params:
                self._voices.tagged(line, who, now)
            case "REDACT" if len(params) > 1:
                self._voices.redacted(line, who, now)
            case "JOIN" if params and mine:
                self._past.began = self._past.began or server_time(line)
                if self._roster.entered(first):
                    self._past.entered(self.limits.fold(first), now)
            case "JOIN" if params:
                account = params[1] if len(params) > 1 and "extended-join" in self.login.caps else None
                self._roster.joined(who, self.limits.fold(first), account, now)
            case "PART" if params:
                self._leave(who, first)
                self._roster.left(who, self.limits.fold(first), params[1] if len(params) > 1 else "", now)
            case "KICK" if len(params) > 1:
                self._leave(Prefix(params[1]), first)
                reason = params[2] if len(params) > 2 else ""
                self._roster.kicked(params[1], who.nick, self.limits.fold(first), reason, now)
            case "QUIT":
                self._roster.quit(who.nick, first, now)
            case "NICK" if not is_nick(first):
                pass
            case "NICK" if mine:
                self._be(Prefix(first, self.me.user, self.me.host))
                if self.limits.monitor and self._ground.is_me(self._plan.nick):
                    self._send(wire("MONITOR", "-", self._plan.nick))
            case "NICK":
                self._roster.renamed(who, first, now)
            case "INVITE" if len(params) > 1:
                self._roster.invited(first, params[1], who.nick)
            case "MODE":
                self._roster.mode(line)
            case "ACCOUNT" if params and not mine:
                if presence := self.people.get(who.nick):
                    self._ground.moved(self.people.account(presence, first))
            case "CHGHOST" if len(params) > 1:
                if mine:
                    self._be(Prefix(who.nick, params[0], params[1]))
                elif presence := self.people.get(who.nick):
                    presence.user, presence.host = params[0], params[1]
            case _:
                pass  # AWAY and SETNAME are asked for and change nothing of what the desk knows

    def _leave(self, who: Prefix, room: str) -> None:
        if self._ground.is_me(who.nick):
            self._past.left(self.limits.fold(room))

    def _from_server(self, line: Line, now: datetime) -> None:
        params = line.params
        match line.command:
            case "353" if len(params) > 3:
                self._roster.names(self.limits.fold(params[2]), params[3])
            case "354" if len(params) > 6 and params[1] == WHO_MARK:
                who = Prefix(params[5], params[3], params[4])
                self._roster.found(self.limits.fold(params[2]), who, params[6])
            case "324" | "MODE":
                self._roster.mode(line)
            case "396" if len(params) > 2:
                user, _, host = params[1].rpartition("@")
                self._be(Prefix(self.me.nick, user or self.me.user, host))
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
                self._roster.not_let_in(self.limits.fold(params[1]), "470", params[-1])
            case "FAIL" | "WARN" | "NOTE" if len(params) > 2:
                self._refusals.standard_reply(line, now)
            case "ACK" if label := self._ground.label(line):
                self._report(Echoed("", label, ""))  # taken, and there is nothing to show for it (labeled-response)
            case "421" if len(params) > 2 and params[1].upper() == "CHATHISTORY":
                self._past.failed(self._ground.label(line), params, params[-1][:_REASON], now)
            case code if code in NOT_LET_IN and len(params) > 1 and self.limits.fold(params[1]) in self.asked:
                self._roster.not_let_in(self.limits.fold(params[1]), code, params[-1])
            case code if params and (
                code in NOT_TAKEN or (code.isdigit() and code >= "400" and self._ground.label(line))
            ):
                self._refusals.not_taken(line)
            case _:
                pass

    def _wanted_is_free(self, nick: str) -> None:
        if self.limits.fold(nick) == self.limits.fold(self._plan.nick):
            self.regain()

    # --- plumbing -----------------------------------------------------------------------------------------------------

    def _send(self, data: bytes, *, urgent: bool = False) -> None:
        self._out.append(Out(data, urgent))

    def _report(self, report: Report) -> None:
        if isinstance(report, (Said, Reaction, Redaction)) and not report.late:
            held = self._past.holds(report, report.room or "")
        else:
            held = False
        if held:
            return
        self._reports.append(report)

    def _take_reports(self) -> list[Report]:
        reports = list(self._reports)
        self._reports.clear()
        return reports

    def whereabouts(self, person: PersonId, room: str | None = None) -> Presence | None:
        """Where the person is now, in a room if one is given (by its folded name)."""
        return self.people.find(person, room)
