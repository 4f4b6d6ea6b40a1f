"""SASL on IRC: which mechanism to use, and what each says. Pure.

Sources: https://ircv3.net/specs/extensions/sasl-3.1 and …/sasl-3.2, RFC 4422 (EXTERNAL), RFC 4616 (PLAIN), RFC 5802.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from bridges.irc.scram import Derivation, Scram, Unproven

Mechanism: TypeAlias = Literal["EXTERNAL", "SCRAM-SHA-256", "PLAIN"]
Wish: TypeAlias = Literal["auto", "plain", "external", "scram-sha-256"]

_CHUNK = 400
_MESSAGE_LIMIT = 16_384
"""Characters of one message of the server's, in base64: no mechanism of ours needs a twentieth of it."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the desk can log in with."""

    user: str = ""
    password: str = field(default="", repr=False)
    certificate: bool = False
    """A client certificate is shown on this connection."""
    wish: Wish = "auto"
    private: bool = True
    """Nobody on the way can read the connection: TLS, or this machine."""

    def __bool__(self) -> bool:
        return bool(self.user and self.password) or self.certificate


def mechanisms(credentials: Credentials, offered: Sequence[str]) -> list[Mechanism]:
    """What to try, the best first. `offered` is empty when the server does not tell what it takes (sasl-3.2).

    Where others can read the connection the password is not shown just because SCRAM failed or was left out of a list
    that anyone could change: then PLAIN needs to be asked for, or to be all that the server ever offered.
    """
    takes = {name.upper() for name in offered}
    ours: list[Mechanism] = []
    if credentials.certificate and credentials.wish in {"auto", "external"}:
        ours.append("EXTERNAL")
    if credentials.user and credentials.password:
        if credentials.wish in {"auto", "scram-sha-256"}:
            ours.append("SCRAM-SHA-256")
        readable = not credentials.private and (not takes or "SCRAM-SHA-256" in takes)
        if credentials.wish == "plain" or (credentials.wish == "auto" and not readable):
            ours.append("PLAIN")
    return [mechanism for mechanism in ours if not takes or mechanism in takes]


class Exchange:
    """One try of one mechanism. `answer` each complete message of the server's with what it gives."""

    def __init__(self, mechanism: Mechanism, credentials: Credentials, nonce: str) -> None:
        """Raise ValueError when the mechanism can't carry this user or password."""
        self.mechanism = mechanism
        self._credentials = credentials
        self._scram = Scram(credentials.user, credentials.password, nonce) if mechanism == "SCRAM-SHA-256" else None
        self._steps = 0
        self.asked = False
        """The server said at least once what it wants: it knows the mechanism."""

    @property
    def proven(self) -> bool:
        """Whether the server has shown all that the mechanism asks of it, so that its yes may be believed."""
        return self._scram is None or self._steps >= 3

    def answer(self, message: bytes) -> bytes | Derivation:
        """What to send; or what to compute, and then to hand to `derived`. Raise Unproven."""
        self._steps += 1
        self.asked = True
        if self._scram is not None:
            match self._steps:
                case 1:
                    return self._scram.first()
                case 2:
                    return self._scram.challenged(message)
                case 3:
                    self._scram.verify(message)
                    return b""
                case _:
                    raise Unproven("it asks for more than SCRAM has")
        if self._steps > 1:
            raise Unproven(f"it asks for more than {self.mechanism} has")
        if self.mechanism == "EXTERNAL":
            return b""  # the account that the certificate belongs to
        user, password = self._credentials.user, self._credentials.password
        return f"{user}\0{user}\0{password}".encode()

    def derived(self, key: bytes) -> bytes:
        """What to send, now that the key is there."""
        if self._scram is None:
            raise ValueError(f"{self.mechanism} derives no key")
        return self._scram.final(key)


def chunks(message: bytes) -> list[str]:
    """A message as parameters of AUTHENTICATE: base64 in pieces of 400; a `+` says that the last one was full, or nothing."""
    text = base64.b64encode(message).decode()
    pieces = [text[start : start + _CHUNK] for start in range(0, len(text), _CHUNK)]
    return pieces if pieces and len(pieces[-1]) < _CHUNK else [*pieces, "+"]


class Assembler:
    """The other way round: parameters to messages."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._held = 0

    def push(self, param: str) -> bytes | None:
        """The message, when it is complete. Raise Unproven for what is none."""
        part = "" if param == "+" else param
        self._held += len(part)
        if len(part) > _CHUNK or self._held > _MESSAGE_LIMIT:
            self._clear()
            raise Unproven("what it sends is too long")
        self._parts.append(part)
        if len(part) == _CHUNK:
            return None
        text = "".join(self._parts)
        self._clear()
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise Unproven("what it sends is not base64") from None

    def _clear(self) -> None:
        self._parts.clear()
        self._held = 0
