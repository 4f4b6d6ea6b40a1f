"""RPL_ISUPPORT: what the server says of itself. Sans-I/O.

Source: https://modern.ircdocs.horse/#rplisupport-005, draft-hardy-irc-isupport-00 (escapes, negation).
"""

from __future__ import annotations

import re
from dataclasses import MISSING, dataclass, field, fields

LINE_LIMIT = 16_384
"""Bytes of one incoming line that are kept: 8191 for tags and room to spare for a server with a long LINELEN."""
_ESCAPE = re.compile(rb"\\x([0-9A-Fa-f]{2})")
_PREFIX = re.compile(r"\(([A-Za-z]{0,20})\)([^\sA-Za-z0-9]{0,20})")
_FIELDS = {
    "CASEMAPPING": "casemapping",
    "LINELEN": "linelen",
    "NICKLEN": "nicklen",
    "USERLEN": "userlen",
    "HOSTLEN": "hostlen",
    "STATUSMSG": "statusmsg",
    "BOT": "bot",
    "WHOX": "whox",
    "MONITOR": "monitor",
    "TARGMAX": "targmax",
    "MAXTARGETS": "maxtargets",
    "NETWORK": "network",
    "CHANTYPES": "chantypes",
    "PREFIX": "prefixes",
    "CHANMODES": "chanmodes",
    "UTF8ONLY": "utf8only",
    "CLIENTTAGDENY": "tags_denied",
    "CHATHISTORY": "chathistory",
    "MSGREFTYPES": "msgreftypes",
}


def unescaped(value: str) -> str:
    r"""`\xHH` stands for a byte that a token can't hold, such as a space."""
    if "\\x" not in value:
        return value
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), value.encode()).decode("utf-8", "replace")


def _number(value: str, most: int, *, least: int = 0, default: int = 0) -> int:
    return min(max(int(value[:6]), least), most) if value.isascii() and value.isdigit() else default


@dataclass
class ServerLimits:
    """What the server can do, with the protocol's defaults before it said so."""

    casemapping: str = "rfc1459"
    linelen: int = 512
    nicklen: int = 9
    userlen: int = 10
    hostlen: int = 63
    statusmsg: str = ""
    bot: str = ""
    whox: bool = False
    monitor: int = 0
    """How many nicks can be watched; 0 when the server does not offer it."""
    targmax: dict[str, int] = field(default_factory=dict)
    maxtargets: int = 0
    network: str = ""
    chantypes: str = "#&"
    prefixes: dict[str, str] = field(default_factory=lambda: {"o": "@", "v": "+"})
    """Mode letter to the mark before a nick, highest first."""
    chanmodes: tuple[str, str, str, str] = ("b", "k", "l", "imnpst")
    """Mode letters: of lists, with a parameter always, with one when set, with none."""
    utf8only: bool = False
    tags_denied: tuple[str, ...] = ()
    """Client-only tags that are blocked, without their `+`; `*` for all, `-name` for an exception from it."""
    chathistory: int = 0
    """Messages of one CHATHISTORY request; 0: no bound is told."""
    msgreftypes: tuple[str, ...] = ()
    """How a message may be named in CHATHISTORY: `msgid`, `timestamp`; empty: not told."""

    def read(self, token: str) -> None:
        """One token of a 005 line. Nonsense leaves what was known; `-NAME` takes back what was said."""
        if token.startswith("-"):
            self._reset(token[1:])
            return
        name, _, value = token.partition("=")
        value = unescaped(value)
        match name:
            case "CASEMAPPING" if value in {"ascii", "rfc1459", "rfc1459-strict", "strict-rfc1459"}:
                self.casemapping = value
            case "LINELEN" | "NICKLEN" | "USERLEN" | "HOSTLEN" if value.isascii() and value.isdigit():
                least = 512 if name == "LINELEN" else 1
                setattr(self, name.lower(), _number(value, LINE_LIMIT // 2, least=least))
            case "STATUSMSG":
                self.statusmsg = value[:20]
            case "BOT" if len(value) == 1 and value.isalpha():
                self.bot = value
            case "WHOX":
                self.whox = True
            case "UTF8ONLY":
                self.utf8only = True
            case "MONITOR":
                self.monitor = _number(value, 10_000, default=10_000)
            case "MAXTARGETS":
                self.maxtargets = _number(value, 1_000)
            case "TARGMAX":
                pairs = (pair.partition(":") for pair in value.split(",")[:100])
                self.targmax = {command.upper(): _number(most, 9_999) for command, _, most in pairs}
            case "NETWORK":
                self.network = value[:100]
            case "CHANTYPES":
                self.chantypes = value[:20]
            case "PREFIX" if found := _PREFIX.fullmatch(value):
                self.prefixes = dict(zip(found[1], found[2], strict=False))
            case "PREFIX" if not value:
                self.prefixes = {}
            case "CHANMODES":
                kinds = [*value.split(",")[:4], "", "", "", ""]
                self.chanmodes = (kinds[0], kinds[1], kinds[2], kinds[3])
            case "CLIENTTAGDENY":
                self.tags_denied = tuple(value.split(",")[:200]) if value else ()
            case "CHATHISTORY":
                self.chathistory = _number(value, 10_000)
            case "MSGREFTYPES":
                self.msgreftypes = tuple(value.split(",")[:10])
            case _:
                pass

    def _reset(self, name: str) -> None:
        wanted = _FIELDS.get(name)
        for known in fields(self):
            if known.name == wanted:
                default = known.default
                value = known.default_factory() if known.default_factory is not MISSING else default
                setattr(self, known.name, value)

    def fold(self, name: str) -> str:
        """Names that fold alike are the same nick or channel."""
        folded = "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in name)
        if self.casemapping == "ascii":
            return folded
        upper, lower = ("[]\\^", "{}|~") if self.casemapping == "rfc1459" else ("[]\\", "{}|")
        return folded.translate(str.maketrans(upper, lower))

    def passes_tag(self, name: str) -> bool:
        """Whether a client-only tag (named without its `+`) gets through (message-tags, "CLIENTTAGDENY")."""
        if "*" in self.tags_denied:
            return f"-{name}" in self.tags_denied
        return name not in self.tags_denied

    def takes_parameter(self, mode: str, *, adding: bool) -> bool:
        """Whether a letter of a channel's MODE has a parameter."""
        lists, always, when_set, _ = self.chanmodes
        return mode in self.prefixes or mode in lists or mode in always or (adding and mode in when_set)

    def status(self, marks: str) -> str:
        """The mode letters that the marks before a nick stand for."""
        return "".join(mode for mode, mark in self.prefixes.items() if mark in marks)
