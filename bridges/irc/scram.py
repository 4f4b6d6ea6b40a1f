"""SCRAM-SHA-256, the client's side: who knows the password shows it, on both sides, without saying it.

Pure. Sources: RFC 5802 (the exchange), RFC 7677 (SHA-256, 4096 rounds at least), RFC 4013 (SASLprep). The key's derivation
takes up to a second, so it is handed out as a `Derivation` for the owner to run where it delays nobody.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import stringprep
import unicodedata
from dataclasses import dataclass, field

ROUNDS_LEAST = 4_096
"""RFC 7677 section 4: fewer would let who hears the exchange try passwords quickly."""
ROUNDS_MOST = 1_000_000
"""More would keep a processor busy for whoever pretends to be the server."""
_SALT_LIMIT = 1_024
_HEADER = "n,,"
"""The GS2 header: no channel binding, no other identity (RFC 5802 section 7)."""
_BINDING = base64.b64encode(_HEADER.encode()).decode()
_FORBIDDEN = (
    stringprep.in_table_c12,
    stringprep.in_table_c21_c22,
    stringprep.in_table_c3,
    stringprep.in_table_c4,
    stringprep.in_table_c5,
    stringprep.in_table_c6,
    stringprep.in_table_c7,
    stringprep.in_table_c8,
    stringprep.in_table_c9,
)


class Unproven(Exception):
    """The server's side of the exchange is wrong: it may be broken, or not the server that knows the password."""


def prepare(text: str) -> str:
    """SASLprep (RFC 4013 section 2) of a query string. Raise ValueError for characters that it forbids."""
    spaces = stringprep.in_table_c12
    mapped = "".join(" " if spaces(c) else c for c in text if spaces(c) or not stringprep.in_table_b1(c))
    prepared = unicodedata.normalize("NFKC", mapped)
    if any(forbidden(c) for c in prepared for forbidden in _FORBIDDEN):
        raise ValueError("it holds a character that SASLprep (RFC 4013) forbids")
    right_to_left = [stringprep.in_table_d1(c) for c in prepared]
    if any(right_to_left):
        ends_so = right_to_left[0] and right_to_left[-1]
        if not ends_so or any(stringprep.in_table_d2(c) for c in prepared):
            raise ValueError("it mixes left-to-right and right-to-left letters as SASLprep (RFC 4013) forbids")
    return prepared


@dataclass(frozen=True, slots=True)
class Derivation:
    """Hi(password, salt, i) of RFC 5802 section 2.2: about a second at a million rounds."""

    password: bytes = field(repr=False)
    salt: bytes
    rounds: int

    def run(self) -> bytes:
        """The salted password. Lets other threads run meanwhile."""
        return hashlib.pbkdf2_hmac("sha256", self.password, self.salt, self.rounds)


class Scram:
    """One exchange (RFC 5802 section 5): `first`, `challenged`, `final`, `verify`, in this order."""

    def __init__(self, user: str, password: str, nonce: str) -> None:
        """`nonce` is new for each exchange: printable, no comma. Raise ValueError for what SASLprep forbids."""
        if not nonce or not nonce.isascii() or not nonce.isprintable() or "," in nonce:
            raise ValueError("a nonce is printable ASCII without a comma")
        self._password = prepare(password).encode()
        self._nonce = nonce
        name = prepare(user).replace("=", "=3D").replace(",", "=2C")
        self._bare = f"n={name},r={nonce}"
        self._said = self._without_proof = ""
        self._server_signature = b""

    def first(self) -> bytes:
        return (_HEADER + self._bare).encode()

    def challenged(self, message: bytes) -> Derivation:
        """Take server-first-message. Raise Unproven."""
        fields = _fields(message)
        if list(fields)[:3] != ["r", "s", "i"]:  # a mandatory extension, `m=`, comes first and is none of ours
            raise Unproven("its challenge is not in the form of RFC 5802")
        nonce, rounds = fields["r"], fields["i"]
        if not nonce.startswith(self._nonce) or len(nonce) == len(self._nonce):
            raise Unproven("its challenge does not belong to this login")
        if not (rounds.isascii() and rounds.isdigit()) or len(rounds) > 9:
            raise Unproven("its number of rounds is no number")
        if not ROUNDS_LEAST <= int(rounds) <= ROUNDS_MOST:
            raise Unproven(f"it asks for {int(rounds)} rounds, and {ROUNDS_LEAST} to {ROUNDS_MOST} are sane")
        salt = _decoded(fields["s"])
        if not 0 < len(salt) <= _SALT_LIMIT:
            raise Unproven("its salt is empty or too long")
        self._without_proof = f"c={_BINDING},r={nonce}"
        self._said = f"{self._bare},{message.decode()},{self._without_proof}"
        return Derivation(self._password, salt, int(rounds))

    def final(self, salted: bytes) -> bytes:
        """client-final-message, of the derived key."""
        said = self._said.encode()
        client_key = hmac.digest(salted, b"Client Key", "sha256")
        signature = hmac.digest(hashlib.sha256(client_key).digest(), said, "sha256")
        proof = bytes(a ^ b for a, b in zip(client_key, signature, strict=True))
        self._server_signature = hmac.digest(hmac.digest(salted, b"Server Key", "sha256"), said, "sha256")
        return f"{self._without_proof},p={base64.b64encode(proof).decode()}".encode()

    def verify(self, message: bytes) -> None:
        """Take server-final-message. Raise Unproven when the server does not know the password either."""
        fields = _fields(message)
        if "e" in fields:
            raise Unproven(f"it says {fields['e'][:100]}")
        if not hmac.compare_digest(_decoded(fields.get("v", "")), self._server_signature):
            raise Unproven("it can't show that it knows the account's password")


def _fields(message: bytes) -> dict[str, str]:
    try:
        text = message.decode()
    except UnicodeDecodeError:
        raise Unproven("what it sends is not text") from None
    fields: dict[str, str] = {}
    for part in text.split(","):
        name, equals, value = part.partition("=")
        if len(name) != 1 or not equals or name in fields:
            raise Unproven("what it sends is not in the form of RFC 5802")
        fields[name] = value
    return fields


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Unproven("what it sends is not in the form of RFC 5802") from None
