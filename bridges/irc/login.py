"""From the first byte to being let in: CAP 302, SASL PLAIN, a nick that is free. Sans-I/O: no asyncio, socket or clock.

Sources: https://ircv3.net/specs/extensions/capability-negotiation, …/sasl-3.1, https://modern.ircdocs.horse.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field

from irctokens.line import Line

from bridges.irc.protocol import nick_candidates, wire
from bridges.irc.reports import Broken

WANTED = frozenset(
    {
        "account-notify",
        "account-tag",
        "away-notify",
        "batch",
        "cap-notify",
        "chghost",
        "echo-message",
        "extended-join",
        "extended-monitor",
        "labeled-response",
        "message-tags",
        "multi-prefix",
        "invite-notify",
        "server-time",
        "setname",
        "standard-replies",
        "draft/chathistory",
        "draft/event-playback",
        "draft/message-redaction",
        "draft/multiline",
        "draft/relaymsg",
        "userhost-in-names",
    }
)
_SASL_CHUNK = 400
_SASL_REFUSED = {"902", "904", "905", "906", "908"}
_NICK_REFUSED = {"432", "433", "436", "437"}
_OFFERED_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Plan:
    """Who we want to be."""

    nick: str
    alternatives: tuple[str, ...] = ()
    username: str = "helpdesk"
    realname: str = "Community helpdesk"
    sasl_user: str = ""
    sasl_password: str = field(default="", repr=False)


class Login:
    """Negotiates; `nick` is the one asked for last, `caps` what the server granted."""

    def __init__(self, plan: Plan, send: Callable[[bytes], None]) -> None:
        self._plan = plan
        self._send = send
        self._candidates = nick_candidates(plan.nick, plan.alternatives)
        self._offered: dict[str, str] = {}
        self._requests = 0
        self._negotiating = True
        self.nick = next(self._candidates)
        self.caps: set[str] = set()
        self.values = self._offered
        self.logged_in = False

    def start(self) -> None:
        self._send(wire("CAP", "LS", "302"))
        self._send(wire("NICK", self.nick))
        self._send(wire("USER", self._plan.username, "0", "*", self._plan.realname))

    def receive(self, line: Line) -> Broken | None:
        """Lines that matter before the welcome."""
        match line.command:
            case "CAP":
                return self.cap(line.params)
            case "AUTHENTICATE":
                if line.params[:1] == ["+"] and self._plan.sasl_user and not self.logged_in:
                    self._password()
            case "903" | "907":
                self.logged_in = True
                self._finish()
            case code if code in _SASL_REFUSED and self._plan.sasl_user:
                return self._refused(code, line.params[-1] if line.params else "")
            case code if code in _NICK_REFUSED:
                return self._next_nick(line.params)
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
        if self._plan.sasl_user and not self.logged_in:
            return Broken("the server let the desk in without logging in to its account; SASL is not offered now")
        return None

    # --- capabilities -------------------------------------------------------------------------------------------------

    def cap(self, params: list[str]) -> Broken | None:
        """A CAP line, before the welcome or after it (cap-notify)."""
        if len(params) < 3:
            return None
        verb, names = params[1].upper(), params[-1].split()
        match verb:
            case "LS" | "NEW":
                for token in names:
                    name, _, value = token.partition("=")
                    if len(self._offered) < _OFFERED_LIMIT:
                        self._offered[name] = value
                if verb == "NEW" or params[2] != "*":
                    return self._request(names if verb == "NEW" else list(self._offered))
            case "ACK":
                self.caps |= {*names} & (WANTED | {"sasl"})
                self.caps -= {token[1:] for token in names if token.startswith("-")}
                return self._answered()
            case "NAK":
                return self._answered()
            case "DEL":
                self.caps.difference_update(names)
            case _:
                pass
        return None

    def _request(self, names: list[str]) -> Broken | None:
        offered = {token.partition("=")[0] for token in names}
        wanted = sorted(offered & WANTED)
        if self._negotiating and self._plan.sasl_user:
            if "sasl" not in offered:
                return Broken(
                    "the server offers no login (SASL) now; its services may be down. "
                    "If it never does, remove sasl_user from the settings"
                )
            mechanisms = self._offered["sasl"]
            if mechanisms and "PLAIN" not in mechanisms.upper().split(","):
                return Broken(
                    f"the server takes no password login (it offers {mechanisms[:100]})",
                    "have the server offer SASL PLAIN, or remove sasl_user",
                )
            wanted.append("sasl")
        if wanted:
            self._requests += 1
            self._send(wire("CAP", "REQ", " ".join(wanted)))
        elif self._negotiating:
            self._finish()
        return None

    def _answered(self) -> Broken | None:
        self._requests = max(0, self._requests - 1)
        if not self._negotiating or self._requests:
            return None
        if not self._plan.sasl_user:
            self._finish()
        elif "sasl" in self.caps:
            self._send(wire("AUTHENTICATE", "PLAIN"))
        else:
            return Broken("the server takes its offer of a login (SASL) back")
        return None

    def _finish(self) -> None:
        if self._negotiating:
            self._negotiating = False
            self._send(wire("CAP", "END"))

    # --- the account --------------------------------------------------------------------------------------------------

    def _password(self) -> None:
        user = self._plan.sasl_user
        secret = base64.b64encode(f"{user}\0{user}\0{self._plan.sasl_password}".encode()).decode()
        for start in range(0, len(secret), _SASL_CHUNK):
            self._send(wire("AUTHENTICATE", secret[start : start + _SASL_CHUNK]))
        if len(secret) % _SASL_CHUNK == 0:
            self._send(wire("AUTHENTICATE", "+"))

    def _refused(self, code: str, reason: str) -> Broken:
        return Broken(
            f"the services refused the login of {self._plan.sasl_user}: {reason[:200]} ({code})",
            "check sasl_user and its password; does `/msg NickServ identify` take them?",
            login=True,
        )

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
