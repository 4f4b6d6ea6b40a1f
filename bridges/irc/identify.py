"""NickServ: logging in where the server has no SASL, and taking our nick back from whoever holds it. Sans-I/O.

A password goes to nobody but the services: first WHOIS must show the nick on the services' server where that is
configured (`NickServ@services.example.org`), else as an operator or service (313), which no passer-by is. Numerics:
https://modern.ircdocs.horse; the services' commands: the help of Atheme and Anope.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto

from irctokens.line import Line

from bridges.irc.protocol import prefix, wire
from bridges.irc.reports import Broken

_WITHIN = timedelta(seconds=20)
"""How long services may take. Time is seen when the server says something, an answer to our PING at the latest."""
_NO = re.compile(
    r"(invalid|incorrect|wrong|bad) password|password (is )?(incorrect|wrong)|authentication failed|"
    r"(is ?n[o']t|are not|not) (a )?registered|no such (account|nick)|frozen|suspended|too many",
    re.IGNORECASE,
)
_YES = re.compile(r"(now|already) (identified|logged in)|password accepted|you are (now )?recognized", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Services:
    """What NickServ is called here and what to say to it."""

    nick: str = "NickServ"
    server: str = ""
    """The services' own server; the nick is trusted only there. Empty: WHOIS must call it an operator or service."""
    account: str = ""
    password: str = field(default="", repr=False)
    """Empty: nothing is identified."""
    identify: str = "IDENTIFY {account} {password}"
    regain: tuple[str, ...] = ("REGAIN {nick}", "GHOST {nick}")
    """Tried in turn when somebody holds the nick that is the account's; each may name {password} too."""

    @property
    def target(self) -> str:
        """Whom messages go to: a server that knows `nick@server` hands them to nobody else."""
        return f"{self.nick}@{self.server}" if self.server else self.nick


class _Stage(Enum):
    IDLE = auto()
    ASKED_WHO = auto()
    TOLD = auto()
    REGAINING = auto()


class Identify:
    """After the welcome: `begin`, and while `pending` the rooms wait; give it every line with `receive`."""

    def __init__(
        self,
        services: Services | None,
        wanted: str,
        required: bool,
        send: Callable[[bytes], None],
        fold: Callable[[str], str],
    ) -> None:
        self._services = services
        self._wanted = wanted
        self._required = required
        self._send = send
        self._fold = fold
        self._stage = _Stage.IDLE
        self._nick = ""
        self._mask = ""
        """`nick!user@host` of the services, from WHOIS."""
        self._server = ""
        self._is_service = False
        self._until: datetime | None = None
        self._regain_left: list[str] = []
        self.trouble = ""
        """Why the desk is not identified; empty when it is, or need not be."""
        self.identified = False

    @property
    def pending(self) -> bool:
        return self._stage in {_Stage.ASKED_WHO, _Stage.TOLD}

    def begin(self, nick: str, logged_in: bool, now: datetime) -> None:
        """The server let us in as `nick`. Services that have our password get it unless we are logged in already."""
        self._nick = nick
        if self._services is None:
            return
        if logged_in or not self._services.password:
            self.identified = logged_in
            self._regain()
            return
        self._until = now + _WITHIN
        self._stage = _Stage.ASKED_WHO
        self._send(wire("WHOIS", self._services.nick))

    def receive(self, line: Line, now: datetime) -> Broken | None:
        """Look at a line. `pending` ends when we are identified, or at a failure that does not end the connection."""
        services = self._services
        if services is None or self._stage is _Stage.IDLE:
            return None
        broken = None
        if line.command == "NICK" and line.params and self._same(prefix(line.source).nick, self._nick):
            self._nick = line.params[0]
            if self._same(self._nick, self._wanted):
                self._regain_left.clear()
        elif self._stage is _Stage.ASKED_WHO:
            broken = self._who(services, line)
        elif self._stage is _Stage.TOLD:
            broken = self._told(services, line)
        else:
            self._regaining(line)
        if broken is None and self.pending and self._until is not None and now >= self._until:
            return self._fail(f"{services.nick} does not answer; the services may be down")
        return broken

    def _same(self, one: str, other: str) -> bool:
        return self._fold(one) == self._fold(other)

    # --- the account --------------------------------------------------------------------------------------------------

    def _who(self, services: Services, line: Line) -> Broken | None:
        params = line.params
        if len(params) < 2 or not self._same(params[1], services.nick):
            return None
        match line.command:
            case "311" if len(params) > 3:
                self._mask = f"{params[1]}!{params[2]}@{params[3]}"
            case "312" if len(params) > 2:
                self._server = params[2]
            case "313":
                self._is_service = True
            case "401" | "318" if not self._mask:
                return self._fail(f"there is no {services.nick} now; the services may be down")
            case "318":
                return self._trusted(services)
            case _:
                pass
        return None

    def _trusted(self, services: Services) -> Broken | None:
        if services.server and self._server.lower() != services.server.lower():
            return self._fail(
                f"{services.nick} is on {self._server[:100] or 'an unknown server'}, not on {services.server}: "
                "it was not told the password",
                f"ask the network where its services are, and set nickserv to {services.nick}@ and that server's name",
            )
        if not services.server and not self._is_service:
            return self._fail(
                f"the server does not call {services.nick} a service: it was not told the password",
                f"set nickserv to {services.nick}@ and the name of the services' server (`/whois {services.nick}` shows it)",
            )
        account = services.account or self._nick
        self._say(services, services.identify, account=account)
        self._stage = _Stage.TOLD
        return None

    def _told(self, services: Services, line: Line) -> Broken | None:
        params, source = line.params, prefix(line.source)
        mine = self._same(source.nick, self._nick)
        match line.command:
            case "900":
                self._succeed()
            case "ACCOUNT" if mine and params and params[0] != "*":
                self._succeed()
            case "MODE" if len(params) > 1 and self._same(params[0], self._nick) and _plus_r(params[1]):
                self._succeed()
            case "NOTICE" | "PRIVMSG" if len(params) > 1 and self._is_services(line.source):
                if _YES.search(params[1]):
                    self._succeed()
                elif _NO.search(params[1]):
                    return self._fail(
                        f"{services.nick} refused the login: {params[1][:200]}",
                        f"check nickserv_password_file; does `/msg {services.nick} identify` take it?",
                        login=True,
                    )
            case "401" if len(params) > 1 and self._same(params[1], services.target):
                return self._fail(
                    f"the server knows no {services.target}",
                    f"set nickserv to {services.nick}@ and the server that `/whois {services.nick}` shows",
                )
            case _:
                pass
        return None

    def _is_services(self, source: str | None) -> bool:
        return self._fold(source or "") == self._fold(self._mask)

    def _succeed(self) -> None:
        self.identified, self.trouble = True, ""
        self._stage = _Stage.IDLE
        self._regain()

    def _fail(self, reason: str, mend: str = "", *, login: bool = False) -> Broken | None:
        self._stage = _Stage.IDLE
        self.trouble = reason
        return Broken(reason, mend, login=login) if self._required else None

    # --- the nick -----------------------------------------------------------------------------------------------------

    def _regain(self) -> None:
        """Somebody, most often a dead connection of our own, holds the nick."""
        if self._services is None or self._same(self._nick, self._wanted):
            return
        self._regain_left = list(self._services.regain)
        self._next_regain(self._services)

    def _next_regain(self, services: Services) -> None:
        while self._regain_left:
            command = self._regain_left.pop(0)
            if "{password}" in command and not self._mask:
                continue  # nobody has shown to be the services on this connection
            self._stage = _Stage.REGAINING
            self._say(services, command, account=services.account or self._wanted)
            return
        self._stage = _Stage.IDLE

    def _regaining(self, line: Line) -> None:
        """Whatever the services say: ask for the nick, and try the next way until it is ours."""
        services = self._services
        if services is None:
            return
        if self._same(self._nick, self._wanted):
            self._stage = _Stage.IDLE
        elif line.command in {"NOTICE", "PRIVMSG"} and self._same(prefix(line.source).nick, services.nick):
            self._send(wire("NICK", self._wanted))
            self._next_regain(services)
        elif line.command == "401" and len(line.params) > 1 and self._same(line.params[1], services.target):
            self._stage = _Stage.IDLE

    def _say(self, services: Services, command: str, *, account: str) -> None:
        words = command.format(account=account, password=services.password, nick=self._wanted)
        self._send(wire("PRIVMSG", services.target, words))


def _plus_r(modes: str) -> bool:
    """Whether a MODE line sets +r, which servers give the nicks of identified people."""
    sign = "+"
    for letter in modes:
        if letter in "+-":
            sign = letter
        elif letter == "r":
            return sign == "+"
    return False
