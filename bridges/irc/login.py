"""From the first byte to being let in: CAP 302, SASL, STS, a nick that is free. Sans-I/O: no asyncio, socket or clock.

Sources: https://ircv3.net/specs/extensions/capability-negotiation, …/cap-notify, …/sasl-3.2, …/sts,
https://modern.ircdocs.horse.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from irctokens.line import Line

from bridges.irc.identify import Services
from bridges.irc.protocol import nick_candidates, wire
from bridges.irc.reports import Broken
from bridges.irc.sasl import Assembler, Credentials, Exchange, Mechanism, Wish, chunks, mechanisms
from bridges.irc.scram import Derivation, Unproven
from bridges.irc.sts import parse

WANTED = frozenset(
    {
        "account-notify",
        "account-tag",
        "away-notify",
        "batch",
        "cap-notify",
        "chghost",
        "draft/chathistory",
        "draft/event-playback",
        "draft/message-redaction",
        "draft/multiline",
        "draft/relaymsg",
        "echo-message",
        "extended-join",
        "extended-monitor",
        "invite-notify",
        "labeled-response",
        "message-tags",
        "multi-prefix",
        "server-time",
        "setname",
        "standard-replies",
        "userhost-in-names",
    }
)
LOGIN_COMMANDS = frozenset({"AUTHENTICATE", *map(str, range(900, 909))})
"""What a login says also after the welcome, when services come back (sasl-3.2, "SASL Reauthentication")."""
_SASL_REFUSED = {"902", "904", "905", "906"}
_NICK_REFUSED = {"432", "433", "436", "437"}
_OFFERED_LIMIT = 500
_REQUEST_ROOM = 400
"""Bytes of names in one CAP REQ: the answer repeats them behind the server's name and our nick."""


def _numbered() -> Callable[[], str]:
    count = itertools.count(1)
    return lambda: f"nonce{next(count)}"


@dataclass(frozen=True, slots=True)
class Plan:
    """Who we want to be, and on what kind of connection."""

    nick: str
    alternatives: tuple[str, ...] = ()
    username: str = "helpdesk"
    realname: str = "Community helpdesk"
    sasl_user: str = ""
    sasl_password: str = field(default="", repr=False)
    sasl: Wish = "auto"
    sasl_required: bool = True
    """Whether a login that fails ends the connection."""
    certificate: bool = False
    """A client certificate is shown."""
    secure: bool = False
    """The connection is encrypted and the server's certificate was verified."""
    private: bool = True
    """Nobody on the way can read it: encrypted, or within this machine."""
    sts: bool = False
    """Follow a server's wish for TLS."""
    services: Services | None = None
    """NickServ, where the server has no SASL; and for taking our nick back."""
    nonce: Callable[[], str] = field(default_factory=_numbered, repr=False)
    """A new unpredictable word for each SCRAM exchange; the default is for tests."""

    @property
    def credentials(self) -> Credentials:
        return Credentials(self.sasl_user, self.sasl_password, self.certificate, self.sasl, self.private)


class Login:
    """Negotiates; `nick` is the one asked for last, `caps` what the server granted, `values` what it offers and says of it."""

    def __init__(self, plan: Plan, send: Callable[[bytes], None]) -> None:
        self._plan = plan
        self._send = send
        self._candidates = nick_candidates(plan.nick, plan.alternatives)
        self._requests: deque[set[str]] = deque()
        self._negotiating = True
        self._left: list[Mechanism] = []
        """Mechanisms still to try."""
        self._exchange: Exchange | None = None
        self._incoming = Assembler()
        self._derivation: Derivation | None = None
        self._password_refused = False
        self.nick = next(self._candidates)
        self.caps: set[str] = set()
        self.values: dict[str, str] = {}
        self.logged_in = False
        self.account = ""
        """As the server told it; empty when it did not."""
        self.mechanism: Mechanism | None = None
        """What the login was done with."""
        self.private = plan.private
        self.failure = ""
        """Why there is no login, where that does not end the connection."""
        self.upgrade: int | None = None
        """The port where the server wants us to come back with TLS (STS); `Broken` was reported."""

    def start(self) -> None:
        self._send(wire("CAP", "LS", "302"))
        self._send(wire("NICK", self.nick))
        self._send(wire("USER", self._plan.username, "0", "*", self._plan.realname))

    def receive(self, line: Line) -> Broken | None:
        """Lines that matter before the welcome, and `LOGIN_COMMANDS` after it too."""
        params = line.params
        match line.command:
            case "CAP":
                return self.cap(params)
            case "AUTHENTICATE" if params and self._exchange is not None:
                return self._challenged(self._exchange, params[0])
            case "900" if len(params) > 2:
                self.account = params[2][:200]
                self.logged_in = self.logged_in or self._exchange is None  # SASL has its own last word
            case "901":
                self.account, self.logged_in = "", False
            case "903" | "907":
                return self._accepted(line.command)
            case "908" if len(params) > 1 and self._exchange is not None:
                return self._mechanisms_told(params[1])
            case code if code in _SASL_REFUSED and self._exchange is not None:
                return self._refused(code, params[-1] if params else "")
            case code if code in _NICK_REFUSED:
                return self._next_nick(params)
            case "464":
                return Broken(
                    "the server wants a connection password",
                    "have the server's operators let the desk's address in without one",
                )
            case _:
                pass
        return None

    def welcome(self) -> Broken | None:
        """001 came: whether we are who we want to be."""
        self._negotiating = False
        self._exchange = None
        if self._plan.credentials and not self.logged_in and not self._may_go_on():
            return Broken("the server let the desk in without logging in to its account; SASL is not offered now")
        return None

    def again(self) -> None:
        """Try to log in, if we are in without an account: services come back, and not every server tells (cap-notify).

        What they refused is not said again.
        """
        idle = not self._negotiating and not self._requests and self._exchange is None
        if idle and self._plan.credentials and not self.logged_in and not self._password_refused:
            self._left = mechanisms(self._plan.credentials, self._offered())
            if self._left:
                self._ask(["sasl"])

    # --- capabilities -------------------------------------------------------------------------------------------------

    def cap(self, params: list[str]) -> Broken | None:
        """A CAP line, before the welcome or after it (cap-notify)."""
        if len(params) < 3:
            return None
        verb, names = params[1].upper(), params[-1].split()
        match verb:
            case "LS" | "NEW":
                offered = [self._note(token) for token in names]
                if verb == "LS" and params[2] == "*":
                    return None
                if broken := self._sts():
                    return broken
                return self._request(offered if verb == "NEW" else self.values)
            case "ACK":
                granted = {name for name in names if not name.startswith("-")}
                self.caps |= granted & (WANTED | {"sasl"})
                self.caps -= {name[1:] for name in names if name.startswith("-")}
                if self._requests:
                    self._requests[0] -= granted
                    if not self._requests[0]:
                        self._requests.popleft()
                return self._answered()
            case "NAK":
                self._ask_singly()
                return self._answered()
            case "DEL":
                for name in names:
                    self.caps.discard(name)
                    if name != "sts":  # to be ignored, or anyone could take the policy away
                        self.values.pop(name, None)
            case _:
                pass
        return None

    def _note(self, token: str) -> str:
        name, _, value = token.partition("=")
        if name in self.values or len(self.values) < _OFFERED_LIMIT:
            self.values[name] = value
        return name

    def _sts(self) -> Broken | None:
        """A wish for TLS on a connection without it (STS, "The `port` key")."""
        if not self._plan.sts or self._plan.secure or "sts" not in self.values:
            return None
        self.upgrade = parse(self.values["sts"]).port
        if self.upgrade is None:
            return None
        return Broken(f"the server wants TLS, on port {self.upgrade} (STS)")

    def _request(self, offered: Iterable[str]) -> Broken | None:
        names = {*offered}
        wanted = sorted((names & WANTED) - self.caps)
        if self._plan.credentials and not self.logged_in:
            if "sasl" in names:
                if broken := self._choose():
                    return broken
                if self._left:
                    wanted.append("sasl")
            elif self._negotiating:
                if not self._may_go_on():
                    return Broken(
                        "the server offers no login (SASL) now; its services may be down. "
                        "If it never does, remove sasl_user from the settings, or let it log in to NickServ"
                    )
                self.failure = "the server offers no login (SASL) now"
        for piece in _fitting(wanted):
            self._ask(piece)
        if not wanted and self._negotiating:
            self._finish()
        return None

    def _ask(self, names: list[str]) -> None:
        self._requests.append({*names})
        self._send(wire("CAP", "REQ", " ".join(names)))

    def _ask_singly(self) -> None:
        """A NAK refuses all names of a request: ask for each, since one of them may be to blame."""
        refused = self._requests.popleft() if self._requests else set()
        if len(refused) > 1:
            for name in sorted(refused):
                self._ask([name])

    def _answered(self) -> Broken | None:
        if self._requests or self._exchange is not None:
            return None
        if self.logged_in or not self._plan.credentials:
            self._finish()
        elif "sasl" in self.caps and self._left:
            return self._try_next()
        elif self._negotiating and self._left:
            return self._give_up("the server takes its offer of a login (SASL) back")
        else:
            self._finish()
        return None

    def _finish(self) -> None:
        if self._negotiating:
            self._negotiating = False
            self._send(wire("CAP", "END"))

    # --- the account --------------------------------------------------------------------------------------------------

    def _offered(self) -> list[str]:
        return [name for name in self.values.get("sasl", "").split(",") if name]

    def _choose(self) -> Broken | None:
        self._left = mechanisms(self._plan.credentials, self._offered())
        if self._left or not self._negotiating:
            return None
        return self._give_up(
            f"the server has no way to log in that the desk may use (it offers {self.values['sasl'][:100]})",
            "set sasl to what it offers and give what that needs: sasl_user and its password, or client_cert",
        )

    def _try_next(self) -> Broken | None:
        mechanism = self._left.pop(0)
        try:
            self._exchange = Exchange(mechanism, self._plan.credentials, self._plan.nonce())
        except ValueError as error:
            return self._give_up(
                f"the password of {self._plan.sasl_user} can't be used with {mechanism}: {error}",
                "give the account another password, or set sasl = 'plain'",
            )
        self._incoming = Assembler()
        self._send(wire("AUTHENTICATE", mechanism))
        return None

    def _challenged(self, exchange: Exchange, param: str) -> Broken | None:
        try:
            message = self._incoming.push(param)
            if message is None:
                return None
            answer = exchange.answer(message)
        except Unproven as error:
            return self._distrust(exchange, str(error))
        if isinstance(answer, Derivation):
            self._derivation = answer
        else:
            self._say(answer)
        return None

    def take_derivation(self) -> Derivation | None:
        """What the owner should compute, off the loop, and give to `derived`."""
        derivation, self._derivation = self._derivation, None
        return derivation

    def derived(self, key: bytes) -> None:
        """The derivation's result."""
        if self._exchange is not None:
            self._say(self._exchange.derived(key))

    def _say(self, message: bytes) -> None:
        for chunk in chunks(message):
            self._send(wire("AUTHENTICATE", chunk))

    def _accepted(self, code: str) -> Broken | None:
        exchange, self._exchange = self._exchange, None
        if exchange is not None:
            if code == "903" and not exchange.proven:
                return self._distrust(exchange, "it says yes before it has shown that it knows the account's password")
            self.mechanism, self.failure = exchange.mechanism, ""
        self.logged_in = True
        self._finish()
        return None

    def _mechanisms_told(self, told: str) -> Broken | None:
        """908 may come before the refusal, after it, or instead of it: the last is acted upon when nothing is left."""
        self.values["sasl"] = told
        takes = {name.upper() for name in told.split(",")}
        self._left = [mechanism for mechanism in self._left if mechanism in takes]
        if self._exchange is None or self._left or self._exchange.asked or self._exchange.mechanism in takes:
            return None
        return self._refused("908", f"it takes {told[:100]}")

    def _refused(self, code: str, reason: str) -> Broken | None:
        exchange, self._exchange = self._exchange, None
        self._derivation = None
        self._password_refused = self._password_refused or (exchange is not None and exchange.asked)
        if exchange is not None and self._left and code != "902":
            return self._try_next()
        tried = exchange.mechanism if exchange else "SASL"
        if tried == "EXTERNAL":
            mend = "register the client certificate's fingerprint with the account: `/msg NickServ cert add`"
        else:
            mend = "check sasl_user and its password; does `/msg NickServ identify` take them?"
        whom = f" of {self._plan.sasl_user}" if self._plan.sasl_user else ""
        return self._give_up(
            f"the services refused the login{whom} by {tried}: {reason[:200]} ({code})", mend, login=True
        )

    def _distrust(self, exchange: Exchange, why: str) -> Broken:
        """Never go on with another mechanism: that would hand the password to who could not show that they know it."""
        self._send(wire("AUTHENTICATE", "*"))
        self._exchange = None
        return Broken(
            f"the server can't be believed in its login by {exchange.mechanism}: {why}",
            "check that host and port are the network's and tls = true; "
            "if they are, tell its operators, or set sasl to another mechanism",
        )

    def _may_go_on(self) -> bool:
        """Whether a login that is not offered leaves the connection of use."""
        return not self._plan.sasl_required or (self._plan.services is not None and bool(self._plan.services.password))

    def _give_up(self, reason: str, mend: str = "", *, login: bool = False) -> Broken | None:
        self._left.clear()
        self._exchange = None
        if not self._negotiating:
            self.failure = reason  # a login anew, after the welcome: the desk goes on as it was
            return None
        if self._plan.sasl_required and (login or not self._may_go_on()):
            return Broken(reason, mend, login=login)
        self.failure = reason
        self._finish()
        return None

    # --- the nick -----------------------------------------------------------------------------------------------------

    def _next_nick(self, params: list[str]) -> Broken | None:
        refused = params[1] if len(params) > 2 else ""
        if refused != self.nick:
            return None  # an answer about another name, such as 437 for a channel
        if (candidate := next(self._candidates, None)) is None:
            return Broken(
                f"the server takes none of the nicks tried, {self._plan.nick} among them",
                "set nick and alternatives to names that the server takes (not too long, plain letters)",
            )
        self.nick = candidate
        self._send(wire("NICK", candidate))
        return None


def _fitting(names: list[str]) -> Iterator[list[str]]:
    """Names in lists that each fit a line."""
    row: list[str] = []
    for name in names:
        if row and sum(len(other) + 1 for other in row) + len(name) > _REQUEST_ROOM:
            yield row
            row = []
        row.append(name)
    if row:
        yield row
